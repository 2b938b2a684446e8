import { describe, expect, test } from 'vitest'
import { type ConfigurationInput, resolveConfiguration } from '../../src/config/cluster/configuration.ts'
import { deepestNode } from '../../src/config/yaml/yaml-node.ts'
import { listing } from './listing.ts'

type Component = ConfigurationInput['components'][number]
type Parts = Partial<Component> & { readonly yaml?: string; readonly json?: unknown }

/** A component whose files are `<name>.yaml`, `<name>.json` and `<name>.mjs`. */
function component(name: string, { yaml, json, ...parts }: Parts = {}): Component {
  return {
    name,
    prerequisites: [],
    ...(yaml !== undefined && { defaults: { file: `${name}.yaml`, text: yaml } }),
    ...(json !== undefined && {
      schema: { file: `${name}.json`, text: typeof json === 'string' ? json : JSON.stringify(json) },
    }),
    ...parts,
  }
}

const resolve = (components: readonly Component[], services?: string, layout?: string) =>
  resolveConfiguration({
    projectName: 'demo',
    components,
    servicesConfiguration: services === undefined ? undefined : { file: 'sc', text: services },
    layout: layout === undefined ? undefined : { file: 'layout', text: layout },
  })

const problems = async (components: readonly Component[], services?: string, layout?: string) =>
  listing((await resolve(components, services, layout)).diagnostics)

describe('sections', () => {
  test('nothing is needed', async () => {
    const resolved = await resolve([component('web')])
    expect(resolved).toMatchObject({
      clusterCfg: { cluster: { common: { 'cluster-id': 'demo', 'cluster-type': 'local' } }, layout: {}, web: {} },
      clusterId: 'demo',
      clusterIdDefaulted: true,
      clusterType: 'local',
      layout: {},
      diagnostics: [],
    })
    expect('clusterIdSpan' in resolved).toBe(false)
  })

  test('defaults with their section laid on, in the common configuration', async () => {
    const resolved = await resolve(
      [component('db', { yaml: 'port: 5432\nuser: {name: pg}\n' }), component('web', { yaml: 'port: 80\n' })],
      'cluster: {common: {cluster-id: prod-1, cluster-type: k8s, registry: r.io}, other: 1}\ndb: {user: {admin: true}}\nweb:\n',
      'machine-list: [{name: m1}]\n',
    )
    expect(resolved.diagnostics).toEqual([])
    expect(resolved.clusterCfg).toEqual({
      cluster: { common: { 'cluster-id': 'prod-1', 'cluster-type': 'k8s', registry: 'r.io' }, other: 1 },
      layout: { 'machine-list': [{ name: 'm1' }] },
      db: { port: 5432, user: { name: 'pg', admin: true } },
      web: { port: 80 },
    })
    expect(resolved).toMatchObject({
      clusterId: 'prod-1',
      clusterIdSpan: { file: 'sc', start: { line: 1, column: 32 } },
      clusterIdDefaulted: false,
      clusterType: 'k8s',
    })
  })

  test('of no service, or no map', async () => {
    expect(
      await problems([component('web'), component('db', { yaml: '[]' })], 'wbe: {}\nclustr: {}\nweb: 3\n'),
    ).toEqual([
      'error unknown-section sc:1:1 [web] {"section":"wbe","nearest":"web"}',
      'error unknown-section sc:2:1 {"section":"clustr","nearest":"cluster"}',
      'error wrong-type sc:3:6 [web] {"what":"web","expected":"a map","found":"a number"}',
      'error wrong-type db.yaml:1:1 [db] {"what":"the default configuration","expected":"a map","found":"a list"}',
    ])
    expect(await problems([], 'cluster: x\n', '- a\n')).toEqual([
      'error wrong-type layout:1:1 {"what":"layout.yaml","expected":"a map","found":"a list"}',
      'error wrong-type sc:1:10 {"what":"cluster","expected":"a map","found":"a string"}',
    ])
    expect(await problems([], 'cluster: {common: [x]}\n')).toEqual([
      'error wrong-type sc:1:19 {"what":"cluster.common","expected":"a map","found":"a list"}',
    ])
  })

  test('a cluster-id that is not where it is read', async () => {
    expect(await problems([], 'cluster: {cluster-id: prod}\n')).toEqual([
      'error unknown-key sc:1:11 {"key":"cluster-id","where":"cluster","nearest":"common.cluster-id"}',
    ])
  })

  test('a map against something else hides nothing else of its section', async () => {
    const json = { properties: { tls: { type: 'string' }, port: { type: 'number' }, host: { type: 'string' } } }
    const derive = (config: unknown) => void Object.assign(config as object, { url: 1 })
    const web = component('web', { yaml: 'tls: {cert: x}\n', json, module: { file: '/web.mjs', derive } })
    expect((await problems([web], 'web: {tls: true, port: x, host: 1}\n')).map((line) => line.slice(0, 40))).toEqual([
      'error merge-type sc:1:12 [web] {"path":"',
      'error schema-violation sc:1:24 [web] {"s',
      'error schema-violation sc:1:33 [web] {"s',
    ])
  })

  test('a map against something else', async () => {
    expect(await problems([component('web', { yaml: 'tls: {cert: x}\n' })], 'web: {tls: true}\n')).toEqual([
      'error merge-type sc:1:12 [web] {"path":"web.tls","expected":"a map","found":"a boolean"}',
    ])
  })

  test.each([
    ['Prod', 'bad-value sc:1:32'],
    ['../x', 'bad-value sc:1:32'],
    ['7', 'wrong-type sc:1:32'],
  ])('the cluster-id %s is refused', async (id, expected) => {
    const resolved = await resolve([], `cluster: {common: {cluster-id: ${id}}}\n`)
    expect(listing(resolved.diagnostics)[0]).toContain(expected)
    expect([resolved.clusterId, resolved.clusterIdDefaulted]).toEqual(['demo', false])
  })

  test('keys that name parts of a prototype stay keys', async () => {
    const resolved = await resolve(
      [
        component('web', {
          yaml: '__proto__: {polluted: 1}\nconstructor: {a: 1}\n',
          module: { file: 'm', derive() {} },
        }),
      ],
      'web: {__proto__: {too: 1}}\n',
    )
    expect(JSON.stringify(resolved.clusterCfg.web)).toBe('{"__proto__":{"polluted":1,"too":1},"constructor":{"a":1}}')
    expect('polluted' in {} || 'too' in {}).toBe(false)
    expect(await problems([], '__proto__: {x: 1}\n')).toEqual([
      'error unknown-section sc:1:1 {"section":"__proto__","nearest":null}',
    ])
  })
})

describe('derive', () => {
  test('changes its configuration, or returns another, knowing those before it', async () => {
    const resolved = await resolve(
      [
        component('db', {
          yaml: 'port: 5432\nlist: [1]\n',
          module: { file: '/db.mjs', derive: (config) => void Object.assign(config as object, { url: 'db:5432' }) },
        }),
        component('web', {
          yaml: 'a: 1\n',
          prerequisites: ['db'],
          module: {
            file: '/web.mjs',
            derive: async (config, { layout, cluster_cfg }) => ({
              ...(config as object),
              layout,
              seen: Object.keys(cluster_cfg),
              db: cluster_cfg.db,
            }),
          },
        }),
      ],
      undefined,
      'm: 1\n',
    )
    expect(listing(resolved.diagnostics)).toEqual([])
    expect(resolved.clusterCfg.web).toEqual({
      a: 1,
      layout: { m: 1 },
      seen: ['cluster', 'layout', 'db'],
      db: { port: 5432, list: [1], url: 'db:5432' },
    })
    const tree = resolved.sections.get('db')?.tree
    const place = (...path: string[]) => tree && deepestNode(tree, path).node.span
    expect(place('port')).toMatchObject({ file: 'db.yaml', start: { line: 1, column: 7 } })
    expect(place('url')).toMatchObject({ file: '/db.mjs', start: { line: 1, column: 1 } })
  })

  test('cannot change what belongs to others', async () => {
    const db = component('db', { yaml: 'port: 1\n' })
    const derive = (_: unknown, { cluster_cfg }: { cluster_cfg: object }) => {
      ;(cluster_cfg as { db: { port: number } }).db.port = 2
    }
    const resolved = await resolve([db, component('web', { module: { file: '/web.mjs', derive } })])
    expect(resolved.clusterCfg.db).toEqual({ port: 1 })
    expect(resolved.diagnostics.map(({ code, service }) => [code, service])).toEqual([['module-failed', 'web']])
  })

  test.each<[string, () => unknown, string]>([
    ['a date', () => ({ at: { when: new Date(0) } }), '`at.when` is not JSON but a Date'],
    ['a function', () => ({ f() {} }), '`f` is not JSON but a function'],
    ['not a number', () => ({ n: Number.NaN }), '`n` is NaN'],
    ['a list', () => [1], 'it is not a map'],
    ['a text', () => 'x', 'it is not a map'],
    ['nothing, said so', () => null, 'it is not a map'],
    [
      'a circle',
      () => {
        const a: { self?: object } = {}
        a.self = a
        return a
      },
      '`self.self.self` is nested too deeply, or contains itself',
    ],
  ])('what it returns must be JSON: %s', async (_, derive, why) => {
    expect(await problems([component('web', { module: { file: '/web.mjs', derive } })])).toEqual([
      `error module-failed /web.mjs:1:1 [web] ${JSON.stringify({ doing: 'derive', message: `what it returns is no configuration: ${why}` })}`,
    ])
  })

  test('what it throws is at the line that threw it, without a stack', async () => {
    const derive = () => {
      const error = new Error('no port\nsecond line')
      error.stack = 'Error: no port\n    at f (file:///a%20b/web.mjs?changed=1:7:11)\n    at g (file:///x.js:1:1)'
      throw error
    }
    expect(await problems([component('web', { module: { file: '/a b/web.mjs', derive } })])).toEqual([
      'error module-failed /a b/web.mjs:7:11 [web] {"doing":"derive","message":"no port"}',
    ])
    const thrower = () => {
      throw 'a text'
    }
    expect(await problems([component('web', { module: { file: '/web.mjs', check: thrower } })])).toEqual([
      'error module-failed /web.mjs:1:1 [web] {"doing":"check","message":"a text"}',
    ])
  })
})

describe('schema', () => {
  const json = {
    type: 'object',
    additionalProperties: false,
    required: ['port', 'name'],
    properties: {
      port: { type: 'integer', minimum: 1 },
      name: { type: 'string' },
      mode: { enum: ['dev', 'prod'] },
      any: { anyOf: [{ type: 'string' }, { type: 'object', required: ['x'] }] },
      log: { type: 'object', default: {}, properties: { level: { type: 'string', default: 'info' } } },
      tls: { type: 'object', required: ['cert'] },
    },
  }

  test('violations stand at the value that is wrong, all of them', async () => {
    const services = 'web:\n  prot: 80\n  mode: dve\n  any: 3\n  tls:\n    key: x\n'
    expect(await problems([component('web', { yaml: 'port: "80"\n', json })], services)).toEqual([
      'error schema-violation sc:1:1 [web] {"service":"web","path":"","message":"lacks \\"name\\"","nearest":null}',
      'error schema-violation sc:2:3 [web] {"service":"web","path":"prot","message":"is not known","nearest":"port"}',
      'error schema-violation web.yaml:1:7 [web] {"service":"web","path":"port","message":"must be a whole number, not a string","nearest":null}',
      'error schema-violation sc:3:9 [web] {"service":"web","path":"mode","message":"must be one of dev, prod","nearest":"dev"}',
      'error schema-violation sc:4:8 [web] {"service":"web","path":"any","message":"fits none of the allowed forms","nearest":null}',
      'error schema-violation sc:5:3 [web] {"service":"web","path":"tls","message":"lacks \\"cert\\"","nearest":null}',
    ])
  })

  test('what is missing altogether is said of the file that could give it', async () => {
    expect(await problems([component('web', { json: { required: ['a'] } })])).toEqual([
      'error schema-violation web.json:1:1 [web] {"service":"web","path":"","message":"lacks \\"a\\"","nearest":null}',
    ])
    expect(await problems([component('web', { yaml: '# none\n', json: { required: ['a'] } })])).toEqual([
      'error schema-violation web.yaml:1:1 [web] {"service":"web","path":"","message":"lacks \\"a\\"","nearest":null}',
    ])
  })

  test('its defaults become part of the configuration', async () => {
    const { clusterCfg, sections, diagnostics } = await resolve([
      component('web', { yaml: 'port: 1\nname: x\n', json }),
    ])
    expect(diagnostics).toEqual([])
    expect(clusterCfg.web).toEqual({ port: 1, name: 'x', log: { level: 'info' } })
    const tree = sections.get('web')?.tree
    expect(tree && deepestNode(tree, ['log', 'level']).node.span.file).toBe('web.json')
  })

  test('draft-07 as well as 2020-12, and one $id in two components', async () => {
    const old = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'x',
      properties: { l: { items: [{ type: 'string' }] } },
    }
    const now = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'x',
      properties: { l: { prefixItems: [{ type: 'string' }] } },
    }
    const components = [
      component('a', { yaml: 'l: [1]\n', json: old }),
      component('b', { yaml: 'l: [1]\n', json: now }),
      component('c', { yaml: 'l: [1]\n', json: { ...now, title: 'c' } }),
    ]
    expect((await resolve(components)).diagnostics.map(({ code, service }) => [code, service])).toEqual([
      ['schema-violation', 'a'],
      ['schema-violation', 'b'],
      ['schema-violation', 'c'],
    ])
  })

  test('a schema that is none', async () => {
    const [one, two, three] = await problems([
      component('a', { json: { type: 'objekt' } }),
      component('b', { json: '{\n  "type": "object",\n}\n' }),
      component('c', { json: '[]' }),
    ])
    expect(one).toMatch(/^error bad-schema a\.json:1:9 \[a\] .*did you mean .*object/)
    expect(two).toMatch(/^error bad-schema b\.json:3:1 \[b\] /)
    expect(three).toBe('error bad-schema c.json:1:1 [c] {"message":"a schema is a map"}')
  })
})

describe('check', () => {
  test('says what is wrong in several ways, placed by the path that it gives', async () => {
    const check = () => [
      'one',
      { path: 'b.c', message: 'two' },
      { path: 'db.port', message: 'three' },
      { path: ['cluster', 'x'], message: 'four' },
    ]
    expect(
      await problems(
        [
          component('db', { yaml: 'port: 1\n' }),
          component('web', { yaml: 'b: {c: 1}\n', module: { file: '/web.mjs', check } }),
        ],
        'cluster: {x: 1}\n',
      ),
    ).toEqual([
      'error check-failed /web.mjs:1:1 [web] {"service":"web","path":"","message":"one"}',
      'error check-failed web.yaml:1:8 [web] {"service":"web","path":"b.c","message":"two"}',
      'error check-failed db.yaml:1:7 [web] {"service":"web","path":"db.port","message":"three"}',
      'error check-failed sc:1:14 [web] {"service":"web","path":"cluster.x","message":"four"}',
    ])
  })

  test.each([[undefined], [null], [''], [[]], [true]])('%j is no complaint', async (answer) => {
    expect(await problems([component('web', { module: { file: '/web.mjs', check: () => answer } })])).toEqual([])
  })

  test('sees everything and can change nothing', async () => {
    let seen: unknown
    const check = (all: object) => {
      seen = structuredClone(all)
      ;(all as { db: { port: number } }).db.port = 2
    }
    const { clusterCfg, diagnostics } = await resolve([
      component('web', { module: { file: '/web.mjs', check } }),
      component('db', { yaml: 'port: 1\n' }),
    ])
    expect(seen).toEqual(clusterCfg)
    expect(diagnostics.map(({ code }) => code)).toEqual(['module-failed'])
    expect(clusterCfg.db).toEqual({ port: 1 })
  })

  test('the item that is wrong is named', async () => {
    const check = () => [null, 'so', 7]
    const [line] = await problems([component('web', { module: { file: '/web.mjs', check } })])
    expect(line).toContain('item 3 of what it returns is neither nothing, nor a text, nor {path, message}')
  })

  test('a name that is not allowed is said once', async () => {
    const json = { propertyNames: { pattern: '^[a-z]+$' } }
    expect(await problems([component('web', { yaml: 'A1: x\n', json })])).toEqual([
      'error schema-violation web.yaml:1:1 [web] {"service":"web","path":"A1","message":"is not a name that is allowed here","nearest":null}',
    ])
  })

  test('an answer of no known form', async () => {
    const [line] = await problems([component('web', { module: { file: '/web.mjs', check: () => 7 } })])
    expect(line).toContain('error module-failed /web.mjs:1:1 [web]')
  })
})

describe('what only follows is not said', () => {
  const json = { required: ['port'] }
  const check = () => 'never'

  test('a file that cannot be parsed is missing nothing', async () => {
    const web = component('web', { json, module: { file: '/web.mjs', check } })
    expect(await problems([web], 'web: [\n')).toHaveLength(1)
    expect(
      await problems([component('web', { yaml: 'a: [\n', json, module: { file: '/web.mjs', check } })]),
    ).toHaveLength(1)
  })

  test('nor do modules run on what is broken below them', async () => {
    const web = component('web', { prerequisites: ['db'], json, module: { file: '/web.mjs', derive: check, check } })
    expect(await problems([component('db', { json }), web])).toEqual([
      'error schema-violation db.json:1:1 [db] {"service":"db","path":"","message":"lacks \\"port\\"","nearest":null}',
    ])
  })
})

describe('keys of cluster.common', () => {
  test.each([
    ['clsuter-id', 'cluster-id'],
    ['cluster-idd', 'cluster-id'],
    ['clusterType', 'cluster-type'],
    ['cluster_id', 'cluster-id'],
  ])('%s is taken for a misspelt one', async (key, near) => {
    const found = await problems([], `cluster: {common: {${key}: prod}}\n`)
    expect(found).toEqual([`error unknown-key sc:1:20 {"key":"${key}","where":"cluster.common","nearest":"${near}"}`])
  })

  test.each(['cluster-name', 'cluster-ip', 'registry', 'cluster-tier', 'id'])('%s is one’s own', async (key) => {
    expect(await problems([], `cluster: {common: {${key}: x}}\n`)).toEqual([])
  })
})
