import { type Progress, replay } from '../../engine/replay.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { RunOwner, RunPlan } from '../../model/run.ts'
import type { RunStore } from './run-store.ts'

/** A run that was ended from outside: its process is gone, and it has not said how it ended. */
export interface InterruptedRun {
  readonly plan: RunPlan
  /** `undefined` where its journal is lost or makes no sense: nothing is known of its steps then. */
  readonly progress: Progress | undefined
  /** What is wrong with its journal. */
  readonly problem: Diagnostic | undefined
}

/** Whether a run without an end counts as one that nobody carries out; `owner`: who did last, as far as is known. */
export type IsGone = (owner: RunOwner, run: string) => boolean

/**
 * The runs that were ended from outside, oldest first. A plan that makes no sense was set aside, and is left out.
 * @param isGone where that is not for the run's owner and the leases alone to say
 */
export const interruptedRuns = (runs: RunStore, isGone?: IsGone): InterruptedRun[] =>
  runs.unfinished().flatMap((id) => interruptedRun(runs, id, isGone) ?? [])

/** A run without a summary, as one that was ended from outside; `undefined` where it is on, or nothing can be told of it. */
export function interruptedRun(
  runs: RunStore,
  id: string,
  isGone: IsGone = (owner, run) => !runs.isOn(run, owner),
): InterruptedRun | undefined {
  const found = runs.readPlan(id)
  if (!found.ok || found.value === undefined) return undefined
  const plan = found.value
  // Written by a version without journals.
  if (plan.owner.pid === 0) return undefined
  const journal = runs.readJournal(id)
  const problem = journal.ok ? undefined : journal.error
  const progress = journal.ok && journal.value !== undefined ? replay(journal.value) : undefined
  return isGone(progress?.owner ?? plan.owner, id) ? { plan, progress, problem } : undefined
}
