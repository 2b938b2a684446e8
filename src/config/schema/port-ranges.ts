import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf } from '../yaml/yaml-node.ts'
import { treeOfSchema } from './bad-schema.ts'
import { propertiesOf, type SchemaProperty, saidOf, withReferences } from './schema-property.ts'

/** The word of a schema by which a key is given a port that nothing else uses: `[first, last]`. */
export const PORT_RANGE = 'x-paictl-port-range'

/** A key whose value is a port of a range. */
export interface PortRange {
  readonly path: readonly string[]
  readonly first: number
  readonly last: number
  /** Where the schema says so. */
  readonly span: Span
}

/** The keys of a schema that are given ports, nested ones too; malformed ranges are left out. */
export function portRanges(schema: TextFile): PortRange[] {
  if (!schema.text.includes(PORT_RANGE)) return []
  const root = treeOfSchema(schema)
  if (root === undefined) return []
  const rangesIn = (
    schemas: readonly YamlNode[],
    path: readonly string[],
    above: readonly YamlNode[],
  ): readonly PortRange[] =>
    propertiesOf(schemas, root).flatMap((property) => {
      const below = [...path, property.key]
      const said = saidOf(property.schemas, PORT_RANGE)
      const range = said && rangeOf(said)
      if (said !== undefined) return range === undefined ? [] : [{ path: below, ...range, span: said.span }]
      const all = [...above, ...schemas]
      // What holds itself goes on without end.
      return property.schemas.some((one) => all.includes(one)) ? [] : rangesIn(property.schemas, below, all)
    })
  return [...rangesIn(withReferences(root, root), [], [])]
}

/** Whether a key is given a port. */
export const isPortRange = ({ schemas }: SchemaProperty): boolean => saidOf(schemas, PORT_RANGE) !== undefined

/** What is wrong with the ranges of a schema, wherever they stand. */
export function badPortRanges(schema: TextFile): Diagnostic[] {
  const root = schema.text.includes(PORT_RANGE) ? treeOfSchema(schema) : undefined
  return root === undefined ? [] : badRanges(root, true)
}

/** `isSchema`: the keys of the node are words of JSON Schema, not names that a schema describes. */
function badRanges(node: YamlNode, isSchema: boolean): Diagnostic[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.items.flatMap((item) => badRanges(item, true))
  return node.entries.flatMap(({ key, value }) => {
    if (isSchema && VALUES.includes(key.value)) return []
    if (!isSchema || key.value !== PORT_RANGE) return badRanges(value, !isSchema || !NAMES.includes(key.value))
    if (rangeOf(value) !== undefined) return []
    const message = `"${PORT_RANGE}" must be two ports, the lowest and the highest: [9501, 9599]`
    return [diagnostic('bad-schema', { message }, { span: value.span })]
  })
}

/** Words below which stand names, and those below which stand values. */
const NAMES: readonly string[] = ['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']
const VALUES: readonly string[] = ['default', 'const', 'enum', 'examples']

function rangeOf(node: YamlNode): { first: number; last: number } | undefined {
  const [first, last, ...more] = node.kind === 'list' ? node.items.map(portOf) : []
  return first === undefined || last === undefined || more.length > 0 || first > last ? undefined : { first, last }
}

/** A port as a value; `undefined` of anything else. */
export function portOf(node: YamlNode | undefined): number | undefined {
  const value = node?.kind === 'scalar' ? node.value : undefined
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535 ? value : undefined
}

/** The value at a path of maps. */
export const nodeAt = (root: YamlNode | undefined, path: readonly string[]): YamlNode | undefined =>
  path.reduce<YamlNode | undefined>((node, key) => entryOf(node, key)?.value, root)

/** Every whole number in a configuration: what may be a port that is used. */
export function wholeNumbersIn(node: YamlNode, into: Set<number>): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'number' && Number.isInteger(node.value)) into.add(node.value)
  } else if (node.kind === 'list') for (const item of node.items) wholeNumbersIn(item, into)
  else for (const { value } of node.entries) wholeNumbersIn(value, into)
}

/** The lowest port of a range that is not among `used`; `undefined`: all are. */
export function nextPort({ first, last }: PortRange, used: ReadonlySet<number>): number | undefined {
  for (let port = first; port <= last; port += 1) if (!used.has(port)) return port
  return undefined
}
