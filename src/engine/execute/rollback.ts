import type { Outcome } from '../../model/outcome.ts'
import type { Plan, Step } from '../../model/plan.ts'
import type { OnFailure } from '../../model/run.ts'
import { planRollback } from '../plan/rollback.ts'
import type { Ports } from '../ports.ts'
import type { Interruption } from './interruption.ts'
import { writeDown } from './write-down.ts'

/** The run that may have to be taken back. */
export interface Revocable {
  readonly plan: Plan
  readonly onFailure: OnFailure
  readonly interruption: Interruption
  /** The steps by which an earlier process has begun to take it back. */
  readonly resumed?: { readonly rollback: readonly Step[] } | undefined
}

/** Carries steps out; each of them settles. */
export type Carry = (steps: readonly Step[]) => Promise<ReadonlyMap<string, Outcome>>

/**
 * Takes back what a run has started, where that is its way with failures and one has come, or its time was up. A signal
 * before that ends the run as it is. Returns the outcomes of the steps that it took.
 */
export async function rollBack(
  { plan, onFailure, interruption, resumed }: Revocable,
  outcomes: ReadonlyMap<string, Outcome>,
  ports: Ports,
  carry: Carry,
): Promise<ReadonlyMap<string, Outcome>> {
  const begun = resumed?.rollback ?? []
  if (begun.length === 0 && (onFailure !== 'rollback' || !isDue(outcomes, interruption))) return new Map()
  if (interruption.signalNumber !== undefined) return new Map()
  interruption.goOn()
  ports.goOn()
  const time = ports.clock.now()
  const planned = planRollback({ plan, outcomes, record: (service) => ports.records.read(service) })
  const steps = begun.length > 0 ? begun : planned.steps
  const { kept } = planned
  if (begun.length === 0) writeDown({ time, type: 'rollback', steps }, ports)
  ports.report({ time, type: 'rollback-started', steps, kept })
  return await carry(steps)
}

function isDue(outcomes: ReadonlyMap<string, Outcome>, { isTimeUp }: Interruption): boolean {
  const statuses = [...outcomes.values()].map(({ status }) => status)
  return statuses.includes('failed') || (isTimeUp && statuses.includes('cancelled'))
}
