import { setTimeout as sleep } from 'node:timers/promises'
import { canSeeProcesses, holderOf, type OwnProcess } from '../io/scratch-processes.ts'
import { snapshotOf } from '../io/tree-snapshot.ts'
import type { CheckName, Finding, SeenProcess, SkipReason, Verdict } from '../model/component-test.ts'
import type { Observed } from '../model/observed.ts'
import type { Service } from '../model/service.ts'
import type { Bench, Ran } from './component-test-bench.ts'
import type { Surroundings } from './component-test-surroundings.ts'

/** Makes one check after the other, and tells of each. */
export type Carry = (name: CheckName, act: () => Promise<Verdict>) => Promise<Verdict>

export interface CheckOptions {
  readonly bench: Bench
  readonly service: Service
  /** What it needs, by name. */
  readonly prerequisites: readonly string[]
  readonly surroundings: Surroundings
  readonly carry: Carry
}

const PASSED: Verdict = { kind: 'passed' }
const failed = (finding: Finding): Verdict => ({ kind: 'failed', finding })
const skipped = (reason: SkipReason): Verdict => ({ kind: 'skipped', reason })
const because = (check: CheckName): Verdict => skipped({ kind: 'because', check })
const verdictOf = (finding: Finding | undefined): Verdict => (finding === undefined ? PASSED : failed(finding))

/** How long what is ending may take to be gone, in milliseconds: a process that was told to end, a port that is closed. */
const MOMENT_MS = 1500
/** How long it may take until the death of a service is told. */
const TELL_MS = 5000
const POLL_MS = 50

/** Treats a service as its users will, and looks each time whether it is as it should be. */
export async function makeChecks(options: CheckOptions): Promise<void> {
  await new Checks(options).make()
}

class Checks {
  readonly #bench: Bench
  readonly #service: Service
  readonly #options: CheckOptions
  /** The check that has left it in a state in which it does not run. */
  #down: CheckName | undefined
  /** The check after which it could not be started any more. */
  #broken: CheckName | undefined
  /** How many processes with no parent among them it runs as; `undefined` where that cannot be seen. */
  #roots: number | undefined
  /** Whether it is said to run when it does. */
  #isBelieved = true
  /** The first that was left behind. */
  #left: { readonly after: 'stop' | 'delete'; readonly processes: readonly SeenProcess[] } | undefined

  constructor(options: CheckOptions) {
    this.#options = options
    this.#bench = options.bench
    this.#service = options.service
  }

  async make(): Promise<void> {
    await this.#prepare()
    await this.#started()
    await this.#killed()
    await this.#stopped()
    await this.#deleted()
    await this.#leftBehind()
  }

  get #isJob(): boolean {
    return this.#service.kind === 'job'
  }

  /** Whether there is something to ask whether it runs; of a job, whether its result is there. */
  get #hasProbe(): boolean {
    const { scripts, readiness } = this.#service
    return scripts.status !== undefined || (!this.#isJob && readiness !== undefined && readiness.kind !== 'log')
  }

  async #prepare(): Promise<void> {
    const { carry, prerequisites, surroundings } = this.#options
    const prepared = await carry('prerequisites', async () => {
      if (prerequisites.length === 0) return skipped({ kind: 'no-prerequisites' })
      return verdictOf((await this.#bench.start({ names: prerequisites })).finding)
    })
    if (prepared.kind === 'failed') this.#broken = 'prerequisites'
    surroundings.begin()
    await carry('status-before-start', async () => {
      if (this.#broken) return because(this.#broken)
      const none = this.#noStatus()
      if (none !== undefined) return none
      const verdict = this.#expectDown(await this.#bench.look())
      if (verdict.kind === 'failed') this.#broken = 'status-before-start'
      return verdict
    })
  }

  async #started(): Promise<void> {
    const { carry } = this.#options
    await carry('start', async () => {
      if (this.#broken) return because(this.#broken)
      const { finding } = await this.#bench.start()
      if (finding !== undefined) this.#broken = 'start'
      else this.#roots = this.#count()
      return verdictOf(finding)
    })
    await this.#whileUp('status-after-start', async () => {
      if (!this.#hasProbe) return skipped({ kind: 'no-probe' })
      const verdict = this.#expectUp(await this.#bench.look())
      this.#isBelieved = verdict.kind === 'passed'
      return verdict
    })
    await this.#whileUp('start-again', async () => {
      const again = await this.#bench.start()
      if (again.finding) return failed(again.finding)
      if (this.#isJob && again.plan?.steps.some((step) => step.service === this.#service.name)) {
        return failed({ kind: 'not-left-alone' })
      }
      return await this.#expectRunning(await this.#bench.start(this.#isJob ? { again: true } : { anyway: true }))
    })
    await this.#whileUp('refresh', async () => {
      if (this.#service.scripts.refresh === undefined) return skipped({ kind: 'no-script', role: 'refresh' })
      // What is not said to run is not refreshed.
      if (!this.#isBelieved) return because('status-after-start')
      return await this.#expectRunning(await this.#bench.refresh())
    })
  }

  /** What becomes of it when its processes die. */
  async #killed(): Promise<void> {
    let unseen: Verdict | undefined
    let lies = false
    await this.#whileUp('status-after-kill', async () => {
      unseen = this.#isJob ? skipped({ kind: 'job' }) : this.#notToKill()
      if (unseen !== undefined) return unseen
      this.#options.surroundings.notePorts(this.#bench.processes.find())
      await this.#bench.processes.kill()
      if (!this.#hasProbe) return skipped({ kind: 'no-probe' })
      const verdict = this.#expectDown(await this.#lookUntilDown())
      lies = verdict.kind === 'failed'
      if (lies) this.#down = 'status-after-kill'
      return verdict
    })
    await this.#options.carry('start-after-kill', async () => {
      if (this.#broken) return because(this.#broken)
      if (unseen !== undefined) return unseen
      // Who is believed to run is not started.
      if (lies || this.#down !== undefined) return because(this.#down ?? 'status-after-kill')
      const verdict = await this.#expectRunning(await this.#bench.start())
      if (verdict.kind === 'failed') this.#down = 'start-after-kill'
      return verdict
    })
  }

  async #stopped(): Promise<void> {
    const { carry } = this.#options
    const bench = this.#bench
    const hasScript = this.#service.scripts.stop !== undefined
    let before = new Map<string, string>() as ReturnType<typeof snapshotOf>
    let lie: Finding | undefined
    let instead: Verdict | undefined
    await this.#whileUp('stop', async () => {
      if (!hasScript) return skipped({ kind: 'no-script', role: 'stop' })
      before = snapshotOf(bench.data)
      this.#options.surroundings.notePorts(bench.processes.find())
      const { finding } = await bench.stop()
      const left = await this.#leftAfterMoment()
      lie = left?.length === 0 && (this.#roots ?? 0) > 0 ? lieOf(finding, this.#statusScript) : undefined
      if (finding !== undefined && lie === undefined) {
        instead = because('stop')
        return failed(finding)
      }
      await this.#note('stop', left)
      return PASSED
    })
    if (!hasScript) instead = skipped({ kind: 'no-script', role: 'stop' })
    if (this.#broken) instead = because(this.#broken)
    await carry('status-after-stop', async () => {
      const none = this.#noStatus() ?? instead
      if (none !== undefined) return none
      if (lie !== undefined) return failed(lie)
      return this.#expectDown(await bench.look())
    })
    if (lie !== undefined) instead = because('status-after-stop')
    await carry('stop-again', async () => {
      if (instead !== undefined) return instead
      const again = await bench.stop()
      return verdictOf(again.finding ?? (await bench.stop({ anyway: true })).finding)
    })
    await carry('data-after-stop', async () => {
      if (instead !== undefined) return instead
      const kept = [...before.keys()].filter((path) => !path.endsWith('/') && !TRANSIENT.test(path))
      if (kept.length === 0) return skipped({ kind: 'no-data' })
      const after = snapshotOf(bench.data)
      const files = kept.filter((path) => !after.has(path))
      return files.length === 0
        ? PASSED
        : failed({ kind: 'data-lost', files: files.slice(0, SHOWN), count: files.length })
    })
    await carry('restart', async () => {
      if (instead !== undefined) return instead
      const started = await bench.start()
      if (started.finding !== undefined) return failed(started.finding)
      return await this.#expectRunning(await bench.restart())
    })
    if (lie !== undefined) this.#broken = 'status-after-stop'
  }

  async #deleted(): Promise<void> {
    const { carry } = this.#options
    const bench = this.#bench
    let instead: Verdict | undefined
    let isForeign = false
    await carry('delete', async () => {
      if (this.#broken) {
        instead = because(this.#broken)
        return instead
      }
      // As it was before its restart: what was stopped is deleted otherwise than what runs.
      if (this.#down !== 'stop') await bench.stop()
      const { finding } = await bench.delete()
      if (finding === undefined) await this.#note('delete', await this.#leftAfterMoment())
      else instead = because('delete')
      return verdictOf(finding)
    })
    await carry('status-after-delete', async () => {
      const none = this.#noStatus() ?? instead
      if (none !== undefined) return none
      const verdict = this.#expectDown(await bench.look())
      if (verdict.kind === 'failed') isForeign = true
      return verdict
    })
    await carry('data-after-delete', async () => {
      if (instead !== undefined) return instead
      const files = [...snapshotOf(bench.data).keys()].sort()
      return files.length === 0
        ? PASSED
        : failed({ kind: 'data-left', files: files.slice(0, SHOWN), count: files.length })
    })
    await carry('start-after-delete', async () => {
      if (isForeign) instead = because('status-after-delete')
      if (instead !== undefined) return instead
      const verdict = await this.#expectRunning(await bench.start())
      if (verdict.kind === 'failed') instead = because('start-after-delete')
      return verdict
    })
    await carry('delete-running', async () => {
      if (instead !== undefined) return instead
      this.#options.surroundings.notePorts(bench.processes.find())
      const { finding } = await bench.delete()
      if (finding === undefined) await this.#note('delete', await this.#leftAfterMoment())
      else await bench.processes.kill()
      return verdictOf(finding)
    })
  }

  /** What there still is of it when it is gone. */
  async #leftBehind(): Promise<void> {
    const { carry, surroundings } = this.#options
    if (this.#broken !== undefined) {
      // How far its scripts come when it could not even be started says nothing of what they leave.
      await this.#bench.delete()
      await this.#bench.processes.kill()
    }
    const unseen = canSeeProcesses() ? undefined : skipped({ kind: 'not-linux' })
    const unstarted = this.#broken === 'prerequisites' || this.#broken === 'status-before-start'
    const instead = unstarted && this.#broken ? because(this.#broken) : undefined
    await carry('processes', async () => {
      if (instead ?? unseen) return instead ?? unseen ?? PASSED
      await this.#note('delete', await this.#leftAfterMoment())
      return this.#left === undefined ? PASSED : failed({ kind: 'processes', ...this.#left })
    })
    await carry('ports', async () => {
      if (instead ?? unseen) return instead ?? unseen ?? PASSED
      // Its port may have been taken before it came to that.
      if (this.#broken === 'start') return because('start')
      if (surroundings.ports().length === 0) return skipped({ kind: 'no-ports' })
      const held = await surroundings.heldPorts()
      const ports = held.map((port) => ({ port, holder: holderOf(port) }))
      return ports.length === 0 ? PASSED : failed({ kind: 'ports', ports })
    })
    await carry('files', async () => {
      if (instead !== undefined) return instead
      const files = surroundings.changedFiles()
      return files.length === 0 ? PASSED : failed({ kind: 'files', files: files.slice(0, SHOWN), count: files.length })
    })
  }

  /** Makes a check of what runs; where an earlier one has left it down, it is begun anew first. */
  async #whileUp(name: CheckName, act: () => Promise<Verdict>): Promise<void> {
    await this.#options.carry(name, async () => {
      await this.#beginAnew()
      if (this.#broken !== undefined) return because(this.#broken)
      const verdict = await act()
      if (verdict.kind === 'failed') this.#down = name
      return verdict
    })
  }

  async #beginAnew(): Promise<void> {
    const bench = this.#bench
    if (this.#down === undefined || this.#broken !== undefined) return
    await bench.delete()
    await bench.processes.kill()
    const verdict = await this.#expectRunning(await bench.start())
    if (verdict.kind === 'failed') this.#broken = this.#down
    this.#down = undefined
  }

  #noStatus(): Verdict | undefined {
    // What a job has come to stays when it is stopped.
    if (this.#isJob) return skipped({ kind: 'job' })
    return this.#hasProbe ? undefined : skipped({ kind: 'no-probe' })
  }

  #notToKill(): Verdict | undefined {
    if (!canSeeProcesses()) return skipped({ kind: 'not-linux' })
    return this.#bench.processes.find().length === 0 ? skipped({ kind: 'no-processes' }) : undefined
  }

  get #statusScript(): string | null {
    return this.#service.scripts.status?.value ?? null
  }

  #expectUp({ state, answer, detail }: Observed): Verdict {
    const isUp = state === 'running' || state === 'completed'
    if (isUp && answer?.status === 'up') return PASSED
    const said = answer?.detail ?? detail
    return failed({ kind: 'status', expected: 'up', found: state, detail: said, script: this.#statusScript })
  }

  #expectDown({ state, answer, detail }: Observed): Verdict {
    if (answer === undefined || answer.status === 'down') return PASSED
    const said = answer.detail || detail
    return failed({ kind: 'status', expected: 'down', found: state, detail: said, script: this.#statusScript })
  }

  async #lookUntilDown(): Promise<Observed> {
    const until = Date.now() + TELL_MS
    for (;;) {
      const observed = await this.#bench.look()
      if (observed.answer?.status === 'down' || Date.now() > until) return observed
      await sleep(POLL_MS)
    }
  }

  /** After something was done with it: whether that went well, and it runs as before, no more and no less of it. */
  async #expectRunning({ finding }: Ran): Promise<Verdict> {
    if (finding !== undefined) return failed(finding)
    const before = this.#roots
    if (before === undefined || before === 0 || this.#isJob) return PASSED
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

  #count(): number | undefined {
    if (!canSeeProcesses()) return undefined
    const found = this.#bench.processes.find()
    this.#options.surroundings.notePorts(found)
    return found.filter(({ isRoot }) => isRoot).length
  }

  /** What is left of its processes when those that were about to end have ended; `undefined` where it cannot be seen. */
  async #leftAfterMoment(): Promise<OwnProcess[] | undefined> {
    if (!canSeeProcesses()) return undefined
    for (const until = Date.now() + MOMENT_MS; ; ) {
      const found = this.#bench.processes.find()
      if (found.length === 0 || Date.now() > until) return found
      this.#bench.goOn()
      await sleep(POLL_MS)
    }
  }

  /** Remembers the first that was left behind, and ends it, so that it is in nobody's way. */
  async #note(after: 'stop' | 'delete', left: readonly OwnProcess[] | undefined): Promise<void> {
    if (left === undefined || left.length === 0) return
    this.#left ??= { after, processes: left.map(seen) }
    await this.#bench.processes.kill()
  }
}

/** How many files a finding names. */
const SHOWN = 10

/** What may be gone with the process that kept it. */
const TRANSIENT = /(?:^|\/)[^/]*(?:\.(?:pid|lock|lck|sock|socket|tmp|new|swp)|-wal|-shm|-journal)$/

const seen = ({ pid, command, ports }: OwnProcess): SeenProcess => ({ pid, command, ports })

/** A stop that failed because the probe still answered, where nothing is left that could answer. */
function lieOf(finding: Finding | undefined, script: string | null): Finding | undefined {
  if (finding?.kind !== 'step') return undefined
  const { reason } = finding.failure
  if (reason.kind !== 'still-running' && reason.kind !== 'not-known-down') return undefined
  return { kind: 'status', expected: 'down', found: 'running', detail: reason.answer, script }
}
