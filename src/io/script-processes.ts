import { closeSync, constants } from 'node:fs'
import type { ScriptEnd, Urgency } from '../engine/ports.ts'
import { openPrivate } from './atomic-file.ts'
import { GroupEnding } from './group-ending.ts'
import type { Command } from './script-command.ts'
import type { Environment } from './script-environment.ts'
import { plainReason } from './state-error.ts'

export interface ProcessRequest {
  readonly command: Command
  readonly directory: string
  readonly env: Environment
  /** Takes all output. */
  readonly log: string
  /** Whether the log keeps what was in it. */
  readonly append: boolean
  /** `undefined`: no limit. */
  readonly timeoutMs: number | undefined
  /** What a script that is out of time gets between SIGTERM and SIGKILL. */
  readonly graceMs: number
}

/** The grace between SIGTERM and SIGKILL. */
export const GRACE_MS = 10_000
const HASTENED_GRACE_MS = 1000
/** Node's longest timer, 24 days; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Scripts that run, each in a process group of its own; they can be ended together. */
export class ScriptProcesses {
  readonly #running = new Set<GroupEnding>()
  readonly #interrupted = new WeakSet<GroupEnding>()
  #interruption: Urgency | undefined

  /** Starts a script and resolves when it has exited, whoever else still holds its output. */
  async run(request: ProcessRequest): Promise<ScriptEnd> {
    const { execa } = await loadExeca()
    if (this.#interruption !== undefined) return { kind: 'cancelled' }
    const { command, directory, env, log, append, timeoutMs, graceMs } = request
    // execa takes every descriptor, but its types only know the first ten.
    let output: 3
    try {
      output = openPrivate(log, append ? constants.O_APPEND : constants.O_APPEND | constants.O_TRUNC) as 3
    } catch (error) {
      return { kind: 'not-run', message: `its log ${log} cannot be written: ${plainReason(error)}` }
    }
    // Descriptors, since execa would pipe a `{file}` and wait for whoever still writes to it.
    const subprocess = execa(command.file, command.args, {
      cwd: directory,
      env,
      extendEnv: false,
      detached: true,
      cleanup: false,
      stdin: 'ignore',
      stdout: output,
      stderr: output,
      buffer: false,
      reject: false,
    })
    closeSync(output)
    const { pid } = subprocess
    if (pid === undefined) {
      const { cause } = await subprocess
      return { kind: 'not-run', message: `${command.file} could not be started: ${plainReason(cause)}` }
    }

    const group = new GroupEnding(pid)
    this.#running.add(group)
    let timedOut = false
    const timer =
      timeoutMs !== undefined &&
      timeoutMs <= LONGEST_TIMER_MS &&
      setTimeout(() => {
        timedOut = true
        group.terminate(graceMs)
      }, timeoutMs)
    const { exitCode, signal } = await subprocess
    if (timer) clearTimeout(timer)
    const interrupted = this.#interrupted.has(group)
    // Only a script that had to be ended takes its group along: what others leave behind are services.
    if (timedOut || interrupted) await group.gone()
    this.#running.delete(group)
    if (timedOut) return { kind: 'timed-out', afterMs: timeoutMs ?? 0 }
    if (interrupted) return { kind: 'cancelled' }
    return exitCode === undefined ? { kind: 'signalled', signal: signal ?? 'SIGKILL' } : { kind: 'exited', exitCode }
  }

  /** Ends all that run, ever more urgently; what would start later is cancelled. */
  interrupt(urgency: Urgency): void {
    this.#interruption = urgency
    for (const group of this.#running) {
      this.#interrupted.add(group)
      if (urgency === 'kill') group.kill()
      else group.terminate(urgency === 'hasten' ? HASTENED_GRACE_MS : GRACE_MS)
    }
  }
}

/** execa takes tens of milliseconds to load, which commands that run no script need not wait for. */
function loadExeca(): Promise<typeof import('execa')> {
  loaded ??= import('execa')
  return loaded
}
let loaded: Promise<typeof import('execa')> | undefined
