import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs'
import { nearest } from '../../config/nearest.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { startOfFile } from '../../model/span.ts'
import { isAbsent, systemCode } from '../state/state-error.ts'
import { danglingLink, readOptional, unreadable } from './project-file.ts'

/** A component as it lies on disk. */
export interface ScannedComponent {
  readonly name: string
  readonly directory: string
  /** Its service.yaml, absolute. */
  readonly file: string
  /** `undefined`: it is there, but cannot be taken as it is, which is one of the problems. */
  readonly text: string | undefined
}

export interface ComponentScan {
  /** By name. */
  readonly components: readonly ScannedComponent[]
  /** Those of one component carry its name. */
  readonly problems: readonly Diagnostic[]
}

/** All components of a project; service.yaml files of more than `limit` bytes are not read. */
export function scanComponents(componentsDirectory: string, limit?: number): ComponentScan {
  let entries: Dirent[]
  try {
    entries = readdirSync(componentsDirectory, { withFileTypes: true })
  } catch (error) {
    return { components: [], problems: isAbsent(error) ? [] : [unreadable(componentsDirectory, error)] }
  }
  const candidates = entries
    .filter((entry) => !entry.name.startsWith('.') && (entry.isDirectory() || entry.isSymbolicLink()))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const others = sameDirectories(componentsDirectory, candidates)
  const scanned = candidates.map((entry) => scanOne(componentsDirectory, entry, others.get(entry.name), limit))
  return {
    components: scanned.flatMap(({ component }) => (component === undefined ? [] : [component])),
    problems: scanned.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
  }
}

function scanOne(
  componentsDirectory: string,
  entry: Dirent,
  other: string | undefined,
  limit: number | undefined,
): { component?: ScannedComponent; problem?: Diagnostic } {
  const { name } = entry
  const directory = `${componentsDirectory}/${name}`
  const file = `${directory}/deploy/service.yaml`
  const refused = (problem: Diagnostic) => ({
    component: { name, directory, file, text: undefined },
    problem: { ...problem, service: name },
  })
  if (other !== undefined) {
    return refused(diagnostic('duplicate-service', { service: name, other }, { span: startOfFile(directory) }))
  }
  const broken = entry.isSymbolicLink() ? brokenLink(directory) : undefined
  if (broken !== undefined) return refused(broken)
  const text = readOptional(file, limit)
  if (!text.ok) return refused(text.error)
  if (text.value !== undefined) return { component: { name, directory, file, text: text.value } }
  return withoutServiceFile(name, directory, refused)
}

/**
 * Says what stands where a service.yaml is expected. A file of nearly its name was meant to be one; a directory that is
 * no component at all, as of code that components share, is nobody's mistake.
 */
function withoutServiceFile<T>(
  name: string,
  directory: string,
  refused: (problem: Diagnostic) => T,
): T | { problem?: Diagnostic } {
  const span = startOfFile(directory)
  const deploy = namesIn(`${directory}/deploy`)
  const meant = deploy && similarName(deploy)
  if (meant !== undefined) {
    return refused(diagnostic('no-service-file', { component: name, found: `deploy/${meant}` }, { span }))
  }
  const beside = (namesIn(directory) ?? []).find((one) => one === 'service.yaml')
  if (deploy === undefined && beside === undefined) return {}
  const data = { component: name, found: beside ?? null }
  return { problem: diagnostic('no-service-file', data, { span, service: name, severity: 'warning' }) }
}

const similarName = (names: readonly string[]): string | undefined =>
  names.find((name) => /^services?(\.ya?ml|\.json)(\.[a-z]+)?$/i.test(name)) ??
  nearest('service.yaml', names) ??
  undefined

/** The names in a directory, sorted; `undefined` where there is none to be read. */
function namesIn(directory: string): string[] | undefined {
  try {
    return readdirSync(directory).sort()
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}

function brokenLink(path: string): Diagnostic | undefined {
  try {
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return undefined
    return danglingLink(path)
  } catch (error) {
    return unreadable(path, error)
  }
}

/** By the name of each link to a directory that another component is too: that component. Real directories come first. */
function sameDirectories(componentsDirectory: string, entries: readonly Dirent[]): Map<string, string> {
  const same = new Map<string, string>()
  const links = entries.filter((entry) => entry.isSymbolicLink())
  if (links.length === 0) return same
  const root = realpathSync(componentsDirectory)
  const names = new Map<string, string>()
  for (const { name } of entries.filter((entry) => !entry.isSymbolicLink())) names.set(`${root}/${name}`, name)
  for (const { name } of links) {
    const real = realPathOf(`${root}/${name}`)
    const other = real === undefined ? undefined : names.get(real)
    if (other !== undefined) same.set(name, other)
    else if (real !== undefined) names.set(real, name)
  }
  return same
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return undefined
  }
}
