import { compareNames } from '../../engine/graph.ts'
import { groupBy } from '../../model/group-by.ts'
import { mayBeAlive, type ServiceRecord } from '../../model/record.ts'
import type { Service } from '../../model/service.ts'
import type { Cluster } from '../project/cluster.ts'

/** Of each service that follows components, by name, the deployments of these that are declared or recorded, sorted. */
export type Followings = ReadonlyMap<string, readonly string[]>

/** Who follows what: by what is declared, and for what is declared no more by what it was started with. */
export function followingsOf(
  services: ReadonlyMap<string, Service>,
  { records }: Pick<Cluster, 'records'>,
): Followings {
  // Of what is declared, the records have nothing to say here, and need not be read.
  const undeclared = records.names().flatMap((name) => (services.has(name) ? [] : (records.read(name) ?? [])))
  const follows = new Map<string, readonly string[]>()
  for (const { name, applied } of undeclared) if (applied?.follows !== undefined) follows.set(name, applied.follows)
  for (const { name, follows: own } of services.values()) {
    const components = own.map((one) => one.value)
    if (components.length > 0) follows.set(name, components)
  }
  if (follows.size === 0) return new Map()
  const declared = [...services.values()].filter(({ deployment }) => deployment !== undefined)
  // What is called as its component is no deployment of it, but what it was when there was one of it only.
  const others = undeclared.flatMap(({ name, applied }) =>
    applied === null || applied.component === name ? [] : [{ name, component: applied.component }],
  )
  const deployed = groupBy([...declared, ...others], ({ component }) => component)
  return new Map(
    [...follows].map(([follower, components]) => {
      const names = new Set(components.flatMap((component) => (deployed.get(component) ?? []).map((one) => one.name)))
      return [follower, [...names].filter((name) => name !== follower).sort(compareNames)]
    }),
  )
}

/** What a follower was last started or refreshed with, as far as it may have taken it in. */
export const knownTo = (record: ServiceRecord | undefined): readonly string[] =>
  Object.keys(record?.applied?.followed ?? {})

/**
 * Those of the followers that have to do with `names`: themselves among them, or, where they may be alive, by what they follow
 * or know of; and who follows these.
 */
export function followersOf(
  names: Iterable<string>,
  followings: Followings,
  { records }: Pick<Cluster, 'records'>,
): readonly string[] {
  const about = new Set(names)
  const found = new Set([...followings.keys()].filter((name) => about.has(name)))
  for (let before = -1; before !== found.size; ) {
    before = found.size
    for (const [name, followed] of followings) {
      const record = records.read(name)
      if (found.has(name) || !mayBeAlive(record)) continue
      if (![...followed, ...knownTo(record)].some((one) => about.has(one))) continue
      found.add(name)
      about.add(name)
    }
  }
  return [...found].sort(compareNames)
}

/**
 * What is to be observed for followers: themselves, and all that they follow or know of. All of it is asked: a record knows
 * nothing of a process that has died.
 */
export function watchedFor(
  followers: readonly string[],
  followings: Followings,
  { records }: Pick<Cluster, 'records'>,
): readonly string[] {
  const known = followers.flatMap((name) => [...(followings.get(name) ?? []), ...knownTo(records.read(name))])
  return [...new Set([...followers, ...known])].sort(compareNames)
}
