import { setTimeout as sleep } from 'node:timers/promises'
import type { SeenProcess } from '../../model/component-test.ts'
import type { ProcessIdentity } from '../../model/process-identity.ts'
import { type ProcStat, processIds, procStat, startTimeOf } from '../scripts/process-info.ts'
import { linkOf, listeningSockets, portsOf, textOf } from './listening-ports.ts'

/** Whether other processes can be looked at here. */
export const canSeeProcesses = (): boolean => process.platform === 'linux'

/** A process of a service. `isRoot`: its parent is none of them. */
export interface OwnProcess extends SeenProcess {
  readonly startTime: string
  readonly isRoot: boolean
}

export interface ProcessSearch {
  readonly clusterId: string
  /** `undefined`: all services of the cluster. */
  readonly service: string | undefined
  /** Whether a process that works in this directory is theirs. */
  readonly isTheirs: (directory: string) => boolean
}

/** The process of a script, which leads a session of its own. */
export type ScriptLeader = Pick<ProcessIdentity, 'pid' | 'startTime'>

/**
 * Finds the processes that a service has left running, by what they say of themselves (environment, working directory),
 * by their session, and by their parents. Who was found once is known again, whatever becomes of its parent.
 */
export class ScratchProcesses {
  readonly #search: ProcessSearch
  /** `<pid> <start time>` */
  readonly #known = new Set<string>()
  /** Those that scripts led. */
  readonly #sessions = new Set<number>()
  /** What was there before this process cannot be theirs. In the clock ticks of /proc. */
  readonly #since = Number(procStat(process.pid)?.startTime ?? 0)

  constructor(search: ProcessSearch) {
    this.#search = search
  }

  /**
   * Knows from now on what scripts that have just ended left in their sessions. Only now: once nobody is left in a session,
   * its number may be that of a stranger's.
   */
  learn(scripts: readonly ScriptLeader[]): void {
    for (const { pid } of scripts) this.#sessions.add(pid)
    const left = scripts.filter(({ pid, startTime }) => [undefined, startTime].includes(startTimeOf(pid)))
    this.#find(new Set(left.map(({ pid }) => pid)))
  }

  /** Those that run now, by pid; empty where processes cannot be seen. */
  find(): OwnProcess[] {
    return this.#find(new Set())
  }

  /** `left`: sessions all of whose members are theirs. */
  #find(left: ReadonlySet<number>): OwnProcess[] {
    if (!canSeeProcesses()) return []
    const stats = new Map(processIds().flatMap((pid): [number, ProcStat][] => running(pid)))
    const isOld = (stat: ProcStat): boolean => Number(stat.startTime) < this.#since
    const others = [...stats].filter(([pid, stat]) => pid !== process.pid && !isOld(stat))
    const isFound = ([pid, stat]: [number, ProcStat]): boolean => left.has(stat.session) || this.#isOwn(pid, stat)
    const own = new Set(others.filter(isFound).map(([pid]) => pid))
    // Children of children, and who shares a script's session with one of them, until there are no more.
    for (let grown = true; grown; ) {
      const sessions = new Set([...own].map((pid) => stats.get(pid)?.session ?? 0))
      const isShared = (session: number): boolean => this.#sessions.has(session) && sessions.has(session)
      const more = others.filter(
        ([pid, { parent, session }]) => !own.has(pid) && (own.has(parent) || isShared(session)),
      )
      for (const [pid] of more) own.add(pid)
      grown = more.length > 0
    }
    const sockets = listeningSockets()
    return [...own]
      .sort((a, b) => a - b)
      .flatMap((pid) => {
        const stat = stats.get(pid)
        if (stat === undefined) return []
        this.#known.add(identity(pid, stat))
        const { startTime, parent } = stat
        return [{ pid, startTime, command: commandOf(pid), ports: portsOf(pid, sockets), isRoot: !own.has(parent) }]
      })
  }

  /** Ends all of them with SIGKILL, also those that come in the meantime. Resolves with those that it could not end. */
  async kill(): Promise<OwnProcess[]> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const found = this.find()
      if (found.length === 0) return []
      for (const one of found) end(one)
      await sleep(POLL_MS)
    }
    return this.find()
  }

  #isOwn(pid: number, stat: ProcStat): boolean {
    if (this.#known.has(identity(pid, stat))) return true
    const { clusterId, service, isTheirs } = this.#search
    const environment = textOf(`/proc/${pid}/environ`).split('\0')
    if (
      environment.includes(`PAICTL_CLUSTER_ID=${clusterId}`) &&
      (service === undefined || environment.includes(`PAICTL_SERVICE=${service}`))
    ) {
      return true
    }
    return isTheirs(linkOf(`/proc/${pid}/cwd`))
  }
}

const POLL_MS = 25
const ATTEMPTS = 200

function running(pid: number): [number, ProcStat][] {
  const stat = procStat(pid)
  // Who has ended, and only waits to be read, holds nothing any more.
  return stat === undefined || stat.zombie ? [] : [[pid, stat]]
}

const identity = (pid: number, { startTime }: ProcStat): string => `${pid} ${startTime}`

const LONGEST_COMMAND = 200

/** What a process runs, as it was typed; in brackets where it says nothing of that. */
export function commandOf(pid: number): string {
  const words = textOf(`/proc/${pid}/cmdline`).split('\0').filter(Boolean).join(' ')
  return words === '' ? `[${textOf(`/proc/${pid}/comm`).trim()}]` : words.slice(0, LONGEST_COMMAND)
}

function end({ pid, startTime }: OwnProcess): void {
  // Since it was seen, its number may have become another one's.
  if (startTimeOf(pid) !== startTime) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended, or is another user's.
  }
}

/** Who listens on a port, as far as that can be seen. */
export function holderOf(port: number): SeenProcess | null {
  if (!canSeeProcesses()) return null
  const sockets = listeningSockets()
  const pid = processIds().find((one) => portsOf(one, sockets).includes(port))
  return pid === undefined ? null : { pid, command: commandOf(pid), ports: portsOf(pid, sockets) }
}
