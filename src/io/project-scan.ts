import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import { isAbsent, plainReason, systemCode } from './state-error.ts'

export interface ProjectRoot {
  readonly root: string
  readonly paictlYaml?: string
}

/** The nearest directory upward with a paictl.yaml, else the nearest with components/; by its real path. */
export function findProjectRoot(from: string): Result<ProjectRoot, { readonly searched: readonly string[] }> {
  const searched: string[] = []
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    searched.push(directory)
    if (dirname(directory) === directory) break
  }
  const marked = searched.find((directory) => existsSync(join(directory, 'paictl.yaml')))
  if (marked !== undefined) {
    const root = realPath(marked)
    return ok({ root, paictlYaml: join(root, 'paictl.yaml') })
  }
  const root = searched.find((directory) => isDirectory(join(directory, 'components')))
  return root === undefined ? err({ searched }) : ok({ root: realPath(root) })
}

/** A directory's path without links, or as it is where there is none: one project, however it is reached. */
export const realPath = (directory: string): string =>
  existsSync(directory) ? realpathSync(directory) : resolve(directory)

/** A component as it lies on disk. */
export interface ScannedComponent {
  readonly name: string
  readonly directory: string
  /** Its service.yaml, absolute. */
  readonly file: string
  readonly text: string
}

/** All components by name, and those whose service.yaml could not be read. */
export function scanComponents(componentsDirectory: string): {
  components: ScannedComponent[]
  problems: Diagnostic[]
} {
  const components: ScannedComponent[] = []
  const problems: Diagnostic[] = []
  const found = attempt(componentsDirectory, () => readdirSync(componentsDirectory, { withFileTypes: true }))
  if (!found.ok) return { components, problems: [found.error] }
  for (const entry of found.value ?? []) {
    const { name } = entry
    if (name.startsWith('.') || !(entry.isDirectory() || entry.isSymbolicLink())) continue
    const directory = `${componentsDirectory}/${name}`
    const file = `${directory}/deploy/service.yaml`
    const text = readOptional(file)
    if (!text.ok) problems.push(text.error)
    else if (text.value !== undefined) components.push({ name, directory, file, text: text.value })
  }
  components.sort((a, b) => (a.name < b.name ? -1 : 1))
  return { components, problems }
}

/** A text file of the project; `undefined` where there is none. */
export function readOptional(file: string): Result<string | undefined, Diagnostic> {
  return attempt(file, () => readFileSync(file, 'utf8'))
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

/** Reads a file and hashes it. */
export function digestFile(file: string): Result<FileDigest, Diagnostic> {
  try {
    const bytes = readFileSync(file)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return ok({ sha256, bytes: bytes.length <= KEPT_BYTES ? bytes : undefined })
  } catch (error) {
    return err(unreadable(file, error))
  }
}

/** The diagnostic for a file of the project that cannot be read. */
export function unreadable(path: string, error: unknown): Diagnostic {
  if (systemCode(error) === undefined) throw error
  return diagnostic('unreadable-file', { path, reason: plainReason(error) })
}

function attempt<T>(path: string, read: () => T): Result<T | undefined, Diagnostic> {
  try {
    return ok(read())
  } catch (error) {
    return isAbsent(error) ? ok(undefined) : err(unreadable(path, error))
  }
}

/** Whether a directory is there; below a file there is none. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}
