import type { JsonValue } from './json.ts'
import type { Readiness, Retries, ScriptRole, ServiceKind, Timeouts } from './service.ts'

/** A value of the configuration that the command line supplied, references in it not resolved. */
export interface CommandLineValue {
  /** Dotted, with the section first: `web.port`. */
  readonly path: string
  readonly value: JsonValue
  /** The overlay's path, absolute, or `--set`. */
  readonly source: string
}

/**
 * The rendered deploy directory and the decisions that a service was last started or refreshed with, kept so that it
 * can be stopped, deleted and asked without a valid project. Paths are absolute.
 */
export interface Applied {
  /** The run that staged it; names its directory. */
  readonly version: string
  readonly deployDirectory: string
  /** The service's configuration as JSON, what scripts see as PAICTL_CONFIG. */
  readonly configFile: string
  /** The secrets of the configuration, for those who show what it says; `null` where it has none. */
  readonly secretsFile: string | null
  /** What its fingerprint was made of, for later plans; absent in records that were written without. */
  readonly manifestFile?: string
  /** What of the configuration is in no file of the project, sorted by path. */
  readonly commandLine: readonly CommandLineValue[]
  readonly fingerprint: string
  readonly component: string
  readonly componentDirectory: string
  readonly clusterType: string
  /** What it needs, sorted. */
  readonly prerequisites: readonly string[]
  /** What only orders, sorted. */
  readonly optionalPrerequisites: readonly string[]
  readonly scripts: Readonly<Partial<Record<ScriptRole, string>>>
  readonly readiness: Readiness | null
  readonly timeouts: Readonly<Partial<Timeouts>>
  readonly retries: Retries
  readonly strictShell: boolean
  /** Absent in records that were written without: it is not. */
  readonly restartWithPrerequisites?: boolean
  readonly outputs: Readonly<Record<string, string>>
  /** Of a deployment: where its outputs are as they are; absent where they hold no secret. */
  readonly outputsFile?: string
  /** The components whose deployments it follows, sorted; absent: none. */
  readonly follows?: readonly string[]
  /**
   * Of the deployments that its templates saw, a hash of what they saw of each. An empty one: whether it has taken in that
   * deployment, and as what, is not known.
   */
  readonly followed?: Readonly<Record<string, string>>
  /** All that its templates saw of these, secrets included. */
  readonly deploymentsFile?: string
  readonly description: string | null
  readonly tags: readonly string[]
  readonly protected: boolean
}

/** What the last finished or started action left behind. */
export type Phase =
  | 'never-started'
  | 'starting'
  | 'running'
  | 'completed'
  | 'failed'
  | 'interrupted'
  | 'stopping'
  | 'stopped'
  | 'deleting'
  | 'refreshing'

/** Why a start failed, as far as it decides what a later answer of the probe may mean. */
export type FailedStart = 'script' | 'readiness'

/** One service's `state.json`. Times are ISO 8601 in UTC. */
export interface ServiceRecord {
  readonly name: string
  readonly kind: ServiceKind
  readonly phase: Phase
  /** When it came into this phase. */
  readonly since: string
  /** The run that put it there. */
  readonly run: string
  /** Stopped by hand: left alone by apply and reconcile until the next start. */
  readonly held: boolean
  readonly applied: Applied | null
  /** The version that its start script ran from: the working directory of what it left behind. */
  readonly startedVersion: string | null
  readonly failedStart: FailedStart | null
  /** One line, for people: the last failure. */
  readonly problem: string | null
  /** Identifies the boot of the machine that the phase was recorded on; empty where there is none to read. */
  readonly boot: string
  /** What `applied` was rendered to, where its start is not known to be done: the fingerprint that counts then. */
  readonly startedAs?: string | undefined
  /** Of its delete, only the removal of what it kept is left to do: its script was run, and it is silent. */
  readonly onlyDataLeft?: true | undefined
  /** Tells its data from what was deleted before: another number after each delete. */
  readonly dataGeneration: number
  /** Of each direct or indirect prerequisite, the generation that a job's result was computed from. */
  readonly prerequisiteGenerations: Readonly<Record<string, number>>
  /** How long each operator took last time, in milliseconds. */
  readonly durations: Readonly<Record<string, number>>
}

/** Whether something of a service may be alive, so that its prerequisites must not be stopped under it. */
export const mayBeAlive = (record: Pick<ServiceRecord, 'phase'> | undefined): boolean =>
  record !== undefined && ALIVE_PHASES.includes(record.phase)

const ALIVE_PHASES: readonly Phase[] = [
  'starting',
  'running',
  'failed',
  'interrupted',
  'stopping',
  'refreshing',
  'deleting',
]
