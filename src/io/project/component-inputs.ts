import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import picomatch from 'picomatch'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { isAbsent } from '../state/state-error.ts'
import { checkLinks } from './escaping-link.ts'
import { unreadable } from './project-file.ts'

/** The files that `inputs` globs match. `path` is relative to the component, `source` absolute. */
export interface InputFiles {
  readonly files: readonly { readonly path: string; readonly source: string }[]
  /** The globs that no file matches. */
  readonly unmatched: readonly string[]
  /** What could not be looked at, and links that lead out of the component. */
  readonly problems: readonly Diagnostic[]
}

/**
 * Finds a component's input files, by path. Links to files are followed, those to directories are not; `**` does not
 * look into node_modules and .git, which are not a component's own.
 */
export function expandInputs(componentDirectory: string, globs: readonly string[]): InputFiles {
  const search = new Search(componentDirectory)
  const unmatched: string[] = []
  for (const glob of globs) if (search.add(glob) === 0) unmatched.push(glob)
  const paths = [...search.found].sort()
  const files = paths.map((path) => ({ path, source: join(componentDirectory, path) }))
  return { files, unmatched, problems: [...search.problems.values()] }
}

class Search {
  readonly found = new Set<string>()
  /** By path: what two globs come across is one problem. */
  readonly problems = new Map<string, Diagnostic>()
  readonly #component: string

  constructor(component: string) {
    this.#component = component
  }

  /** Adds what a glob matches, and returns how many files that are. */
  add(glob: string): number {
    const { base, glob: pattern } = picomatch.scan(glob)
    const from = posix.normalize(base || '.')
    if (pattern === '') return this.#take(from) ? 1 : 0
    if (from !== '.' && this.#leadsOut(from)) return 1
    const isMatch = picomatch(pattern)
    let count = 0
    this.#walk(from, '', (path, isLink) => {
      if (!isMatch(path)) return
      const file = posix.join(from, path)
      if (!isLink) this.found.add(file)
      else if (!this.#take(file)) return
      count += 1
    })
    return count
  }

  /** Takes a file that may be a link, or be reached by one; whether there is something. */
  #take(path: string): boolean {
    const source = join(this.#component, path)
    try {
      if (!statSync(source).isFile()) return false
      if (!this.#leadsOut(path)) this.found.add(path)
      return true
    } catch (error) {
      if (isAbsent(error)) return false
      this.problems.set(path, unreadable(source, error))
      return true
    }
  }

  #leadsOut(path: string): boolean {
    try {
      const problem = checkLinks('inputs', this.#component, path)
      if (problem !== undefined) this.problems.set(path, problem)
      return problem !== undefined
    } catch (error) {
      if (!isAbsent(error)) throw error
      return false
    }
  }

  #walk(from: string, prefix: string, onFile: (path: string, isLink: boolean) => void): void {
    for (const entry of this.#entriesOf(posix.join(from, prefix))) {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory()) {
        if (entry.name !== 'node_modules' && entry.name !== '.git') this.#walk(from, `${path}/`, onFile)
      } else if (entry.isFile() || entry.isSymbolicLink()) onFile(path, entry.isSymbolicLink())
    }
  }

  #entriesOf(path: string): Dirent[] {
    const directory = join(this.#component, path)
    try {
      return readdirSync(directory, { withFileTypes: true })
    } catch (error) {
      if (!isAbsent(error)) this.problems.set(path, unreadable(directory, error))
      return []
    }
  }
}
