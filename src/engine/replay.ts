import type { Outcome } from '../model/outcome.ts'
import type { Step } from '../model/plan.ts'
import type { JournalEntry, OnFailure, RunOwner, StartedScript } from '../model/run.ts'
import type { Pause } from './critical-path.ts'

/** `time`: when it was started, in milliseconds since the epoch. */
export type ScriptInFlight = StartedScript & { readonly time: number }

/** In milliseconds since the epoch. */
export interface StepTimes {
  readonly first: number
  readonly begun: number
  readonly ended: number | undefined
}

/** How far a run had come, as its journal tells. */
export interface Progress {
  /** The process that carried it out last; `undefined` where the journal does not say. */
  readonly owner: RunOwner | undefined
  /** What that process was to do about failures; `undefined`: as the run's plan says. */
  readonly onFailure: OnFailure | undefined
  /** The last outcome of each step that has one, by step id. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Steps that were begun and are not over, with the scripts that they started, oldest first. */
  readonly inFlight: ReadonlyMap<string, readonly ScriptInFlight[]>
  /** Steps that were added to take back what the run had done; empty where there are none. */
  readonly rollback: readonly Step[]
  /** When each step was last begun and ended, in milliseconds since the epoch; `first`: when it was begun at first. */
  readonly times: ReadonlyMap<string, StepTimes>
  /** How many processes have carried it out, one after the other. */
  readonly sessions: number
  /** From the last that each of them has written to the first of the next: nobody was there to carry the run out. */
  readonly pauses: readonly Pause[]
  /** When the last that is known of it was written, in milliseconds since the epoch; `undefined`: nothing is. */
  readonly last: number | undefined
  /** How often each step's operator was tried, where more than once. */
  readonly attempts: ReadonlyMap<string, number>
}

/** Reads off a journal how far its run had come. */
export function replay(entries: readonly JournalEntry[]): Progress {
  let owner: RunOwner | undefined
  let onFailure: OnFailure | undefined
  let last: number | undefined
  const pauses: Pause[] = []
  let sessions = 0
  let rollback: readonly Step[] = []
  const outcomes = new Map<string, Outcome>()
  const inFlight = new Map<string, ScriptInFlight[]>()
  const times = new Map<string, StepTimes>()
  const attempts = new Map<string, number>()
  for (const entry of entries) {
    switch (entry.type) {
      case 'opened':
        owner = entry.owner
        onFailure = entry.onFailure ?? onFailure
        if (last !== undefined) pauses.push({ from: last, to: entry.time })
        sessions += 1
        break
      case 'intent':
        // Begun once more, its earlier scripts may still be in flight.
        if (!inFlight.has(entry.step)) inFlight.set(entry.step, [])
        outcomes.delete(entry.step)
        times.set(entry.step, {
          first: times.get(entry.step)?.first ?? entry.time,
          begun: entry.time,
          ended: undefined,
        })
        break
      case 'script': {
        const { type: _, ...script } = entry
        inFlight.get(entry.step)?.push(script)
        if (entry.attempt > 1) attempts.set(entry.step, entry.attempt)
        break
      }
      case 'outcome': {
        outcomes.set(entry.step, entry.outcome)
        // What was cancelled may have outlived that.
        if (isSettled(entry.outcome)) inFlight.delete(entry.step)
        const begun = times.get(entry.step)
        if (begun !== undefined) times.set(entry.step, { ...begun, ended: entry.time })
        break
      }
      case 'rollback':
        rollback = entry.steps
        break
      default:
        // An entry of a kind that came later says nothing about steps.
        break
    }
    last = entry.time
  }
  return { owner, onFailure, pauses, last, outcomes, inFlight, rollback, times, sessions, attempts }
}

/** Whether a step is over: what was cancelled is not. */
export const isSettled = (outcome: Outcome | undefined): boolean =>
  outcome !== undefined && outcome.status !== 'cancelled'
