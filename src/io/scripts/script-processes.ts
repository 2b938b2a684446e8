import type { ScriptEnd, Urgency } from '../../engine/ports.ts'
import type { ProcessIdentity } from '../../model/process-identity.ts'
import { LONGEST_TIMER_MS } from '../clock.ts'
import { GroupEnding } from './group-ending.ts'
import { HostPool, hasHosts, LOST } from './host-pool.ts'
import { bootId, startTimeOf } from './process-info.ts'
import type { Environment } from './script-environment.ts'
import type { Spawn, SpawnRequest } from './spawn.ts'
import { spawnHere } from './spawn-here.ts'

export interface ProcessRequest extends SpawnRequest {
  /** `undefined`: no limit. */
  readonly timeoutMs: number | undefined
  /** What a script that is out of time gets between SIGTERM and SIGKILL. */
  readonly graceMs: number
  /** Called as soon as its process is there. */
  readonly onStarted?: (process: ProcessIdentity) => void
}

/** From how many scripts on others start them. */
const MANY = 50
/** The grace between SIGTERM and SIGKILL. */
export const GRACE_MS = 10_000
const HASTENED_GRACE_MS = 1000
/** The start time of who has ended before anybody looked: no process has it. */
const ENDED = '-'

/** Scripts that run, each in a process group of its own; they can be ended together. */
export class ScriptProcesses {
  readonly #running = new Set<GroupEnding>()
  readonly #interrupted = new WeakSet<GroupEnding>()
  #interruption: Urgency | undefined
  #pool: HostPool | undefined
  readonly #env: Environment

  /** @param env what all scripts have in common */
  constructor(env: Environment) {
    this.#env = env
  }

  /** Starts a script and resolves when it has exited, whoever else still holds its output. */
  async run(request: ProcessRequest): Promise<ScriptEnd> {
    if (this.#interruption !== undefined) return { kind: 'cancelled' }
    const spawn = this.#spawn()
    const { timeoutMs, graceMs } = request
    const spawned = await spawn(request)
    if ('error' in spawned) return { kind: 'not-run', message: spawned.error }
    const { pid, ended } = spawned

    const group = new GroupEnding(pid)
    this.#running.add(group)
    try {
      request.onStarted?.({ pid, startTime: startTimeOf(pid) ?? ENDED, boot: bootId() })
    } catch (error) {
      // What is written down nowhere must not run.
      group.kill()
      await ended
      await group.gone()
      this.#running.delete(group)
      throw error
    }
    let timedOut = false
    const timer =
      timeoutMs !== undefined &&
      timeoutMs <= LONGEST_TIMER_MS &&
      setTimeout(() => {
        timedOut = true
        group.terminate(graceMs)
      }, timeoutMs)
    // It may have been told to end while it was being started.
    if (this.#interruption !== undefined) this.#end(group, this.#interruption)
    const { exitCode, signal } = await ended
    if (timer) clearTimeout(timer)
    // Whose end nobody saw must not go on unseen.
    const unseen = exitCode === undefined && signal === undefined
    if (unseen) group.terminate(graceMs)
    // Only a script that had to be ended takes its group along: what others leave behind are services.
    if (timedOut || unseen || this.#interrupted.has(group)) await group.gone()
    const interrupted = this.#interrupted.has(group)
    this.#running.delete(group)
    if (timedOut) return { kind: 'timed-out', afterMs: timeoutMs ?? 0 }
    if (interrupted) return { kind: 'cancelled' }
    if (unseen) return { kind: 'not-run', message: LOST }
    return exitCode === undefined ? { kind: 'signalled', signal: signal ?? 'SIGKILL' } : { kind: 'exited', exitCode }
  }

  /** Ends all that run, ever more urgently; what would start later is cancelled. */
  interrupt(urgency: Urgency): void {
    this.#interruption = urgency
    for (const group of this.#running) this.#end(group, urgency)
  }

  /** Lets what comes now start in spite of an earlier interruption. */
  allow(): void {
    this.#interruption = undefined
  }

  /** Prepares for about `count` scripts to come: many are not started from here. */
  expect(count: number): void {
    if (count >= MANY && hasHosts()) this.#pool ??= new HostPool(this.#env)
  }

  #spawn(): Spawn {
    return this.#pool?.spawn ?? spawnHere
  }

  #end(group: GroupEnding, urgency: Urgency): void {
    this.#interrupted.add(group)
    if (urgency === 'kill') group.kill()
    else group.terminate(urgency === 'hasten' ? HASTENED_GRACE_MS : GRACE_MS)
  }
}
