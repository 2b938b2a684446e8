import { renameSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { readPlain } from './plain-file.ts'
import { isAbsent, systemCode } from './state-error.ts'
import { wrongKey } from './state-shape.ts'
import { STATE_VERSION, type StateContent, type StateFileKind, upgraded } from './state-versions.ts'

/** What a file of the state holds, as of the present version. */
export interface StateFile {
  /** The version that it was written in. */
  readonly version: number
  readonly content: StateContent
}

/**
 * Reads a JSON file of the state; `undefined` where there is none. One of an older version is taken in as the present one
 * would have written it. One that makes no sense is set aside, so that it can be looked at and does not stop the next
 * command too.
 */
export function readStateFile(path: string, kind: StateFileKind): Result<StateFile | undefined, Diagnostic> {
  const found = lookAtStateFile(path, kind)
  return typeof found === 'string' ? err(setAside(path, found)) : found
}

/** The same, but what makes no sense stays where it is: returns why it does not. An error is a newer version. */
export function lookAtStateFile(path: string, kind: StateFileKind): Result<StateFile | undefined, Diagnostic> | string {
  const read = readText(path)
  if (read === undefined) return ok(undefined)
  const parsed = 'problem' in read ? read.problem : parseObject(read.text)
  if (typeof parsed === 'string') return parsed
  const { v: version, ...content } = parsed
  if (!Number.isInteger(version) || typeof version !== 'number' || version < 1) return 'it has no format version'
  if (version > STATE_VERSION) {
    return err(diagnostic('state-newer', { path, found: version, supported: STATE_VERSION }))
  }
  const present = upgraded(kind, version, content)
  const wrong = wrongKey(kind, present)
  if (wrong === undefined) return ok({ version, content: present })
  return wrong in content ? `"${wrong}" makes no sense` : `"${wrong}" is missing`
}

/** The text of a file of the state. */
export const stateText = (content: object): string => `${JSON.stringify({ v: STATE_VERSION, ...content })}\n`

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

/** The text of a file, or what is there in place of one: state is only what paictl itself has put there. */
export function readText(path: string): { readonly text: string } | { readonly problem: string } | undefined {
  try {
    return { text: readPlain(path).toString() }
  } catch (error) {
    if (isAbsent(error)) return undefined
    if (systemCode(error) === 'ELOOP') return { problem: 'it is a symbolic link' }
    if (systemCode(error) === 'EISDIR') return { problem: 'it is a directory' }
    throw error
  }
}

/** The JSON object of a text, or why it is none. */
export function parseObject(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : 'it holds no JSON object'
  } catch (error) {
    return text.trim() === '' ? 'it is empty' : (error as Error).message
  }
}
