import { posix } from 'node:path'
import type { Service } from '../../model/service.ts'
import type { Origin } from '../template/origin.ts'
import type { Supplier } from '../template/supplier.ts'

export interface SuppliersInput {
  /** The service whose templates are rendered. */
  readonly service: Service
  readonly services: ReadonlyMap<string, Service>
  /** Whether the service needs another one, directly or not. */
  readonly needs: (name: string) => boolean
  /** Absolute. */
  readonly clusterConfigDirectory: string
}

/** The file in which a name that a template misses would be written, by where the name would stand in its context. */
export function findSupplier(origin: Origin, input: SuppliersInput): Supplier | undefined {
  const { service, services, needs, clusterConfigDirectory } = input
  const [root, owner = '', ...rest] = origin
  const other = services.get(owner)
  switch (root) {
    case 'config':
      return owner === '' ? undefined : { file: configFile(service) }
    case 'layout':
      return { file: posix.join(clusterConfigDirectory, 'layout.yaml') }
    case 'cluster_cfg':
      if (rest.length === 0) return undefined
      if (owner === 'layout') return { file: posix.join(clusterConfigDirectory, 'layout.yaml') }
      if (owner === 'cluster') return { file: posix.join(clusterConfigDirectory, 'services-configuration.yaml') }
      return other && { file: configFile(other) }
    case 'outputs':
      if (other === undefined) return undefined
      if (rest.length > 0) return { file: other.file }
      return needs(owner)
        ? { file: other.file }
        : { file: service.deployment?.file ?? service.file, prerequisite: owner }
    default:
      return undefined
  }
}

/** A deployment's own part of its configuration is in its own file. */
const configFile = ({ component, directory, deployment }: Service): string =>
  deployment?.file ?? posix.join(directory, 'config', `${component}.yaml`)
