import type { Graph } from '../../engine/graph.ts'
import { scopeOf } from '../../engine/leases.ts'
import { sortedNames } from '../../engine/plan/situation.ts'
import type { Lease, LeaseNeeds, LeaseScope } from '../../engine/ports.ts'
import type { RunEvent } from '../../model/event.ts'
import type { Plan } from '../../model/plan.ts'

/** What a request is about, before anything is observed. */
export interface Affected {
  /** Acted on whatever is observed. */
  readonly certain: Iterable<string>
  /** Acted on where that turns out to be needed, else left alone. */
  readonly possible: Iterable<string>
  /** Left alone in any case, and needed by others. */
  readonly relied: Iterable<string>
}

/** What has to be leased to make a plan for `affected`. */
export function needsOf(affected: Affected): LeaseNeeds {
  const certain = new Set(affected.certain)
  const possible = sortedNames(affected.possible).filter((name) => !certain.has(name))
  const acted = new Set([...certain, ...possible])
  const shared = sortedNames(affected.relied).filter((name) => !acted.has(name))
  return { exclusive: sortedNames(certain), possible, shared }
}

/** Whether who holds `held` may make a plan that needs `needs`. */
export function covers(held: LeaseNeeds, needs: LeaseNeeds): boolean {
  const names = namesOf(held)
  return [...namesOf(needs)].every((name) => names.has(name))
}

/** What a plan that was made under `needs` acts on and relies on. Nobody vouched for prerequisites beyond these. */
export function plannedScope(
  plan: Plan,
  declared: Graph,
  needs: LeaseNeeds,
  settled?: ReadonlySet<string>,
): LeaseScope {
  const names = namesOf(needs)
  const { exclusive, shared } = scopeOf(plan, declared, settled)
  return { exclusive, shared: shared.filter((name) => names.has(name)) }
}

/** The same scope, with nobody else at these services either. */
export function alsoActingOn(names: readonly string[], { exclusive, shared }: LeaseScope): LeaseScope {
  const acted = new Set([...exclusive, ...names])
  return { exclusive: sortedNames(acted), shared: shared.filter((name) => !acted.has(name)) }
}

/** What a run has to hold when the steps with these ids have settled. */
export type ScopeOf = (settled: Iterable<string>) => LeaseScope

/** Hands on what a run reports, and gives back what its settled steps no longer need. */
export function shrinking(lease: Lease, scope: ScopeOf, report: (event: RunEvent) => void): (event: RunEvent) => void {
  const settled = new Set<string>()
  let run: string | null = null
  return (event) => {
    report(event)
    if (event.type === 'run-started') run = event.run
    else if (event.type === 'step-ended') settled.add(event.step)
    else return
    lease.shrink(() => ({ ...scope(settled), run }))
  }
}

const namesOf = ({ exclusive, possible, shared }: LeaseNeeds): Set<string> =>
  new Set([...exclusive, ...possible, ...shared])
