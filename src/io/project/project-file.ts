import { createHash } from 'node:crypto'
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { DEFAULT_FILE_SIZE_LIMIT } from '../../model/project.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { startOfFile } from '../../model/span.ts'
import { isAbsent, plainReason, systemCode } from '../state/state-error.ts'
import { findTextProblem } from './text-problem.ts'

/**
 * A text file of the project; `undefined` where there is none; a link to nothing is something. What is no regular file is
 * never opened, what is larger than `limit` bytes never read. Problems: `not-a-file`, `file-too-large`, `not-text`,
 * `unreadable-file`.
 */
export function readOptional(file: string, limit = DEFAULT_FILE_SIZE_LIMIT): Result<string | undefined, Diagnostic> {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) return isOccupied(file) ? err(danglingLink(file)) : ok(undefined)
    const problem = kindProblem(file, stat)
    return problem === undefined ? readText(file, stat.size, limit) : err(problem)
  } catch (error) {
    return isAbsent(error) ? ok(undefined) : err(unreadable(file, error))
  }
}

/** The text of a regular file that was listed with `size` bytes. Problems: as of `readOptional`. */
export function readListed(file: string, size: number, limit: number): Result<string, Diagnostic> {
  try {
    return readText(file, size, limit)
  } catch (error) {
    return err(unreadable(file, error))
  }
}

function readText(file: string, size: number, limit: number): Result<string, Diagnostic> {
  const tooLarge = sizeProblem(file, size, limit)
  if (tooLarge !== undefined) return err(tooLarge)
  const bytes = size < SMALL.length ? readSmall(file, size) : readFileSync(file)
  // Some file systems do not say how long a file is before it is read.
  const grown = sizeProblem(file, bytes.length, limit)
  if (grown !== undefined) return err(grown)
  const found = findTextProblem(file, bytes)
  return found === undefined ? ok(bytes.toString('utf8')) : err(found)
}

/** Where small files are read to: thousands are, and each needs no memory of its own, nor to be asked for its size again. */
const SMALL = Buffer.allocUnsafe(64 * 1024)

/** The bytes of a file that should be `size` long, until the next call; of one that is not, as they come. */
function readSmall(file: string, size: number): Buffer {
  const descriptor = openSync(file, 'r')
  try {
    const length = readSync(descriptor, SMALL)
    if (length === size) return SMALL.subarray(0, length)
  } finally {
    closeSync(descriptor)
  }
  return readFileSync(file)
}

/** Of a larger file no line is shown beside a problem. */
const SHOWN_LIMIT = 64 * 1024 * 1024

/** The text of a file that a problem points into, whatever is wrong with it; `undefined` where none can be shown. */
export function readShown(file: string): string | undefined {
  try {
    const stat = statSync(file, { throwIfNoEntry: false })
    return stat?.isFile() && stat.size <= SHOWN_LIMIT ? readFileSync(file, 'utf8') : undefined
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

/** A file's content in short. */
export interface FileDigest {
  /** SHA-256, hexadecimal. */
  readonly sha256: string
  /** All of it, unless it is large. */
  readonly bytes: Uint8Array | undefined
}

/** Larger files are not kept in memory between their reading and their copying. */
const KEPT_BYTES = 64 * 1024
/** How much of a larger file is in memory at a time. */
const CHUNK_BYTES = 1024 * 1024

/** Reads a regular file of any size and hashes it. */
export function digestFile(file: string): Result<FileDigest, Diagnostic> {
  try {
    const stat = statSync(file)
    const problem = kindProblem(file, stat)
    if (problem !== undefined) return err(problem)
    if (stat.size > KEPT_BYTES) return ok({ sha256: hashInParts(file), bytes: undefined })
    const bytes = readFileSync(file)
    return ok({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes })
  } catch (error) {
    return err(unreadable(file, error))
  }
}

/** Why `digestFile` would fail of a file that was listed, without opening it; `undefined` where it would not. */
export function readProblem(file: string): Diagnostic | undefined {
  try {
    accessSync(file, constants.R_OK)
    return undefined
  } catch (error) {
    return unreadable(file, error)
  }
}

function hashInParts(file: string): string {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES)
  const descriptor = openSync(file, 'r')
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(descriptor, buffer)
      hash.update(buffer.subarray(0, length))
    }
  } finally {
    closeSync(descriptor)
  }
  return hash.digest('hex')
}

/** What stands where only a file can be read: to open a named pipe would wait for ever, to read a device never end. */
export function kindProblem(path: string, stat: Pick<Stats, 'isFile'> & FileKind): Diagnostic | undefined {
  if (stat.isFile()) return undefined
  return diagnostic('not-a-file', { what: null, path, found: kindOf(stat) }, { span: startOfFile(path) })
}

/** What `Stats` and `Dirent` both tell of what is not a file. */
export interface FileKind {
  isDirectory(): boolean
  isFIFO(): boolean
  isSocket(): boolean
}

/** What a person calls something that is no regular file. */
export function kindOf(entry: FileKind): string {
  if (entry.isDirectory()) return 'a directory'
  if (entry.isFIFO()) return 'a named pipe'
  return entry.isSocket() ? 'a socket' : 'a device'
}

function sizeProblem(file: string, bytes: number, limit: number): Diagnostic | undefined {
  return bytes > limit ? diagnostic('file-too-large', { bytes, limit }, { span: startOfFile(file) }) : undefined
}

/** The diagnostic for a link to what is not there. */
export function danglingLink(path: string): Diagnostic {
  return unreadableBecause(path, 'this symbolic link leads to nothing')
}

/** What the words for errors while writing the state say otherwise. */
const READING_REASONS: Readonly<Record<string, string>> = {
  ELOOP: 'its symbolic links lead in a circle',
  EPERM: 'permission denied',
}

/** The diagnostic for a file or directory of the project that cannot be read. */
export function unreadable(path: string, error: unknown): Diagnostic {
  const code = systemCode(error)
  if (code === undefined) throw error
  return unreadableBecause(path, READING_REASONS[code] ?? plainReason(error))
}

/** `unreadable-file` for a reason in words. */
export function unreadableBecause(path: string, reason: string): Diagnostic {
  return diagnostic('unreadable-file', { path, reason }, { span: startOfFile(path) })
}

/** Whether anything has the name, were it a link that leads nowhere. Throws the file system's other errors. */
export const isOccupied = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** Why no directory can be had at a path, where there is something; `undefined` too where there is nothing. */
export function directoryProblem(what: string, path: string): Diagnostic | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat?.isDirectory()) return undefined
    if (stat === undefined) return isOccupied(path) ? danglingLink(path) : undefined
    const found = stat.isFile() ? 'a file' : kindOf(stat)
    return diagnostic('wrong-type', { what, expected: 'a directory', found }, { span: startOfFile(path) })
  } catch (error) {
    return isAbsent(error) ? undefined : unreadable(path, error)
  }
}

/** Whether there is anything at a path. */
export const isThere = (path: string): boolean => existsSync(path)

/** What is in a directory; nothing where it cannot be read. For suggestions. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}
