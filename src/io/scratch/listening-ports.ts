import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The TCP ports that somebody on this machine listens on, by the inode of the socket. Empty where there is no /proc. */
export function listeningSockets(): ReadonlyMap<string, number> {
  return new Map(['tcp', 'tcp6'].flatMap((table) => listenersIn(textOf(`/proc/net/${table}`))))
}

const LISTENING = '0A'

function listenersIn(text: string): [string, number][] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line): [string, number][] => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
      const port = Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)
      return state === LISTENING && Number.isInteger(port) ? [[inode, port]] : []
    })
}

/** The ports of `sockets` that a process listens on, ascending; none where its descriptors may not be read. */
export function portsOf(pid: number, sockets = listeningSockets()): number[] {
  const ports = descriptorsOf(pid).flatMap((fd) => sockets.get(/^socket:\[(\d+)\]$/.exec(fd)?.[1] ?? '') ?? [])
  return [...new Set(ports)].sort((a, b) => a - b)
}

function descriptorsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

/** Where a link of /proc leads; empty where it is gone or may not be read. */
export function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

/** A text of /proc; empty where it is gone or may not be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
