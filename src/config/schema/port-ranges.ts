import { isJsonObject, type JsonValue } from '../../model/json.ts'
import type { TextFile } from '../text-file.ts'

/** The annotation of a schema for a key that may be given any free port of a range: `[first, last]`, both included. */
export const PORT_RANGE = 'x-paictl-port-range'

export interface PortRange {
  /** The keys that lead to the value. */
  readonly path: readonly string[]
  readonly first: number
  readonly last: number
}

/** The keys of a component's JSON Schema that may be given a port, outermost first; none where it is no schema. */
export function portRanges(schema: TextFile): PortRange[] {
  try {
    return rangesIn(JSON.parse(schema.text.replace(/^\ufeff/, '')), [])
  } catch {
    // What is wrong with it is said where it is checked.
    return []
  }
}

const DEEPEST = 20

function rangesIn(schema: JsonValue | undefined, path: readonly string[]): PortRange[] {
  if (!isJsonObject(schema) || path.length > DEEPEST) return []
  const range = schema[PORT_RANGE]
  const [first, last] = Array.isArray(range) ? range : []
  const own = isPort(first) && isPort(last) && first <= last && path.length > 0 ? [{ path, first, last }] : []
  const properties = isJsonObject(schema.properties) ? Object.entries(schema.properties) : []
  return [...own, ...properties.flatMap(([key, property]) => rangesIn(property, [...path, key]))]
}

const isPort = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536
