import type { Left, Selected, Step, Trigger } from '../../model/plan.ts'
import { type Graph, reverse, topologicalOrder } from '../graph.ts'
import { isAlive, isDeleteInterrupted, recordedGraph, type Situation, sortedNames } from './situation.ts'
import { type Before, beforeOf, NOTHING_BEFORE } from './step-order.ts'
import { isNeeded, withNeeds } from './stop.ts'

/** Why something is stopped. */
export interface Ending {
  readonly selected: Selected
  readonly trigger: Trigger
}

export interface StopsRequest {
  readonly orphans: readonly string[]
  readonly prune: boolean
  /** The declared services that are stopped and started. */
  readonly restarted: ReadonlyMap<string, Ending>
  /** Of all declared services that take in what is declared, the step after which they have. */
  readonly acting: ReadonlyMap<string, string>
}

/**
 * All stops of an apply. `first` come before anything is started, dependents before what they need: those of a restart, and of
 * orphans. `last` are stops of orphans that somebody needs until it has taken in what is declared now.
 */
export function planStopsOfApply(
  situation: Situation,
  { orphans, prune, restarted, acting }: StopsRequest,
): { readonly first: readonly Step[]; readonly last: readonly Step[]; readonly left: readonly Left[] } {
  const { observed } = situation
  const graph = withoutDroppedNeeds(recordedGraph(observed), situation)
  const dependents = withoutThoseBehind(reverse(graph), (name) => acting.has(name))
  const alive = orphans.filter((name) => isAlive(observed.get(name)))
  const interrupted = new Set(alive.filter((name) => isDeleteInterrupted(observed.get(name))))
  const unwanted = new Set(alive.filter((name) => !interrupted.has(name)))
  const order = topologicalOrder(graph).reverse()
  const isHolding = (name: string): boolean => isAlive(observed.get(name)) && !acting.has(name) && !unwanted.has(name)
  const holders = holdersOf(order, dependents, isHolding)
  const left: Left[] = [...interrupted].map((name) => leftOver(name, { kind: 'delete-interrupted' }))
  const pruned = new Set<string>()
  for (const name of unwanted) {
    const neededBy = sortedNames(holders.get(name) ?? [])
    if (prune && neededBy.length === 0) pruned.add(name)
    else left.push(leftOver(name, { kind: 'orphan', neededBy }))
  }
  const behindActing = new Set<string>()
  for (const name of order) {
    const isLate = (other: string): boolean => behindActing.has(other) || (acting.has(other) && !restarted.has(other))
    if (dependents.get(name)?.some((edge) => isLate(edge.to))) behindActing.add(name)
  }
  const late = new Set([...pruned].filter((name) => behindActing.has(name)))
  const ended = [...restarted, ...[...pruned].filter((name) => !late.has(name)).map((name) => [name, ORPHAN] as const)]
  const steps = ended.filter(([name]) => isAlive(observed.get(name))).map(([name, why]) => [name, stopStep(name, why)])
  const first = withNeeds(new Map(steps as [string, Step][]), graph)
  const before = (name: string): string | undefined => (restarted.has(name) ? `stop:${name}` : acting.get(name))
  return { first, last: lateStops({ late, pruned, order, dependents, before }), left }
}

/**
 * Of each name, the first on each way to whoever needs it that are holding. Where there is one way only, the set is that of
 * the one before: a chain may be 10,000 long.
 * @param order dependents first
 */
function holdersOf(
  order: readonly string[],
  dependents: Graph,
  isHolding: (name: string) => boolean,
): ReadonlyMap<string, ReadonlySet<string>> {
  const holders = new Map<string, ReadonlySet<string>>()
  const behind = (name: string): ReadonlySet<string> =>
    isHolding(name) ? new Set([name]) : (holders.get(name) ?? new Set())
  for (const name of order) {
    const [first, ...others] = (dependents.get(name) ?? []).filter(isNeeded)
    if (first === undefined) continue
    const before = behind(first.to)
    holders.set(
      name,
      others.length === 0 ? before : new Set([...before, ...others.flatMap(({ to }) => [...behind(to)])]),
    )
  }
  return holders
}

const ORPHAN: Ending = { selected: { by: 'request' }, trigger: { kind: 'orphan' } }

const leftOver = (service: string, reason: Left['reason']): Left => ({
  service,
  reason,
  selected: { by: 'request' },
  failure: false,
})

/**
 * Who runs with what is declared needs no more than is declared: one that needs a component was started with all deployments
 * of then as its prerequisites, and does not change when one of them is declared no more.
 */
function withoutDroppedNeeds(graph: Graph, { observed, services, fingerprints }: Situation): Graph {
  const stillNeeded = (name: string): ReadonlySet<string> | undefined => {
    const fingerprint = fingerprints.get(name)
    const runsWith = observed.get(name)?.record?.applied?.fingerprint
    if (fingerprint === undefined || runsWith !== fingerprint) return undefined
    return new Set(services.get(name)?.prerequisites.map((edge) => edge.service))
  }
  return new Map(
    [...graph].map(([name, edges]) => {
      const needed = stillNeeded(name)
      return [name, needed === undefined ? edges : edges.filter(({ to }) => needed.has(to))]
    }),
  )
}

/** Who takes in what is declared now no longer needs what it was started with: nobody is held up by it from there on. */
const withoutThoseBehind = (graph: Graph, isEnd: (name: string) => boolean): Graph =>
  new Map([...graph].map(([name, edges]) => [name, isEnd(name) ? [] : edges]))

function stopStep(service: string, cause: Ending): Step {
  const id = `stop:${service}`
  return { id, service, operator: 'stop', source: 'applied', adopt: false, cause, ...NOTHING_BEFORE }
}

function lateStops(request: {
  readonly late: ReadonlySet<string>
  readonly pruned: ReadonlySet<string>
  /** Dependents first. */
  readonly order: readonly string[]
  readonly dependents: Graph
  readonly before: (name: string) => string | undefined
}): Step[] {
  const { late, pruned, order, dependents, before } = request
  const behind = new Map<string, Before>()
  return order.flatMap((name) => {
    const own = beforeOf(dependents.get(name) ?? [], (other) => behind.get(other))
    const id = pruned.has(name) ? `stop:${name}` : before(name)
    behind.set(name, id === undefined ? own : { needs: [id], after: [] })
    return late.has(name) ? [{ ...stopStep(name, ORPHAN), ...own }] : []
  })
}
