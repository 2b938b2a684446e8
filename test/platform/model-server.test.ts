import { expect, test } from 'vitest'
import { json } from './support/http.ts'
import { load } from './support/load.ts'
import { startModelServer, startStore, trained } from './support/model-servers.ts'

const { createModelServer } = await load('components/model-server/src/app.mjs')

const PREDICT = '/v1/models/iris:predict'
const SETOSA = { instances: [[5.1, 3.5, 1.4, 0.2]] }

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await fetch(url, { method: 'POST', body: text, headers })
  return { status: response.status, body: await json(response) }
}

test('answers the probabilities of the classes, a row for each instance', async () => {
  const { url } = await startModelServer()
  const instances = [
    [5.1, 3.5, 1.4, 0.2],
    [5.9, 3.0, 4.2, 1.5],
    [7.7, 3.0, 6.1, 2.3],
  ]
  const { status, body } = await post(url + PREDICT, { instances, signature_name: 'serving_default' })
  expect(status).toBe(200)
  const rows: number[][] = body.predictions
  expect(rows.map((row) => row.indexOf(Math.max(...row)))).toEqual([0, 1, 2])
  for (const row of rows) expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 12)
})

test.each(['application/x-www-form-urlencoded', 'application/json', 'text/plain', 'no/such-type', ''])(
  'takes a body for JSON when it is said to be %o',
  async (type) => {
    const { url } = await startModelServer()
    const { status } = await post(url + PREDICT, SETOSA, type === '' ? {} : { 'content-type': type })
    expect(status).toBe(200)
  },
)

test.each([
  ['no JSON', '{"instances": [[', 'not JSON'],
  ['nothing', '', 'not JSON'],
  ['no object', [[5.1, 3.5, 1.4, 0.2]], 'JSON object'],
  ['null', 'null', 'JSON object'],
  ['no instances', { inputs: [[5.1, 3.5, 1.4, 0.2]] }, 'instances'],
  ['an empty list', { instances: [] }, 'instances'],
  ['a bare number', { instances: [5.1] }, 'instances[0]'],
  ['too few numbers', { instances: [[5.1, 3.5, 1.4, 0.2], [5.1]] }, 'instances[1] has length 1'],
  ['too many numbers', { instances: [[5.1, 3.5, 1.4, 0.2, 0]] }, 'sepal_length'],
  ['a text', { instances: [[5.1, '3.5', 1.4, 0.2]] }, 'instances[0][1] (sepal_width)'],
  ['a null', { instances: [[5.1, 3.5, 1.4, null]] }, 'instances[0][3]'],
  ['a number too large', '{"instances": [[1e999, 3.5, 1.4, 0.2]]}', 'instances[0][0]'],
  ['another signature', { ...SETOSA, signature_name: 'other' }, 'signature_name'],
])('answers 400 and says why: %s', async (_case, body, reason) => {
  const { url } = await startModelServer()
  expect(await post(url + PREDICT, body)).toEqual({ status: 400, body: { error: expect.stringContaining(reason) } })
})

test.each([
  '/v1/models/rose:predict',
  '/v1/models/iris:classify',
  '/v1/models/iris',
  '/v1/models/iris/versions/2:predict',
  '/predict',
])('answers 404 to a POST to %s', async (path) => {
  const { url } = await startModelServer()
  expect(await post(url + path, SETOSA)).toEqual({ status: 404, body: { error: expect.any(String) } })
})

test('tells the state of its model', async () => {
  const { url } = await startModelServer()
  const available = {
    model_version_status: [{ version: '1', state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }],
  }
  for (const path of ['/v1/models/iris', '/v1/models/iris/versions/1']) {
    expect(await json(await fetch(url + path))).toEqual(available)
  }
  for (const path of ['/v1/models/rose', '/v1/models/iris/versions/2']) {
    expect((await fetch(url + path)).status).toBe(404)
  }
})

test('a reload goes to the newest version, or to the one that is pinned', async () => {
  const { url, publish, reload, settings } = await startModelServer()
  const version = async () => (await json(await fetch(`${url}/healthz`))).version
  const before = await post(url + PREDICT, SETOSA)
  await publish(await trained(400))
  expect(await version()).toBe(1)
  await reload(settings)
  expect(await version()).toBe(2)
  expect(await post(url + PREDICT, SETOSA)).not.toEqual(before)
  await reload({ ...settings, version: 1 })
  expect(await version()).toBe(1)
  expect(await post(url + PREDICT, SETOSA)).toEqual(before)
})

test('a reload that fails leaves the model in place', async () => {
  const { url, publish, reload, settings } = await startModelServer()
  await publish('{"kind": "something else"}')
  await expect(reload(settings)).rejects.toThrow('no softmax regression')
  await expect(reload({ ...settings, version: 9 })).rejects.toThrow('no version 9 of iris')
  expect((await post(url + PREDICT, SETOSA)).status).toBe(200)
})

test('does not start without a model, and says what is missing', async () => {
  const { storeUrl } = await startStore()
  const create = (settings: object) =>
    createModelServer({ storeUrl, name: 'iris', model: 'iris', version: 'latest', ...settings })
  await expect(create({})).rejects.toThrow(`the model store at ${storeUrl} has no model iris`)
  await expect(create({ version: 3 })).rejects.toThrow('no version 3 of iris')
  await expect(create({ storeUrl: 'http://127.0.0.1:1' })).rejects.toThrow('does not answer')
})

test('counts requests for Prometheus, by route and not by path', async () => {
  const { url } = await startModelServer()
  await post(url + PREDICT, SETOSA)
  await post(`${url}/v1/models/rose:predict`, SETOSA)
  await fetch(`${url}/made-up-${Math.random()}`)
  const text = await (await fetch(`${url}/metrics`)).text()
  expect(text).toContain('model_server_requests_total{route="/v1/models/:target",code="200"} 1')
  expect(text).toContain('model_server_requests_total{route="/v1/models/:target",code="404"} 1')
  expect(text).toContain('model_server_request_seconds_count{route="/v1/models/:target"} 2')
  expect(text).toContain('model_server_model_version{model="iris"} 1')
  expect(text).not.toContain('made-up')
})
