import type { Plan, Step } from '../model/plan.ts'
import { closure, type Graph } from './graph.ts'
import { sortedNames } from './plan/situation.ts'
import type { LeaseNeeds, LeaseScope } from './ports.ts'

/** A lease that somebody holds. */
export interface HeldLease extends LeaseScope {
  /** Its owner has not decided yet what it acts on: what it holds exclusively is more than that, and not for long. */
  readonly planning: boolean
}

/** A lease in the way, and the services that it holds. */
export interface InTheWay<L extends HeldLease> {
  readonly lease: L
  /** Sorted. */
  readonly services: readonly string[]
}

/** Either what is held from now on, or who is in the way; both sorted. */
export type Weighed<L extends HeldLease> =
  | { readonly kind: 'gained'; readonly scope: LeaseScope }
  | { readonly kind: 'blocked'; readonly by: readonly InTheWay<L>[] }

/**
 * What a run gets beside the leases of `others`: all that it needs, or nothing. Who acts on a service is alone with it; any
 * number rely on one. What it may come to act on is held exclusively, or shared where others rely on it.
 */
export function weighNeeds<L extends HeldLease>(needs: LeaseNeeds, others: readonly L[]): Weighed<L> {
  const certain = new Set(needs.exclusive)
  const all = sortedNames([...certain, ...needs.possible, ...needs.shared])
  const relied = new Set(others.flatMap((lease) => lease.shared))
  const by = others.flatMap((lease) => {
    const acts = new Set(lease.exclusive)
    const relies = new Set(lease.shared)
    const services = all.filter((name) => acts.has(name) || (certain.has(name) && relies.has(name)))
    return services.length === 0 ? [] : [{ lease, services }]
  })
  if (by.length > 0) return { kind: 'blocked', by }
  const exclusive = new Set([...certain, ...needs.possible.filter((name) => !relied.has(name))])
  const shared = all.filter((name) => !exclusive.has(name))
  return { kind: 'gained', scope: { exclusive: sortedNames(exclusive), shared } }
}

/**
 * What a run with `plan` still has to hold: what its unsettled steps act on, and what those that start or refresh something
 * rely on. `graph`: the prerequisites that these are started with. `settled`: ids of steps.
 */
export function scopeOf(plan: Plan, graph: Graph, settled: ReadonlySet<string> = new Set()): LeaseScope {
  // What is deleted may be forgotten altogether at the end of the run.
  const open = plan.steps.filter((step) => step.operator === 'delete' || !settled.has(step.id))
  const exclusive = new Set(open.map((step) => step.service))
  const relying = open.filter(isStarting).map((step) => step.service)
  const relied = closure(graph, relying, (edge) => !edge.optional)
  // Whom a follower knows of is there for as long as that is not taken back.
  const followed = open.flatMap((step) => step.deployments ?? [])
  return {
    exclusive: sortedNames(exclusive),
    shared: sortedNames([...relied.keys(), ...followed]).filter((name) => !exclusive.has(name)),
  }
}

const isStarting = ({ operator }: Step): boolean => operator === 'start' || operator === 'refresh'
