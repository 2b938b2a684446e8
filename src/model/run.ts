import type { Outcome } from './outcome.ts'
import type { Left, Plan, Step, Verb } from './plan.ts'
import type { ProcessIdentity } from './process-identity.ts'
import type { ScriptRole } from './service.ts'

/** The process that carries a run out. */
export interface RunOwner extends ProcessIdentity {
  readonly host: string
}

/** What to do with the rest when a step has failed. */
export type OnFailure = 'continue' | 'stop' | 'rollback'

/** What a run was asked to do, with all that it takes to go on with it: written before its first step. Times are ISO 8601 in UTC. */
export interface RunPlan {
  readonly run: string
  readonly verb: Verb
  /** The command line, for people. */
  readonly command: string
  readonly startedAt: string
  readonly owner: RunOwner
  readonly parallel: number
  readonly onFailure: OnFailure
  /** What the services were rendered with: absolute paths, and values as typed, secrets masked. */
  readonly overlays: readonly string[]
  readonly assignments: readonly string[]
  /** Of the services whose steps run the project's own scripts, what they were rendered to. */
  readonly fingerprints: Readonly<Record<string, string>>
  readonly plan: Plan
  /** The files that are removed last, absolute, by the deployments that they declare; absent: none are. */
  readonly declarations?: Readonly<Record<string, string>>
}

/** How a run ended: absent where it was ended from outside. Times are ISO 8601 in UTC. */
export interface RunSummary {
  readonly run: string
  readonly verb: Verb
  readonly startedAt: string
  readonly endedAt: string
  readonly exitCode: number
  /** What was done about failures in the end; absent: as the plan says. */
  readonly onFailure?: OnFailure
  /** A later run has acted on services of what was left of it, so that it can no longer be gone on with. */
  readonly replaced?: true
  /** By step id. */
  readonly outcomes: Readonly<Record<string, Outcome>>
  readonly left: readonly Left[]
}

/** A script that a run has started, as its journal has it. */
export interface StartedScript extends ProcessIdentity {
  readonly step: string
  readonly role: ScriptRole
  /** Relative to the deploy directory. */
  readonly script: string
  /** 1 for the first try. */
  readonly attempt: number
  /** `null`: no limit. */
  readonly timeoutMs: number | null
}

/** A line of a run's journal. `time` is milliseconds since the epoch. */
export type JournalEntry = {
  readonly time: number
} /** The run was begun, or gone on with, by this process. `onFailure`: absent where the plan says it. */ & (
  | { readonly type: 'opened'; readonly run: string; readonly owner: RunOwner; readonly onFailure?: OnFailure }
  /** The step is about to be carried out. */
  | { readonly type: 'intent'; readonly step: string }
  | ({ readonly type: 'script' } & StartedScript)
  /** Also of steps that were never begun. */
  | { readonly type: 'outcome'; readonly step: string; readonly outcome: Outcome }
  /** Steps that take back what the run has done were added to its plan. */
  | { readonly type: 'rollback'; readonly steps: readonly Step[] }
)
