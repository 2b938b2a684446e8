import { runsByRecord } from '../../engine/followed.ts'
import { readAsApplied, readFollowed } from '../../io/staging/followed-deployments.ts'
import type { FollowedDeployment, RenderedService } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'
import type { Cluster } from '../project/cluster.ts'
import type { Followings } from './who-follows.ts'

/** What a follower's templates see, at the time when it is its turn to be rendered. */
export type DeploymentsFor = (
  follower: Service,
  rendered: ReadonlyMap<string, RenderedService>,
) => readonly FollowedDeployment[]

/** What followers see of a deployment as it would be started now. */
export const rowAsDeclared = ({ service, config, outputs }: RenderedService): FollowedDeployment => ({
  name: service.name,
  component: service.component,
  config,
  outputs,
})

/** What followers see of deployments as they were last started or refreshed; `undefined` where that cannot be read. */
export type RowsAsApplied = (name: string) => FollowedDeployment | undefined

/** Reads each version of a deployment once. */
export function rowsAsApplied({ records }: Pick<Cluster, 'records'>): RowsAsApplied {
  const known = new Map<string, FollowedDeployment | undefined>()
  return (name) => {
    const applied = records.read(name)?.applied
    if (!applied) return undefined
    const { configFile } = applied
    if (!known.has(configFile)) known.set(configFile, readAsApplied(name, applied))
    return known.get(configFile)
  }
}

/** The rows of what is declared: for who looks at a project, and at nothing that runs. */
export const declaredRows: DeploymentsFor = ({ name, follows }, rendered) => {
  const components = new Set(follows.map((one) => one.value))
  const followed = [...rendered.values()].filter(
    ({ service }) => service.deployment && components.has(service.component),
  )
  return sortedRows(followed.filter(({ service }) => service.name !== name).map(rowAsDeclared))
}

/** The rows that a follower was last started or refreshed with; none where that is not known. */
export const knownRows =
  ({ records }: Pick<Cluster, 'records'>): DeploymentsFor =>
  ({ name }) => {
    const applied = records.read(name)?.applied
    return (applied && readFollowed(applied)) ?? []
  }

/**
 * The rows that are to be expected: of what is selected those of what is declared, of all else that is recorded as running
 * those of what it was started with.
 */
export function expectedRows(
  followings: Followings,
  selected: ReadonlySet<string>,
  { cluster, asApplied }: { readonly cluster: Pick<Cluster, 'records'>; readonly asApplied: RowsAsApplied },
): DeploymentsFor {
  return ({ name: follower }, rendered) =>
    (followings.get(follower) ?? []).flatMap((name) => {
      const declared = selected.has(name) ? rendered.get(name) : undefined
      if (declared !== undefined) return [rowAsDeclared(declared)]
      return runsByRecord(cluster.records.read(name)?.phase) ? (asApplied(name) ?? []) : []
    })
}

/** The rows that a plan names: of what it renews those of what is declared, else those of what was started. */
export function plannedRows(
  deployments: ReadonlyMap<string, readonly string[]>,
  renewed: ReadonlySet<string>,
  asApplied: RowsAsApplied,
): DeploymentsFor {
  return ({ name: follower }, rendered) =>
    (deployments.get(follower) ?? []).flatMap((name) => {
      const declared = renewed.has(name) ? rendered.get(name) : undefined
      return (declared === undefined ? asApplied(name) : rowAsDeclared(declared)) ?? []
    })
}

const sortedRows = (rows: readonly FollowedDeployment[]): FollowedDeployment[] =>
  [...rows].sort((a, b) => (a.name < b.name ? -1 : 1))
