import type { Operator, ReadinessKind } from './service.ts'

export type FailureReason =
  | { readonly kind: 'exit'; readonly exitCode: number }
  | { readonly kind: 'signal'; readonly signal: string }
  /** `lastAnswer`: what the service's probe said after that, where it has one. */
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly lastAnswer?: string }
  | {
      readonly kind: 'not-ready'
      readonly probe: ReadinessKind | 'status-script'
      readonly afterMs: number
      readonly lastAnswer: string
    }
  /** It died while its readiness was awaited. */
  | { readonly kind: 'died'; readonly answer: string }
  /** Its stop was done, and it still answers. */
  | { readonly kind: 'still-running'; readonly answer: string }
  | { readonly kind: 'no-stop-script'; readonly answer: string }
  /** It was to be deleted, and its probe cannot tell whether it still runs. */
  | { readonly kind: 'not-known-down'; readonly answer: string }
  /** The script could not be run, or a file of the state could not be written. */
  | { readonly kind: 'system'; readonly message: string }

/** All that a person needs to go on after a failed step. */
export interface Failure {
  readonly reason: FailureReason
  /** Path of the script relative to deploy/; `null` where none was run. */
  readonly script: string | null
  /** Absolute path of the step's log; `null` before there is one. */
  readonly log: string | null
  /** The last lines of the log, at most 20. */
  readonly tail: readonly string[]
  /** It was not tried again, though it may be tried more often, because its exit code is none of these. */
  readonly retriedOn?: readonly number[]
}

/** What became of a step. `attempts`: how often it was tried, where that is more than once. */
export type Outcome =
  | {
      readonly status: 'done'
      readonly durationMs: number
      readonly warning: StepWarning | null
      readonly attempts?: number
    }
  | { readonly status: 'failed'; readonly durationMs: number; readonly failure: Failure; readonly attempts?: number }
  /** Not begun, because of the failures of these services (the roots of the trouble, sorted). */
  | { readonly status: 'blocked'; readonly by: readonly string[] }
  /** Ended or not begun, because the run was told to stop. `begun`: its script had been started. */
  | { readonly status: 'cancelled'; readonly begun: boolean; readonly durationMs: number }

/** Something that was done, but not as fully as its name says. */
export type StepWarning =
  | { readonly kind: 'no-script'; readonly operator: Operator }
  /** It was running already, and is taken over as it is. */
  | { readonly kind: 'adopted' }
  /** These followed deployments did not come up: it does without them. Sorted. */
  | { readonly kind: 'deployments-left-out'; readonly deployments: readonly string[] }
