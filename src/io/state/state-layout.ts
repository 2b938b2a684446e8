/** Where things are inside a cluster's directory. Plain string work: these run several times a service. */

export const clusterFile = (cluster: string): string => `${cluster}/cluster.json`
export const lockFile = (cluster: string): string => `${cluster}/lock.json`
export const leasesFile = (cluster: string): string => `${cluster}/leases.json`
export const treeDirectory = (cluster: string): string => `${cluster}/tree`
export const runsDirectory = (cluster: string): string => `${cluster}/runs`
export const transientDirectory = (cluster: string): string => `${cluster}/transient`
export const servicesDirectory = (cluster: string): string => `${cluster}/services`
export const serviceDirectory = (cluster: string, service: string): string => `${cluster}/services/${service}`

/** The directories that a cluster's is made of. */
export const ownDirectories = (cluster: string): readonly string[] =>
  [servicesDirectory, runsDirectory, treeDirectory, transientDirectory].map((directory) => directory(cluster))

export const recordFile = (cluster: string, service: string): string => `${cluster}/services/${service}/state.json`
/** The record before the last one. */
export const previousRecordFile = (cluster: string, service: string): string =>
  `${cluster}/services/${service}/state.previous.json`
export const dataDirectory = (cluster: string, service: string): string => `${cluster}/services/${service}/data`
export const runDirectory = (cluster: string, service: string): string => `${cluster}/services/${service}/run`
export const logDirectory = (cluster: string, service: string): string => `${cluster}/services/${service}/logs`
export const versionsDirectory = (cluster: string, service: string): string => `${cluster}/services/${service}/versions`
