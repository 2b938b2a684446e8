import { readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { listening, temporaryDirectory } from './support/clean-up.ts'
import { json, rawStatus, sha256 } from './support/http.ts'
import { load } from './support/load.ts'

const { createStore } = await load('components/model-store/src/app.mjs')
const { storeClient } = await load('components/model-store/src/client.mjs')

const TOKEN = 'write-token-of-the-test'

async function startStore({ maxModelBytes = 4_000_000 } = {}) {
  const directory = await temporaryDirectory()
  const tokenFile = join(directory, 'token')
  await writeFile(tokenFile, `${TOKEN}\n`)
  const settings = { directory, tokenFile, maxModelBytes }
  const { app, reload } = await createStore(settings)
  const url = await listening(app)
  const put = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'PUT',
      body,
      headers: { authorization: `Bearer ${TOKEN}`, 'x-content-sha256': sha256(body), ...headers },
    })
  return { url, put, settings, reload, ask: async (path: string) => json(await fetch(url + path)) }
}

const FIRST = '/v1/models/iris/versions/1'

test('gives back the bytes that were put, with their digest', async () => {
  const { url, put } = await startStore()
  expect((await put(FIRST, 'the model')).status).toBe(201)
  const response = await fetch(url + FIRST)
  expect(await response.text()).toBe('the model')
  expect(response.headers.get('x-content-sha256')).toBe(sha256('the model'))
  expect(response.headers.get('etag')).toBe(`"${sha256('the model')}"`)
})

test('does not send what the caller has', async () => {
  const { url, put } = await startStore()
  await put(FIRST, 'the model')
  const response = await fetch(url + FIRST, { headers: { 'if-none-match': `"${sha256('the model')}"` } })
  expect([response.status, await response.text()]).toEqual([304, ''])
})

test('lists models and versions; the latest is the greatest number, not the last in the alphabet', async () => {
  const { put, ask } = await startStore()
  for (const version of [9, 10, 2]) await put(`/v1/models/iris/versions/${version}`, `model ${version}`)
  const model = await ask('/v1/models/iris')
  expect(model.latest).toBe(10)
  expect(model.versions.map(({ version }: { version: number }) => version)).toEqual([2, 9, 10])
  expect(await ask('/v1/models')).toEqual({ models: [model] })
})

test('answers 404 for what is not there', async () => {
  const { url, ask } = await startStore()
  for (const path of ['/v1/models/iris', FIRST, '/nowhere']) {
    const response = await fetch(url + path)
    expect([path, response.status]).toEqual([path, 404])
    expect(await json(response)).toEqual({ error: expect.any(String) })
  }
  expect(await ask('/v1/models')).toEqual({ models: [] })
})

test.each([{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${TOKEN}` }, { authorization: TOKEN }])(
  'writing without the token is 401: %o',
  async (headers) => {
    const { url, ask } = await startStore()
    const response = await fetch(url + FIRST, {
      method: 'PUT',
      body: 'model',
      headers: { 'x-content-sha256': sha256('model'), ...headers } as Record<string, string>,
    })
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
    expect(await ask('/v1/models')).toEqual({ models: [] })
  },
)

test('a body with another digest than announced is 400 and leaves nothing', async () => {
  const { put, ask, settings } = await startStore()
  const response = await put(FIRST, 'damaged', { 'x-content-sha256': sha256('whole') })
  expect(response.status).toBe(400)
  expect((await json(response)).error).toContain(sha256('whole'))
  expect((await put(FIRST, 'model', { 'x-content-sha256': 'none' })).status).toBe(400)
  expect(await ask('/v1/models')).toEqual({ models: [] })
  expect(await readdir(join(settings.directory, 'incoming'))).toEqual([])
})

test('a version that exists is never changed', async () => {
  const { url, put } = await startStore()
  await put(FIRST, 'first')
  expect((await put(FIRST, 'second')).status).toBe(409)
  expect(await (await fetch(url + FIRST)).text()).toBe('first')
})

test('of many that publish one version at a time, one wins', async () => {
  const { url, put } = await startStore()
  const bodies = Array.from({ length: 12 }, (_, index) => `model ${index} `.repeat(5000))
  const statuses = await Promise.all(bodies.map(async (body) => (await put(FIRST, body)).status))
  expect(statuses.toSorted()).toEqual([201, ...Array(11).fill(409)])
  expect(await (await fetch(url + FIRST)).text()).toBe(bodies[statuses.indexOf(201)])
})

test('a body that breaks off leaves nothing', async () => {
  const { url, ask, settings } = await startStore()
  const incoming = async () => (await readdir(join(settings.directory, 'incoming'))).length
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const head = [`PUT ${FIRST} HTTP/1.1`, 'host: store', `authorization: Bearer ${TOKEN}`]
  socket.write([...head, `x-content-sha256: ${sha256('model')}`, 'content-length: 5', '', 'mo'].join('\r\n'))
  await vi.waitFor(async () => expect(await incoming()).toBe(1), { timeout: 10_000, interval: 5 })
  socket.destroy()
  await vi.waitFor(async () => expect(await incoming()).toBe(0), { timeout: 10_000, interval: 5 })
  expect(await ask('/v1/models')).toEqual({ models: [] })
})

test('takes more than a megabyte, and refuses more than the limit', async () => {
  const { put, ask } = await startStore({ maxModelBytes: 2_000_000 })
  expect((await put(FIRST, 'x'.repeat(1_900_000))).status).toBe(201)
  expect((await put('/v1/models/iris/versions/2', 'x'.repeat(2_000_001))).status).toBe(413)
  expect((await ask('/v1/models/iris')).latest).toBe(1)
})

test.each([
  '/v1/models/..%2f..%2fetc/versions/1',
  '/v1/models/%2e%2e/versions/1',
  '/v1/models/.hidden/versions/1',
  '/v1/models/iris/versions/..%2f1',
  '/v1/models/iris/versions/0',
  '/v1/models/iris/versions/01',
  '/v1/models/iris/versions/1e3',
  '/v1/models/../../../etc/passwd',
])('no name leads out of the store: %s', async (path) => {
  const { url, settings } = await startStore()
  const headers = { authorization: `Bearer ${TOKEN}`, 'x-content-sha256': sha256('') }
  expect([400, 404]).toContain(await rawStatus(url, { path }))
  expect([400, 404]).toContain(await rawStatus(url, { path, method: 'PUT', headers }))
  expect((await readdir(settings.directory)).sort()).toEqual(['incoming', 'models', 'token'])
  expect(await readdir(join(settings.directory, 'models'))).toEqual([])
})

test('models outlive the store', async () => {
  const { put, settings } = await startStore()
  await put(FIRST, 'the model')
  const again = await listening((await createStore(settings)).app)
  expect(await (await fetch(again + FIRST)).text()).toBe('the model')
})

test('a reload takes another token over', async () => {
  const { put, settings, reload } = await startStore()
  await writeFile(settings.tokenFile, 'another')
  await reload(settings)
  expect((await put(FIRST, 'model')).status).toBe(401)
  expect((await put(FIRST, 'model', { authorization: 'Bearer another' })).status).toBe(201)
})

test('the client publishes the next version, also beside others', async () => {
  const { url } = await startStore()
  const client = storeClient(url)
  expect(await client.latest('iris')).toBe(0)
  const published = await Promise.all(
    ['a', 'b', 'c'].map((text) => client.publishNext('iris', Buffer.from(text), TOKEN)),
  )
  expect(published.map(({ version }) => version).toSorted()).toEqual([1, 2, 3])
  expect(await client.latest('iris')).toBe(3)
  const [first] = published
  expect(String(await client.fetch('iris', first.version))).toBe('a')
})
