import type { JsonValue } from '../../model/json.ts'
import type { Located, Span } from '../../model/span.ts'

/** A value of a YAML or JSON text together with the place that supplied it. */
export type YamlNode = YamlMap | YamlList | YamlScalar

/** Entries in the order of the text; keys are unique. */
export interface YamlMap {
  readonly kind: 'map'
  readonly span: Span
  readonly entries: readonly YamlEntry[]
}

export interface YamlEntry {
  readonly key: Located<string>
  readonly value: YamlNode
}

export interface YamlList {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly YamlNode[]
}

export interface YamlScalar {
  readonly kind: 'scalar'
  readonly span: Span
  readonly value: string | number | boolean | null
}

/** The entry of a map with the given key; `undefined` for any other node too. */
export function entryOf(node: YamlNode | undefined, key: string): YamlEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key.value === key) : undefined
}

/** The items of a list, or the one that stands for a list. */
export function itemsOf(node: YamlNode | undefined): readonly YamlNode[] {
  if (node === undefined) return []
  return node.kind === 'list' ? node.items : [node]
}

/** The node at the end of `path`, or the deepest one on the way to it that exists. */
export function deepestNode(root: YamlNode, path: readonly string[]): { node: YamlNode; found: number } {
  let node = root
  for (const [index, segment] of path.entries()) {
    const next = node.kind === 'list' ? node.items[Number(segment)] : entryOf(node, segment)?.value
    if (next === undefined) return { node, found: index }
    node = next
  }
  return { node, found: path.length }
}

/** The entry that `path` ends at, or the last one on the way to it; items of lists have none. */
export function deepestEntry(root: YamlNode, path: readonly string[]): YamlEntry | undefined {
  let node = root
  let last: YamlEntry | undefined
  for (const segment of path) {
    const entry = entryOf(node, segment)
    const next = entry?.value ?? (node.kind === 'list' ? node.items[Number(segment)] : undefined)
    if (next === undefined) break
    last = entry ?? last
    node = next
  }
  return last
}

/** Whether there is no value: no node, or a key that nothing follows. */
export function isNothing(node: YamlNode | undefined): boolean {
  return node === undefined || (node.kind === 'scalar' && node.value === null)
}

/** What a person calls the type of a node: "a map", "a list", "a string", "nothing". */
export function typeOfNode(node: YamlNode): string {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'nothing'
  return `a ${typeof node.value}`
}

/** The plain value of a node. Keys such as `__proto__` become own properties, never a prototype. */
export function toJson(node: YamlNode): JsonValue {
  switch (node.kind) {
    case 'scalar':
      return node.value
    case 'list':
      return node.items.map(toJson)
    case 'map':
      return jsonObject(node.entries.map(({ key, value }) => [key.value, toJson(value)]))
  }
}

/** Builds an object from own properties only: assigning to `__proto__` would set the prototype instead. */
export function jsonObject(entries: Iterable<readonly [string, JsonValue]>): { [key: string]: JsonValue } {
  const object: { [key: string]: JsonValue } = {}
  for (const [key, value] of entries) {
    if (key === '__proto__') {
      Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })
    } else object[key] = value
  }
  return object
}
