import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { load, ROOT } from './support/load.ts'

const NAMES = ['cluster-configuration', 'ingress', 'model-server', 'model-store', 'train-iris']
const { check } = await load('components/cluster-configuration/config/cluster-configuration.mjs')

async function read(name: string) {
  const directory = join(ROOT, 'components', name, 'config')
  const config = { ...parse(await readFile(join(directory, `${name}.yaml`), 'utf8')), ...DEPLOYED[name] }
  const schema = JSON.parse(await readFile(join(directory, `${name}.schema.json`), 'utf8'))
  return {
    config,
    schema,
    valid: (value: unknown) => new Ajv2020.default({ keywords: ['x-paictl-port-range'] }).validate(schema, value),
  }
}

/** What a deployment has to say, for want of a default. */
const DEPLOYED: Record<string, object> = { 'model-server': { model: 'iris', port: 9503 } }

test.each(NAMES)('%s: the defaults fit the schema, an unknown key does not', async (name) => {
  const { config, schema, valid } = await read(name)
  expect(valid(config)).toBe(true)
  expect(valid({ ...config, 'no-such-key': 1 })).toBe(false)
  expect(Object.keys(config).sort()).toEqual(Object.keys(schema.properties).sort())
  for (const property of Object.values<{ title?: string; description?: string }>(schema.properties)) {
    expect(property).toMatchObject({ title: expect.any(String), description: expect.any(String) })
  }
})

test.each([
  ['model-store', { port: 0 }],
  ['model-store', { port: 65536 }],
  ['model-store', { port: '9501' }],
  ['model-server', { version: 'newest' }],
  ['model-server', { version: 0 }],
  ['model-server', { model: '../iris' }],
  ['model-server', { port: undefined }],
  ['train-iris', { model: '../iris' }],
  ['train-iris', { 'held-out-fraction': 1 }],
  ['train-iris', { 'learning-rate': 0 }],
  ['ingress', { routes: [{ prefix: 'app', upstream: 'http://127.0.0.1:1' }] }],
  ['ingress', { routes: [{ prefix: '/app/', upstream: 'http://127.0.0.1:1' }] }],
  ['ingress', { routes: [{ prefix: '/app', upstream: '127.0.0.1:1' }] }],
  ['ingress', { routes: [{ prefix: '/app' }] }],
])('%s refuses %o', async (name, change) => {
  const { config, valid } = await read(name)
  expect(valid({ ...config, ...change })).toBe(false)
})

test('two services on one port are a problem, whoever they are', () => {
  const cluster = { cluster: { common: {} }, layout: {}, a: { port: 1 }, b: { port: 2 }, c: { port: 1 }, d: {} }
  expect(check(cluster)).toEqual([{ path: 'c.port', message: 'c and a are both on port 1' }])
  expect(check({ ...cluster, c: { port: 3 } })).toEqual([])
})
