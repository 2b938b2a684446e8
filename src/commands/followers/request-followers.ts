import type { Follower } from '../../engine/plan/followers.ts'
import type { Site } from '../project/site.ts'
import { type DeploymentsFor, expectedRows, type RowsAsApplied, rowsAsApplied } from './table-rows.ts'
import { followersOf, followingsOf, watchedFor } from './who-follows.ts'

export interface FollowingRequest {
  /** What may be started, stopped or changed. */
  readonly selected: ReadonlySet<string>
  readonly skip: ReadonlySet<string>
}

/** What a request has to do with followers, by the records as they are now. */
export interface OpenFollowing {
  readonly followers: ReadonlyMap<string, Follower>
  /** Those that may be refreshed though they are not selected: to be rendered with what is. */
  readonly rendered: readonly string[]
  /** What is to be observed for them. */
  readonly watched: readonly string[]
  readonly deploymentsFor: DeploymentsFor
  readonly asApplied: RowsAsApplied
}

/** Finds out who follows what is selected. */
export function openFollowing(
  { services, cluster }: Pick<Site, 'services' | 'cluster'>,
  { selected, skip }: FollowingRequest,
): OpenFollowing {
  const followings = followingsOf(services, cluster)
  const names = followersOf(selected, followings, cluster)
  const asApplied = rowsAsApplied(cluster)
  return {
    followers: new Map(names.map((name) => [name, { followed: followings.get(name) ?? [] }])),
    rendered: names.filter((name) => services.has(name) && !selected.has(name) && !skip.has(name)),
    watched: watchedFor(names, followings, cluster),
    deploymentsFor: expectedRows(followings, selected, { cluster, asApplied }),
    asApplied,
  }
}
