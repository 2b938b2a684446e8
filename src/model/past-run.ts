import type { Outcome } from './outcome.ts'
import type { Verb } from './plan.ts'
import type { Operator } from './service.ts'

/**
 * `interrupted`: something is left that can be gone on with; `replaced`: a later run has acted on the same services since.
 */
export type RunState = 'running' | 'done' | 'failed' | 'interrupted' | 'replaced'

/** One run, as a line of a list. Times are ISO 8601. */
export interface RunRow {
  readonly run: string
  readonly verb: Verb
  readonly command: string
  readonly state: RunState
  readonly startedAt: string
  readonly endedAt: string | null
  readonly exitCode: number | null
  readonly steps: { readonly done: number; readonly failed: number; readonly open: number; readonly total: number }
}

/** One step of a run. Times are ISO 8601. */
export interface RunStep {
  readonly step: string
  readonly service: string
  readonly operator: Operator
  /** `null`: not begun, or under way. */
  readonly outcome: Outcome | null
  readonly begunAt: string | null
  readonly endedAt: string | null
  readonly attempts: number
}

/** All that is kept of one run. */
export interface RunDetail extends RunRow {
  readonly list: readonly RunStep[]
  /** How often it was interrupted and gone on with. */
  readonly resumptions: number
  /** How long nobody was there to carry it out, in milliseconds. */
  readonly pausedMs: number
  readonly criticalPath: readonly PathStep[]
  /** How many scripts ran side by side at most. */
  readonly parallel: number
}

/** A step of the path that a run could not have been shorter than. */
export interface PathStep {
  readonly step: string
  /** How long it could have begun and had not, because no slot was free; while the run was interrupted is left out. In milliseconds. */
  readonly waitedMs: number
  readonly durationMs: number
}
