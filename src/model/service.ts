import type { Retry } from './retry.ts'
import type { Located, Span } from './span.ts'

/** The verbs that a component's scripts implement. */
export const OPERATORS = ['start', 'stop', 'delete', 'refresh'] as const
export type Operator = (typeof OPERATORS)[number]

/** What a script of a component is for: the operators, and the two that only look. */
export type ScriptRole = Operator | 'status' | 'describe'

export type ServiceKind = 'service' | 'job'

/** An edge: this service starts after `service` is ready (a job: completed). */
export interface Prerequisite {
  readonly service: string
  /** Orders when both are selected, never blocks, is not pulled in. */
  readonly optional: boolean
  /** It stands for one of the deployments that the service follows: it orders, and nothing else. */
  readonly follows?: true
  readonly span: Span
}

/** Where a deployment is declared. */
export interface DeploymentPlace {
  /** cluster-config/deployments/<name>.yaml, absolute. */
  readonly file: string
  /** Where it names its component. */
  readonly span: Span
}

export type ReadinessKind = 'script' | 'http' | 'tcp' | 'log'

/** The `readiness` key as written: every value may hold template expressions. */
export interface ReadinessDeclaration {
  readonly kind: ReadinessKind
  /** script: path under deploy/; http: URL; tcp: `host:port` or `port`; log: regular expression. */
  readonly target: Located<string>
  readonly interval?: Located<string>
  readonly timeout?: Located<string>
  readonly successThreshold?: Located<string>
}

/** How readiness is asked, and how patiently. All durations in milliseconds. */
export interface Readiness {
  readonly probe: ReadinessProbe
  readonly intervalMs: number
  readonly timeoutMs: number
  /** How many answers in a row count as ready. */
  readonly successThreshold: number
}

export type ReadinessProbe =
  | { readonly kind: 'script'; readonly script: string }
  | { readonly kind: 'http'; readonly url: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'log'; readonly pattern: string }

/** What of a service is tried again; an operator that is not there is tried once. */
export type Retries = Readonly<Partial<Record<Operator, Retry>>>

/** Per operator, in milliseconds; `undefined` is no limit (the start of a job). */
export type Timeouts = Readonly<Record<Operator, number | undefined>>

export const DEFAULT_TIMEOUTS: Timeouts = { start: 600_000, stop: 300_000, delete: 300_000, refresh: 300_000 }
export const DEFAULT_READINESS = { intervalMs: 1000, timeoutMs: 120_000, successThreshold: 1 } as const
/** How long one probe may take before it counts as no answer. */
export const PROBE_TIMEOUT_MS = 5000

/** An output of this name is a command: what to type to see the service at work. Shown after a start, not in tables. */
export const TRY_OUTPUT = 'try'

/** A node of the graph as its `service.yaml` declares it, and its deployment, where it is one. Paths are absolute unless said otherwise. */
export interface Service {
  readonly name: string
  readonly component: string
  /** `undefined`: it is the component itself. */
  readonly deployment?: DeploymentPlace | undefined
  readonly kind: ServiceKind
  /** components/<name>/ */
  readonly directory: string
  /** components/<name>/deploy/service.yaml */
  readonly file: string
  readonly description: string | undefined
  readonly tags: readonly string[]
  readonly protected: boolean
  /** The cluster types that it exists on; `undefined`: all. */
  readonly clusterTypes: readonly string[] | undefined
  /** Where they are listed. */
  readonly clusterTypesSpan?: Span | undefined
  readonly prerequisites: readonly Prerequisite[]
  /** The components whose deployments it routes to, or otherwise has to know of. */
  readonly follows: readonly Located<string>[]
  /** Targets under deploy/; `undefined`: every `*.template` there. */
  readonly templateList: readonly Located<string>[] | undefined
  /** Relative to deploy/. */
  readonly scripts: Readonly<Partial<Record<ScriptRole, Located<string>>>>
  readonly readiness: ReadinessDeclaration | undefined
  readonly timeouts: Timeouts
  readonly retries: Retries
  readonly strictShell: boolean
  /** It is restarted when something that it needs is. */
  readonly restartWithPrerequisites: boolean
  /** Globs relative to the component directory. */
  readonly inputs: readonly Located<string>[]
  /** Template texts by output name, in the order of their names. */
  readonly outputs: Readonly<Record<string, Located<string>>>
}
