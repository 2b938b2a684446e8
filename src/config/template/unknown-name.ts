import { nearest } from '../nearest.ts'
import { isScoped } from './ast.ts'
import type { Origin } from './origin.ts'
import { originOf } from './origin.ts'
import type { Miss } from './path.ts'
import { loopAt } from './path.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'
import { member, memberNames } from './value.ts'

/** A missing name as it is told. */
export interface UnknownName {
  readonly missing: string
  /** The whole path to write instead. */
  readonly nearest: string | null
  /** The names that are there. Sorted. */
  readonly available: readonly string[]
  /** Where the missing name would stand, seen from the root, itself included. */
  readonly origin: Origin | undefined
}

/** Finds out what a missing name may have been meant to be. Not cheap: once for each place of a template. */
export function explainMiss(miss: Miss): UnknownName {
  const { path, index, scope } = miss
  if (index < 0) return { missing: '..', nearest: null, available: [], origin: undefined }
  const segment = path.parts[index] ?? ''
  if (path.data && index === 0) return unknownVariable(miss, segment)
  const names = namesAt(miss)
  const near = index === 0 ? elsewhere(segment, scope, path.depth) : null
  const similar = nearest(segment, names)
  return {
    missing: segment,
    nearest: near ?? (similar === null ? null : rewritten(miss, similar)) ?? similarConfig(miss, segment),
    available: names,
    origin: originOf(path, scope, index + 1),
  }
}

function unknownVariable({ path, scope }: Miss, name: string): UnknownName {
  const variables = loopAt(scope, path.depth)?.variables ?? new Map<string, Value>()
  const available = [...variables.keys(), 'root'].map((variable) => `@${variable}`).sort()
  const missing = `@${name}`
  return { missing, nearest: nearest(missing, available), available, origin: undefined }
}

function namesAt({ path, index, scope, container }: Miss): string[] {
  const parameters = index === 0 && path.depth === 0 && !isScoped(path) ? scope.names.keys() : []
  return [...new Set([...memberNames(container), ...parameters])].sort()
}

/** The path with one name replaced; what follows it is kept where that exists. */
function rewritten({ path, index, container }: Miss, name: string): string {
  const before = path.parts.slice(0, index)
  const after = path.parts.slice(index + 1)
  let value: Value = member(container, name)?.value
  const exists = after.every((segment) => {
    const found = member(value, segment)
    value = found?.value
    return found !== undefined
  })
  const parts = [...before, name, ...(exists ? after : [])].map(writtenSegment)
  return `${path.data ? '@' : ''}${'../'.repeat(path.depth)}${parts.join('.')}`
}

const writtenSegment = (name: string): string => (/^(?!\d+$)[\p{L}\p{N}_-]+$/u.test(name) ? name : `[${name}]`)

/** The same name where it does exist: outside the block, or in the service's own configuration. */
function elsewhere(name: string, scope: Scope, depth: number): string | null {
  let here: Scope | undefined = scope
  for (let level = 0; level < depth; level += 1) here = here?.outer
  let prefix = '../'.repeat(depth + 1)
  for (let outer = here?.outer; outer !== undefined; outer = outer.outer) {
    if (member(outer.context, name) !== undefined) return prefix + name
    prefix += '../'
  }
  return here?.outer === undefined && member(scope.root.config, name) !== undefined ? `config.${name}` : null
}

/** A name of the service's own configuration, written without `config.` and with a slip. */
function similarConfig({ path, index, scope }: Miss, name: string): string | null {
  if (index > 0 || path.depth > 0 || scope.outer !== undefined) return null
  const similar = nearest(name, memberNames(scope.root.config))
  return similar === null ? null : `config.${writtenSegment(similar)}`
}
