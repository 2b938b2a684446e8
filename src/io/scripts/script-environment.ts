import type { Applied } from '../../model/record.ts'
import type { ScriptRole } from '../../model/service.ts'
import { dataDirectory, runDirectory } from '../state/state-layout.ts'

/** What the scripts of one cluster have in common. */
export interface ScriptContext {
  /** The cluster's directory. */
  readonly cluster: string
  readonly clusterId: string
  /** The project's root, PAICTL_PROJECT. */
  readonly project: string
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Set where the caller named one. */
  readonly kubeconfig: string | undefined
}

/** Whose script it is that an environment is for. */
export interface ScriptPurpose {
  readonly service: string
  readonly role: ScriptRole
  readonly run: string
  readonly applied: Applied
}

export type Environment = Readonly<Record<string, string>>

/** What all scripts of a cluster see: the caller's environment, and the names of cluster and project. */
export function commonEnvironment({ env, clusterId, project, kubeconfig }: ScriptContext): Environment {
  const common: Record<string, string> = {}
  // `process.env` itself is slow to read: each of its keys is a call into the system's environment.
  for (const [name, value] of Object.entries(env)) if (value !== undefined) common[name] = value
  common.PAICTL_CLUSTER_ID = clusterId
  common.PAICTL_PROJECT = project
  if (kubeconfig !== undefined) common.KUBECONFIG = kubeconfig
  delete common.OLDPWD
  return common
}

/** Makes the function that gives each script its environment: the common one, and what is its own. */
export function scriptEnvironments(
  { cluster }: ScriptContext,
  common: Environment,
): (purpose: ScriptPurpose) => Environment {
  return ({ service, role, run, applied }) => ({
    ...common,
    PWD: applied.deployDirectory,
    PAICTL_SERVICE: service,
    PAICTL_COMPONENT: applied.component,
    PAICTL_OPERATOR: role,
    PAICTL_RUN_ID: run,
    PAICTL_CLUSTER_TYPE: applied.clusterType,
    PAICTL_DATA_DIR: dataDirectory(cluster, service),
    PAICTL_RUN_DIR: runDirectory(cluster, service),
    PAICTL_CONFIG: applied.configFile,
  })
}
