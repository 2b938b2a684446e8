import type { Diagnostic } from '../model/diagnostic.ts'
import type { RunEvent } from '../model/event.ts'
import type { ProbeAnswer } from '../model/observed.ts'
import type { ProcessIdentity } from '../model/process-identity.ts'
import type { Applied, ServiceRecord } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Result } from '../model/result.ts'
import type { JournalEntry, StartedScript } from '../model/run.ts'
import type { ReadinessProbe, ScriptRole } from '../model/service.ts'

/**
 * What a port throws when the world refuses: a disk that is full, a directory that may not be written. Whoever runs a step
 * turns it into that step's failure. `message` is one line for people.
 */
export class PortFailure extends Error {}

/** What the engine needs of the world. Each port is as small as its use; io/ implements them, tests fake them. */
export interface Ports {
  readonly clock: Clock
  readonly scripts: ScriptRunner
  readonly probes: Prober
  readonly records: RecordStore
  readonly workspace: Workspace
  readonly logs: LogStore
  readonly journal: Journal
  readonly survivors: Survivors
  readonly report: (event: RunEvent) => void
  /** Lets scripts and probes start that an interruption has kept from it. */
  readonly goOn: () => void
  /** A number from 0 up to 1, 1 itself left out, by chance. */
  readonly random: () => number
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Resolves after `ms`, or at once when `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

export interface ScriptRequest {
  readonly service: string
  readonly role: ScriptRole
  readonly applied: Applied
  /** Relative to the applied deploy directory. */
  readonly script: string
  readonly run: string
  /** Absolute path; output is appended. */
  readonly log: string
  /** `undefined`: no limit. */
  readonly timeoutMs: number | undefined
  /** Called as soon as its process is there, before anything is awaited. */
  readonly onStarted?: (process: ProcessIdentity) => void
}

export type ScriptEnd =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  /** Ended by `interrupt`. */
  | { readonly kind: 'cancelled' }
  /** It could not be run at all; `message` is one line for people. */
  | { readonly kind: 'not-run'; readonly message: string }

/** How urgently running scripts are to end: asked with SIGTERM, with little grace left, or at once with SIGKILL. */
export type Urgency = 'terminate' | 'hasten' | 'kill'

export interface ScriptRunner {
  /** Runs a script in a process group of its own; resolves when it has exited, whoever still holds its output. */
  run(request: ScriptRequest): Promise<ScriptEnd>
  /** Ends all scripts that run now, their whole groups; later calls only make it more urgent. */
  interrupt(urgency: Urgency): void
}

export interface ProbeRequest {
  readonly service: string
  readonly applied: Applied
  readonly run: string
}

export interface Prober {
  /** Runs the status-script. Exit codes as for LSB init scripts: 0 up; 1, 2 dead; 3 not running; else unknown. */
  status(request: ProbeRequest & { readonly script: string }): Promise<ProbeAnswer>
  /** Asks a readiness probe once. `log` is the file that a `log` probe searches, from `logStart` bytes on. */
  ready(
    request: ProbeRequest & { readonly probe: ReadinessProbe; readonly log: string | null; readonly logStart: number },
  ): Promise<ProbeAnswer>
}

export interface RecordStore {
  /** `undefined` for a service that this cluster's state does not know. */
  read(service: string): ServiceRecord | undefined
  /** Replaces the record atomically. */
  write(record: ServiceRecord): void
  /** Forgets a service, with everything that is kept of it. */
  forget(service: string): void
}

export interface Workspace {
  /** Writes a service's deploy directory and configuration for `run`, and makes its data and run directories. */
  stage(rendered: RenderedService, run: string): Applied
  /** Removes staged copies that no longer serve: all but the versions in `keep` and the last three others. */
  prune(service: string, keep: readonly string[]): void
  /** Removes what the service kept in PAICTL_DATA_DIR, links inside it not followed. */
  removeData(service: string): void
  /** Empties PAICTL_RUN_DIR. */
  clearRunDirectory(service: string): void
}

/** Where a run writes down what it is about to do, and what became of it. */
export interface Journal {
  /** What is appended survives the death of this process. Throws a `PortFailure` where it cannot be written. */
  append(entry: JournalEntry): void
}

/** A script that was started by a run whose process is gone, and that still runs. */
export interface Survivor extends StartedScript {
  readonly service: string
  readonly run: string
  /** When it was started, in milliseconds since the epoch. */
  readonly time: number
  /** Of what it was rendered to; `undefined` where it runs what was applied before. */
  readonly fingerprint: string | undefined
}

/** What runs that were ended from outside have left running. */
export interface Survivors {
  /** Those of a service that still run. */
  of(service: string): readonly Survivor[]
  isAlive(survivor: Survivor): boolean
  /** Ends its whole process group; resolves when nothing of it is left. */
  end(survivor: Survivor): Promise<void>
}

/** The services that a run acts on, and those that have to stay as they are meanwhile. */
export interface LeaseScope {
  readonly exclusive: readonly string[]
  readonly shared: readonly string[]
}

/** What a run has to hold while it is being planned. */
export interface LeaseNeeds extends LeaseScope {
  /** What it may come to act on: held exclusively, or shared where others rely on it, until `narrow` says which. */
  readonly possible: readonly string[]
}

/** What a run asks for before it observes and plans. */
export interface LeaseRequest extends LeaseNeeds {
  /** The command line, for those who are kept out. */
  readonly command: string
  /** How long to wait for whoever is in the way, in milliseconds. Who is only planning is waited for shortly even with 0. */
  readonly waitMs: number
  /** Called once, before waiting for who is not only planning or takes long to plan, with what the refusal would be. */
  readonly onWait?: (held: Diagnostic) => void
  /** What was found unusable of the leases, and set aside. */
  readonly onProblem?: (problem: Diagnostic) => void
}

/** What is held, and by which run. */
export interface RunScope extends LeaseScope {
  /** `null` while there is none yet. */
  readonly run: string | null
}

export interface Lease {
  /**
   * Ends the planning: from now on only `scope` is held. Refused, with nothing changed, where others rely on what it acts
   * on, and where somebody has taken the lease away.
   */
  narrow(scope: RunScope): Promise<Result<void, Diagnostic>>
  /** Gives back what `rest` no longer names; it is asked when that is written, a few times a second. */
  shrink(rest: () => RunScope): void
  /** Also where nothing is held any more. */
  release(): Promise<void>
}

/** Who acts on and relies on which services, so that no two runs act on one. */
export interface Leases {
  /** All that is asked for or nothing; the refusal names the owners. */
  acquire(request: LeaseRequest): Promise<Result<Lease, Diagnostic>>
  /** The services that other living runs act on now; those that are still being planned do not yet. */
  actedOn(): ReadonlySet<string>
  /** The runs that are on, as far as they are known yet. */
  runs(): ReadonlySet<string>
}

export interface LogStore {
  /** The path of a step's log, its directory made. */
  path(service: string, run: string, operator: string): string
  /** Bytes in the file now; 0 where there is none. */
  size(path: string): number
  /** Adds a line of text. */
  append(path: string, line: string): void
  /** The last `lines` lines, control characters made harmless; empty where there is no file. */
  tail(path: string, lines: number): readonly string[]
}
