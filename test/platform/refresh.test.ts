import { EventEmitter, once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { requestLoop, type TimedAnswer } from '../rig/request-loop.ts'
import { json } from './support/http.ts'
import { load } from './support/load.ts'
import { startModelServer, trained } from './support/model-servers.ts'
import { platform, SETOSA } from './support/platform.ts'
import { freePort } from './support/stage.ts'

const { storeClient } = await load('components/model-store/src/client.mjs')

/** What every phase of a test has at least, so that it is no phase without requests. */
const MANY = 40

/** A model server's process, before a store with two versions of its model. */
async function modelServer() {
  const all = await platform()
  const { token, store, server, outputs, ports } = all
  await token.run('start')
  await store.run('start')
  const secret = await readFile(outputs['cluster-configuration']?.token_file ?? '', 'utf8')
  const client = storeClient(outputs['model-store']?.url)
  for (const iterations of [200, 400]) await client.publishNext('iris', Buffer.from(await trained(iterations)), secret)
  server.config.version = 1
  expect(await server.run('start')).toMatchObject({ code: 0 })
  const loop = (port: number, onAnswer?: (answer: TimedAnswer) => void) =>
    requestLoop({
      url: `http://127.0.0.1:${port}/v1/models/iris:predict`,
      body: SETOSA,
      ...(onAnswer === undefined ? {} : { onAnswer }),
    })
  return { ...all, loop, port: ports.server }
}

test('a model server goes from version to version and fails no request', async () => {
  const { server, loop, port } = await modelServer()
  const bodies = new Set<string>()
  let last = ''
  const asking = loop(port, ({ body }) => {
    bodies.add(body)
    last = body
  })
  await asking.more(MANY)
  const answers = new Map([[1, last]])
  for (let refresh = 0; refresh < 6; refresh += 1) {
    const version = refresh % 2 === 0 ? 2 : 1
    server.config.version = version
    expect(await server.run('refresh')).toMatchObject({ code: 0, output: expect.stringMatching(/^ok: serves version/) })
    // Who asks after the refresh gets the new version, whatever was under way before.
    await asking.more(MANY)
    expect(last).toBe(answers.get(version) ?? last)
    answers.set(version, last)
  }
  expect(answers.get(1)).not.toBe(answers.get(2))

  server.config.version = 9
  const refused = await server.run('refresh')
  expect(refused).toEqual({ code: 1, output: expect.stringMatching(/^failed: .* has no version 9 of iris\n$/) })
  await asking.more(MANY)
  expect(last).toBe(answers.get(1))
  await asking.end()
  expect(asking.failures).toEqual([])
  expect(bodies).toEqual(new Set(answers.values()))
})

test('a model server opens another port before it leaves the one it has; one that is taken leaves it where it is', async () => {
  const { server, loop, port } = await modelServer()
  const pid = async () => JSON.parse((await server.run('describe')).output).pid
  const before = await pid()
  const asking = loop(port)
  await asking.more(MANY)

  const holder = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void holder.close())
  await once(holder, 'listening')
  const taken = (holder.address() as AddressInfo).port
  server.config.port = taken
  const refused = await server.run('refresh')
  expect(refused).toEqual({ code: 1, output: expect.stringContaining(`port ${taken} of 127.0.0.1 is already taken`) })
  await asking.more(MANY)

  server.config.port = await freePort()
  expect(await server.run('refresh')).toMatchObject({ code: 0, output: expect.stringMatching(/^ok: .*leaves/) })
  expect(await pid()).toBe(before)
  const moved = loop(server.config.port as number)
  await Promise.all([asking.more(MANY), moved.more(MANY)])
  await asking.end()
  // When nobody asks at the old address any more, it is left.
  await vi.waitFor(async () => expect(await isOpen(port)).toBe(false), { timeout: 20_000, interval: 50 })
  await moved.more(MANY)
  await moved.end()
  expect([...asking.failures, ...moved.failures]).toEqual([])
})

test('another host on the same port takes another process, unless that one could not start', async () => {
  const { server, loop, port } = await modelServer()
  const pid = async () => JSON.parse((await server.run('describe')).output).pid
  const before = await pid()
  server.config.host = 'localhost'
  server.config.version = 9
  expect(await server.run('refresh')).toEqual({ code: 1, output: expect.stringContaining('no version 9 of iris') })
  expect(await pid()).toBe(before)
  server.config.version = 2
  expect(await server.run('refresh')).toMatchObject({ code: 0, output: expect.stringMatching(/^restart: .*stopped/s) })
  expect(await pid()).not.toBe(before)
  const asking = loop(port)
  await asking.more(1)
  await asking.end()
  expect(asking.failures).toEqual([])
})

test('a request is answered by the model that was served when it came in', async () => {
  const { url, publish, reload, settings } = await startModelServer()
  const ask = async () => (await fetch(`${url}/v1/models/iris:predict`, { method: 'POST', body: SETOSA })).text()
  const before = await ask()
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  const head = ['POST /v1/models/iris:predict HTTP/1.1', 'host: server', 'expect: 100-continue', 'connection: close']
  socket.write([...head, `content-length: ${SETOSA.length}`, '', ''].join('\r\n'))
  await once(socket, 'data')
  expect(answer).toContain('100 Continue')
  await publish(await trained(400))
  await reload(settings)
  const after = await ask()
  socket.write(SETOSA)
  await once(socket, 'close')
  expect(answer).toContain(before)
  expect(after).not.toBe(before)
})

test('the ingress changes its routes and keeps every connection', async () => {
  const { ingress, url, ports } = await platform()
  const held = new EventEmitter<{ response: [ServerResponse] }>()
  const upstream = createServer((request, response) => {
    if (request.url === '/other/held') held.emit('response', response)
    else response.end('here')
  }).listen(ports.server, '127.0.0.1')
  onTestFinished(() => {
    upstream.closeAllConnections()
    upstream.close()
  })
  await once(upstream, 'listening')
  const [route, other] = ['/route', '/other'].map((prefix) => ({
    prefix,
    upstream: `http://127.0.0.1:${ports.server}`,
  }))
  ingress.config.routes = [route]
  expect(await ingress.run('start')).toMatchObject({ code: 0 })
  const asking = requestLoop({ url: `${url}/route` })

  for (let refresh = 0; refresh < 4; refresh += 1) {
    ingress.config.routes = [route, other]
    expect(await ingress.run('refresh')).toMatchObject({ code: 0, output: expect.stringContaining('/other to') })
    const arrived = once(held, 'response')
    const underWay = fetch(`${url}/other/held`)
    const [response] = await arrived
    await asking.more(MANY)
    ingress.config.routes = [route]
    expect(await ingress.run('refresh')).toMatchObject({ code: 0 })
    const removed = await fetch(`${url}/other`)
    expect([removed.status, await json(removed)]).toEqual([
      404,
      { error: 'no route leads to /other', routes: expect.arrayContaining([route]) },
    ])
    response.end('to the end')
    expect(await (await underWay).text()).toBe('to the end')
  }

  ingress.config.routes = [route, route]
  expect(await ingress.run('refresh')).toEqual({ code: 1, output: 'failed: there are two routes to /route\n' })
  await asking.more(MANY)
  await asking.end()
  expect(asking.failures).toEqual([])
  // As many connections as asked on ones that stay, and not one more: none was closed in between.
  expect(asking.kept).toBe(2)
})

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
