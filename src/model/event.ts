import type { FailureReason, Outcome } from './outcome.ts'
import type { Left, Plan, Step, Verb } from './plan.ts'
import type { Kept } from './rollback.ts'
import type { Operator, ScriptRole } from './service.ts'

/** The version of every event and document of `--output json`. */
export const FORMAT_VERSION = 1

/** What a cluster is called, and of what type it is. */
export interface ClusterName {
  readonly id: string
  readonly type: string
}

/** A step that was cut short; `waitingFor` is null while its script ran. */
export interface UnderWay {
  readonly service: string
  readonly operator: Operator
  readonly waitingFor: string | null
}

/**
 * What became of a file that declares a deployment, beside what a run says: it may have been written before the run began. `time`
 * is milliseconds since the epoch, `file` absolute.
 */
export interface DeploymentFileEvent {
  readonly time: number
  readonly type: 'deployment-file'
  readonly deployment: string
  readonly file: string
  readonly outcome: 'created' | 'changed' | 'removed'
}

/**
 * What a run says while it goes on. `time` is milliseconds since the epoch; `run` is null where the plan has no steps,
 * which makes no run.
 */
export type RunEvent = { readonly time: number } & (
  | {
      readonly type: 'run-started'
      readonly run: string | null
      readonly verb: Verb
      readonly cluster: ClusterName
      readonly plan: Plan
      /** Of a run that is gone on with: how many of its steps were over, and the ids of those that were in flight. */
      readonly resumed?: { readonly done: number; readonly inFlight: readonly string[] }
    }
  | { readonly type: 'service-left'; readonly left: Left }
  | {
      readonly type: 'step-started'
      readonly step: string
      readonly service: string
      readonly operator: Operator
      readonly log: string | null
    }
  /** The script has ended well; its readiness (or, after a stop, its silence) is being awaited. */
  | { readonly type: 'step-waiting'; readonly step: string; readonly service: string; readonly waitingFor: string }
  /**
   * A script that outlived its paictl was ended, with its group, before the step: by `--end-survivors`, or because the time
   * that it was given was up. What it has done is not known.
   */
  | {
      readonly type: 'survivor-ended'
      readonly step: string
      readonly service: string
      readonly role: ScriptRole
      readonly pid: number
      /** The run that had started it. */
      readonly startedBy: string
      readonly because: 'asked' | 'out-of-time'
    }
  /**
   * An earlier process had begun it, and its outcome is not known: it was found `done`, or is carried out `again`.
   * `because` is one line for people.
   */
  | {
      readonly type: 'step-recovered'
      readonly step: string
      readonly service: string
      readonly operator: Operator
      readonly verdict: 'done' | 'again'
      readonly because: string
    }
  /** An attempt has failed. `attempt`: the number of the next one, which begins after `delayMs`, of as many as there may be. */
  | {
      readonly type: 'step-retrying'
      readonly step: string
      readonly service: string
      readonly operator: Operator
      readonly attempt: number
      readonly of: number
      readonly delayMs: number
      readonly reason: FailureReason
    }
  | {
      readonly type: 'step-ended'
      readonly step: string
      readonly service: string
      readonly operator: Operator
      readonly outcome: Outcome
    }
  | {
      readonly type: 'interrupted'
      readonly signal: string
      readonly count: number
      readonly stillRunning: readonly string[]
    }
  /** The run has taken as long as it may: nothing new starts, and what is under way is ended. */
  | { readonly type: 'time-up'; readonly afterMs: number; readonly underWay: readonly UnderWay[] }
  /** What the run has started is stopped again by `steps`; `kept` is not taken back. */
  | { readonly type: 'rollback-started'; readonly steps: readonly Step[]; readonly kept: readonly Kept[] }
  | {
      readonly type: 'run-ended'
      readonly run: string | null
      readonly verb: Verb
      readonly durationMs: number
      readonly exitCode: number
    }
)
