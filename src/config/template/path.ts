import { nearest } from '../nearest.ts'
import type { Path } from './ast.ts'
import { isScoped } from './ast.ts'
import type { Loop, Scope } from './scope.ts'
import type { Value } from './value.ts'
import { member, memberNames, UNKNOWN } from './value.ts'

/** A segment of a path that nothing is named after. */
export interface UnknownName {
  readonly path: Path
  /** Which of `path.parts`; -1 for a `../` that leads out of the template. */
  readonly index: number
  readonly missing: string
  readonly nearest: string | null
  /** Sorted. */
  readonly available: readonly string[]
}

/**
 * The value of a path. A segment that is not there is reported, and the value is unknown; the last one may be absent
 * where `optional` says so. Unlike in Handlebars, no segment of a path is looked up in nothing silently.
 */
export function resolvePath(
  path: Path,
  scope: Scope,
  optional: boolean,
  report: (unknown: UnknownName) => void,
): Value {
  const last = path.parts.length - 1
  const start = beginning(path, scope)
  if ('unknown' in start) {
    if (optional && start.unknown.index === last && last === 0) return undefined
    report(start.unknown)
    return UNKNOWN
  }
  let value = start.value
  for (let index = start.next; index <= last; index += 1) {
    if (value === UNKNOWN) return UNKNOWN
    const segment = path.parts[index] ?? ''
    const found = member(value, segment)
    if (found === undefined) {
      if (optional && index === last) return undefined
      const available = memberNames(value)
      report({ path, index, missing: segment, nearest: nearest(segment, available), available })
      return UNKNOWN
    }
    value = found.value
  }
  return value
}

type Beginning = { readonly value: Value; readonly next: number } | { readonly unknown: UnknownName }

/** Where a path begins, and the first of its segments that are still to be looked up there. */
function beginning(path: Path, scope: Scope): Beginning {
  const [first = ''] = path.parts
  if (path.data) return loopVariable(path, scope, first)
  let here: Scope = scope
  for (let depth = 0; depth < path.depth; depth += 1) {
    if (here.outer === undefined) return { unknown: outside(path) }
    here = here.outer
  }
  if (path.parts.length === 0) return { value: here.context, next: 0 }
  if (path.depth === 0 && !isScoped(path) && scope.names.has(first)) return { value: scope.names.get(first), next: 1 }
  if (here.context === UNKNOWN) return { value: UNKNOWN, next: 0 }
  const found = member(here.context, first)
  if (found !== undefined) return { value: found.value, next: 1 }
  const parameters = path.depth === 0 ? [...scope.names.keys()] : []
  const available = [...new Set([...memberNames(here.context), ...parameters])].sort()
  const near = elsewhere(first, here, path.depth) ?? nearest(first, available)
  return { unknown: { path, index: 0, missing: first, nearest: near, available } }
}

function loopVariable(path: Path, scope: Scope, name: string): Beginning {
  if (name === 'root' && path.depth === 0) return { value: scope.root, next: 1 }
  let loop: Loop | undefined = scope.loop
  for (let depth = 0; depth < path.depth; depth += 1) loop = loop?.outer
  const variables: ReadonlyMap<string, Value> = loop?.variables ?? new Map()
  if (variables.has(name)) return { value: variables.get(name), next: 1 }
  const available = [...variables.keys(), 'root'].map((variable) => `@${variable}`).sort()
  const missing = `@${name}`
  return { unknown: { path, index: 0, missing, nearest: nearest(missing, available), available } }
}

/** The same name where it does exist: outside the block, or in the service's own configuration. */
function elsewhere(name: string, scope: Scope, depth: number): string | null {
  let prefix = '../'.repeat(depth + 1)
  for (let outer = scope.outer; outer !== undefined; outer = outer.outer) {
    if (member(outer.context, name) !== undefined) return prefix + name
    prefix += '../'
  }
  return scope.outer === undefined && member(scope.root.config, name) !== undefined ? `config.${name}` : null
}

const outside = (path: Path): UnknownName => ({ path, index: -1, missing: '..', nearest: null, available: [] })
