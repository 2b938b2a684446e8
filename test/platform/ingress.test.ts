import { EventEmitter, once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { listening, temporaryDirectory } from './support/clean-up.ts'
import { json } from './support/http.ts'
import { load } from './support/load.ts'
import { startModelServer } from './support/model-servers.ts'

const { createIngress } = await load('components/ingress/src/app.mjs')
const { readRoutes, routeOf } = await load('components/ingress/src/routes.mjs')

interface Route {
  readonly prefix: string
  readonly upstream: string
}

async function startIngress(routes: readonly Route[]) {
  const file = join(await temporaryDirectory(), 'routes.json')
  const write = (changed: unknown) => writeFile(file, JSON.stringify(changed))
  await write(routes)
  const { app, reload } = await createIngress(file)
  return { write, reload, url: await listening(app) }
}

/** An upstream with this answer, on a free port. */
async function startUpstream(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('hands what curl sends to the model server', async () => {
  const { url: upstream } = await startModelServer()
  const { url } = await startIngress([{ prefix: '/v1/models/iris', upstream }])
  const response = await fetch(`${url}/v1/models/iris:predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: '{"instances": [[5.1, 3.5, 1.4, 0.2]]}',
  })
  expect(response.status).toBe(200)
  const { predictions } = await json(response)
  expect(predictions[0][0]).toBeGreaterThan(0.9)
})

test('hands the answers of the model server back, errors too', async () => {
  const { url: upstream } = await startModelServer()
  const { url } = await startIngress([{ prefix: '/v1/models/iris', upstream }])
  const status = await json(await fetch(`${url}/v1/models/iris`))
  expect(status.model_version_status[0].state).toBe('AVAILABLE')
  const response = await fetch(`${url}/v1/models/iris:predict`, { method: 'POST', body: '{}' })
  expect([response.status, (await json(response)).error]).toEqual([400, expect.stringContaining('instances')])
})

test('lists its routes, and answers 404 where none leads', async () => {
  const routes = [{ prefix: '/v1/models/iris', upstream: 'http://127.0.0.1:1' }]
  const { url } = await startIngress(routes)
  expect(await json(await fetch(url))).toEqual({ routes })
  for (const path of ['/v1/models/iris2', '/v1/models', '/other']) {
    const response = await fetch(url + path)
    expect([response.status, await json(response)]).toEqual([404, { error: expect.stringContaining(path), routes }])
  }
  const posted = await fetch(`${url}/other`, { method: 'POST', body: 'x' })
  expect(posted.status).toBe(404)
})

test('answers 502 when the upstream is down, and lives on', async () => {
  const { url } = await startIngress([{ prefix: '/v1/models/iris', upstream: 'http://127.0.0.1:1' }])
  const response = await fetch(`${url}/v1/models/iris:predict`, { method: 'POST', body: '{}' })
  expect([response.status, await json(response)]).toEqual([502, { error: 'http://127.0.0.1:1 does not answer' }])
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
})

test('answers 502 when the upstream breaks off', async () => {
  const upstream = await startUpstream((request) => request.socket.destroy())
  const { url } = await startIngress([{ prefix: '/broken', upstream }])
  expect((await fetch(`${url}/broken`)).status).toBe(502)
})

test('a reload leads new requests elsewhere and lets those under way end', async () => {
  const held = new EventEmitter<{ response: [ServerResponse] }>()
  const old = await startUpstream((_request, response) => held.emit('response', response))
  const fresh = await startUpstream((_request, response) => response.end('new'))
  const { url, write, reload } = await startIngress([{ prefix: '/app', upstream: old }])

  const arrived = once(held, 'response')
  const underWay = fetch(`${url}/app`)
  const [response] = await arrived
  await write([{ prefix: '/app', upstream: fresh }])
  await reload()
  expect(await (await fetch(`${url}/app`)).text()).toBe('new')
  response.end('old')
  expect(await (await underWay).text()).toBe('old')
})

test('a reload that fails leaves the routes in place', async () => {
  const upstream = await startUpstream((_request, response) => response.end('here'))
  const { url, write, reload } = await startIngress([{ prefix: '/app', upstream }])
  for (const [broken, reason] of [
    [[{ prefix: 'app/', upstream }], '"app/"'],
    [[{ prefix: '/app', upstream: 'nowhere' }], '"nowhere"'],
    [[{ prefix: '/app', upstream }, null], 'undefined'],
    [Array(2).fill({ prefix: '/app', upstream }), 'two routes to /app'],
    [{ prefix: '/app', upstream }, 'not a list'],
  ] as const) {
    await write(broken)
    await expect(reload()).rejects.toThrow(reason)
  }
  expect(await (await fetch(`${url}/app`)).text()).toBe('here')
})

test('the path and the query arrive as they were sent', async () => {
  const upstream = await startUpstream((request, response) => response.end(request.url))
  const { url } = await startIngress([{ prefix: '/app', upstream }])
  expect(await (await fetch(`${url}/app/a%20b?x=1&y=%2F`)).text()).toBe('/app/a%20b?x=1&y=%2F')
})

test('the longest prefix wins, and covers whole segments', () => {
  const routes = readRoutes(
    JSON.stringify([
      { prefix: '/v1', upstream: 'http://a' },
      { prefix: '/v1/models/iris', upstream: 'http://b' },
    ]),
  )
  const leadsTo = (url: string) => routeOf(routes, url)?.upstream
  expect(leadsTo('/v1/models/iris')).toBe('http://b')
  expect(leadsTo('/v1/models/iris:predict?x=/v1')).toBe('http://b')
  expect(leadsTo('/v1/models/iris/versions/1')).toBe('http://b')
  expect(leadsTo('/v1/models/iris2')).toBe('http://a')
  expect(leadsTo('/v10')).toBeUndefined()
})
