import { nearest } from '../nearest.ts'
import { isScoped } from './ast.ts'
import type { Miss } from './path.ts'
import type { Scope } from './scope.ts'
import type { Value } from './value.ts'
import { member, memberNames } from './value.ts'

/**
 * The path that was probably meant, as it has to be written at that place; `null` where none is near. What it offers is
 * there: a part of the path that nothing is like is left out.
 *
 * @param names what is known where the name is missing
 */
export function suggestPath(miss: Miss, names: readonly string[]): string | null {
  const { path, index, scope, container } = miss
  const { parts } = path
  const [name = ''] = parts.slice(index)
  const rest = parts.slice(index + 1)
  const here = (similar: string | null): string | null => {
    if (similar === null) return null
    const isParameter = index === 0 && path.depth === 0 && !isScoped(path) && scope.names.has(similar)
    const value = isParameter ? scope.names.get(similar) : member(container, similar)?.value
    // What a parameter is called like is reached by another way.
    const isHidden = !isParameter && index === 0 && path.depth === 0 && !path.data && scope.names.has(similar)
    return written(`${path.data ? '@' : ''}${isHidden ? './' : '../'.repeat(path.depth)}`, [
      ...parts.slice(0, index),
      similar,
      ...mended(value, rest),
    ])
  }
  const similar = nearest(name, names)
  if (index > 0 || path.data) return here(similar)
  const around = scopesAround(scope, path.depth)
  const config = (one: string | null): string | null => {
    const top = around.at(-1) ?? { prefix: '../'.repeat(path.depth), context: container }
    const value = one === null ? undefined : member(scope.root.config, one)
    return one === null || value === undefined
      ? null
      : written(top.prefix, ['config', one, ...mended(value.value, rest)])
  }
  return (
    first(around, ({ prefix, context }) => outside(prefix, context, name, rest)) ??
    config(name) ??
    here(similar) ??
    first(around, ({ prefix, context }) => outside(prefix, context, nearest(name, memberNames(context)), rest)) ??
    config(nearest(name, memberNames(scope.root.config)))
  )
}

interface Around {
  /** What leads there. */
  readonly prefix: string
  readonly context: Value
}

/** The scopes around the one that a path of this depth looks into, from the inside. */
function scopesAround(scope: Scope, depth: number): Around[] {
  let here: Scope | undefined = scope
  for (let level = 0; level < depth; level += 1) here = here?.outer
  const around: Around[] = []
  for (let outer = here?.outer; outer !== undefined; outer = outer.outer) {
    around.push({ prefix: '../'.repeat(depth + 1 + around.length), context: outer.context })
  }
  return around
}

function outside(prefix: string, context: Value, name: string | null, rest: readonly string[]): string | null {
  const found = name === null ? undefined : member(context, name)
  return name === null || found === undefined ? null : written(prefix, [name, ...mended(found.value, rest)])
}

/** As much of a path as is there, every name that is not replaced by what it is near to. */
function mended(start: Value, path: readonly string[]): string[] {
  const parts: string[] = []
  let value = start
  for (const name of path) {
    const one = member(value, name) === undefined ? nearest(name, memberNames(value)) : name
    if (one === null) break
    parts.push(one)
    value = member(value, one)?.value
  }
  return parts
}

/** A path as templates write it. */
export const written = (prefix: string, parts: readonly string[]): string => prefix + parts.map(segment).join('.')

const segment = (name: string): string => (/^(?!\d+$)[\p{L}\p{N}_-]+$/u.test(name) ? name : `[${name}]`)

function first<T>(items: readonly T[], find: (item: T) => string | null): string | null {
  for (const item of items) {
    const found = find(item)
    if (found !== null) return found
  }
  return null
}
