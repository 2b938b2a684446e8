import type { Failure, FailureReason, Outcome, StepWarning } from '../../model/outcome.ts'
import type { Step, Verb } from '../../model/plan.ts'
import type { ProcessIdentity } from '../../model/process-identity.ts'
import type { Applied, Phase, ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Operator, ScriptRole } from '../../model/service.ts'
import type { Graph } from '../graph.ts'
import { PortFailure, type Ports, type ScriptEnd, type Survivor } from '../ports.ts'
import { problemLine } from './failure.ts'
import { type RenderFollower, type StepRendering, whoCameUp } from './follow.ts'
import type { Interruption } from './interruption.ts'

/** What every step of a run shares. */
export interface StepContext {
  readonly run: string
  /** What staged copies are called: the run, or one of its resumptions. */
  readonly version: string
  /** Ids of steps that were begun before this process, and whose outcome nobody has seen. */
  readonly inFlight: ReadonlySet<string>
  /** Scripts that outlived their paictl are ended, not awaited. */
  readonly endSurvivors: boolean
  /** What was asked for; a step may be only a part of it. */
  readonly verb: Verb
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly renderFollower?: RenderFollower | undefined
  /** The services that steps of the plan act on. */
  readonly acting: ReadonlySet<string>
  readonly declared: Graph
  readonly boot: string
  readonly interruption: Interruption
  readonly ports: Ports
}

/** How many lines of a log a failure shows. */
const TAIL_LINES = 20

/** One step while it is carried out: its record, its log, its beginning. */
export class StepRun {
  readonly step: Step
  readonly context: StepContext
  readonly begun: number
  readonly log: string
  /** The record as it was when the step began. */
  readonly before: ServiceRecord
  #attempt = 1
  #logStart: number
  #record: ServiceRecord
  #rendering: StepRendering

  constructor(step: Step, context: StepContext) {
    const { ports, run } = context
    this.step = step
    this.context = context
    this.begun = ports.clock.now()
    this.log = ports.logs.path(step.service, run, step.operator)
    this.#logStart = ports.logs.size(this.log)
    this.before = ports.records.read(step.service) ?? emptyRecord(step.service)
    this.#record = this.before
    this.#rendering = { rendered: context.rendered.get(step.service), leftOut: [] }
    const { id, service, operator } = step
    ports.report({ time: this.begun, type: 'step-started', step: id, service, operator, log: this.log })
  }

  get record(): ServiceRecord {
    return this.#record
  }

  /** What is run of the project; `undefined` for a step that runs what was applied before. */
  get rendered(): RenderedService | undefined {
    return this.#rendering.rendered
  }

  /**
   * Renders a follower with those of its deployments that have come up by now; where it is to be stopped, to know that it can
   * be started again.
   * @returns why that cannot be done, in one line; `undefined` when it could, or needed not
   */
  follow(): string | undefined {
    const { renderFollower, acting, ports } = this.context
    if (this.step.deployments === undefined || renderFollower === undefined) return undefined
    const { up, leftOut } = whoCameUp(this.step, { records: ports.records, acting })
    const result = renderFollower(this.step.service, up)
    if (this.step.operator === 'stop') return result.ok ? undefined : `it could not be started again: ${result.error}`
    if (!result.ok) return result.error
    this.#rendering = { rendered: result.value, leftOut }
    if (leftOut.length > 0) this.note(`without ${leftOut.join(', ')}, which did not come up`)
    return undefined
  }

  /** Which attempt this is; the first is 1. */
  get attempt(): number {
    return this.#attempt
  }

  /** Where the output of this attempt begins in the log. */
  get logStart(): number {
    return this.#logStart
  }

  nextAttempt(): void {
    this.#attempt += 1
    this.beginOutput()
  }

  /** What is in the log by now does not belong to what comes. */
  beginOutput(): void {
    this.#logStart = this.context.ports.logs.size(this.log)
  }

  /** Writes the service's record with `changes`, as of now. */
  save(phase: Phase, changes: Partial<ServiceRecord> = {}): void {
    const { ports, run, boot } = this.context
    const since = new Date(ports.clock.now()).toISOString()
    // How far a delete had come counts for as long as it is one.
    const onlyDataLeft = phase === 'deleting' ? this.#record.onlyDataLeft : undefined
    const renewed = { problem: null, failedStart: null, onlyDataLeft, startedAs: undefined }
    this.#record = { ...this.#record, phase, since, run, boot, ...renewed, ...changes }
    ports.records.write(this.#record)
  }

  /** Runs one script of the service. */
  script(role: ScriptRole, script: string, applied: Applied, timeoutMs: number | undefined): Promise<ScriptEnd> {
    const { ports, run } = this.context
    const { id, service } = this.step
    const attempt = this.#attempt
    const onStarted = (process: ProcessIdentity): void => {
      const started = { step: id, role, script, attempt, timeoutMs: timeoutMs ?? null, ...process }
      ports.journal.append({ time: ports.clock.now(), type: 'script', ...started })
    }
    return ports.scripts.run({ service, role, applied, script, run, log: this.log, timeoutMs, onStarted })
  }

  /** Writes a line of paictl's own into the step's log, among what the scripts print. */
  note(text: string): void {
    try {
      this.context.ports.logs.append(this.log, `paictl: ${text}`)
    } catch (error) {
      // A log that cannot be written must not hide what it was to say.
      if (!(error instanceof PortFailure)) throw error
    }
  }

  /** Says that this attempt has failed, and when the next one comes. */
  retrying(reason: FailureReason, of: number, delayMs: number): void {
    const { id, service, operator } = this.step
    const time = this.elapsed() + this.begun
    const attempt = this.#attempt + 1
    const { report } = this.context.ports
    report({ time, type: 'step-retrying', step: id, service, operator, attempt, of, delayMs, reason })
  }

  /** Says that the script is done and what is being waited for now. */
  waiting(waitingFor: string): void {
    const { id, service } = this.step
    this.context.ports.report({
      time: this.elapsed() + this.begun,
      type: 'step-waiting',
      step: id,
      service,
      waitingFor,
    })
  }

  /** Says that a script was ended which an earlier process had started for the service. */
  survivorEnded({ role, pid, run }: Survivor): void {
    const { ports, endSurvivors } = this.context
    const { id, service } = this.step
    const what = { step: id, service, role, pid, startedBy: run } as const
    const because = endSurvivors ? 'asked' : 'out-of-time'
    ports.report({ time: ports.clock.now(), type: 'survivor-ended', ...what, because })
  }

  /** Says what was found out about what an earlier process had begun. */
  recovered({ outcome, because }: { readonly outcome: Outcome | undefined; readonly because: string }): void {
    const { clock, report } = this.context.ports
    const { id, service, operator } = this.step
    const verdict = outcome === undefined ? 'again' : 'done'
    report({ time: clock.now(), type: 'step-recovered', step: id, service, operator, verdict, because })
  }

  elapsed(): number {
    return this.context.ports.clock.now() - this.begun
  }

  done(warning: StepWarning | null = null): Outcome {
    const deployments = this.#rendering.leftOut
    const without = deployments.length > 0 ? ({ kind: 'deployments-left-out', deployments } as const) : null
    return { status: 'done', durationMs: this.elapsed(), warning: warning ?? without, ...this.#attempts() }
  }

  cancelled(): Outcome {
    return { status: 'cancelled', begun: true, durationMs: this.elapsed() }
  }

  failed(reason: FailureReason, script: string | null): Outcome {
    const tail = this.context.ports.logs.tail(this.log, TAIL_LINES)
    const failure: Failure = { reason, script, log: this.log, tail }
    return { status: 'failed', durationMs: this.elapsed(), failure, ...this.#attempts() }
  }

  /** One line for the record. */
  problem(reason: FailureReason): string {
    const line = problemLine(this.step.operator, reason)
    return this.#attempt === 1 ? line : `${line} (attempt ${this.#attempt})`
  }

  /** The durations to record with a success: the step's own among those of the other operators. */
  durations(operator: Operator = this.step.operator): ServiceRecord['durations'] {
    return { ...this.#record.durations, [operator]: this.elapsed() }
  }

  #attempts(): { readonly attempts?: number } {
    return this.#attempt === 1 ? {} : { attempts: this.#attempt }
  }
}

/** What a service has before anything was done with it. */
export function emptyRecord(name: string): ServiceRecord {
  return {
    name,
    kind: 'service',
    phase: 'never-started',
    since: '',
    run: '',
    held: false,
    applied: null,
    startedVersion: null,
    failedStart: null,
    problem: null,
    boot: '',
    dataGeneration: 0,
    prerequisiteGenerations: {},
    durations: {},
  }
}
