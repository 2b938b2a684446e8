import { Ajv } from 'ajv'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { treeOf } from '../../src/config/cluster/plain-json.ts'
import { SETTINGS_SHAPE } from '../../src/config/files/settings-file.ts'
import { DEPLOYMENT_SHAPE } from '../../src/config/shape/deployment-keys.ts'
import type { Format } from '../../src/config/shape/format.ts'
import { FORMATS } from '../../src/config/shape/format.ts'
import { SERVICE_SHAPE } from '../../src/config/shape/service-keys.ts'
import { checkShape, type KeyTable, type Shape } from '../../src/config/shape/shape.ts'
import { EDITOR_KEYWORDS, schemaOf } from '../../src/config/shape/shape-schema.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import type { JsonValue } from '../../src/model/json.ts'
import { startOfFile } from '../../src/model/span.ts'

const createAjv = (): Ajv => new Ajv({ allowUnionTypes: true, keywords: [...EDITOR_KEYWORDS] })

const SPAN = startOfFile('/p/file.yaml')

const problemsOf = (shape: Shape, value: JsonValue): Diagnostic[] =>
  checkShape({ shape, node: treeOf(value, SPAN, undefined), name: 'file' })

const isChecked = (shape: Shape, value: JsonValue): boolean => problemsOf(shape, value).length === 0

/** Texts that fit each format, texts that nearly do, and in `untold` those that only the check can refuse. */
const SAMPLES: Readonly<Record<Format, { fit: string[]; not: string[]; untold?: string[] }>> = {
  duration: {
    fit: ['500ms', '10s', '5m', '1h30m', '2h1m3s4ms'],
    not: ['', '5', '0s', '0h0m', 's', '5 m', '-1s', '1s1h'],
  },
  path: {
    fit: ['start.sh', './start.sh', 'bin/../start.sh', '..data', '...', 'a/', '.hidden', 'a\\b', '-'],
    not: ['', '.', './', './/.', '..', '../x', './../x', '/etc/x', 'C:\\x', '\\x', 'a\0b'],
    untold: ['a/../..', 'a/../../b', 'a/..', 'a\\..\\..\\b'],
  },
  glob: { fit: ['src/**', '*.mjs', '{a,b}/*'], not: ['', '../src/**', '/etc/*'] },
  name: { fit: ['web', 'Web 2'], not: ['', '  ', '\n'] },
  word: { fit: ['url', 'try_it-1', '_x'], not: ['', 'two words', '1st', 'a.b', 'a/b'] },
  label: { fit: ['front', 'a.b_c-1', '2024'], not: ['', 'two words', '-a', 'a-', 'a/b'] },
  directory: { fit: ['components', '~/state', '/var/lib'], not: ['', ' '] },
  file: { fit: ['components', '~/state', '/var/lib'], not: ['', ' '] },
  count: { fit: ['1', '20', '999999999'], not: ['', '0', '01', '-1', '1.5', '1000000000', 'many'] },
  size: {
    fit: ['4096', '512KiB', '2 MiB', '64MiB', '1B'],
    not: ['', '0', '0KiB', '1GiB', '-1', 'KiB'],
    untold: ['65MiB', '999999999'],
  },
  url: {
    fit: ['http://127.0.0.1:80/x', 'HTTPS://host'],
    not: ['', 'ftp://x', '127.0.0.1:80', '//x'],
    untold: ['http://', 'http://[::1', 'http://a b'],
  },
  endpoint: {
    fit: ['80', 'host:8080', '[::1]:80', '00080'],
    not: ['', 'host', 'host:', '::1:80', '123456', 'a b:80'],
    untold: ['0', 'host:0', '65536', '99999'],
  },
  'regular-expression': { fit: ['ready', '^a|b$', '\\d+'], not: [], untold: ['', '(', '[a', '*', '\\'] },
}

describe.each(Object.entries(SAMPLES))('the format %s', (name, { fit, not, untold = [] }) => {
  const format = name as Format
  const accepts = createAjv().compile(schemaOf({ kind: 'text', format }))

  test('has a pattern that takes what fits and nothing else that a pattern can tell', () => {
    expect(fit.filter((text) => FORMATS[format].problem(text) !== null || !accepts(text))).toEqual([])
    expect(not.filter((text) => FORMATS[format].problem(text) === null || accepts(text))).toEqual([])
    expect(untold.filter((text) => FORMATS[format].problem(text) === null || !accepts(text))).toEqual([])
  })

  test('whatever the text: what the check takes, the pattern takes', () => {
    const near = fc.constantFrom(...fit, ...not, ...untold, '', '.', '/', ':', '0', '9')
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(near).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (value) => FORMATS[format].problem(value) !== null || accepts(value)),
      { numRuns: 2000 },
    )
  })
})

test('numbers that stand for a text are within the range of its format', () => {
  const endpoint: Shape = { kind: 'text', format: 'endpoint', numbers: true }
  const accepts = createAjv().compile(schemaOf(endpoint))
  for (const value of [1, 80, 65_535]) expect([accepts(value), isChecked(endpoint, value)]).toEqual([true, true])
  for (const value of [0, -1, 80.5, 65_536])
    expect([accepts(value), isChecked(endpoint, value)]).toEqual([false, false])
})

/** Values that the shape allows, texts of a format from those that fit. */
function fitting(shape: Shape): fc.Arbitrary<JsonValue> {
  switch (shape.kind) {
    case 'text': {
      const { fit } = (shape.format && SAMPLES[shape.format]) ?? { fit: ['', 'text', 'true', '80'] }
      const texts = fc.constantFrom(...fit, ...(shape.templated ? ['{{config.x}}', 'a {{b}}'] : []))
      return shape.numbers ? fc.oneof(texts, fc.integer({ min: 1, max: 65_535 })) : texts
    }
    case 'flag':
      return fc.boolean()
    case 'count':
      return fc.integer({ min: 1, max: shape.most ?? Number.MAX_SAFE_INTEGER })
    case 'number':
      return fc.double({ min: shape.least, max: shape.most, noNaN: true })
    case 'choice':
      return fc.constantFrom(...shape.of)
    case 'list': {
      const list = fc.oneof(fc.array(fitting(shape.of), { maxLength: 3 }), fc.constant(null))
      return shape.orOne ? fc.oneof(list, fitting(shape.of)) : list
    }
    case 'map':
      return fc.oneof(fc.dictionary(KEYS, fitting(shape.of), { maxKeys: 3 }), fc.constant(null))
    case 'anything':
      return fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>
    case 'record':
      return fc.oneof({ weight: 9, arbitrary: fittingRecord(shape) }, { weight: 1, arbitrary: fc.constant(null) })
    case 'short-or-record':
      return fc.oneof(
        fitting(shape.short),
        shape.record.kind === 'record' ? fittingRecord(shape.record) : fitting(shape.record),
      )
  }
}

const KEYS = fc.stringMatching(/^[a-z][a-z-]{0,7}$/)

function fittingRecord(shape: Shape & { kind: 'record' }): fc.Arbitrary<JsonValue> {
  const { apart, ...rest } = shape
  if (apart === undefined) return fittingKeys(shape)
  return fc.constantFrom(...apart).chain((left) => {
    const keys = Object.fromEntries(Object.entries(shape.keys).filter(([key]) => !left.includes(key)))
    return fittingKeys({ ...rest, keys })
  })
}

function fittingKeys({ keys, required = [], exactlyOne = [] }: Shape & { kind: 'record' }): fc.Arbitrary<JsonValue> {
  const values = (table: KeyTable) =>
    Object.fromEntries(Object.entries(table).map(([key, { shape }]) => [key, fitting(shape)]))
  const one = exactlyOne.length === 0 ? fc.constant(undefined) : fc.constantFrom(...exactlyOne)
  return one.chain((chosen) => {
    const table = Object.fromEntries(
      Object.entries(keys).filter(([key]) => !exactlyOne.includes(key) || key === chosen),
    )
    const requiredKeys = [...required, ...(chosen === undefined ? [] : [chosen])]
    return fc.record(values(table), { requiredKeys }) as fc.Arbitrary<JsonValue>
  })
}

/** Puts something else in the place of a part of a value, adds a key or takes one away. */
function spoilt(value: JsonValue): fc.Arbitrary<JsonValue> {
  const elsewhere = fc.oneof(
    fc.constantFrom<JsonValue>(null, true, 0, -1, 1.5, 80, '', '..', 'x', '0s', '{{x}}', [], {}, [null], [[]], {
      x: 1,
    }),
    fc.constantFrom(...Object.values(SAMPLES).flatMap(({ fit, not }) => [...fit, ...not])),
  )
  if (typeof value !== 'object' || value === null) return elsewhere
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[]
    const added = elsewhere.map((item): JsonValue => [...list, item])
    if (list.length === 0) return fc.oneof(elsewhere, added)
    const changed = fc
      .nat(list.length - 1)
      .chain((at) => spoilt(list[at] as JsonValue).map((item): JsonValue => list.with(at, item)))
    return fc.oneof(elsewhere, added, changed)
  }
  const keys = Object.keys(value)
  const added = fc.tuple(fc.oneof(KEYS, fc.constantFrom('log', 'tcp', 'service', 'attempts', 'start')), elsewhere)
  const withKey = added.map(([key, item]): JsonValue => ({ ...value, [key]: item }))
  if (keys.length === 0) return fc.oneof(elsewhere, withKey)
  const key = fc.constantFrom(...keys)
  const without = key.map(
    (gone): JsonValue => Object.fromEntries(Object.entries(value).filter(([name]) => name !== gone)),
  )
  const changed = key.chain((name) =>
    spoilt((value as Record<string, JsonValue>)[name] as JsonValue).map(
      (item): JsonValue => ({ ...value, [name]: item }),
    ),
  )
  return fc.oneof(elsewhere, withKey, without, { weight: 4, arbitrary: changed })
}

describe.each([
  ['service.yaml', SERVICE_SHAPE],
  ['paictl.yaml', SETTINGS_SHAPE],
  ['a deployment', DEPLOYMENT_SHAPE],
])('the schema of %s', (_, shape) => {
  const accepts = createAjv().compile(schemaOf(shape))

  test('takes whatever is valid', () => {
    fc.assert(
      fc.property(fitting(shape), (value) => {
        expect([isChecked(shape, value), accepts(value)]).toEqual([true, true])
      }),
    )
  })

  test('agrees with the check about what is spoilt, save for texts that no pattern can tell', () => {
    let refused = 0
    fc.assert(
      fc.property(fitting(shape).chain(spoilt), (value) => {
        const problems = problemsOf(shape, value)
        if (problems.length > 0 && problems.every(isUntold)) return
        if (problems.length > 0) refused += 1
        expect(accepts(value)).toBe(problems.length === 0)
      }),
      { numRuns: 3000 },
    )
    expect(refused).toBeGreaterThan(1000)
  })
})

/** Whether a problem is with a text that the pattern of a format takes, and only the check behind it refuses. */
function isUntold(problem: Diagnostic): boolean {
  const text =
    problem.code === 'bad-value' ? problem.data.value : problem.code === 'escaping-path' ? problem.data.path : undefined
  if (text === undefined) return false
  return Object.values(FORMATS).some(
    (format) => format.problem(text) !== null && (!format.pattern || new RegExp(format.pattern, 'u').test(text)),
  )
}
