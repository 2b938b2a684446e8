import { describe, expect, test } from 'vitest'
import { createSchemaChecker } from '../../src/config/schema/config-schema.ts'
import { missingValues } from '../../src/config/schema/missing-values.ts'
import { nextPort, portRanges } from '../../src/config/schema/port-ranges.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'

const treeOf = (file: string, text: string) => {
  const { root } = parseYaml(file, text)
  if (root === undefined) throw new Error(`nothing in ${text}`)
  return root
}

const SCHEMA = {
  type: 'object',
  required: ['model', 'port', 'level', 'token', 'db', 'replicas', 'nothing', 'extra'],
  properties: {
    model: { title: 'Model', description: 'Its name in the store.', type: 'string', minLength: 1 },
    port: { type: 'integer', 'x-paictl-port-range': [9501, 9599] },
    level: { enum: ['info', 'debug'] },
    token: { type: ['string', 'null'], writeOnly: true },
    password: { type: 'string', format: 'password' },
    replicas: { type: 'integer', default: 1 },
    nothing: { type: 'null' },
    db: {
      type: 'object',
      required: ['host', 'admin'],
      properties: {
        host: { type: 'string' },
        name: { type: 'string' },
        admin: { $ref: '#/$defs/port' },
      },
    },
    cache: {
      type: 'object',
      required: ['host', 'password'],
      properties: { host: { type: 'string' }, password: { format: 'password' } },
    },
    extra: { allOf: [{ title: 'More' }, { $ref: '#/$defs/loop' }] },
  },
  $defs: {
    port: { title: 'A port', type: 'integer', 'x-paictl-port-range': [7, 8] },
    loop: { $ref: '#/$defs/loop', type: 'boolean' },
  },
}

function missing(schema: object, config: string): string[] {
  const found = missingValues(treeOf('/s.json', JSON.stringify(schema)), treeOf('/c.yaml', config))
  return found.map(({ path, title, type, choices, isSecret, default: fallback }) =>
    [path.join('.'), title, type, choices?.join('|'), isSecret && 'secret', fallback !== undefined && `[${fallback}]`]
      .filter(Boolean)
      .join(' '),
  )
}

describe('what a schema requires and nobody gave', () => {
  test('everything, within required maps too, but no ports', () => {
    expect(missing(SCHEMA, '{}')).toEqual(
      [
        'model Model string',
        'level info|debug',
        'token string secret',
        'replicas integer [1]',
        'nothing null',
        'db.host string',
        'extra More boolean',
      ].map((one) => one.replace('nothing null', 'nothing')),
    )
  })

  test('not what is given, and of maps that are given what they lack', () => {
    const given =
      'model: x\nlevel: info\ntoken:\nreplicas: 2\nnothing: ~\nextra: false\ncache: {host: a}\ndb: {name: y}\n'
    expect(missing(SCHEMA, given)).toEqual(['db.host string', 'cache.password secret'])
  })

  test('a key without a value gives none, where nothing is no value', () => {
    expect(missing({ required: ['a', 'b'], properties: { a: { type: 'string' }, b: {} } }, 'a:\nb:\n')).toEqual([
      'a string',
    ])
  })

  test('a value that the schema itself has filled in is still nobody’s', () => {
    const schema = treeOf('/s.json', JSON.stringify({ required: ['a'], properties: { a: { default: 5 } } }))
    expect(
      missingValues(schema, treeOf('/s.json', 'a: 5')).map(({ path, default: fallback }) => [path, fallback]),
    ).toEqual([[['a'], 5]])
  })

  test('a schema whose references never end is read all the same', () => {
    const loop = { $ref: '#' }
    const schema = { required: ['a', 'b', 'c'], properties: { a: loop, b: loop, c: { type: 'string' } } }
    expect(missing(schema, '{}')).toEqual(['a', 'b', 'c string'])
    expect(missing(schema, 'a: {c: x}\nb: {}\nc: y')).toEqual([])
    expect(
      portRanges({ file: '/s.json', text: JSON.stringify({ ...schema, $comment: 'x-paictl-port-range' }) }),
    ).toEqual([])
    expect(missing({ $ref: '#/x/%', allOf: [{ $ref: 'http://elsewhere' }, true] }, '{}')).toEqual([])
  })
})

const FILE = { file: '/s.json', text: JSON.stringify(SCHEMA, null, 2) }

describe('ports that are chosen', () => {
  test('keys with a range are found, nested and by reference', () => {
    expect(portRanges(FILE).map(({ path, first, last }) => [path.join('.'), first, last])).toEqual([
      ['port', 9501, 9599],
      ['db.admin', 7, 8],
    ])
  })

  test('the lowest that nobody uses is next, until there is none', () => {
    const [, range] = portRanges(FILE)
    if (range === undefined) throw new Error('no range')
    expect(nextPort(range, new Set([9501]))).toBe(7)
    expect(nextPort(range, new Set([7]))).toBe(8)
    expect(nextPort(range, new Set([7, 8]))).toBeUndefined()
  })

  test.each(['9501', '[9501]', '[9599, 9501]', '[0, 5]', '[1, 65536]', '[1, 2, 3]', '["1", "2"]', '[1.5, 2]', 'null'])(
    'the range %s is none, and is pointed at',
    async (range) => {
      const text = `{"properties": {"a": {"type": "integer",\n "x-paictl-port-range": ${range}}}}`
      const check = await createSchemaChecker()
      const { diagnostics } = check({
        service: 'a',
        schema: { file: '/s.json', text },
        config: {},
        tree: treeOf('/c.yaml', '{}'),
      })
      expect(diagnostics).toMatchObject([
        { code: 'bad-schema', service: 'a', span: { file: '/s.json', start: { line: 2, column: 25 } } },
      ])
    },
  )

  test('a key or a value of that name is none of the schema’s own words', async () => {
    const text = '{"properties": {"x-paictl-port-range": {"type": "string"}}, "default": {"x-paictl-port-range": 1}}'
    const check = await createSchemaChecker()
    const tree = treeOf('/c.yaml', 'x-paictl-port-range: y')
    const config = { 'x-paictl-port-range': 'y' }
    expect(check({ service: 'a', schema: { file: '/s.json', text }, config, tree }).diagnostics).toEqual([])
  })
})
