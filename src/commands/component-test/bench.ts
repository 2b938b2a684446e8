import { type EndingSignal, Interruption } from '../../engine/execute/interruption.ts'
import { createScratch, type Scratch } from '../../io/scratch/scratch.ts'
import { ScratchProcesses } from '../../io/scratch/scratch-processes.ts'
import { dataDirectory, serviceDirectory } from '../../io/state/state-layout.ts'
import { clusterDirectory } from '../../io/state/state-location.ts'
import type { Finding, Remain } from '../../model/component-test.ts'
import type { RunEvent } from '../../model/event.ts'
import { EXIT } from '../../model/exit-code.ts'
import type { Observed } from '../../model/observed.ts'
import type { Plan } from '../../model/plan.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { EndedBySignal } from '../running/attended.ts'
import type { RunReport } from '../running/perform.ts'
import { deleteServices, stopServices } from '../service-end.ts'
import { see } from '../service-look.ts'
import { refreshServices, restartServices, startServices } from '../service-run.ts'
import { inScratch, quiet } from './invocation.ts'

/** What a command came to. */
export interface Ran {
  /** Why it failed; `undefined` where it did not. */
  readonly finding: Finding | undefined
  /** `undefined` where it was refused. */
  readonly plan: Plan | undefined
}

/** How a command of the bench is called. */
export interface Call {
  /** Runs the script though there is nothing to do for it. */
  readonly anyway?: boolean
  /** Runs a job though it is completed. */
  readonly again?: boolean
  /** The service itself, unless it says otherwise. */
  readonly names?: readonly string[]
}

/** A scratch state in which one service is treated with the commands that users have. */
export class Bench {
  readonly service: string
  readonly scratch: Scratch
  /** What the commands are called with. */
  readonly invocation: Invocation
  /** What the service leaves running. */
  readonly processes: ScratchProcesses
  readonly #everybody: ScratchProcesses
  readonly #interruption = new Interruption()
  readonly #unwatch: () => void

  /** @param onInterrupt is told the first signal, which ends what is being done */
  constructor(invocation: Invocation, service: string, onInterrupt: (signal: EndingSignal) => void) {
    this.service = service
    this.scratch = createScratch()
    this.invocation = inScratch(invocation, this.scratch)
    const { directory, name: clusterId } = this.scratch
    const own = serviceDirectory(this.#cluster, service)
    const isIn = (place: string, parent: string): boolean => place === parent || place.startsWith(`${parent}/`)
    this.processes = new ScratchProcesses({
      clusterId,
      service,
      isTheirs: (place) => isIn(place, directory) && (isIn(place, own) || place.includes(`/${service}@`)),
    })
    this.#everybody = new ScratchProcesses({
      clusterId,
      service: undefined,
      isTheirs: (place) => isIn(place, directory),
    })
    const listener = (signal: EndingSignal): void => {
      if (this.#interruption.raise(signal).count === 1) onInterrupt(signal)
    }
    this.#unwatch = invocation.onSignal?.(listener) ?? (() => {})
  }

  get clusterId(): string {
    return this.scratch.name
  }

  /** The PAICTL_DATA_DIR of the service. */
  get data(): string {
    return dataDirectory(this.#cluster, this.service)
  }

  get #cluster(): string {
    return clusterDirectory(this.scratch.state, this.scratch.name)
  }

  start(call: Call = {}): Promise<Ran> {
    const request = { ...this.#request(call), withPrerequisites: true, adopt: false }
    const { again = false, anyway } = call
    return this.#ran(call, (conversation) =>
      startServices(this.invocation, { ...request, again, anyway }, conversation),
    )
  }

  refresh(): Promise<Ran> {
    const request = { ...this.#request({}), withPrerequisites: true }
    return this.#ran({}, (conversation) => refreshServices(this.invocation, request, conversation))
  }

  restart(): Promise<Ran> {
    const request = { ...this.#request({}), withPrerequisites: true, withDependents: false }
    return this.#ran({}, (conversation) => restartServices(this.invocation, request, conversation))
  }

  stop(call: Call = {}): Promise<Ran> {
    const request = { ...this.#request(call), ...ENDING, anyway: call.anyway }
    return this.#ran(call, (conversation) => stopServices(this.invocation, request, conversation))
  }

  delete(call: Call = {}): Promise<Ran> {
    const request = { ...this.#request(call), ...ENDING }
    return this.#ran(call, (conversation) => deleteServices(this.invocation, request, conversation))
  }

  /** What `service status` says of the service. */
  async look(): Promise<Observed> {
    this.goOn()
    const seen = await see(this.invocation, [this.service])
    const observed = seen.ok ? seen.value.observed.get(this.service) : undefined
    // It was there, and valid, when the test began.
    return observed ?? { name: this.service, record: undefined, answer: undefined, state: 'unknown', detail: '' }
  }

  /** Throws where a signal has told the test to end. */
  goOn(): void {
    const { signalNumber } = this.#interruption
    if (signalNumber !== undefined) throw new EndedBySignal(signalNumber)
  }

  /** Ends all that runs in the scratch state, also after a signal, and removes it. Returns what could not be ended. */
  async takeDown({ keep }: { readonly keep: boolean }): Promise<Remain[]> {
    try {
      const request = { ...this.#request({ names: [] }), ...ENDING, all: true }
      const failures: Remain[] = []
      const conversation = quiet(this.invocation, (event) => failures.push(...failureOf(event)))
      // What is kept for looking at it keeps its data.
      await (keep ? stopServices : deleteServices)(this.invocation, request, conversation)
      const left = await this.#everybody.kill()
      if (!keep) this.scratch.remove()
      return [...failures, ...left.map((process): Remain => ({ kind: 'process', process }))]
    } finally {
      this.#unwatch()
    }
  }

  #request({ names = [this.service] }: Call) {
    return {
      names,
      all: false,
      skip: [],
      dryRun: false,
      yes: true,
      parallel: undefined,
      onFailure: 'continue' as const,
      timeoutMs: undefined,
      endSurvivors: false,
      waitLockMs: 0,
      takeOver: false,
    }
  }

  async #ran({ anyway = false }: Call, act: (conversation: Conversation) => Promise<RunReport>): Promise<Ran> {
    this.goOn()
    const events: RunEvent[] = []
    const report = await act(quiet(this.invocation, (event) => events.push(event)))
    this.#learnScripts(report, events)
    this.goOn()
    if (report.kind !== 'finished') {
      const problems = report.kind === 'refused' ? report.diagnostics : []
      return { finding: { kind: 'refused', problems }, plan: undefined }
    }
    if (report.exitCode > EXIT.signal) throw new EndedBySignal(report.exitCode - EXIT.signal)
    return { finding: findingOf(events, anyway), plan: report.plan }
  }

  /** Whatever is in their sessions later was left by them. */
  #learnScripts(report: RunReport, events: readonly RunEvent[]): void {
    const run = events.flatMap((event) => (event.type === 'run-started' && event.run !== null ? [event.run] : []))[0]
    if (report.kind !== 'finished' || run === undefined) return
    const journal = report.cluster.runs.readJournal(run)
    const scripts = ((journal.ok && journal.value) || []).filter((entry) => entry.type === 'script')
    this.processes.learn(scripts.filter(({ step }) => step.slice(step.indexOf(':') + 1) === this.service))
    this.#everybody.learn(scripts)
  }
}

const ENDING = { withDependents: false, force: true, fromTree: false } as const

function findingOf(events: readonly RunEvent[], anyway: boolean): Finding | undefined {
  for (const event of events) {
    if (event.type === 'step-ended' && event.outcome.status === 'failed') {
      const { service, operator, outcome } = event
      return { kind: 'step', service, operator, failure: outcome.failure, anyway }
    }
    if (event.type === 'service-left' && event.left.failure && event.left.reason.kind === 'not-running') {
      return { kind: 'status', expected: 'up', found: event.left.reason.state, detail: '', script: null }
    }
  }
  return undefined
}

function failureOf(event: RunEvent): Remain[] {
  if (event.type !== 'step-ended' || event.outcome.status !== 'failed') return []
  const { service, operator, outcome } = event
  return [{ kind: 'service', service, operator, reason: outcome.failure.reason }]
}
