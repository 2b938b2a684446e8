import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import picomatch from 'picomatch'
import { isAbsent } from './state-error.ts'

/** The files that `inputs` globs match. `path` is relative to the component, `source` absolute. */
export interface InputFiles {
  readonly files: readonly { readonly path: string; readonly source: string }[]
  /** The globs that no file matches. */
  readonly unmatched: readonly string[]
}

/**
 * Finds a component's input files, by path. Links to files are followed, those to directories are not; `**` does not
 * look into node_modules and .git, which are not a component's own.
 */
export function expandInputs(componentDirectory: string, globs: readonly string[]): InputFiles {
  const found = new Set<string>()
  const unmatched: string[] = []
  for (const glob of globs) {
    const paths = matches(componentDirectory, glob)
    for (const path of paths) found.add(path)
    if (paths.length === 0) unmatched.push(glob)
  }
  const files = [...found].sort().map((path) => ({ path, source: join(componentDirectory, path) }))
  return { files, unmatched }
}

function matches(componentDirectory: string, glob: string): string[] {
  const { base, glob: pattern } = picomatch.scan(glob)
  const from = posix.normalize(base || '.')
  if (pattern === '') return isFile(join(componentDirectory, from)) ? [from] : []
  const isMatch = picomatch(pattern)
  const paths: string[] = []
  walk(join(componentDirectory, from), '', (path) => {
    if (isMatch(path)) paths.push(posix.join(from, path))
  })
  return paths
}

function walk(root: string, prefix: string, onFile: (path: string) => void): void {
  for (const entry of entriesOf(join(root, prefix))) {
    const path = `${prefix}${entry.name}`
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== '.git') walk(root, `${path}/`, onFile)
    } else if (entry.isFile() || (entry.isSymbolicLink() && isFile(join(root, path)))) {
      onFile(path)
    }
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
