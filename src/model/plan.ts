import type { Change } from './change.ts'
import type { Operator } from './service.ts'

/** A request of a person, as the planner sees it. */
export type Verb = 'start' | 'stop' | 'restart' | 'delete' | 'refresh' | 'apply'

/** What made a service part of a request. */
export type Selected =
  | { readonly by: 'request' }
  | { readonly by: 'prerequisite'; readonly of: string }
  | { readonly by: 'dependent'; readonly of: string }

/** Why a step is needed, beyond its having been selected. */
export type Trigger =
  | { readonly kind: 'never-started' }
  | { readonly kind: 'not-running'; readonly detail: string }
  /** It answers, and something of it was begun that nobody has seen to its end. */
  | { readonly kind: 'interrupted'; readonly detail: string }
  | { readonly kind: 'no-probe' }
  | { readonly kind: 'job-not-completed'; readonly detail: string }
  /** Empty where it is not known what is otherwise. */
  | { readonly kind: 'changed'; readonly changes: readonly Change[] }
  /** `changes`: what else is new with it. */
  | { readonly kind: 'prerequisite-restarted'; readonly service: string; readonly changes: readonly Change[] }
  /** It runs, and the project has it no more. */
  | { readonly kind: 'orphan' }
  | { readonly kind: 'again' }
  | { readonly kind: 'prerequisite-data-deleted'; readonly service: string }
  | { readonly kind: 'adopted'; readonly answer: string }
  | { readonly kind: 'asked' }
  | { readonly kind: 'no-refresh-script' }
  /** The run that started it came to nothing. */
  | { readonly kind: 'rolled-back' }
  | Followed

/**
 * The deployments that it follows are not those that it was last started or refreshed with: who has come, who has gone, and
 * of whom configuration or outputs are others; each sorted.
 */
export interface Followed {
  readonly kind: 'followed'
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly changed: readonly string[]
  /** What else is new with it. */
  readonly changes: readonly Change[]
}

export interface Cause {
  readonly selected: Selected
  readonly trigger: Trigger
}

/** Which scripts a step runs: those of the project as it is, or those that the service was started with. */
export type StepSource = 'tree' | 'applied'

export interface Step {
  /** `<operator>:<service>`, unique in a plan; `rollback:<service>` and `rollback-stop:<service>` of what takes a run back. */
  readonly id: string
  readonly service: string
  readonly operator: Operator
  readonly source: StepSource
  /** Take over what already answers instead of running the start script. */
  readonly adopt: boolean
  /** Run the stop-script that it was last started with before the start, which failed or was interrupted last time. */
  readonly stopFirst?: true
  readonly cause: Cause
  /** Ids of the steps that must be done before this one begins; sorted. */
  readonly needs: readonly string[]
  /** Ids of the steps that must have ended before, well or not: those of optional prerequisites; sorted. */
  readonly after: readonly string[]
  /**
   * Of a start or a refresh of who follows others: the deployments that its templates see, by name, where these come up. Also of
   * the stop before such a start, which is not done where the start could not be rendered.
   */
  readonly deployments?: readonly string[]
}

/** Why a selected service needs no step. */
export type LeftReason =
  /** `since`: ISO 8601; `null` where it is not known. */
  | { readonly kind: 'running'; readonly since: string | null }
  | { readonly kind: 'running-older-configuration' }
  /** It runs, and its last start or refresh was not done to the end. */
  | { readonly kind: 'running-unconfirmed'; readonly operator: 'start' | 'refresh' }
  /** It runs, or is completed, with what is declared. */
  | { readonly kind: 'up-to-date'; readonly since: string | null; readonly state: 'running' | 'completed' }
  /** Stopped by hand. */
  | { readonly kind: 'held'; readonly since: string | null }
  | { readonly kind: 'delete-interrupted' }
  /** A stop that was asked for, and that nobody has seen to its end. */
  | { readonly kind: 'stop-interrupted' }
  /** Another command is at it now. */
  | { readonly kind: 'busy'; readonly state: string }
  /** What it would need for its step is left alone, and does not run. */
  | { readonly kind: 'prerequisite-left'; readonly service: string; readonly because: Leaving }
  /** It runs, and the project has it no more; `neededBy`: who needs it still, or others like it that need it. */
  | { readonly kind: 'orphan'; readonly neededBy: readonly string[] }
  | { readonly kind: 'completed'; readonly since: string | null }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'not-running'; readonly state: string }
  | { readonly kind: 'nothing-to-stop'; readonly state: string }
  | { readonly kind: 'never-started' }
  | { readonly kind: 'skipped' }

/** What keeps a service from being started by an apply, and whoever needs it with it. */
export type Leaving = 'held' | 'delete-interrupted' | 'stop-interrupted'

export interface Left {
  readonly service: string
  readonly reason: LeftReason
  readonly selected: Selected
  /** Being left like this makes the request fail (exit 1): a named refresh of what does not run. */
  readonly failure: boolean
}

/** The steps that a request will take, in an order in which they could be run one by one, and what it leaves alone. */
export interface Plan {
  readonly verb: Verb
  readonly steps: readonly Step[]
  readonly left: readonly Left[]
}
