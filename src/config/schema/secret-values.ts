import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { resolveReference } from './schema-property.ts'

/** A value in a configuration that must not be shown: a text, or a number as it is printed. */
export interface SecretValue {
  readonly text: string
  /** Dotted. */
  readonly path: string
  readonly node: YamlNode
}

/** Finds, in the configurations of components, what their JSON Schemas say is secret. */
export type FindSecrets = (schema: string, config: YamlNode) => readonly SecretValue[]

/** Without any of these words in it, and without escapes that could hide one, a schema calls nothing secret. */
const MAY_CALL_SECRET = /"writeOnly"|"password"|\\[u/]/

/** Each schema is read once, by its text: components made from one template have the same, and so have deployments. */
export function createSecretFinder(): FindSecrets {
  const known = new Map<string, YamlNode | undefined>()
  return (text, config) => {
    if (!MAY_CALL_SECRET.test(text)) return []
    if (!known.has(text)) known.set(text, parseYaml('', text).root)
    const schema = known.get(text)
    return schema === undefined ? [] : secretValues(schema, config)
  }
}

/** Whether schemas that describe one value call it secret. */
export const isSecret = (schemas: readonly YamlNode[]): boolean =>
  schemas.some((schema) => {
    const isHidden = entryOf(schema, 'writeOnly')?.value
    const format = entryOf(schema, 'format')?.value
    return (
      (isHidden?.kind === 'scalar' && isHidden.value === true) ||
      (format?.kind === 'scalar' && format.value === 'password')
    )
  })

/** The texts and numbers that a schema calls secret, or that are in a map or list that it calls so. `schema`: the tree of its text. */
function secretValues(schema: YamlNode, config: YamlNode): SecretValue[] {
  const found: SecretValue[] = []
  const collect = (node: YamlNode, path: string): void => {
    if (node.kind === 'scalar') {
      if (typeof node.value === 'string' || typeof node.value === 'number')
        found.push({ text: String(node.value), path, node })
    } else for (const [key, child] of childrenOf(node)) collect(child, below(path, key))
  }
  const look = (schemas: readonly YamlNode[], node: YamlNode, path: string): void => {
    if (isSecret(schemas)) collect(node, path)
    else
      for (const [key, child] of childrenOf(node)) {
        const own = schemas.flatMap((one) => (node.kind === 'map' ? ofKey(one, key) : ofItem(one, Number(key))))
        if (own.length > 0) look(withAllParts(own, schema), child, below(path, key))
      }
  }
  look(withAllParts([schema], schema), config, '')
  return found
}

const below = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function childrenOf(node: YamlNode): (readonly [string, YamlNode])[] {
  if (node.kind === 'map') return node.entries.map(({ key, value }) => [key.value, value])
  return node.kind === 'list' ? node.items.map((item, index) => [String(index), item]) : []
}

/** What a schema says of a key. Of keys that it has patterns for, each may be meant: to hide too much does no harm. */
function ofKey(schema: YamlNode, key: string): YamlNode[] {
  const own = entryOf(entryOf(schema, 'properties')?.value, key)?.value
  if (own !== undefined) return [own]
  const patterns = entryOf(schema, 'patternProperties')?.value
  const others = entryOf(schema, 'additionalProperties')?.value
  return [
    ...(patterns?.kind === 'map' ? patterns.entries.map(({ value }) => value) : []),
    ...(others === undefined ? [] : [others]),
  ]
}

function ofItem(schema: YamlNode, index: number): YamlNode[] {
  return ['prefixItems', 'items', 'additionalItems'].flatMap((word) => {
    const said = entryOf(schema, word)?.value
    if (said === undefined) return []
    if (said.kind !== 'list') return [said]
    const item = said.items[index]
    return item === undefined ? [] : [item]
  })
}

const ALL_OF = ['allOf', 'anyOf', 'oneOf']
const ONE_OF = ['if', 'then', 'else']

/** Schemas with all that they say by reference, together, or for some case. What leads back to itself is there once. */
function withAllParts(schemas: readonly YamlNode[], root: YamlNode): YamlNode[] {
  const found = new Set<YamlNode>()
  const add = (schema: YamlNode | undefined): void => {
    if (schema?.kind !== 'map' || found.has(schema)) return
    found.add(schema)
    const reference = entryOf(schema, '$ref')?.value
    if (reference?.kind === 'scalar') add(resolveReference(String(reference.value), root))
    for (const word of ALL_OF) {
      const parts = entryOf(schema, word)?.value
      if (parts?.kind === 'list') for (const part of parts.items) add(part)
    }
    for (const word of ONE_OF) add(entryOf(schema, word)?.value)
  }
  for (const schema of schemas) add(schema)
  return [...found]
}
