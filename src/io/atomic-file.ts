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
import { ownSuffix } from './half-written.ts'
import { systemCode } from './state-error.ts'

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
export function writePrivate(path: string, content: string | Uint8Array, mode = 0o600): void {
  writeTo(openPrivate(path, constants.O_TRUNC, mode), content)
}

function writeTo(fd: number, content: string | Uint8Array): void {
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
  } finally {
    closeSync(fd)
  }
}

/** Opens a file for writing, creating it with `mode` whatever the umask. A symbolic link there is not followed. */
export function openPrivate(path: string, flag: number, mode = 0o600): number {
  const fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | flag, mode)
  if (umaskHurts()) fchmodSync(fd, mode)
  return fd
}

/**
 * Makes a directory and those above it, mode 0700 whatever the umask. One that is there stays as it is. Node's own way never
 * ends where the system says of a directory that is there that it is not, as /proc does.
 */
export function makeDirectory(path: string): void {
  makeDirectories(path, () => mkdirUnlessThere(path), makeDirectory)
}

/** The same for directories that are not paictl's own: with the mode that the umask leaves. */
export function makeOrdinaryDirectory(path: string): void {
  makeDirectories(path, () => unlessThere(() => mkdirSync(path)), makeOrdinaryDirectory)
}

type Made = 'made' | 'there' | 'no-parent'

function makeDirectories(path: string, make: () => Made, makeParent: (path: string) => void): void {
  if (make() !== 'no-parent') return
  makeParent(dirname(path))
  // Once more for its error, where the parent is there by now and denies it.
  if (make() === 'no-parent') mkdirSync(path)
}

/** Makes a directory, mode 0700 whatever the umask; `false` when something is there already. */
export function createDirectory(path: string): boolean {
  return mkdirUnlessThere(path) === 'made'
}

/** Whether the umask would take from the owner's own rights. Asked once: each question is two system calls. */
export function umaskHurts(): boolean {
  hurts ??= (process.umask() & 0o700) !== 0
  return hurts
}
let hurts: boolean | undefined

function mkdirUnlessThere(path: string): Made {
  return unlessThere(() => {
    mkdirSync(path, 0o700)
    if (umaskHurts()) chmodSync(path, 0o700)
  })
}

function unlessThere(make: () => void): Made {
  try {
    make()
    return 'made'
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return 'there'
    if (systemCode(error) === 'ENOENT') return 'no-parent'
    throw error
  }
}

function writeBeside(path: string, content: string): string {
  const temporary = `${path}${ownSuffix()}`
  try {
    writeNew(temporary, content)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') makeDirectory(dirname(path))
    else unlinkUnlessGone(temporary)
    // Nobody else's file has this name: what was there was left by a write that failed, or planted.
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
    writeNew(temporary, content)
  }
  return temporary
}

const writeNew = (path: string, content: string): void => writeTo(openPrivate(path, constants.O_EXCL), content)

/** What is left of a file that could not be written to its end takes room that is needed. */
function unlinkUnlessGone(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // What kept it from being written is what there is to say.
  }
}
