import { once } from 'node:events'
import { readdir, readFile, stat } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { json, sha256 } from './support/http.ts'
import { platform, predict } from './support/platform.ts'

test('the platform starts, answers, and stops', async () => {
  const { token, store, training, server, ingress, url } = await platform()
  const services = [token, store, training, server, ingress]
  for (const service of services) expect(await service.run('start')).toMatchObject({ code: 0 })
  const { status, body } = await predict(url)
  expect(status).toBe(200)
  expect(JSON.parse(body).predictions[0][0]).toBeGreaterThan(0.9)

  for (const service of services) {
    expect(await service.run('status')).toMatchObject({ code: 0 })
    expect(JSON.parse((await service.run('describe')).output)).toEqual(expect.any(Object))
  }
  for (const service of services.toReversed()) expect(await service.run('stop')).toMatchObject({ code: 0 })
  for (const service of [store, server, ingress]) expect(await service.run('status')).toMatchObject({ code: 3 })
  // Who does not answer cannot tell whether the model is still there.
  expect(await training.run('status')).toMatchObject({ code: 4 })
})

test('the write token is secret, kept by start, and another after delete', async () => {
  const { token, outputs } = await platform()
  const file = outputs['cluster-configuration']?.token_file ?? ''
  expect(await token.run('status')).toMatchObject({ code: 3 })
  const made = await token.run('start')
  const first = await readFile(file, 'utf8')
  expect(first).toMatch(/^[0-9a-f]{64}$/)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  await token.run('start')
  expect(await readFile(file, 'utf8')).toBe(first)
  const described = await token.run('describe')
  expect(made.output + described.output).not.toContain(first)

  await token.run('delete')
  expect(await token.run('status')).toMatchObject({ code: 3 })
  await token.run('start')
  expect(await readFile(file, 'utf8')).not.toBe(first)
})

test('every training publishes a version more; its status knows when the store lost it', async () => {
  const { token, store, training } = await platform()
  await token.run('start')
  await store.run('start')
  expect(await training.run('status')).toMatchObject({ code: 3 })
  expect((await training.run('start')).output).toMatch(/accuracy on the 30 held out: 96.7 %.*\n.*version 1 of iris/)
  expect((await training.run('refresh')).output).toContain('version 2 of iris')
  expect(await training.run('status')).toMatchObject({ code: 0 })

  expect(await store.run('delete')).toMatchObject({ code: 0 })
  expect(await readdir(store.dataDirectory)).toEqual([])
  await store.run('start')
  expect(await training.run('status')).toMatchObject({ code: 3 })
})

test('a model that is not good enough is not published', async () => {
  const { token, store, training, outputs } = await platform()
  await token.run('start')
  await store.run('start')
  training.config['minimum-accuracy'] = 0.99
  expect(await training.run('start')).toEqual({ code: 1, output: expect.stringContaining('minimum-accuracy') })
  expect(await json(await fetch(`${outputs['model-store']?.url}/v1/models`))).toEqual({ models: [] })
})

test('refresh goes to the newest model, in the same process', async () => {
  const { token, store, training, server } = await platform()
  for (const service of [token, store, training, server]) await service.run('start')
  const pid = async () => JSON.parse((await server.run('describe')).output).pid
  const before = await pid()
  await training.run('refresh')
  expect(await server.run('refresh')).toMatchObject({ code: 0, output: expect.stringContaining('serves version 2') })
  expect(await pid()).toBe(before)
})

test('the routes are those to the deployments and those that are configured, without a restart', async () => {
  const { ingress, url, outputs, deployments } = await platform()
  const prefixes = async () => (await json(await fetch(url))).routes.map(({ prefix }: { prefix: string }) => prefix)
  await ingress.run('start')
  expect(await prefixes()).toEqual(['/v1/models/iris'])
  ingress.config.routes = ['/store', '/also'].map((prefix) => ({ prefix, upstream: outputs['model-store']?.url }))
  expect(await ingress.run('refresh')).toMatchObject({ code: 0, output: expect.stringContaining('/store to') })
  expect(await prefixes()).toEqual(['/v1/models/iris', '/store', '/also'])
  deployments.length = 0
  await ingress.run('refresh')
  expect(await prefixes()).toEqual(['/store', '/also'])
  ingress.config.routes = []
  expect(await ingress.run('refresh')).toEqual({ code: 0, output: 'ok: routes: none\n' })
  for (const name of ['a', 'b']) deployments.push({ name, outputs: { url: 'http://127.0.0.1:1' } })
  await ingress.run('refresh')
  expect(await prefixes()).toEqual(['/v1/models/a', '/v1/models/b'])
})

test('a taken port fails the start at once and names who holds it', async () => {
  const { token, store, ports } = await platform()
  const holder = createServer().listen(ports.store, '127.0.0.1')
  await once(holder, 'listening')
  onTestFinished(() => {
    holder.close()
  })
  await token.run('start')
  const { code, output } = await store.run('start')
  expect(code).toBe(1)
  expect(output).toContain(`port ${ports.store} of 127.0.0.1 is already taken by pid ${process.pid} (`)
  expect(output).toContain('model-store: {port: …}')
  expect(await store.run('status')).toMatchObject({ code: 3 })
})

test('a start without what it needs says what is missing', async () => {
  const { store, server } = await platform()
  expect(await store.run('start')).toEqual({ code: 1, output: expect.stringContaining('write-token') })
  expect(await server.run('start')).toEqual({ code: 1, output: expect.stringContaining('does not answer') })
})

test('stop waits for the requests under way, and takes no new ones', async () => {
  const { token, store, outputs, ports } = await platform()
  await token.run('start')
  await store.run('start')
  const secret = await readFile(outputs['cluster-configuration']?.token_file ?? '', 'utf8')
  const socket = connect(ports.store, '127.0.0.1')
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  const head = ['PUT /v1/models/iris/versions/1 HTTP/1.1', 'host: store', 'expect: 100-continue', 'content-length: 2']
  socket.write([...head, `authorization: Bearer ${secret}`, `x-content-sha256: ${sha256('ab')}`, '', ''].join('\r\n'))
  // "Continue" says that the store has begun with the request, which now waits for its body.
  await once(socket, 'data')
  expect(answer).toContain('100 Continue')

  const stopped = store.run('stop')
  const refused = () => expect(fetch(`http://127.0.0.1:${ports.store}/healthz`)).rejects.toThrow()
  await vi.waitFor(refused, { timeout: 10_000, interval: 10 })
  socket.write('ab')
  await once(socket, 'close')
  expect(answer).toContain('201 Created')
  expect(await stopped).toMatchObject({ code: 0, output: expect.stringContaining('TERM') })
})
