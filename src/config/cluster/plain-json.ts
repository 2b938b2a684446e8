import type { JsonValue } from '../../model/json.ts'
import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import type { Span } from '../../model/span.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { jsonObject } from '../yaml/yaml-node.ts'

/** Of what a module returns: how deep it may be, which a value that contains itself exceeds. */
const DEPTH_LIMIT = 100

/**
 * A copy of what somebody else's code made, if it is plain JSON; absent members are left out. The error says what is
 * not, and where: "`a.b` is a function".
 */
export function toPlainJson(value: unknown): Result<JsonValue, string> {
  let problem: string | undefined

  function copy(value: unknown, path: readonly string[]): JsonValue {
    if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (path.length > DEPTH_LIMIT) return refuse(path.slice(0, 3), 'is nested too deeply, or contains itself')
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, String(index)]))
    if (typeof value === 'object' && isPlain(value)) {
      const members = Object.entries(value).filter(([, member]) => member !== undefined)
      return jsonObject(members.map(([key, member]) => [key, copy(member, [...path, key])] as const))
    }
    const type = typeof value === 'object' ? (value.constructor?.name ?? 'object') : typeof value
    return refuse(path, typeof value === 'number' ? `is ${value}` : `is not JSON but a ${type}`)
  }

  function refuse(path: readonly string[], what: string): null {
    problem ??= path.length === 0 ? `it ${what}` : `\`${path.join('.')}\` ${what}`
    return null
  }

  const json = copy(value, [])
  return problem === undefined ? ok(json) : err(problem)
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  // A module that was loaded elsewhere has an Object of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** A copy that nobody can change, so that what one module is shown stays what others are shown. */
export function frozenCopy<T extends JsonValue>(value: T): T {
  const copy = structuredClone(value)
  freeze(copy)
  return copy
}

function freeze(value: JsonValue): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  for (const member of Object.values(value)) freeze(member as JsonValue)
  Object.freeze(value)
}

/** `value` as a tree: what is the same in `before` keeps its place, all else came from `span`. */
export function treeOf(value: JsonValue, span: Span, before: YamlNode | undefined): YamlNode {
  if (typeof value !== 'object' || value === null) {
    return before?.kind === 'scalar' && before.value === value ? before : { kind: 'scalar', span, value }
  }
  if (Array.isArray(value)) {
    const old = before?.kind === 'list' ? before : undefined
    const items = (value as readonly JsonValue[]).map((item, index) => treeOf(item, span, old?.items[index]))
    return { kind: 'list', span: old?.span ?? span, items }
  }
  const old = before?.kind === 'map' ? before : undefined
  const known = new Map(old?.entries.map((entry) => [entry.key.value, entry]))
  const entries = Object.entries(value).map(([key, member]) => {
    const entry = known.get(key)
    return { key: entry?.key ?? { value: key, span }, value: treeOf(member, span, entry?.value) }
  })
  return { kind: 'map', span: old?.span ?? span, entries }
}
