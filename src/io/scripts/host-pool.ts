import { type ChildProcess, type ForkOptions, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Environment } from './script-environment.ts'
import type { ProcessEnd, Spawn, Spawned, SpawnRequest } from './spawn.ts'
import type { HostAnswer, HostRequest } from './spawn-host.ts'

/** Beside the bundle that this is part of; there is none where the sources are run as they are. */
const HOST = fileURLToPath(new URL('./script-host.js', import.meta.url))

/** Two keep a processor busy while one waits for a script that it has just forked. */
const HOSTS = 2

/** Whether hosts can be had here. */
export const hasHosts = (): boolean => existsSync(HOST)

/**
 * Small processes that start scripts for this one. Forking costs in proportion to the memory of who forks (5 ms at 150 MiB),
 * and holds it up until the child has begun: for a large graph that is most of the time spent.
 */
export class HostPool {
  readonly #hosts: readonly Host[]
  readonly #env: Environment
  #next = 0

  /** @param env what the hosts themselves are started with: of each script's environment only what differs is sent */
  constructor(env: Environment) {
    // Options for Node programs that scripts run are not meant for the hosts.
    const { NODE_OPTIONS: _, ...own } = env
    this.#env = own
    const options: ForkOptions = {
      env: own,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: SMALL_HEAP,
    }
    this.#hosts = Array.from({ length: HOSTS }, () => new Host(fork(HOST, [], options)))
  }

  readonly spawn: Spawn = async (request) => {
    this.#next = (this.#next + 1) % this.#hosts.length
    const host = this.#hosts[this.#next]
    if (host === undefined) return { error: 'there is nobody to start it' }
    return await host.spawn({ ...request, env: this.#difference(request.env) })
  }

  #difference(env: Environment): Environment {
    return Object.fromEntries(Object.entries(env).filter(([name, value]) => this.#env[name] !== value))
  }
}

/** What is said of scripts whose host is gone. */
export const LOST = 'the process that starts scripts was ended from outside'

/**
 * Memory that is not there need not be copied at each fork: a small young generation, and no compiled code. Threads that
 * would collect and compile in the background only compete with the scripts.
 */
const SMALL_HEAP = ['--max-semi-space-size=1', '--no-opt', '--no-sparkplug', '--max-lazy', '--v8-pool-size=0']

interface Waiting {
  started(answer: Spawned | { readonly error: string }): void
  ended(end: ProcessEnd): void
  readonly end: Promise<ProcessEnd>
}

class Host {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, Waiting>()
  #count = 0
  #lost = false

  constructor(process: ChildProcess) {
    this.#process = process
    process.on('message', (message) => this.#take(message as HostAnswer))
    process.on('exit', () => this.#loseAll())
    process.on('error', () => this.#loseAll())
    this.#idle()
  }

  spawn(request: SpawnRequest): Promise<Spawned | { readonly error: string }> {
    if (this.#lost) return Promise.resolve({ error: LOST })
    const id = this.#count++
    // A host alone keeps nobody waiting; a script does.
    if (this.#waiting.size === 0) this.#busy()
    return new Promise((started) => {
      let ended: (end: ProcessEnd) => void = () => {}
      const end = new Promise<ProcessEnd>((resolve) => {
        ended = resolve
      })
      this.#waiting.set(id, { started, ended, end })
      this.#process.send({ id, ...request } satisfies HostRequest)
    })
  }

  #take(answer: HostAnswer): void {
    const waiting = this.#waiting.get(answer.id)
    if (waiting === undefined) return
    if (answer.kind === 'started') {
      waiting.started({ pid: answer.pid, ended: waiting.end })
      return
    }
    this.#waiting.delete(answer.id)
    if (this.#waiting.size === 0) this.#idle()
    if (answer.kind === 'failed') waiting.started({ error: answer.error })
    else waiting.ended({ exitCode: answer.exitCode, signal: answer.signal })
  }

  #loseAll(): void {
    this.#lost = true
    for (const waiting of this.#waiting.values()) {
      waiting.started({ error: LOST })
      waiting.ended({ exitCode: undefined, signal: undefined })
    }
    this.#waiting.clear()
  }

  #busy(): void {
    this.#process.ref()
    this.#process.channel?.ref()
  }

  #idle(): void {
    this.#process.unref()
    this.#process.channel?.unref()
  }
}
