import { closeSync, constants, openSync, readFileSync, renameSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import { isAbsent } from './state-error.ts'

/** The version of every file of the state. A newer one is refused. */
export const STATE_VERSION = 1

/**
 * Reads a JSON file of the state, which must have `strings` as keys with strings as values; `undefined` where there is
 * none. One that makes no sense is set aside, so that it can be looked at and does not stop the next command too.
 */
export function readStateFile(
  path: string,
  strings: readonly string[],
): Result<Readonly<Record<string, unknown>> | undefined, Diagnostic> {
  const text = readPlainFile(path)
  if (text === undefined) return ok(undefined)
  const parsed = parseObject(text)
  if (typeof parsed === 'string') return err(setAside(path, parsed))
  const version = parsed.v
  if (typeof version !== 'number') return err(setAside(path, 'it has no format version'))
  if (version > STATE_VERSION) {
    return err(diagnostic('state-newer', { path, found: version, supported: STATE_VERSION }))
  }
  const missing = strings.find((key) => typeof parsed[key] !== 'string')
  if (missing !== undefined) return err(setAside(path, `"${missing}" is missing`))
  return ok(parsed)
}

/** Renames a file that cannot be used to `<path>.corrupt-<time>`. */
export function setAside(path: string, message: string): Diagnostic {
  const aside = `${path}.corrupt-${Date.now()}`
  try {
    renameSync(path, aside)
    return diagnostic('state-corrupt', { path, message, setAside: aside })
  } catch {
    return diagnostic('state-corrupt', { path, message, setAside: null })
  }
}

/** The text of a file that must not be a symbolic link: state is only what paictl itself has put there. */
function readPlainFile(path: string): string | undefined {
  let fd: number
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
  try {
    return readFileSync(fd, 'utf8')
  } finally {
    closeSync(fd)
  }
}

function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'it holds no JSON object'
  } catch (error) {
    return text.trim() === '' ? 'it is empty' : (error as Error).message
  }
}
