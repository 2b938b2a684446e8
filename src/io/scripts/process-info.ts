import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessIdentity } from '../../model/process-identity.ts'
import { guarded, StateError, systemCode } from '../state/state-error.ts'

/** The identity of this process. */
export const ownIdentity = (): ProcessIdentity => ({
  pid: process.pid,
  startTime: startTimeOf(process.pid) ?? '',
  boot: bootId(),
})

/** Whether the process that `identity` names still runs on this machine. */
export function isAlive({ pid, startTime, boot }: ProcessIdentity): boolean {
  if (boot !== '' && boot !== bootId()) return false
  const now = startTimeOf(pid)
  return now !== undefined && (startTime === '' || now === startTime)
}

/** Identifies the boot of this machine; empty where there is nothing to read. */
export function bootId(): string {
  boot ??= process.platform === 'linux' ? readBootId() : capture('sysctl', ['-n', 'kern.bootsessionuuid'])
  return boot
}
let boot: string | undefined

/** When a process was started; `undefined` when there is none, or only a zombie. */
export function startTimeOf(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    const [state, ...started] = capture('ps', ['-o', 'stat=,lstart=', '-p', String(pid)]).split(/\s+/)
    return !state || state.startsWith('Z') ? undefined : started.join(' ')
  }
  const stat = procStat(pid)
  return stat === undefined || stat.zombie ? undefined : stat.startTime
}

/** Whether a process leads a group of its own, as every script does. Always false where there is no /proc. */
export const isGroupLeader = (pid: number): boolean => procStat(pid)?.group === pid

/** Whether a process group has a member that runs; zombies, which only wait to be read, do not count. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0)
  } catch (error) {
    // EPERM: there are members, but of other users.
    return systemCode(error) === 'EPERM'
  }
  if (process.platform !== 'linux') {
    return capture('ps', ['-A', '-o', 'pgid=,stat='])
      .split('\n')
      .some((line) => new RegExp(`^\\s*${group}\\s+[^Z\\s]`).test(line))
  }
  // It may be down to a zombie that its new parent never reads: the first process of many containers does not.
  let all: readonly number[]
  try {
    all = processIds()
  } catch (error) {
    // There is no file left to open: nobody has seen it end.
    if (error instanceof StateError) return true
    throw error
  }
  return all.some((pid) => {
    const stat = procStat(pid)
    return stat !== undefined && stat.group === group && !stat.zombie
  })
}

/**
 * The numbers of all processes. Where they cannot be read (a process may have no file left to open), that is a `PortFailure`:
 * that there are none would be a lie.
 */
export function processIds(): number[] {
  return guarded('/proc', () => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))).map(Number)
}

/** What /proc tells of a process. */
export interface ProcStat {
  readonly zombie: boolean
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly startTime: string
}

/** `undefined` where there is no such process, or no /proc. */
export function procStat(pid: number): ProcStat | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  // The second field is the command in parentheses, which may itself hold blanks and parentheses.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const [state = 'X', parent, group, session] = fields
  const zombie = state === 'Z' || state === 'X'
  return {
    zombie,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: fields[19] ?? '',
  }
}

function readBootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
  } catch {
    return ''
  }
}

function capture(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return ''
  }
}
