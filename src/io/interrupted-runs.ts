import { type Progress, replay } from '../engine/replay.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { RunOwner, RunPlan } from '../model/run.ts'
import { isOfThisHost } from './cluster-lock.ts'
import { isAlive } from './process-info.ts'
import type { RunStore } from './run-store.ts'

/** A run that was ended from outside: its process is gone, and it has not said how it ended. */
export interface InterruptedRun {
  readonly plan: RunPlan
  /** `undefined` where its journal is lost or makes no sense: nothing is known of its steps then. */
  readonly progress: Progress | undefined
  /** What is wrong with its journal. */
  readonly problem: Diagnostic | undefined
}

/**
 * The runs that were ended from outside, oldest first. A plan that makes no sense was set aside, and is left out. `isGone`:
 * which owners of a run without an end count as gone.
 */
export function interruptedRuns(runs: RunStore, isGone: (owner: RunOwner) => boolean = isOwnerDead): InterruptedRun[] {
  return runs.unfinished().flatMap((id) => {
    const found = runs.readPlan(id)
    if (!found.ok || found.value === undefined) return []
    const plan = found.value
    // Written by a version without journals: nothing can be told of it.
    if (plan.owner.pid === 0) return []
    const journal = runs.readJournal(id)
    const problem = journal.ok ? undefined : journal.error
    const progress = journal.ok && journal.value !== undefined ? replay(journal.value) : undefined
    return isGone(progress?.owner ?? plan.owner) ? [{ plan, progress, problem }] : []
  })
}

/** Of a process on another machine nothing can be told: it may be at work. */
export const isOwnerDead = (owner: RunOwner): boolean => isOfThisHost(owner) && !isAlive(owner)
