import { setTimeout as sleep } from 'node:timers/promises'
import { canSeeProcesses, type OwnProcess } from '../../io/scratch/scratch-processes.ts'
import { type Finding, failed, PASSED, type SeenProcess, skipped, type Verdict } from '../../model/component-test.ts'
import type { Observed } from '../../model/observed.ts'
import type { Service } from '../../model/service.ts'
import type { Bench, Ran } from './bench.ts'
import type { Surroundings } from './surroundings.ts'

/** How long what is ending may take to be gone, in milliseconds: a process that was told to end, a port that is closed. */
const MOMENT_MS = 1500
/** How long it may take until the death of a service is told. */
const TELL_MS = 5000
const POLL_MS = 50

/** Sees for itself what is true of a service on the bench, and judges what is said of it. */
export class Witness {
  readonly #bench: Bench
  readonly #service: Service
  readonly #surroundings: Surroundings
  /** How many processes with no parent among them it runs as; `undefined` where that cannot be seen. */
  #roots: number | undefined
  #left: { readonly after: 'stop' | 'delete'; readonly processes: readonly SeenProcess[] } | undefined

  constructor(bench: Bench, service: Service, surroundings: Surroundings) {
    this.#bench = bench
    this.#service = service
    this.#surroundings = surroundings
  }

  get isJob(): boolean {
    return this.#service.kind === 'job'
  }

  /** Whether there is something to ask whether it runs; of a job, whether its result is there. */
  get hasProbe(): boolean {
    const { scripts, readiness } = this.#service
    return scripts.status !== undefined || (!this.isJob && readiness !== undefined && readiness.kind !== 'log')
  }

  /** The first that was left behind. */
  get left(): { readonly after: 'stop' | 'delete'; readonly processes: readonly SeenProcess[] } | undefined {
    return this.#left
  }

  /** Why there is no status to be told. */
  noStatus(): Verdict | undefined {
    // What a job has come to stays when it is stopped.
    if (this.isJob) return skipped({ kind: 'job' })
    return this.hasProbe ? undefined : skipped({ kind: 'no-probe' })
  }

  /** Why there is nothing to kill. */
  notToKill(): Verdict | undefined {
    if (!canSeeProcesses()) return skipped({ kind: 'not-linux' })
    return this.#bench.processes.find().length === 0 ? skipped({ kind: 'no-processes' }) : undefined
  }

  get #statusScript(): string | null {
    return this.#service.scripts.status?.value ?? null
  }

  expectUp({ state, answer, detail }: Observed): Verdict {
    const isUp = state === 'running' || state === 'completed'
    if (isUp && answer?.status === 'up') return PASSED
    const said = answer?.detail ?? detail
    return failed({ kind: 'status', expected: 'up', found: state, detail: said, script: this.#statusScript })
  }

  expectDown({ state, answer, detail }: Observed): Verdict {
    if (answer === undefined || answer.status === 'down') return PASSED
    const said = answer.detail || detail
    return failed({ kind: 'status', expected: 'down', found: state, detail: said, script: this.#statusScript })
  }

  /** Its status, as soon as it is no longer said to run; else the last that was said. */
  async lookUntilDown(): Promise<Observed> {
    const until = Date.now() + TELL_MS
    for (;;) {
      const observed = await this.#bench.look()
      if (observed.answer?.status === 'down' || Date.now() > until) return observed
      await sleep(POLL_MS)
    }
  }

  /** After something was done with it: whether that went well, and it runs as before, no more and no less of it. */
  async expectRunning({ finding }: Ran): Promise<Verdict> {
    if (finding !== undefined) return failed(finding)
    const before = this.#roots
    if (before === undefined || before === 0 || this.isJob) return PASSED
    let roots = this.#rootsNow()
    for (const until = Date.now() + MOMENT_MS; roots.length > before && Date.now() < until; ) {
      await sleep(POLL_MS)
      roots = this.#rootsNow()
    }
    // What a stop has left behind is found as that.
    if (roots.length > before && this.#left === undefined)
      return failed({ kind: 'second-copy', before, processes: roots.map(seen) })
    return roots.length === 0 ? failed({ kind: 'nothing-runs' }) : PASSED
  }

  #rootsNow(): OwnProcess[] {
    this.#bench.goOn()
    return this.#bench.processes.find().filter(({ isRoot }) => isRoot)
  }

  /** To be called when it runs for the first time: that many processes it is to have later, too. */
  count(): void {
    if (!canSeeProcesses()) return
    this.notePorts()
    this.#roots = this.#rootsNow().length
  }

  /** What it listens on now is its own. */
  notePorts(): void {
    this.#surroundings.notePorts(this.#bench.processes.find())
  }

  /** What its status is said to be by a stop that failed though nothing is left that could answer. */
  lieOf(finding: Finding | undefined, left: readonly OwnProcess[] | undefined): Finding | undefined {
    if (finding?.kind !== 'step' || left?.length !== 0 || (this.#roots ?? 0) === 0) return undefined
    const { reason } = finding.failure
    if (reason.kind !== 'still-running' && reason.kind !== 'not-known-down') return undefined
    return { kind: 'status', expected: 'down', found: 'running', detail: reason.answer, script: this.#statusScript }
  }

  /** What is left of its processes when those that were about to end have ended; `undefined` where it cannot be seen. */
  async leftAfterMoment(): Promise<OwnProcess[] | undefined> {
    if (!canSeeProcesses()) return undefined
    for (const until = Date.now() + MOMENT_MS; ; ) {
      const found = this.#bench.processes.find()
      if (found.length === 0 || Date.now() > until) return found
      this.#bench.goOn()
      await sleep(POLL_MS)
    }
  }

  /** Remembers the first that was left behind, and ends it, so that it is in nobody's way. */
  async note(after: 'stop' | 'delete', left: readonly OwnProcess[] | undefined): Promise<void> {
    if (left === undefined || left.length === 0) return
    this.#left ??= { after, processes: left.map(seen) }
    await this.#bench.processes.kill()
  }
}

const seen = ({ pid, command, ports }: OwnProcess): SeenProcess => ({ pid, command, ports })
