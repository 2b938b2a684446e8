import type { ClusterName } from './event.ts'
import type { ServiceState } from './observed.ts'
import type { Plan } from './plan.ts'

/** What an apply was asked for, as far as its plan depends on it. */
export interface ApplySelection {
  readonly names: readonly string[]
  readonly all: boolean
  readonly skip: readonly string[]
  readonly prune: boolean
  /** So many refreshes are done before the others begin; `null`: all alike. */
  readonly canary: number | null
}

/** What was true of a service when a plan was made, as far as the plan depends on it. */
export interface ObservedFacts {
  readonly state: ServiceState
  /** The run that brought it there, since when (ISO 8601), and with what; `null` without a record. */
  readonly run: string | null
  readonly since: string | null
  readonly fingerprint: string | null
}

/** What is to be expected of a step. */
export interface StepOutlook {
  /** How long the operator took last time, in milliseconds; `null` where it is not known. */
  readonly lastMs: number | null
  /** Who runs and needs the service, by name. `runsOn`: the plan does nothing with it. */
  readonly dependents: readonly { readonly name: string; readonly runsOn: boolean }[]
}

/** A plan with all that it rests on: what `plan` shows, and what can be handed to `apply --plan`. Secrets are masked. */
export interface PlanReport {
  readonly cluster: ClusterName
  readonly selection: ApplySelection
  /** Absolute paths. */
  readonly overlays: readonly string[]
  readonly assignments: readonly string[]
  readonly plan: Plan
  /** By step id. */
  readonly outlook: Readonly<Record<string, StepOutlook>>
  /** Of what is declared, by service. */
  readonly fingerprints: Readonly<Record<string, string>>
  /** By service. */
  readonly observed: Readonly<Record<string, ObservedFacts>>
  /** Only where they were asked for. */
  readonly differences?: readonly FileDifference[]
}

/** A file under deploy/ that a step will change, its text before and after with secrets masked. */
export interface FileDifference {
  readonly service: string
  readonly path: string
  /** `null`: there is no such file. */
  readonly before: string | null
  readonly after: string | null
  /** Why the texts are not given. */
  readonly withheld: 'binary' | 'large' | null
}
