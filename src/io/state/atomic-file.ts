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

/** How a file is written that is to be seen whole or not at all. */
export interface WholeFile {
  /** Where it is written before it has its place, in the same directory. */
  readonly temporary: string
  /** Before its content is whole nobody but its owner may read it. */
  readonly mode: number
  /** Whether it may be seen half written where the file system has no links, by which it would get its place at once. */
  readonly needsNoLinks?: boolean
}

const ofState = (path: string): WholeFile => ({ temporary: `${path}${ownSuffix()}`, mode: 0o600 })

/** Replaces `path` with `content` in one step, mode 0600 if nothing else is said; a reader sees the old text or the new one. */
export function replaceFile(path: string, content: string, how = ofState(path)): void {
  writeBeside(path, content, how)
  try {
    renameSync(how.temporary, path)
  } catch (error) {
    unlinkSync(how.temporary)
    throw error
  }
}

/** Creates `path` with all of `content`, mode 0600 if nothing else is said; `false` when something is there already. */
export function createFile(path: string, content: string, how = ofState(path)): boolean {
  writeBeside(path, content, how)
  try {
    // A link, since a file opened with O_EXCL is there, and empty, before its content is.
    linkSync(how.temporary, path)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return false
    if (how.needsNoLinks && NO_LINKS.includes(code ?? '')) return createInPlace(path, content, how)
    throw error
  } finally {
    unlinkSync(how.temporary)
  }
}

/** What file systems without hard links say. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']

function createInPlace(path: string, content: string, { mode }: WholeFile): boolean {
  try {
    writeNew(path, content, mode)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    unlinkUnlessGone(path)
    throw error
  }
}

/** Writes a file that nobody else looks at yet; the mode is `mode` whatever the umask. */
export function writePrivate(path: string, content: string | Uint8Array, mode = 0o600): void {
  writeTo(openPrivate(path, constants.O_TRUNC, mode), content)
}

/** `mode`: what it gets when it is whole. */
function writeTo(fd: number, content: string | Uint8Array, mode?: number): void {
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done)
    if (mode !== undefined) fchmodSync(fd, mode)
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

function writeBeside(path: string, content: string, { temporary, mode }: WholeFile): void {
  try {
    writeNew(temporary, content, mode)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOENT') makeDirectory(dirname(path))
    else unlinkUnlessGone(temporary)
    // Nobody else's file has this name: what was there was left by a write that failed, or planted.
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error
    writeNew(temporary, content, mode)
  }
}

const writeNew = (path: string, content: string, mode: number): void =>
  writeTo(openPrivate(path, constants.O_EXCL), content, mode === 0o600 ? undefined : mode)

/** What is left of a file that could not be written to its end takes room that is needed. */
function unlinkUnlessGone(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // What kept it from being written is what there is to say.
  }
}
