import type { JsonObject, JsonValue } from '../../model/json.ts'
import { FORMATS } from './format.ts'
import type { KeySpec, Shape } from './shape.ts'

/**
 * A shape as JSON Schema, for editors: of draft 7, which is what they know best. It allows all that `checkShape` allows.
 * What it allows beyond that is only what no pattern can tell, such as a regular expression that does not compile.
 */
export function schemaOf(shape: Shape): JsonObject {
  switch (shape.kind) {
    case 'text':
      return textSchema(shape)
    case 'flag':
      return { type: 'boolean' }
    case 'count':
      return { type: 'integer', minimum: 1, maximum: shape.most ?? Number.MAX_SAFE_INTEGER }
    case 'number':
      return { type: 'number', minimum: shape.least, maximum: shape.most }
    case 'choice':
      return { enum: [...shape.of] }
    case 'list': {
      const list = { type: ['array', 'null'], items: schemaOf(shape.of) }
      return shape.orOne ? either(list, schemaOf(shape.of)) : list
    }
    case 'map':
      return {
        type: ['object', 'null'],
        ...(shape.names !== undefined && { propertyNames: textSchema({ kind: 'text', format: shape.names }) }),
        additionalProperties: schemaOf(shape.of),
      }
    case 'anything':
      return {}
    case 'record':
      return { type: ['object', 'null'], ...recordKeywords(shape) }
    case 'short-or-record': {
      const { record } = shape
      const long = record.kind === 'record' ? { type: 'object', ...recordKeywords(record) } : schemaOf(record)
      return either(schemaOf(shape.short), long)
    }
  }
}

/** Keywords beyond the standard that editors know and other readers pass over. */
export const EDITOR_KEYWORDS = ['markdownDescription', 'patternErrorMessage'] as const

function textSchema({ format, numbers, templated }: Shape & { readonly kind: 'text' }): JsonObject {
  const { pattern, range, expected, wanted = expected } = format === undefined ? {} : FORMATS[format]
  const number = range === undefined ? 'number' : 'integer'
  return {
    type: numbers ? ['string', number] : 'string',
    ...(pattern !== undefined && {
      pattern: templated ? `\\{\\{|(?:${pattern})` : pattern,
      patternErrorMessage: `expected ${wanted}`,
    }),
    ...(numbers && range !== undefined && { minimum: range[0], maximum: range[1] }),
  }
}

function recordKeywords({ keys, required, exactlyOne, apart }: Shape & { readonly kind: 'record' }): JsonObject {
  const properties = Object.entries(keys).map(([key, spec]) => [key, propertySchema(spec)] as const)
  const choices = exactlyOne?.map((key): JsonValue => ({ type: 'object', required: [key] }))
  return {
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required !== undefined && { required: [...required] }),
    ...(choices !== undefined && { oneOf: [{ type: 'null' }, ...choices] }),
    ...(apart !== undefined && { not: { allOf: apart.map(anyOfThem) } }),
  }
}

/** What has one of the keys at least. */
const anyOfThem = (keys: readonly string[]): JsonObject => ({
  type: 'object',
  anyOf: keys.map((key) => ({ type: 'object', required: [key] })),
})

function propertySchema({ shape, doc, about, default: value }: KeySpec): JsonObject {
  const description = about === undefined ? doc : `${doc} ${about}`
  const markdown = description.includes('`') ? { markdownDescription: description } : {}
  return { description, ...markdown, ...schemaOf(shape), ...(value !== undefined && { default: value }) }
}

/** Keywords that say something about values of one type only. */
const OF_ONE_TYPE: ReadonlySet<string> = new Set([
  ...['pattern', 'patternErrorMessage', 'minimum', 'maximum', 'items'],
  ...['properties', 'additionalProperties', 'propertyNames', 'required'],
])

/**
 * What one of two schemas allows. Where they speak of different types, as a list and a text, they are put into one: an
 * editor then says what is wrong with a value, and not only that none of the alternatives fits.
 */
function either(a: JsonObject, b: JsonObject): JsonObject {
  const { type: typeOfA, ...restOfA } = a
  const { type: typeOfB, ...restOfB } = b
  const types = [typeOfA, typeOfB].flat()
  const keywords = [...Object.keys(restOfA), ...Object.keys(restOfB)]
  const areApart =
    types.every((type) => typeof type === 'string') &&
    new Set(types).size === types.length &&
    new Set(keywords).size === keywords.length &&
    keywords.every((keyword) => OF_ONE_TYPE.has(keyword))
  return areApart ? { type: types, ...restOfA, ...restOfB } : { anyOf: [a, b] }
}
