import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { openPrivate } from './atomic-file.ts'
import { isAbsent } from './state-error.ts'

const LIMIT = 10 * 1024 * 1024
const KEPT_PARTS = 5
const BLOCK = 1024 * 1024

/**
 * Moves the content of a log beyond 10 MiB into `<path>.1`, the older parts up by one. Copied and cut rather than
 * renamed: who writes to it holds it open, and appends, so that it goes on at the new end.
 */
export function capLog(path: string, bytes: number): void {
  if (bytes <= LIMIT) return
  rmSync(`${path}.${KEPT_PARTS}`, { force: true })
  for (let part = KEPT_PARTS - 1; part >= 1; part--) renameIfThere(`${path}.${part}`, `${path}.${part + 1}`)
  const fd = openSync(path, constants.O_RDWR)
  try {
    copyEnd(fd, `${path}.1`)
    ftruncateSync(fd, 0)
  } finally {
    closeSync(fd)
  }
}

/** Copies the last 10 MiB: how much there is depends on how long nobody looked, and the parts are to be small. */
function copyEnd(fd: number, target: string): void {
  const copy = openPrivate(target, constants.O_TRUNC)
  try {
    const buffer = Buffer.alloc(BLOCK)
    let position = Math.max(0, fstatSync(fd).size - LIMIT)
    for (;;) {
      const length = readSync(fd, buffer, 0, BLOCK, position)
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
