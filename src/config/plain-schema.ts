import type { JsonObject, JsonValue } from '../model/json.ts'
import { isJsonObject } from '../model/json.ts'
import { PLAIN_KEYWORDS } from './plain-schema-keywords.ts'

/**
 * Checks a value against a JSON Schema of everyday keywords: types, properties, items, ranges, patterns, enums,
 * defaults. To compile a schema, as the validator does, takes a hundred times as long as to look at one value.
 * @returns the value with the `default`s of properties filled in, where the schema is plain and the value fulfils it;
 * `undefined` for all else: that is for the validator to check, and to complain about
 */
export function fulfilPlainSchema(schema: JsonObject, value: JsonObject): JsonObject | undefined {
  const { $id: id, ...rest } = schema
  if (id !== undefined && !(typeof id === 'string' && /^[A-Za-z][\w:/.-]*$/.test(id))) return undefined
  if (!isPlain(rest, 0)) return undefined
  const completed = structuredClone(value)
  return fulfils(rest, completed) ? completed : undefined
}

const DEEPEST = 40

/** Whether a schema is sound, and nothing in it is beyond what is checked here. */
function isPlain(schema: JsonValue, depth: number): schema is JsonObject {
  if (!isJsonObject(schema) || depth > DEEPEST) return false
  return Object.entries(schema).every(([keyword, given]) => {
    switch (keyword) {
      case 'items':
        return isPlain(given, depth + 1)
      case 'additionalProperties':
        return typeof given === 'boolean' || isPlain(given, depth + 1)
      case 'properties':
        return (
          isJsonObject(given) &&
          Object.entries(given).every(([name, one]) => !(name in Object.prototype) && isPlain(one, depth + 1))
        )
      default:
        return PLAIN_KEYWORDS.get(keyword)?.isSound(given) === true
    }
  })
}

function fulfils(schema: JsonObject, value: JsonValue): boolean {
  const { properties = {}, additionalProperties = true, items = {}, ...others } = schema
  if (isJsonObject(value)) {
    if (!fulfilsProperties(properties as JsonObject, additionalProperties, value)) return false
  } else if (Array.isArray(value)) {
    if (!value.every((item: JsonValue) => fulfils(items as JsonObject, item))) return false
  }
  return Object.entries(others).every(([keyword, given]) => PLAIN_KEYWORDS.get(keyword)?.isKept(given, value))
}

function fulfilsProperties(properties: JsonObject, additional: JsonValue, value: JsonObject): boolean {
  for (const [name, one] of Object.entries(properties)) {
    const { default: fallback } = one as JsonObject
    if (fallback !== undefined && !Object.hasOwn(value, name)) fillIn(value, name, structuredClone(fallback))
  }
  return Object.entries(value).every(([name, member]) => {
    if (Object.hasOwn(properties, name)) return fulfils(properties[name] as JsonObject, member)
    return typeof additional === 'boolean' ? additional : fulfils(additional as JsonObject, member)
  })
}

function fillIn(value: Record<string, JsonValue>, name: string, member: JsonValue): void {
  value[name] = member
}
