import { type Dirent, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { isSystemError } from '../state/state-error.ts'

/** What is in a directory: by path relative to it, what tells an entry from what it may become. */
export type TreeSnapshot = ReadonlyMap<string, string>

export interface SnapshotOptions {
  /** Entries that are not looked into, absolute, or by name wherever they are. */
  readonly without?: readonly string[]
}

/** Looks at a directory with all that is in it; empty where there is none. Directories end with a slash. */
export function snapshotOf(directory: string, { without = [] }: SnapshotOptions = {}): TreeSnapshot {
  const found = new Map<string, string>()
  const waiting = ['']
  for (let prefix = waiting.pop(); prefix !== undefined; prefix = waiting.pop()) {
    for (const entry of entriesOf(join(directory, prefix))) {
      const path = `${prefix}${entry.name}`
      if (without.includes(entry.name) || without.includes(join(directory, path))) continue
      if (entry.isDirectory()) {
        found.set(`${path}/`, '')
        waiting.push(`${path}/`)
      } else found.set(path, signatureOf(join(directory, path)))
    }
  }
  return found
}

/** One entry that is otherwise than in the earlier snapshot. */
export interface TreeChange {
  readonly path: string
  readonly change: 'added' | 'changed' | 'removed'
}

/** What is otherwise than before, by path. What is in a directory that came or went is not listed beside it. */
export function changesOf(before: TreeSnapshot, after: TreeSnapshot): TreeChange[] {
  const added = [...after.keys()].filter((path) => !before.has(path))
  const removed = [...before.keys()].filter((path) => !after.has(path))
  const changed = [...after].filter(([path, signature]) => (before.get(path) ?? signature) !== signature)
  return [
    ...outermost(added).map((path): TreeChange => ({ path, change: 'added' })),
    ...outermost(removed).map((path): TreeChange => ({ path, change: 'removed' })),
    ...changed.map(([path]): TreeChange => ({ path, change: 'changed' })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function outermost(paths: readonly string[]): string[] {
  const directories = new Set(paths.filter((path) => path.endsWith('/')))
  return paths.filter((path) => !parents(path).some((parent) => directories.has(parent)))
}

/** `a/`, `a/b/` of `a/b/c`. */
function parents(path: string): string[] {
  const parts = path.replace(/\/$/, '').split('/').slice(0, -1)
  return parts.map((_part, index) => `${parts.slice(0, index + 1).join('/')}/`)
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    // It is gone by now, or somebody else's.
    if (!isSystemError(error)) throw error
    return []
  }
}

function signatureOf(path: string): string {
  try {
    const { size, mtimeMs, mode, ino } = lstatSync(path)
    return `${size} ${mtimeMs} ${mode} ${ino}`
  } catch (error) {
    if (!isSystemError(error)) throw error
    return ''
  }
}
