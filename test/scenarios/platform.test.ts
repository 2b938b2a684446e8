import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../rig/free-port.ts'
import { asCurl, Platform, SERVERS } from '../rig/platform.ts'
import { processesOf } from '../rig/processes.ts'
import type { Finished } from '../rig/project.ts'
import { requestLoop } from '../rig/request-loop.ts'
import { until } from '../rig/until.ts'

const MANY = 20
const ALL = ['cluster-configuration', ...SERVERS, 'train-iris'] as const

async function started(platform: Platform, ...args: string[]): Promise<Finished> {
  const run = await platform.paictl('service', 'start', ...(args.length > 0 ? args : ['--all']))
  expect(run.code, run.stdout + run.stderr).toBe(0)
  return run
}

/** Asks nothing: a server that is asked stays. */
const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })

test('from nothing to an answer, and back to nothing, with a clean checkout', async () => {
  const platform = await Platform.checkOut()
  const { stdout, stderr } = await started(platform)
  const order = [...stdout.matchAll(/^ {2}done +(\S+) +start/gm)].map(([, name]) => name)
  expect(order).toEqual(['cluster-configuration', 'model-store', 'train-iris', 'iris', 'ingress'])
  expect(stderr).toBe('')
  const command = `curl -s ${platform.url}/v1/models/iris:predict -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'`
  const last = stdout.slice(stdout.indexOf('5 started in'))
  expect(last).toMatch(new RegExp(`^ {2}ingress +running +.*url +${platform.url}$`, 'ms'))
  expect(last).toContain(`\nNext:\n  ${command}\n  paictl service status\n`)
  // What is printed is what one types; setosa is the first of the three.
  const { predictions } = (await (await asCurl(command)).json()) as { predictions: number[][] }
  expect(predictions[0]).toHaveLength(3)
  expect(predictions[0]?.[0]).toBeGreaterThan(0.9)

  const pids = platform.pids()
  const again = await started(platform)
  for (const name of ALL) expect(again.stdout).toMatch(new RegExp(`left +${name} +(running|completed) for `))
  expect(again.stdout).toMatch(/Nothing to start .*\n/)
  expect(again.stdout).toContain('3 already running')
  expect(platform.pids()).toEqual(pids)

  const versions = await platform.versions()
  expect(await platform.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(platform.root))).toEqual([])
  expect(await platform.paictl('service', 'status')).toMatchObject({ code: 0 })
  const restarted = await started(platform)
  expect(restarted.stdout).toMatch(/left +train-iris +completed for/)
  expect(await platform.versions()).toEqual(versions)

  expect(await platform.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(platform.root))).toEqual([])
  const services = join(platform.state, 'iris/services')
  const data = readdirSync(services).filter((name) => existsSync(join(services, name, 'data')))
  expect(data).toEqual([])
  expect((await started(platform)).stdout).toMatch(/done +train-iris +start/)
  expect(platform.git('status', '--porcelain')).toBe('')
})

test('a model server that was killed is missed by status, and brought back; the ingress is told, all else is left', async () => {
  const platform = await Platform.checkOut()
  await started(platform)
  const before = Object.fromEntries(SERVERS.map((service) => [service, platform.pid(service)]))
  process.kill(before.iris ?? 0, 'SIGKILL')
  await until(async () => !(await isListening(platform.ports.iris)), 'its port to be free')
  const status = await platform.paictl('service', 'status')
  expect([status.code, status.stdout]).toEqual([3, expect.stringMatching(/^iris +failed .*dead/m)])
  const { stdout } = await started(platform)
  expect([...stdout.matchAll(/^ {2}done +(\S+)/gm)].map(([, name]) => name)).toEqual(['iris', 'ingress'])
  expect({ ingress: platform.pid('ingress'), 'model-store': platform.pid('model-store') }).toEqual({
    ingress: before.ingress,
    'model-store': before['model-store'],
  })
  expect(platform.pid('iris')).not.toBe(before.iris)
  expect(await platform.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await platform.versions()).toEqual(['1'])
})

test('a value is edited, planned and applied: what it concerns takes it in, and all else goes on', async () => {
  const platform = await Platform.checkOut()
  await started(platform)
  expect((await platform.paictl('plan', '--exit-code')).code).toBe(0)
  const before = Object.fromEntries(SERVERS.map((service) => [service, platform.pid(service)]))
  const port = await freePort()
  platform.configure({ ...platform.ports, iris: port })
  const plan = await platform.paictl('plan', '--exit-code')
  expect([plan.code, plan.stdout]).toEqual([
    3,
    expect.stringContaining(`iris.port: ${platform.ports.iris} → ${port}\n`),
  ])
  const asking = requestLoop({ url: `${platform.url}/v1/models/iris` })
  onTestFinished(() => asking.end())
  await asking.more(MANY)
  const applied = await platform.paictl('apply', '--yes')
  expect(applied.code, applied.stdout + applied.stderr).toBe(0)
  expect(await platform.routes()).toEqual([{ prefix: '/v1/models/iris', upstream: `http://127.0.0.1:${port}` }])
  // The server leaves its old port when nobody asks there any more, which the ingress does not.
  await until(async () => !(await isListening(platform.ports.iris)), 'the old port to be free')
  await asking.more(MANY)
  await asking.end()
  expect(asking.failures).toEqual([])
  expect(platform.pid('iris')).toBe(before.iris)
  expect(platform.pid('model-store')).toBe(before['model-store'])
  expect(await platform.paictl('plan', '--exit-code')).toMatchObject({ code: 0 })
})

test('deleting the model store alone makes the next start train again', async () => {
  const platform = await Platform.checkOut()
  await started(platform)
  const refused = await platform.paictl('service', 'delete', 'model-store', '--yes')
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('"iris" (running)')])
  const deleted = await platform.paictl('service', 'delete', 'model-store', '--with-dependents', '--yes')
  expect(deleted.code, deleted.stdout + deleted.stderr).toBe(0)
  const { stdout } = await started(platform)
  expect(stdout).toMatch(/done +train-iris +start/)
  expect(stdout).toMatch(/left +cluster-configuration +completed/)
  expect(await platform.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await platform.versions()).toEqual(['1'])
})

test("the ingress can be stopped while another one's template is broken, and after its own port was edited", async () => {
  const platform = await Platform.checkOut()
  await started(platform)
  platform.write('components/model-server/deploy/settings.json.template', '{{no such thing')
  platform.configure({ ...platform.ports, ingress: await freePort() })
  const { code, stdout } = await platform.paictl('service', 'stop', 'ingress')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/done +ingress +stop/)])
  expect(await isListening(platform.ports.ingress)).toBe(false)
  expect(await platform.paictl('service', 'start', 'iris')).toMatchObject({ code: 2 })
  // It goes on to route to who runs, whatever that is declared to be now.
  expect(await platform.paictl('service', 'start', 'ingress')).toMatchObject({ code: 0 })
  expect(await platform.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(platform.root))).toEqual([])
})

test('a second clone on the same ports fails, names port and holder, and does the first one no harm', async () => {
  const first = await Platform.checkOut()
  await started(first)
  const pids = first.pids()
  const second = await Platform.checkOut()
  second.configure(first.ports)
  const { code, stdout } = await second.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +model-store +start/)
  expect(stdout).toContain(`port ${first.ports['model-store']} of 127.0.0.1 is already taken by pid ${pids[2]} (node `)
  expect(stdout).toMatch(/2 blocked by model-store/)
  expect(await second.states()).toMatchObject({ 'model-store': 'failed', iris: 'never-started' })
  expect(await second.paictl('service', 'status')).toMatchObject({ code: 3 })
  expect(await second.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(await second.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(second.root))).toEqual([])
  // With the state of the first one in sight, it is refused.
  const env = { PAICTL_STATE_DIR: first.state }
  expect(await second.spawn(['service', 'stop', '--all'], { env }).finished).toMatchObject({ code: 4 })
  expect(first.pids()).toEqual(pids)
  expect(await first.paictl('service', 'status')).toMatchObject({ code: 0 })
})

test('anything else on the port of the ingress is named, and not taken for the ingress', async () => {
  const platform = await Platform.checkOut()
  const server = createServer((_request, response) => response.end('ok')).listen(platform.ports.ingress, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const { code, stdout } = await platform.paictl('service', 'start', '--all')
  expect([code, stdout]).toEqual([
    1,
    expect.stringContaining(`port ${platform.ports.ingress} of 127.0.0.1 is already taken by pid ${process.pid} (`),
  ])
  expect(stdout.slice(stdout.indexOf(' in '))).not.toContain('curl')
  expect(await platform.states()).toMatchObject({ ingress: 'failed', iris: 'running' })
  server.closeAllConnections()
  server.close()
  expect((await started(platform)).stdout).toMatch(/done +ingress +start/)
})

test('a component that needs the ingress and model servers brings up all by its name, in order', async () => {
  const platform = await Platform.checkOut()
  platform.component('page', 'prerequisite: [ingress, model-server]\n')
  const { stdout } = await started(platform, 'page')
  const order = [...stdout.matchAll(/^ {2}done +(\S+) +start/gm)].map(([, name]) => name)
  expect(order).toEqual(['cluster-configuration', 'model-store', 'train-iris', 'iris', 'ingress', 'page'])
  expect(platform.began()).toEqual(['start page'])
})

test('the model server of before there were many of it is an orphan, which the first of many takes over from', async () => {
  const platform = await Platform.checkOut()
  const port = await platform.haveOneModelServer()
  await started(platform)
  platform.git('checkout', '--quiet', '.')
  const iris = requestLoop({ url: `${platform.url}/v1/models/iris` })
  onTestFinished(() => iris.end())
  await iris.more(MANY)
  const status = await platform.paictl('service', 'status')
  expect([status.code, status.stdout]).toEqual([3, expect.stringMatching(/^model-server +orphan .*no longer/m)])

  expect((await started(platform)).stdout).toMatch(/done +iris +start.*done +ingress +refresh/s)
  await iris.more(MANY)
  expect(await platform.routes()).toEqual([
    { prefix: '/v1/models/iris', upstream: `http://127.0.0.1:${platform.ports.iris}` },
  ])
  const applied = await platform.paictl('apply', '--prune', '--yes')
  expect([applied.code, applied.stdout]).toEqual([0, expect.stringMatching(/done +model-server +stop/)])
  expect(await isListening(port)).toBe(false)
  await iris.more(MANY)
  await iris.end()
  expect(iris.failures).toEqual([])
  expect(await platform.paictl('service', 'delete', 'model-server', '--yes')).toMatchObject({ code: 0 })
  expect(Object.keys(await platform.states()).sort()).toEqual([...ALL].sort())
})
