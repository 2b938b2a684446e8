import { Writable } from 'node:stream'
import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../rig/until.ts'
import { load } from './support/load.ts'

const { createListeners } = await load('components/cluster-configuration/lib/listeners.mjs')

/** Listens on any ports of some loopback addresses, in this order. */
async function listening(...hosts: string[]) {
  const logged: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      logged.push(String(chunk))
      done()
    },
  })
  const app = fastify({ logger: { level: 'error', stream } })
  const listeners = createListeners(app)
  onTestFinished(() => listeners.close())
  const opened = []
  for (const host of hosts) opened.push(await listeners.open({ host, port: 0 }))
  return { listeners, opened, logged }
}

test('an address that is left twice takes no other one with it', async () => {
  const { listeners, opened } = await listening('127.0.0.1', '127.0.0.2', '127.0.0.3')
  const [, second, third] = opened
  await Promise.all([listeners.leave(second), listeners.leave(second)])
  await listeners.leave(second)
  expect([second.server.listening, third.server.listening]).toEqual([false, true])
  expect(await listeners.open({ host: '127.0.0.3', port: 0 })).toBe(third)
})

test('an address that cannot be left when it is quiet is told, and ends nothing', async () => {
  const { listeners, opened, logged } = await listening('127.0.0.1', '127.0.0.2', '127.0.0.3')
  const [, second, third] = opened
  listeners.settle(second)
  listeners.settle(third)
  await new Promise((closed) => second.server.close(closed))
  await until(() => logged.length > 0, 'what is told of it')
  expect(logged.join('')).toContain('an address cannot be left')
  expect(third.server.listening).toBe(true)
})
