import type { Phase } from '../model/record.ts'
import type { FollowedDeployment } from '../model/rendered.ts'
import { canonicalJson, sha256 } from './fingerprint.ts'
import { compareNames } from './graph.ts'

/** Of each deployment in a follower's table, a hash of what its templates see of it; an empty one: that is not known. */
export type Table = Readonly<Record<string, string>>

/** SHA-256, hexadecimal, over what templates see of a deployment. */
export const deploymentHash = ({ component, config, outputs }: Omit<FollowedDeployment, 'name'>): string =>
  sha256(canonicalJson({ component, config, outputs }))

/** The hashes of a table, by name. */
export const tableOf = (deployments: readonly FollowedDeployment[]): Table =>
  Object.fromEntries(deployments.map((one) => [one.name, deploymentHash(one)]))

/** Whether a deployment is one of those that followers see, by its record alone. */
export const runsByRecord = (phase: Phase | undefined): boolean =>
  phase === 'running' || phase === 'completed' || phase === 'refreshing'

/** In what two tables differ; each sorted by name. */
export interface TableDifference {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
}

/** In what `is` differs from `was`; what is not known of `was` is otherwise. */
export function tableDifference(was: Table, is: Table): TableDifference {
  const added = Object.keys(is).filter((name) => !Object.hasOwn(was, name))
  const removed = Object.keys(was).filter((name) => !Object.hasOwn(is, name))
  const changed = Object.keys(is).filter(
    (name) => Object.hasOwn(was, name) && (was[name] === '' || was[name] !== is[name]),
  )
  return { added: added.sort(compareNames), removed: removed.sort(compareNames), changed: changed.sort(compareNames) }
}

/** All that a follower may have taken in, whose way from one table to another nobody has seen to its end. */
export function betweenTables(was: Table, is: Table): Table {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort(compareNames)
  return Object.fromEntries(names.map((name) => [name, was[name] === is[name] ? (is[name] ?? '') : '']))
}
