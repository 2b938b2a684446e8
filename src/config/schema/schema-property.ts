import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf } from '../yaml/yaml-node.ts'

/** A key that a JSON Schema describes. */
export interface SchemaProperty {
  readonly key: string
  /** What the schema says of it: its own words first, then those that they refer to. */
  readonly schemas: readonly YamlNode[]
  readonly isRequired: boolean
}

/** References that lead on and on are not followed further. */
const DEPTH_LIMIT = 20

/** The keys of a map that `schemas` describe together, in their order. `root`: the whole schema, which references are of. */
export function propertiesOf(schemas: readonly YamlNode[], root: YamlNode): SchemaProperty[] {
  const found = new Map<string, YamlNode[]>()
  const required = new Set<string>()
  for (const schema of schemas) {
    const properties = entryOf(schema, 'properties')?.value
    for (const { key, value } of properties?.kind === 'map' ? properties.entries : []) {
      found.set(key.value, [...(found.get(key.value) ?? []), ...withReferences(value, root)])
    }
    const names = entryOf(schema, 'required')?.value
    for (const name of names?.kind === 'list' ? names.items : []) {
      if (name.kind === 'scalar') required.add(String(name.value))
    }
  }
  return [...found].map(([key, own]) => ({ key, schemas: own, isRequired: required.has(key) }))
}

/** A schema with all that it says by reference or in `allOf`. */
export function withReferences(schema: YamlNode, root: YamlNode, depth = 0): YamlNode[] {
  if (schema.kind !== 'map' || depth > DEPTH_LIMIT) return []
  const reference = entryOf(schema, '$ref')?.value
  const target = reference?.kind === 'scalar' ? resolveReference(String(reference.value), root) : undefined
  const parts = entryOf(schema, 'allOf')?.value
  const others = [...(target === undefined ? [] : [target]), ...(parts?.kind === 'list' ? parts.items : [])]
  return [schema, ...others.flatMap((other) => withReferences(other, root, depth + 1))]
}

/** What the first of the schemas that says it says of `word`. */
export function saidOf(schemas: readonly YamlNode[], word: string): YamlNode | undefined {
  for (const schema of schemas) {
    const entry = entryOf(schema, word)
    if (entry !== undefined) return entry.value
  }
  return undefined
}

/** What a reference within the schema leads to. */
export function resolveReference(reference: string, root: YamlNode): YamlNode | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  const segments = reference.slice(1).split('/').slice(1)
  return segments.reduce<YamlNode | undefined>(
    (node, segment) =>
      node?.kind === 'list'
        ? node.items[Number(segment)]
        : entryOf(node, decoded(segment).replaceAll('~1', '/').replaceAll('~0', '~'))?.value,
    root,
  )
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
