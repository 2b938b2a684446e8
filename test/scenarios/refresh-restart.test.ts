import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { isUp, probed, takeDown } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** What a script sees: where it runs, a rendered file, its configuration. */
const WITNESS = 'echo "in $PWD"; . ./port; echo "port $port" >> "$TRACE"; grep -o "[0-9]*" "$PAICTL_CONFIG" >> "$TRACE"'

/** web -> api -> db, all running, with nothing in the trace. */
async function running(): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n')
  probed(project, 'web', 'prerequisite: [api]\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

function configured(project: TestProject, port: number): void {
  project.write('cluster-config/services-configuration.yaml', `web: {port: ${port}}\n`)
}

/** One service with a configuration and a refresh-script, running. */
async function refreshable(): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'web', '', { 'refresh.sh': WITNESS })
  project.write('components/web/config/web.yaml', 'port: 80\n')
  project.write('components/web/deploy/port.template', 'port={{ config.port }}\n')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

interface Applied {
  readonly deployDirectory: string
  readonly version: string
}

const applied = (project: TestProject): Applied => project.record('web').applied as Applied

test('a refresh-script runs in a new copy with the new configuration, and the service goes on', async () => {
  const project = await refreshable()
  const before = applied(project)
  configured(project, 81)
  const { code, stdout } = await project.paictl('service', 'refresh', 'web')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^1 refreshed in /m)
  expect(project.trace()).toEqual(['begin refresh web', 'port 81', '81', 'end refresh web'])
  const after = applied(project)
  expect(after.deployDirectory).not.toBe(before.deployDirectory)
  expect((await project.paictl('service', 'logs', 'web')).stdout).toContain(`in ${after.deployDirectory}`)
  expect((await project.paictl('service', 'start', 'web')).stdout).not.toContain('older')
})

test('the copy that a service was started in is kept however often it is refreshed', async () => {
  const project = await refreshable()
  const started = applied(project)
  const copies = new Set<string>()
  for (const port of [1, 2, 3, 4, 5, 6]) {
    configured(project, port)
    expect(await project.paictl('service', 'refresh', 'web')).toMatchObject({ code: 0 })
    copies.add(applied(project).deployDirectory)
  }
  expect(existsSync(started.deployDirectory)).toBe(true)
  expect([...copies].map((copy) => existsSync(copy))).toEqual([false, false, true, true, true, true])
})

test('without a refresh-script the service is stopped and started, which is said', async () => {
  const project = await running()
  const plan = await project.paictl('service', 'refresh', 'api', '--dry-run')
  expect(plan.stdout.split('\n').slice(0, 2)).toEqual([
    'stop   api  has no refresh-script',
    'start  api  has no refresh-script; after stop of api',
  ])
  const { code, stdout } = await project.paictl('service', 'refresh', 'api')
  expect(code).toBe(0)
  expect(project.trace()).toEqual(['begin stop api', 'end stop api', 'begin start api', 'end start api'])
  expect(stdout).toMatch(/^1 refreshed, 1 already running in /m)
  expect(project.record('api')).toMatchObject({ phase: 'running', held: false })
})

test('a named service that does not run is reported and left, and the others are refreshed', async () => {
  const project = await running()
  await project.paictl('service', 'stop', 'web')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'refresh', 'web', 'api')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ {2}left +web +not running: held; paictl service start web$/m)
  expect(project.began()).toEqual(['stop api', 'start api'])
  expect(await project.paictl('service', 'refresh', '--all')).toMatchObject({ code: 0 })
  expect(isUp(project, 'web')).toBe(false)
})

test('a refresh starts the prerequisites that are missing before', async () => {
  const project = await running()
  takeDown(project, 'db')
  const { code } = await project.paictl('service', 'refresh', 'web')
  expect(code).toBe(0)
  // The stop of the one and the start of the other need nothing of each other; the start of web needs both.
  expect(project.began().toSorted()).toEqual(['start db', 'start web', 'stop web'])
  expect(project.began().at(-1)).toBe('start web')
  takeDown(project, 'db')
  project.forgetTrace()
  expect(await project.paictl('service', 'refresh', 'web', '--no-prerequisites')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web', 'start web'])
})

test('a refresh that fails leaves the service running as it was, and begins nothing more', async () => {
  const project = new TestProject()
  for (const name of ['a', 'b']) probed(project, name, '', { 'refresh.sh': name === 'a' ? 'exit 5' : '' })
  await project.paictl('service', 'start', '--all')
  const before = project.record('a').applied
  project.write('components/a/deploy/more', 'more\n')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'refresh', '--all', '--parallel', '1')
  expect(code).toBe(1)
  expect(project.began()).toEqual(['refresh a'])
  expect(stdout).toMatch(/FAILED +a +refresh .*exited with code 5/)
  expect(stdout).toMatch(/cancelled +b +refresh +not begun/)
  expect(project.record('a')).toMatchObject({ phase: 'running', applied: before })
  expect(isUp(project, 'a')).toBe(true)
  const again = await project.paictl('service', 'refresh', '--all', '--parallel', '1', '--on-failure', 'continue')
  expect(again.code).toBe(1)
  expect(project.began()).toEqual(['refresh a', 'refresh a', 'refresh b'])
})

test('a restart stops and starts the named alone', async () => {
  const project = await running()
  const { code, stdout } = await project.paictl('service', 'restart', 'api')
  expect(code).toBe(0)
  expect(project.trace()).toEqual(['begin stop api', 'end stop api', 'begin start api', 'end start api'])
  expect(stdout).toMatch(/^1 restarted, 1 already running in /m)
  expect(project.record('api')).toMatchObject({ phase: 'running', held: false })
})

test('with --with-dependents all are stopped before any is started, in order both ways', async () => {
  const project = await running()
  probed(project, 'idle', 'prerequisite: [db]\n')
  expect(await project.paictl('service', 'restart', 'db', '--with-dependents')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web', 'stop api', 'stop db', 'start db', 'start api', 'start web'])
  expect(isUp(project, 'idle')).toBe(false)
})

test('--with-dependents goes by what each was started with, and takes nobody who could do without', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n')
  probed(project, 'fan', 'prerequisite:\n  - {service: db, optional: true}\n')
  await project.paictl('service', 'start', '--all')
  probed(project, 'web')
  probed(project, 'top', 'prerequisite:\n  - {service: web, optional: true}\n')
  project.write('components/fan/deploy/broken.template', '{{ broken')
  project.forgetTrace()
  expect(await project.paictl('service', 'restart', 'db', 'top', '--with-dependents')).toMatchObject({ code: 0 })
  expect(project.began().sort()).toEqual(['start db', 'start top', 'start web', 'stop db', 'stop web'])
  const at = (line: string): number => project.trace().indexOf(line)
  expect(at('end stop web')).toBeLessThan(at('begin stop db'))
  // Started again, they are in the order that the project asks for now.
  expect(at('end start web')).toBeLessThan(at('begin start top'))
})

test('a restart ends a service with what it was started with, and starts it with what the project has now', async () => {
  const project = await running()
  probed(project, 'web', 'prerequisite: [api]\n', {
    'start.sh': 'echo "new start" >> "$TRACE"',
    'stop.sh': 'echo "new stop" >> "$TRACE"',
  })
  expect(await project.paictl('service', 'restart', 'web')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(['begin stop web', 'end stop web', 'begin start web', 'new start', 'end start web'])
})

test('a restart of what does not run starts it; one that does not come up again is failed, not held', async () => {
  const project = await running()
  await project.paictl('service', 'stop', 'web')
  project.forgetTrace()
  expect(await project.paictl('service', 'restart', 'web')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start web'])
  probed(project, 'web', 'prerequisite: [api]\n', { 'start.sh': 'exit 1' })
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'restart', 'web')
  expect(code).toBe(1)
  expect(project.began()).toEqual(['stop web', 'start web'])
  expect(stdout).toMatch(/^2 already running, 1 failed in /m)
  // The table of what is up, below that.
  expect(stdout).toMatch(/^ {2}api +running$/m)
  expect(stdout).not.toMatch(/^ {2}web +running$/m)
  expect(project.record('web')).toMatchObject({ phase: 'failed', held: false })
})

test('a stop of a restart that fails keeps the service from being started a second time', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'stop.sh': 'exit 1' })
  await project.paictl('service', 'start', 'web')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'restart', 'web')
  expect(code).toBe(1)
  expect(project.began()).toEqual(['stop web'])
  expect(stdout).toMatch(/blocked +web +start +by web/)
})
