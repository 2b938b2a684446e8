import type { Service } from '../../model/service.ts'
import { closure, type Graph, reverse } from '../graph.ts'
import { isNeeded } from './stop.ts'

/** Every declared service that an apply may have to run scripts of: what is selected, and who is restarted with it. */
export function reachedByApply(
  declared: Graph,
  services: ReadonlyMap<string, Pick<Service, 'restartWithPrerequisites'>>,
  { names, skip }: { readonly names: readonly string[]; readonly skip: ReadonlySet<string> },
): ReadonlySet<string> {
  const dependents = reverse(declared)
  const follows = (name: string): boolean => services.get(name)?.restartWithPrerequisites ?? false
  const around: Graph = new Map(
    [...declared].map(([name, edges]) => {
      const followers = (dependents.get(name) ?? []).filter(({ to }) => follows(to))
      return [name, [...edges, ...followers].filter((edge) => isNeeded(edge) && !skip.has(edge.to))]
    }),
  )
  const selected = names.filter((name) => !skip.has(name))
  return new Set(closure(around, selected).keys())
}
