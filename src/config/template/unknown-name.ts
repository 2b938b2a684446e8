import { nearest } from '../nearest.ts'
import { isScoped } from './ast.ts'
import type { Origin } from './origin.ts'
import { originFromRoot } from './origin.ts'
import type { Miss } from './path.ts'
import { loopAt } from './path.ts'
import { suggestPath, written } from './suggestion.ts'
import type { Value } from './value.ts'
import { member, memberNames, typeOfValue } from './value.ts'

/** A missing name as it is told. */
export interface UnknownName {
  readonly missing: string
  /** The whole path to write instead. */
  readonly nearest: string | null
  /** The names that are there. Sorted. */
  readonly available: readonly string[]
  /** What was looked into as it is written, and what a person calls its type, where that is no map. */
  readonly holder: { readonly name: string; readonly type: string } | null
  /** Where the missing name would stand, seen from the root, itself included; only where it could be added there. */
  readonly origin: Origin | undefined
}

/** Finds out what a missing name may have been meant to be. Not cheap: once for each place of a template. */
export function explainMiss(miss: Miss): UnknownName {
  const { path, index, scope } = miss
  if (index < 0) return { missing: '..', nearest: null, available: [], holder: null, origin: undefined }
  const segment = path.parts[index] ?? ''
  if (path.data && index === 0) return unknownVariable(miss, segment)
  const names = namesAt(miss)
  const holder = holderOf(miss)
  const origin = holder === null ? originFromRoot(path, scope, index + 1) : undefined
  return {
    missing: segment,
    nearest: suggestPath(miss, names),
    available: names,
    holder,
    origin: origin && isBelowMaps(origin, scope.root) ? origin : undefined,
  }
}

function unknownVariable({ path, scope }: Miss, name: string): UnknownName {
  const variables = loopAt(scope, path.depth)?.variables ?? new Map<string, Value>()
  const available = [...variables.keys(), 'root'].map((variable) => `@${variable}`).sort()
  const missing = `@${name}`
  return { missing, nearest: nearest(missing, available), available, holder: null, origin: undefined }
}

function namesAt({ path, index, scope, container }: Miss): string[] {
  const parameters = index === 0 && path.depth === 0 && !isScoped(path) ? scope.names.keys() : []
  // What is promised to templates and filled by nothing is of no use to anyone yet.
  const names = memberNames(container).filter((name) => container !== scope.root || !isEmptyList(scope.root[name]))
  return [...new Set([...names, ...parameters])].sort()
}

const isEmptyList = (value: Value): boolean => Array.isArray(value) && value.length === 0

function holderOf({ path, index, container }: Miss): UnknownName['holder'] {
  if (index === 0 || container === null || (typeof container === 'object' && !Array.isArray(container))) return null
  const prefix = `${path.data ? '@' : ''}${'../'.repeat(path.depth)}`
  return { name: written(prefix, path.parts.slice(0, index)), type: typeOfValue(container) }
}

/** Whether a name could be added: files replace lists as a whole. */
function isBelowMaps(origin: Origin, root: Value): boolean {
  let value = root
  for (const name of origin.slice(0, -1)) {
    if (Array.isArray(value)) return false
    value = member(value, name)?.value
  }
  return !Array.isArray(value)
}
