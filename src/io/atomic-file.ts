import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { isAbsent, systemCode } from './state-error.ts'

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW

/** Replaces `path` with `content` in one step, mode 0600; a reader sees the old text or the new one. */
export function replaceFile(path: string, content: string): void {
  const temporary = writeBeside(path, content)
  try {
    renameSync(temporary, path)
  } catch (error) {
    unlinkSync(temporary)
    throw error
  }
}

/** Creates `path` with all of `content`, mode 0600; `false` when something is there already. */
export function createFile(path: string, content: string): boolean {
  const temporary = writeBeside(path, content)
  try {
    // A link, since a file opened with O_EXCL is there, and empty, before its content is.
    linkSync(temporary, path)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  } finally {
    unlinkSync(temporary)
  }
}

/** Writes a file that nobody else looks at yet; the mode is `mode` whatever the umask. */
export function writePrivate(path: string, content: string, mode = 0o600): void {
  const fd = openSync(path, CREATE, mode)
  try {
    fchmodSync(fd, mode)
    writeAll(fd, content)
  } finally {
    closeSync(fd)
  }
}

/** Makes a directory, mode 0700 whatever the umask, and those above it; `false` when it was there. */
export function makeDirectory(path: string): boolean {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!isAbsent(error) || dirname(path) === path) throw error
    makeDirectory(dirname(path))
    return makeDirectory(path)
  }
  chmodSync(path, 0o700)
  return true
}

function writeBeside(path: string, content: string): string {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writePrivate(temporary, content)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    makeDirectory(dirname(path))
    writePrivate(temporary, content)
  }
  return temporary
}

function writeAll(fd: number, content: string): void {
  const bytes = Buffer.from(content)
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
}
