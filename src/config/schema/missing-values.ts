import type { JsonValue } from '../../model/json.ts'
import type { Span } from '../../model/span.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf, isNothing, toJson } from '../yaml/yaml-node.ts'
import { isPortRange } from './port-ranges.ts'
import { propertiesOf, type SchemaProperty, saidOf, withReferences } from './schema-property.ts'
import { isSecret } from './secret-values.ts'

/** A value that a schema requires and nobody gave, with what the schema says of it. */
export interface MissingValue {
  readonly path: readonly string[]
  readonly title: string | undefined
  readonly description: string | undefined
  /** What it may be, where it is one of a few. */
  readonly choices: readonly JsonValue[] | undefined
  /** What it is where nobody says; `undefined`: it has to be given. */
  readonly default: JsonValue | undefined
  /** As JSON Schema calls it: `string`, `integer` …; `undefined`: any, or one of several. */
  readonly type: string | undefined
  /** It is not to be seen by those who look on. */
  readonly isSecret: boolean
  /** Where the schema describes it. */
  readonly span: Span
}

/**
 * What of `config` a schema requires and is not there, or only there because the schema has a default; within maps that are
 * required too. Ports that are chosen (`x-paictl-port-range`) are none of these. `schema`: the tree of its text.
 */
export function missingValues(schema: YamlNode, config: YamlNode): MissingValue[] {
  return missingIn(withReferences(schema, schema), config, [], [])

  /** `above`: what is being described. What holds itself goes on without end. */
  function missingIn(
    schemas: readonly YamlNode[],
    config: YamlNode | undefined,
    path: readonly string[],
    above: readonly YamlNode[],
  ): MissingValue[] {
    if (schemas.some((one) => above.includes(one))) return []
    return propertiesOf(schemas, schema).flatMap((property) => {
      const given = entryOf(config, property.key)?.value
      const below = [...path, property.key]
      const within = (of: YamlNode | undefined): MissingValue[] =>
        missingIn(property.schemas, of, below, [...above, ...schemas])
      const isGiven = given !== undefined && given.span.file !== schema.span.file && !isMissing(given, property)
      if (isGiven) return given.kind === 'map' ? within(given) : []
      if (!property.isRequired || isPortRange(property)) return []
      const inner = saidOf(property.schemas, 'default') === undefined ? within(undefined) : []
      return inner.some((one) => one.default === undefined) ? inner : [missingValue(property, below)]
    })
  }
}

/** `key:` without a value is none, unless nothing is a value too. */
const isMissing = (node: YamlNode, { schemas }: SchemaProperty): boolean =>
  isNothing(node) && !typesOf(schemas).includes('null') && typesOf(schemas).length > 0

function missingValue({ schemas }: SchemaProperty, path: readonly string[]): MissingValue {
  const text = (word: string): string | undefined => {
    const said = saidOf(schemas, word)
    return said?.kind === 'scalar' && typeof said.value === 'string' ? said.value : undefined
  }
  const choices = saidOf(schemas, 'enum')
  const fallback = saidOf(schemas, 'default')
  const types = typesOf(schemas).filter((type) => type !== 'null')
  return {
    path,
    title: text('title'),
    description: text('description'),
    choices: choices?.kind === 'list' && choices.items.length > 0 ? choices.items.map(toJson) : undefined,
    default: fallback && toJson(fallback),
    type: types.length === 1 ? types[0] : undefined,
    isSecret: isSecret(schemas),
    span: schemas[0]?.span ?? { file: '', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } },
  }
}

function typesOf(schemas: readonly YamlNode[]): string[] {
  const said = saidOf(schemas, 'type')
  const items = said === undefined ? [] : said.kind === 'list' ? said.items : [said]
  return items.flatMap((item) => (item.kind === 'scalar' ? [String(item.value)] : []))
}
