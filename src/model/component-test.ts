import type { Diagnostic } from './diagnostic.ts'
import type { Failure, FailureReason } from './outcome.ts'
import type { Operator, ScriptRole } from './service.ts'

/** What a component is checked for, in the order in which it is. */
export const CHECKS = [
  'prerequisites',
  'status-before-start',
  'start',
  'status-after-start',
  'start-again',
  'refresh',
  'status-after-kill',
  'start-after-kill',
  'stop',
  'status-after-stop',
  'stop-again',
  'data-after-stop',
  'restart',
  'delete',
  'status-after-delete',
  'data-after-delete',
  'start-after-delete',
  'delete-running',
  'processes',
  'ports',
  'files',
] as const
export type CheckName = (typeof CHECKS)[number]

/** One thing that a component was checked for. */
export interface Check {
  readonly name: CheckName
  readonly verdict: Verdict
  readonly durationMs: number
}

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly finding: Finding }
  | { readonly kind: 'skipped'; readonly reason: SkipReason }

export const PASSED: Verdict = { kind: 'passed' }
export const failed = (finding: Finding): Verdict => ({ kind: 'failed', finding })
export const skipped = (reason: SkipReason): Verdict => ({ kind: 'skipped', reason })
export const because = (check: CheckName): Verdict => skipped({ kind: 'because', check })
export const verdictOf = (finding: Finding | undefined): Verdict => (finding === undefined ? PASSED : failed(finding))

/** A process of a component. `ports`: those that it listens on, ascending. */
export interface SeenProcess {
  readonly pid: number
  readonly command: string
  readonly ports: readonly number[]
}

/** One file that is otherwise than before. `path` is relative to `place`; a directory's ends with a slash. */
export interface ChangedFile {
  readonly place: 'project' | 'home' | 'tmp'
  readonly path: string
  readonly change: 'added' | 'changed' | 'removed'
}

/** A port that somebody still listens on; `holder`: who, where that can be seen. */
export interface HeldPort {
  readonly port: number
  readonly holder: SeenProcess | null
}

/** Why a check failed. */
export type Finding =
  /** `anyway`: its script was run though there was nothing to do for it. */
  | {
      readonly kind: 'step'
      readonly service: string
      readonly operator: Operator
      readonly failure: Failure
      readonly anyway: boolean
    }
  /** Nothing was run. */
  | { readonly kind: 'refused'; readonly problems: readonly Diagnostic[] }
  /** Its status is not what is true. `script`: what was asked; `null`: its readiness probe. */
  | {
      readonly kind: 'status'
      readonly expected: 'up' | 'down'
      readonly found: string
      readonly detail: string
      readonly script: string | null
    }
  /** It was started, and none of its processes is there. */
  | { readonly kind: 'nothing-runs' }
  | { readonly kind: 'second-copy'; readonly before: number; readonly processes: readonly SeenProcess[] }
  /** A completed job was run once more without having been asked for. */
  | { readonly kind: 'not-left-alone' }
  | { readonly kind: 'processes'; readonly after: 'stop' | 'delete'; readonly processes: readonly SeenProcess[] }
  | { readonly kind: 'ports'; readonly ports: readonly HeldPort[] }
  /** The first ones of `count`. */
  | { readonly kind: 'files'; readonly files: readonly ChangedFile[]; readonly count: number }
  /** Relative to its data directory, the first ones of `count`. */
  | { readonly kind: 'data-lost'; readonly files: readonly string[]; readonly count: number }
  | { readonly kind: 'data-left'; readonly files: readonly string[]; readonly count: number }

/** Why a check was not made. */
export type SkipReason =
  | { readonly kind: 'no-prerequisites' }
  | { readonly kind: 'no-probe' }
  /** That which is checked is nothing that a job has. */
  | { readonly kind: 'job' }
  | { readonly kind: 'no-script'; readonly role: ScriptRole }
  | { readonly kind: 'no-processes' }
  | { readonly kind: 'no-ports' }
  | { readonly kind: 'no-data' }
  /** Processes of others can only be looked at on Linux. */
  | { readonly kind: 'not-linux' }
  /** What came of another check leaves nothing to check here. */
  | { readonly kind: 'because'; readonly check: CheckName }

/** All that a test of a component came to. */
export interface ComponentTest {
  readonly component: string
  readonly cluster: string
  readonly checks: readonly Check[]
  /** The scratch state where it was kept, absolute; `null` where it was removed. */
  readonly kept: string | null
  /** What could not be taken down. */
  readonly remains: readonly Remain[]
}

export type Remain =
  | {
      readonly kind: 'service'
      readonly service: string
      readonly operator: Operator
      readonly reason: FailureReason
    }
  | { readonly kind: 'process'; readonly process: SeenProcess }
