import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

/** The state of a listening socket in /proc/net/tcp. */
const LISTEN = '0A'

/**
 * Who listens on a TCP port of this machine, in words for a message.
 * @param {number} port
 * @returns {Promise<string>}
 */
export async function describeHolder(port) {
  const holder = (await holderByProc(port)) ?? (await holderByLsof(port))
  return holder ? `pid ${holder.pid} (${holder.command})` : 'a process that this user cannot see'
}

/**
 * Linux: the socket's inode, then the process that has it open.
 * @param {number} port
 * @returns {Promise<{pid: number, command: string} | undefined>}
 */
async function holderByProc(port) {
  const inodes = new Set((await Promise.all(['tcp', 'tcp6'].map((table) => listeningInodes(table, port)))).flat())
  if (inodes.size === 0) {
    return undefined
  }
  for (const pid of (await list('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of await list(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => ''))?.[1]
      if (inode && inodes.has(inode)) {
        return { pid: Number(pid), command: await commandOf(pid) }
      }
    }
  }
  return undefined
}

/**
 * @param {string} table
 * @param {number} port
 */
async function listeningInodes(table, port) {
  const text = await readFile(`/proc/net/${table}`, 'utf8').catch(() => '')
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && Number.parseInt(local?.split(':')[1] ?? '', 16) === port)
    .map((fields) => fields[9])
}

/** @param {string} pid */
async function commandOf(pid) {
  const line = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0').join(' ').trim()
  return line || (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'unknown command')).trim()
}

/**
 * Elsewhere: lsof, where there is one.
 * @param {number} port
 * @returns {Promise<{pid: number, command: string} | undefined>}
 */
async function holderByLsof(port) {
  const run = promisify(execFile)
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => ({ stdout: '' }))
  const pid = /^p(\d+)$/m.exec(stdout)?.[1]
  return pid ? { pid: Number(pid), command: /^c(.*)$/m.exec(stdout)?.[1] ?? 'unknown command' } : undefined
}

/**
 * What may not be listed, or is gone by now, has nothing to tell.
 * @param {string} directory
 * @returns {Promise<string[]>}
 */
async function list(directory) {
  return readdir(directory).catch(() => [])
}
