import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import type { RunOwner } from '../../model/run.ts'
import { openPrivate } from '../state/atomic-file.ts'
import { isOwnerAlive } from '../state/cluster-lock.ts'
import { unlinkThere } from '../state/remove-tree.ts'
import { ownRunOwner } from '../state/run-store.ts'
import { isAbsent, isSystemError, systemCode } from '../state/state-error.ts'

const LIMIT = 10 * 1024 * 1024
const KEPT_PARTS = 5
const BLOCK = 1024 * 1024
const INTERVAL_MS = 1000
const FLOODED_INTERVAL_MS = 100

/** Caps logs about once a second, sooner where one is flooded, until the function that it returns is called. */
export function watchLogs(paths: () => Iterable<string>): () => void {
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    const isFlooded = capAll(paths())
    timer = setTimeout(look, isFlooded ? FLOODED_INTERVAL_MS : INTERVAL_MS).unref()
  }
  look()
  return () => {
    clearTimeout(timer)
    capAll(paths())
  }
}

/** Caps those of the logs that are too large; returns whether there were any. What cannot be capped is left as it is. */
export function capAll(paths: Iterable<string>): boolean {
  let any = false
  for (const path of paths) {
    try {
      const stat = lstatSync(path, { throwIfNoEntry: false })
      if (!stat?.isFile() || stat.size <= LIMIT) continue
      any = true
      capLog(path, stat.size)
    } catch (error) {
      if (!isSystemError(error)) throw error
    }
  }
  return any
}

/**
 * Moves the content of a log beyond 10 MiB into `<path>.1`, the older parts up by one. Copied and cut rather than
 * renamed: who writes to it holds it open, and appends, so that it goes on at the new end. Where another process is at
 * that already, it is left to that one.
 */
export function capLog(path: string, bytes: number): void {
  if (bytes <= LIMIT) return
  const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW)
  try {
    const right = `${path}.cutting`
    if (!takeRight(right)) return
    try {
      // Somebody else may have cut it since it was looked at.
      if (fstatSync(fd).size > LIMIT) cut(path, fd)
    } finally {
      unlinkThere(right)
    }
  } finally {
    closeSync(fd)
  }
}

function cut(path: string, fd: number): void {
  try {
    rmSync(`${path}.${KEPT_PARTS}`, { force: true })
    for (let part = KEPT_PARTS - 1; part >= 1; part--) renameIfThere(`${path}.${part}`, `${path}.${part + 1}`)
    copyEnd(fd, `${path}.1`)
    ftruncateSync(fd, 0)
  } catch (error) {
    if (!isFull(error)) throw error
    // Where there is no room for a copy, the room that the log takes is needed most.
    rmSync(`${path}.1`, { force: true })
    ftruncateSync(fd, 0)
  }
}

/**
 * Takes the right to cut a log: a link that leads nowhere and names its owner, which is there whole or not at all, and takes
 * no room. `false` where a living process has it.
 */
function takeRight(path: string): boolean {
  const own = ownRunOwner()
  for (;;) {
    try {
      symlinkSync(JSON.stringify(own), path)
      return true
    } catch (error) {
      if (isFull(error)) return true
      if (systemCode(error) !== 'EEXIST') throw error
    }
    const owner = ownerOf(path)
    if (owner !== undefined && isOwnerAlive(owner)) return false
    unlinkThere(path)
  }
}

function ownerOf(path: string): RunOwner | undefined {
  try {
    return JSON.parse(readlinkSync(path))
  } catch {
    // Gone since, or nothing that paictl has put there.
    return undefined
  }
}

function isFull(error: unknown): boolean {
  const code = systemCode(error)
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** Copies the last 10 MiB: how much there is depends on how long nobody looked, and the parts are to be small. */
function copyEnd(fd: number, target: string): void {
  const copy = openPrivate(target, constants.O_TRUNC)
  try {
    const buffer = Buffer.alloc(BLOCK)
    const { size } = fstatSync(fd)
    // No further than its end was: who floods it would never be caught up with.
    for (let position = Math.max(0, size - LIMIT); position < size; ) {
      const length = readSync(fd, buffer, 0, Math.min(BLOCK, size - position), position)
      if (length === 0) return
      for (let done = 0; done < length; ) done += writeSync(copy, buffer, done, length - done)
      position += length
    }
  } finally {
    closeSync(copy)
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}
