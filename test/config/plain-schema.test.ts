import { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fulfilPlainSchema } from '../../src/config/plain-schema.ts'
import type { JsonObject } from '../../src/model/json.ts'

const OPTIONS = { allErrors: true, useDefaults: true, strict: false, logger: false, validateFormats: false } as const

/** What the validators say: the completed value, or that the schema or the value is wrong. */
function judged(validator: Ajv | Ajv2020, schema: JsonObject, value: JsonObject): unknown {
  const completed = structuredClone(value)
  try {
    return validator.compile(schema)(completed) ? completed : 'violated'
  } catch {
    return 'unsound'
  } finally {
    validator.removeSchema(schema)
  }
}

const name = fc.constantFrom('a', 'b', 'c', 'constructor')
const scalar = fc.constantFrom(null, true, 0, 1, -1.5, 3, 'a', 'bb', '\u{1f600}', '')
const value: fc.Arbitrary<unknown> = fc.oneof(
  scalar,
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(name, fc.oneof(scalar, fc.dictionary(name, scalar, { maxKeys: 2 })), { maxKeys: 3 }),
)
const types = fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean', 'null')
const limit = fc.constantFrom<unknown>(-1, 0, 1, 2, 0.5, 'x')

const schemaOf = (depth: number): fc.Arbitrary<unknown> =>
  depth === 0
    ? fc.constantFrom({}, {}, { type: 'text' }, { type: 'string' }, { type: ['integer', 'object'] })
    : deeper(depth)

function deeper(depth: number): fc.Arbitrary<unknown> {
  const below = schemaOf(depth - 1)
  return fc.record(
    {
      title: fc.constantFrom<unknown>('t', 't', 't', 1),
      type: fc.oneof({ weight: 6, arbitrary: types }, fc.array(types, { maxLength: 3 }), fc.constant('text')),
      default: value,
      const: scalar,
      enum: fc.array(value, { maxLength: 4 }),
      required: fc.oneof({ weight: 4, arbitrary: fc.array(name, { maxLength: 2 }) }, value),
      properties: fc.dictionary(name, below, { maxKeys: 3 }),
      additionalProperties: fc.oneof(fc.boolean(), below),
      items: below,
      pattern: fc.constantFrom('^a', '[', '\\p{L}', '.'),
      minimum: limit,
      maximum: limit,
      exclusiveMinimum: limit,
      exclusiveMaximum: limit,
      minLength: limit,
      maxLength: limit,
      minItems: limit,
      maxItems: limit,
      not: below,
    },
    { requiredKeys: [] },
  )
}

/** Most keywords taken away, or next to nothing would be fulfilled. */
function thinned(schema: unknown, keep: readonly number[]): JsonObject {
  const entries = Object.entries(schema as JsonObject)
  return Object.fromEntries(entries.filter((_, index) => keep.includes(index))) as JsonObject
}

describe('a plain schema', () => {
  test('fills in defaults, below properties too', () => {
    const schema = {
      type: 'object',
      required: ['port', 'log'],
      properties: {
        port: { type: 'integer', default: 80 },
        log: { type: 'object', default: {}, properties: { level: { enum: ['info', 'debug'], default: 'info' } } },
        hosts: { type: 'array', items: { type: 'string', pattern: '^h', minLength: 2 } },
      },
      additionalProperties: false,
    }
    expect(fulfilPlainSchema(schema, { hosts: ['h1'] })).toEqual({ hosts: ['h1'], port: 80, log: { level: 'info' } })
    expect(fulfilPlainSchema(schema, { hosts: ['x1'] })).toBeUndefined()
    expect(fulfilPlainSchema(schema, { other: 1 })).toBeUndefined()
  })

  test('is left to the validator where it is not sound, though no value comes there', () => {
    expect(fulfilPlainSchema({ properties: { a: { type: 'text' } } }, {})).toBeUndefined()
    expect(fulfilPlainSchema({ items: { properties: { a: { minimum: '1' } } } }, {})).toBeUndefined()
    expect(fulfilPlainSchema({ $id: '#x' }, {})).toBeUndefined()
  })

  test('is fulfilled as the validators of both dialects have it', { timeout: 60_000 }, () => {
    const runs = Number(process.env.PLAIN_SCHEMA_RUNS ?? 1000)
    const current = new Ajv2020(OPTIONS)
    const draft07 = new Ajv(OPTIONS)
    let fulfilled = 0
    const objects = fc.dictionary(name, value, { maxKeys: 3 })
    const keeps = fc.array(fc.nat(12), { maxLength: 4 })
    fc.assert(
      fc.property(schemaOf(2), objects, keeps, (whole, object, keep) => {
        const schema = thinned(whole, keep)
        const given = object as JsonObject
        const completed = fulfilPlainSchema(schema, given)
        if (completed === undefined) return
        fulfilled += 1
        expect(completed).toEqual(judged(current, schema, given))
        expect(completed).toEqual(judged(draft07, schema, given))
      }),
      { numRuns: runs },
    )
    expect(fulfilled).toBeGreaterThan(runs / 20)
  })
})
