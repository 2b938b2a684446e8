import { canSeeProcesses, holderOf } from '../../io/scratch/scratch-processes.ts'
import { snapshotOf, type TreeSnapshot } from '../../io/scratch/tree-snapshot.ts'
import {
  because,
  type CheckName,
  type Finding,
  failed,
  PASSED,
  skipped,
  type Verdict,
  verdictOf,
} from '../../model/component-test.ts'
import type { Service } from '../../model/service.ts'
import type { Bench } from './bench.ts'
import type { Surroundings } from './surroundings.ts'
import { Witness } from './witness.ts'

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

/** Treats a service as its users will, and looks each time whether it is as it should be. */
export async function makeChecks(options: CheckOptions): Promise<void> {
  await new Checks(options).make()
}

class Checks {
  readonly #bench: Bench
  readonly #service: Service
  readonly #options: CheckOptions
  readonly #witness: Witness
  /** The check that has left it in a state in which it does not run. */
  #down: CheckName | undefined
  /** The check after which it could not be started any more. */
  #broken: CheckName | undefined
  /** Whether it is said to run when it does. */
  #isBelieved = true

  constructor(options: CheckOptions) {
    this.#options = options
    this.#bench = options.bench
    this.#service = options.service
    this.#witness = new Witness(options.bench, options.service, options.surroundings)
  }

  async make(): Promise<void> {
    await this.#prepare()
    await this.#started()
    await this.#killed()
    await this.#stopped()
    await this.#deleted()
    await this.#leftBehind()
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
      const none = this.#witness.noStatus()
      if (none !== undefined) return none
      const verdict = this.#witness.expectDown(await this.#bench.look())
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
      else this.#witness.count()
      return verdictOf(finding)
    })
    await this.#whileUp('status-after-start', async () => {
      if (!this.#witness.hasProbe) return skipped({ kind: 'no-probe' })
      const verdict = this.#witness.expectUp(await this.#bench.look())
      this.#isBelieved = verdict.kind === 'passed'
      return verdict
    })
    await this.#whileUp('start-again', async () => {
      const again = await this.#bench.start()
      if (again.finding) return failed(again.finding)
      if (this.#witness.isJob && again.plan?.steps.some((step) => step.service === this.#service.name)) {
        return failed({ kind: 'not-left-alone' })
      }
      return await this.#witness.expectRunning(
        await this.#bench.start(this.#witness.isJob ? { again: true } : { anyway: true }),
      )
    })
    await this.#whileUp('refresh', async () => {
      if (this.#service.scripts.refresh === undefined) return skipped({ kind: 'no-script', role: 'refresh' })
      // What is not said to run is not refreshed.
      if (!this.#isBelieved) return because('status-after-start')
      return await this.#witness.expectRunning(await this.#bench.refresh())
    })
  }

  /** What becomes of it when its processes die. */
  async #killed(): Promise<void> {
    let unseen: Verdict | undefined
    let lies = false
    await this.#whileUp('status-after-kill', async () => {
      unseen = this.#witness.isJob ? skipped({ kind: 'job' }) : this.#witness.notToKill()
      if (unseen !== undefined) return unseen
      this.#witness.notePorts()
      await this.#bench.processes.kill()
      if (!this.#witness.hasProbe) return skipped({ kind: 'no-probe' })
      const verdict = this.#witness.expectDown(await this.#witness.lookUntilDown())
      lies = verdict.kind === 'failed'
      if (lies) this.#down = 'status-after-kill'
      return verdict
    })
    await this.#options.carry('start-after-kill', async () => {
      if (this.#broken) return because(this.#broken)
      if (unseen !== undefined) return unseen
      // Who is believed to run is not started.
      if (lies || this.#down !== undefined) return because(this.#down ?? 'status-after-kill')
      const verdict = await this.#witness.expectRunning(await this.#bench.start())
      if (verdict.kind === 'failed') this.#down = 'start-after-kill'
      return verdict
    })
  }

  async #stopped(): Promise<void> {
    const { carry } = this.#options
    const bench = this.#bench
    const hasScript = this.#service.scripts.stop !== undefined
    let before: TreeSnapshot = new Map()
    let lie: Finding | undefined
    let instead: Verdict | undefined
    await this.#whileUp('stop', async () => {
      if (!hasScript) return skipped({ kind: 'no-script', role: 'stop' })
      before = snapshotOf(bench.data)
      this.#witness.notePorts()
      const { finding } = await bench.stop()
      const left = await this.#witness.leftAfterMoment()
      lie = this.#witness.lieOf(finding, left)
      if (finding !== undefined && lie === undefined) {
        instead = because('stop')
        return failed(finding)
      }
      await this.#witness.note('stop', left)
      return PASSED
    })
    if (!hasScript) instead = skipped({ kind: 'no-script', role: 'stop' })
    if (this.#broken) instead = because(this.#broken)
    await carry('status-after-stop', async () => {
      const none = this.#witness.noStatus() ?? instead
      if (none !== undefined) return none
      if (lie !== undefined) return failed(lie)
      return this.#witness.expectDown(await bench.look())
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
      return await this.#witness.expectRunning(await bench.restart())
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
      if (finding === undefined) await this.#witness.note('delete', await this.#witness.leftAfterMoment())
      else instead = because('delete')
      return verdictOf(finding)
    })
    await carry('status-after-delete', async () => {
      const none = this.#witness.noStatus() ?? instead
      if (none !== undefined) return none
      const verdict = this.#witness.expectDown(await bench.look())
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
      const verdict = await this.#witness.expectRunning(await bench.start())
      if (verdict.kind === 'failed') instead = because('start-after-delete')
      return verdict
    })
    await carry('delete-running', async () => {
      if (instead !== undefined) return instead
      this.#witness.notePorts()
      const { finding } = await bench.delete()
      if (finding === undefined) await this.#witness.note('delete', await this.#witness.leftAfterMoment())
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
      await this.#witness.note('delete', await this.#witness.leftAfterMoment())
      return this.#witness.left === undefined ? PASSED : failed({ kind: 'processes', ...this.#witness.left })
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
    const verdict = await this.#witness.expectRunning(await bench.start())
    if (verdict.kind === 'failed') this.#broken = this.#down
    this.#down = undefined
  }
}

/** How many files a finding names. */
const SHOWN = 10

/** What may be gone with the process that kept it. */
const TRANSIENT = /(?:^|\/)[^/]*(?:\.(?:pid|lock|lck|sock|socket|tmp|new|swp)|-wal|-shm|-journal)$/
