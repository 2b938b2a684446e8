import { expect, test } from 'vitest'
import { bringUp, isUp, probed } from '../rig/probed.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

async function states(project: TestProject): Promise<Record<string, string>> {
  const { stdout } = await project.paictl('service', 'status', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return Object.fromEntries(services.map(({ name, state }) => [name, state]))
}

const ROLLBACK = ['--on-failure', 'rollback'] as const

/** db ← queue ← api ← web, where api fails; base runs before. */
function chain(project: TestProject): void {
  probed(project, 'base')
  probed(project, 'db', 'prerequisite: [base]\n')
  probed(project, 'queue', 'prerequisite: [db]\n')
  probed(project, 'api', 'prerequisite: [queue]\n', { 'start.sh': 'echo "no luck"; exit 3' })
  probed(project, 'web', 'prerequisite: [api]\n')
}

test('after a failure what this run has started is stopped in reverse, and nothing else', async () => {
  const project = new TestProject()
  chain(project)
  await project.paictl('service', 'start', 'base')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'start', '--all', ...ROLLBACK)
  expect(code).toBe(1)
  expect(project.trace()).toEqual([
    ...['begin start db', 'end start db', 'begin start queue', 'end start queue', 'begin start api'],
    ...['begin stop api', 'end stop api', 'begin stop queue', 'end stop queue', 'begin stop db', 'end stop db'],
  ])
  expect(stdout).toMatch(/^Rolling back: stopping 3 services that this run has started$/m)
  expect(stdout).toMatch(/^1 already running, 1 failed, 1 blocked by api, 3 rolled back in /m)
  expect(stdout).not.toContain('Not rolled back')
  expect(await states(project)).toEqual({
    api: 'stopped',
    base: 'running',
    db: 'stopped',
    queue: 'stopped',
    web: 'never-started',
  })
  // Nobody has stopped it by hand.
  expect(project.record('db')).toMatchObject({ held: false })
})

test('what runs when the failure comes ends its way, and is taken back too', async () => {
  const project = new TestProject()
  project.component('bad', '', { 'start.sh': 'exit 1' })
  project.component('slow')
  project.component('unborn')
  const bad = project.gate('start bad')
  const slow = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all', ...ROLLBACK, '--parallel', '2'])
  await Promise.all([bad.reached, slow.reached])
  await bad.open()
  await until(() => run.output().includes('FAILED'), 'the failure')
  expect(project.began()).not.toContain('stop bad')
  await slow.open()
  expect(await run.finished).toMatchObject({ code: 1 })
  const trace = project.trace()
  expect(trace).toContain('end start slow')
  expect(trace.indexOf('begin stop slow')).toBeGreaterThan(trace.indexOf('end start slow'))
  expect(
    project
      .began()
      .filter((line) => line.startsWith('stop'))
      .sort(),
  ).toEqual(['stop bad', 'stop slow'])
  expect(project.began()).not.toContain('start unborn')
})

test('what cannot be taken back is said, with the next command', async () => {
  const project = new TestProject()
  probed(project, 'ran')
  probed(project, 'anew', '', { 'refresh.sh': '' })
  await project.paictl('service', 'start', '--all')
  project.component('bare', 'prerequisite: [ran]\n')
  project.write('components/bare/deploy/service.yaml', 'start-script: start.sh\nprerequisite: [ran]\n')
  probed(project, 'stuck', 'prerequisite: [bare]\n', { 'stop.sh': 'exit 9' })
  probed(project, 'below', 'prerequisite: [bare]\n')
  project.component('anew', 'prerequisite: [stuck, below]\n', {
    'refresh.sh': 'exit 1',
    'status.sh': '[ -e "$GATES/../up-anew" ] || exit 3',
  })
  const { code, stdout } = await project.paictl('service', 'refresh', 'anew', 'ran', ...ROLLBACK)
  expect(code).toBe(1)
  const [, not = ''] = /^Not rolled back:\n((?: {2}.*\n)+)/m.exec(stdout) ?? []
  expect(not.split('\n').map((line) => line.trim().replace(/ {2,}/g, ' | '))).toEqual([
    'bare | it has no stop-script: stop it by hand first | paictl service stop bare',
    'ran | it ran before, and was started again | paictl service status ran',
    'stuck | its stop failed | paictl service stop stuck',
    '',
  ])
  expect(stdout).toMatch(/1 rolled back, 1 not rolled back in /)
  expect(isUp(project, 'below')).toBe(false)
  expect(isUp(project, 'stuck')).toBe(true)
})

test('what was taken over is left running', async () => {
  const project = new TestProject()
  probed(project, 'theirs')
  project.component('bad', 'prerequisite: [theirs]\n', { 'start.sh': 'exit 1' })
  bringUp(project, 'theirs')
  const { code, stdout } = await project.paictl('service', 'start', 'bad', '--adopt', ...ROLLBACK)
  expect(code).toBe(1)
  expect(project.began()).toEqual(['start bad', 'stop bad'])
  expect(isUp(project, 'theirs')).toBe(true)
  expect(stdout).toMatch(/^ {2}theirs {2}it ran before, and was taken over {2}paictl service status theirs$/m)
})

test('Ctrl-C before the failure leaves everything as it is; in the rollback it ends that', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  const before = project.gate('start api')
  const first = project.spawn(['service', 'start', 'api', ...ROLLBACK])
  await before.reached
  first.signal('SIGINT')
  expect(await first.finished).toMatchObject({ code: 130 })
  expect(project.began()).toEqual(['start db', 'start api'])
  before.remove()

  const fresh = new TestProject('fresh')
  fresh.component('db')
  fresh.component('api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  const stop = fresh.gate('stop api')
  const second = fresh.spawn(['service', 'start', 'api', ...ROLLBACK])
  await stop.reached
  second.signal('SIGINT')
  const { code, stdout } = await second.finished
  expect(code).toBe(130)
  expect(fresh.began()).toEqual(['start db', 'start api', 'stop api'])
  expect(stdout).toMatch(/^ {2}api {2}its stop was interrupted +paictl service stop api$/m)
  expect(stdout).toMatch(/^ {2}db {3}its stop was interrupted +paictl service stop db$/m)
  expect(fresh.record('api', 'fresh')).toMatchObject({ phase: 'interrupted' })
  expect(processesOf(fresh.state)).toEqual([])
})

test('a run that was killed while it was taken back is taken back to its end by resume, and starts nothing', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  probed(project, 'web', 'prerequisite: [api]\n')
  const gate = project.gate('stop db')
  const run = project.spawn(['service', 'start', '--all', ...ROLLBACK])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  await gate.open()
  project.forgetTrace()
  const { code, stdout } = await project.paictl('resume')
  expect(stdout).toContain('Rolling back')
  expect(code).toBe(1)
  expect(project.began().filter((line) => line.startsWith('start'))).toEqual([])
  await until(() => !isUp(project, 'db'), 'the end of db')
  // Then nothing is left to go on with.
  project.forgetTrace()
  expect(await project.paictl('resume')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual([])
  expect(project.record('db')).toMatchObject({ phase: 'stopped', held: false })
})

test('stop and delete have nothing to roll back: a mistake of the command line', async () => {
  const project = new TestProject()
  project.component('db')
  for (const verb of ['stop', 'delete']) {
    const { code, stderr } = await project.paictl('service', verb, 'db', ...ROLLBACK)
    expect(code).toBe(2)
    expect(stderr).toContain('--on-failure takes one of "continue", "stop", not "rollback"')
  }
})
