import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bringUp, isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** Something else on a port of this machine, which answers every request with 200. */
async function stranger(): Promise<{ readonly url: string; leave(): Promise<void> }> {
  const server = createServer((_, response) => void response.end('mine'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const leave = () => new Promise<void>((resolve) => void server.close(() => resolve()))
  onTestFinished(async () => {
    if (server.listening) await leave()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, leave }
}

async function stateOf(project: TestProject, name: string): Promise<unknown> {
  const { stdout } = await project.paictl('service', 'status', name, '--output', 'json')
  return (JSON.parse(stdout) as { services: { state: string }[] }).services[0]?.state
}

test('where something else answers, start says what answers where, and claims nothing', async () => {
  const project = new TestProject()
  const { url, leave } = await stranger()
  project.component('db')
  project.component('web', `prerequisite: [db]\nreadiness: {http: "${url}", interval: 20ms, timeout: 500ms}\n`)
  const { code, stderr, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(4)
  expect(stderr).toContain(`something else answers for "web": ${url} answered 200`)
  expect(stderr).toContain('paictl service start web --adopt')
  expect(stdout).toBe('')
  expect(project.trace()).toEqual([])
  expect(() => project.record('web')).toThrow('ENOENT')
  expect(await stateOf(project, 'web')).toBe('foreign')

  await leave()
  expect(await stateOf(project, 'web')).toBe('never-started')
  const alone = await project.paictl('service', 'start', '--all')
  expect(alone.code).toBe(1)
  expect(project.began()).toEqual(['start db', 'start web'])
})

test('--adopt takes over what answers without running its start script, and it is a service from then on', async () => {
  const project = new TestProject()
  const { url } = await stranger()
  project.component('web', `readiness: {http: "${url}", interval: 20ms}\n`)
  const { code, stdout } = await project.paictl('service', 'start', 'web', '--adopt')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^1 adopted in /m)
  expect(project.trace()).toEqual([])
  expect(await stateOf(project, 'web')).toBe('running')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual([])
})

test('what was stopped here and is answered for by somebody is foreign too', async () => {
  const project = new TestProject()
  probed(project, 'web')
  await project.paictl('service', 'start', 'web')
  await project.paictl('service', 'stop', 'web')
  bringUp(project, 'web')
  project.forgetTrace()
  expect(await stateOf(project, 'web')).toBe('foreign')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 4 })
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual([])
  expect(isUp(project, 'web')).toBe(true)
})

test('names that nothing is called are all listed, the nearest offered, and nothing is run', async () => {
  const project = new TestProject()
  project.component('model-server')
  project.component('web')
  const { code, stderr } = await project.paictl('service', 'start', 'web', 'modle-server', 'wbe', 'zzz*', 'tag:none')
  expect(code).toBe(2)
  expect(stderr).toContain('there is no service "modle-server"')
  expect(stderr).toContain('did you mean "model-server"?')
  expect(stderr).toContain('there is no service "wbe"')
  expect(stderr).toContain('did you mean "web"?')
  expect(stderr).toContain('no service matches "zzz*"')
  expect(stderr).toContain('no service matches "tag:none"')
  expect(project.trace()).toEqual([])
  expect(await project.paictl('service', 'start', 'web', '-k', 'wbe')).toMatchObject({ code: 2 })
})

test('without names and without --all nothing is run, and both are offered', async () => {
  const project = new TestProject()
  project.component('web')
  for (const verb of ['start', 'stop', 'restart', 'refresh', 'delete']) {
    const { code, stderr } = await project.paictl('service', verb)
    expect(code).toBe(2)
    expect(stderr).toContain(`"paictl service ${verb}" needs to know which services`)
    expect(stderr).toContain(`paictl service ${verb} --all`)
  }
  expect(await project.paictl('service', 'start', '--all', 'web')).toMatchObject({ code: 2 })
  expect(project.trace()).toEqual([])
})

test('problems of services that are not selected are counted; those of the selected keep all from starting', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('web', 'prerequisite: [db]\n')
  project.component('broken', 'prerequisite: [db]\n')
  project.write('components/broken/deploy/conf.template', 'port = {{ config.prot }}\n')
  project.write('components/broken/config/broken.yaml', 'port: 1\n')
  project.component('typo', 'redinness: {tcp: "1"}\n')
  project.component('astray', 'prerequisite: [nowhere]\n')
  const started = await project.paictl('service', 'start', 'web')
  expect(started.code).toBe(0)
  expect(started.stderr).toContain('2 errors in services that are not selected')
  expect(started.stderr).toContain('"paictl validate" shows them')
  expect(started.stderr).not.toContain('redinness')

  project.forgetTrace()
  const all = await project.paictl('service', 'start', '--all')
  expect(all.code).toBe(2)
  expect(all.stderr).toContain('components/broken/deploy/conf.template:1:18')
  expect(all.stderr).toContain('components/typo/deploy/service.yaml:3:1')
  expect(all.stderr).toContain('did you mean "readiness"?')
  expect(project.trace()).toEqual([])
  expect(await project.paictl('validate')).toMatchObject({ code: 2 })
})

test('a prerequisite that is not there keeps from starting only what needs it', async () => {
  const project = new TestProject()
  project.component('model-store')
  project.component('web', 'prerequisite: [modle-store]\n')
  project.component('top', 'prerequisite: [web]\n')
  const { code, stderr } = await project.paictl('service', 'start', 'top')
  expect(code).toBe(2)
  expect(stderr).toContain('"web" needs "modle-store", which is not a service')
  expect(stderr).toContain('components/web/deploy/service.yaml:3:16')
  expect(stderr).toContain('did you mean "model-store"?')
  expect(await project.paictl('service', 'start', 'model-store')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start model-store'])
})

test('a dry run prints the plan and touches nothing', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('web', 'prerequisite: [db]\n')
  const { code, stdout } = await project.paictl('service', 'start', 'web', '--dry-run')
  expect(code).toBe(0)
  expect(stdout).toBe('start  db   never started; needed by web\nstart  web  never started; after db\n')
  expect(project.trace()).toEqual([])
  expect(() => project.record('db')).toThrow('ENOENT')
})
