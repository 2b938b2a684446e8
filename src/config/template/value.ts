import type { JsonValue } from '../../model/json.ts'

/** Stands for a value that could not be had, which has been reported; whatever is made of it is not reported again. */
export const UNKNOWN = Symbol('unknown')

/** What an expression of a template stands for; `undefined` where it may be absent, and is. */
export type Value = JsonValue | undefined | typeof UNKNOWN

/** As Handlebars has it: absent, null, false, zero, the empty text and the empty list do not count as true. */
export function isTruthy(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value)
}

/** A scalar as it is printed, `null` as nothing; `undefined` for maps and lists. */
export function asText(value: Value): string | undefined {
  if (value === null) return ''
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined
}

/** What a person calls the type of a value. */
export function typeOfValue(value: Value): string {
  if (value === undefined) return 'absent'
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a map'
  return typeof value === 'boolean' ? `${value}` : typeof value === 'string' ? 'a text' : 'a number'
}

/** A member of a map, list or text: own properties only, so that no template reaches a prototype. */
export function member(value: Value, key: string): { readonly value: Value } | undefined {
  if (typeof value === 'string') return key === 'length' ? { value: value.length } : undefined
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return { value: (value as Readonly<Record<string, JsonValue>>)[key] }
}

/** Among more names than these nobody wrote the ones by hand that could be misspelt: to search them takes too long. */
const MOST_NAMES = 2000

/** The names that `member` knows, for suggestions: sorted; none for scalars, and none where there are too many. */
export function memberNames(value: Value): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  const known = NAMES.get(value)
  if (known !== undefined) return known
  const all = Object.keys(value)
  const names = all.length > MOST_NAMES ? [] : all.sort()
  NAMES.set(value, names)
  return names
}

/** Of maps that were asked before, which do not change: to list thousands of names for each mistake takes too long. */
const NAMES = new WeakMap<object, readonly string[]>()
