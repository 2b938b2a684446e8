import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { askHttp } from '../../src/io/probes/http-probe.ts'
import { createProber } from '../../src/io/probes/prober.ts'
import { askTcp } from '../../src/io/probes/tcp-probe.ts'
import type { ReadinessProbe } from '../../src/model/service.ts'
import { until } from '../rig/until.ts'
import { isRunning, pidIn, scriptsWith } from './rig.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

function listening(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)))
}

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const port = await listening(createServer())
  await new Promise((resolve) => servers.pop()?.close(resolve))
  return port
}

const proberWith = (script: string) => {
  const { context, applied, top } = scriptsWith({ 'status.sh': script })
  const prober = createProber(context)
  const request = { service: 'web', applied, run: 'r1' }
  return { prober, request, top }
}

describe('a status-script', () => {
  it.each([
    ['echo "pid 7 runs"', { status: 'up', detail: 'pid 7 runs' }],
    ['true', { status: 'up', detail: 'status.sh says that it runs' }],
    ['echo a; echo dead; echo; exit 1', { status: 'down', dead: true, detail: 'dead' }],
    ['exit 2', { status: 'down', dead: true, detail: 'status.sh exited with code 2' }],
    ['exit 3', { status: 'down', dead: false, detail: 'status.sh exited with code 3' }],
    ['exit 4', { status: 'unknown', detail: 'status.sh exited with code 4' }],
    ['exit 127', { status: 'unknown', detail: 'status.sh exited with code 127' }],
    ['kill -9 $$', { status: 'unknown', detail: 'status.sh was ended by SIGKILL' }],
    ['#!/none/sh', { status: 'unknown', detail: 'status.sh needs /none/sh, which is not there' }],
  ])('%j', async (script, answer) => {
    const { prober, request } = proberWith(`${script}\n`)
    expect(await prober.status({ ...request, script: 'status.sh' })).toEqual(answer)
  })

  it('speaks for now, not for what it said before', async () => {
    const { prober, request, top } = proberWith('[ -e ../gone ] && exit 3; echo up\n')
    expect((await prober.status({ ...request, script: 'status.sh' })).detail).toBe('up')
    writeFileSync(join(top, 'gone'), '')
    expect((await prober.status({ ...request, script: 'status.sh' })).detail).toBe('status.sh exited with code 3')
  })

  it('is ended with its group by an interruption', async () => {
    const { prober, request, top } = proberWith('sleep 60 & echo $! > ../pid; wait\n')
    const asked = prober.status({ ...request, script: 'status.sh' })
    await until(() => pidIn(join(top, 'pid')) > 0, 'the script')
    prober.interrupt('kill')
    expect(await asked).toEqual({ status: 'unknown', detail: 'status.sh was interrupted' })
    expect(isRunning(pidIn(join(top, 'pid')))).toBe(false)
  })

  it('has five seconds to answer', async () => {
    const { prober, request, top } = proberWith('echo $$ > ../pid; sleep 60\n')
    expect(await prober.status({ ...request, script: 'status.sh' })).toEqual({
      status: 'unknown',
      detail: 'status.sh gave no answer within 5s',
    })
    expect(isRunning(pidIn(join(top, 'pid')))).toBe(false)
  })
})

describe('a readiness probe', () => {
  it('by script', async () => {
    const { prober, request } = proberWith('exit 1\n')
    const probe: ReadinessProbe = { kind: 'script', script: 'status.sh' }
    expect(await prober.ready({ ...request, probe, log: null, logStart: 0 })).toEqual({
      status: 'down',
      dead: false,
      detail: 'status.sh exited with code 1',
    })
  })

  it.each([
    [200, 'up', 'URL answered 200'],
    [302, 'up', 'URL answered 302'],
    [404, 'down', 'HTTP 404 from URL'],
    [503, 'down', 'HTTP 503 from URL'],
  ])('by http: %i', async (code, status, detail) => {
    const port = await listening(
      createHttpServer((_, response) => response.writeHead(code, { location: 'http://127.0.0.1:1/' }).end('x')),
    )
    const url = `http://127.0.0.1:${port}/healthz`
    const { prober, request } = proberWith('')
    const answer = await prober.ready({ ...request, probe: { kind: 'http', url }, log: null, logStart: 0 })
    expect(answer).toMatchObject({ status, detail: detail.replace('URL', url) })
  })

  it('by http, where nobody or nothing answers', async () => {
    const url = `http://127.0.0.1:${await freePort()}/`
    expect(await askHttp(url, 1000)).toEqual({ status: 'down', dead: false, detail: `${url} refused the connection` })
    const silent = `http://127.0.0.1:${await listening(createServer())}/`
    expect(await askHttp(silent, 100)).toEqual({ status: 'unknown', detail: `${silent} gave no answer within 0.1s` })
    const rude = `http://127.0.0.1:${await listening(createServer((socket) => socket.destroy()))}/`
    expect(await askHttp(rude, 1000)).toMatchObject({ status: 'down' })
    expect(await askHttp('nonsense', 1000)).toEqual({ status: 'unknown', detail: 'nonsense is no http or https URL' })
  })

  it('by tcp', async () => {
    const port = await listening(createServer((socket) => socket.destroy()))
    expect(await askTcp('127.0.0.1', port, 1000)).toEqual({
      status: 'up',
      detail: `127.0.0.1:${port} accepts connections`,
    })
    const free = await freePort()
    expect(await askTcp('127.0.0.1', free, 1000)).toMatchObject({ status: 'down', dead: false })
  })

  it('by log, from where the step began, and after a cut', async () => {
    const { prober, request, top } = proberWith('')
    const log = join(top, 'log')
    const probe: ReadinessProbe = { kind: 'log', pattern: '^listening on \\d+$' }
    const ask = async () => (await prober.ready({ ...request, probe, log, logStart: 66 })).status
    expect(await ask()).toBe('down')
    writeFileSync(log, `${'-'.repeat(50)}\nlistening on 1\nstarting\n`)
    expect(await ask()).toBe('down')
    appendFileSync(log, `${'x'.repeat(9_000_000)}\nliste`)
    expect(await ask()).toBe('down')
    appendFileSync(log, 'ning on 80\n')
    expect(await ask()).toBe('up')
    truncateSync(log, 0)
    appendFileSync(log, 'listening on 9\n')
    expect(await ask()).toBe('up')
  })
})
