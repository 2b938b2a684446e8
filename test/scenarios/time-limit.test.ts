import { expect, test } from 'vitest'
import { probed } from '../rig/probed.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'

test('when the time of a run is up nothing new starts, what runs is ended, and the end says what it waited for', async () => {
  const project = new TestProject()
  probed(project, 'db')
  project.component('hangs', 'prerequisite: [db]\n', { 'start.sh': '(sleep 600 & sleep 600) & wait' })
  project.component('unready', 'prerequisite: [db]\nreadiness: {tcp: 1, timeout: 10m}\n')
  project.component('retried', 'prerequisite: [db]\nretry: {delay: 10m}\n', { 'start.sh': 'exit 1' })
  project.component('later', 'prerequisite: [hangs]\n')
  const { code, stdout } = await project.paictl('service', 'start', '--all', '--timeout', '1s500ms')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^Time is up after 1\.5s \(--timeout\): nothing new starts; ending 3 steps under way\.$/m)
  const [, underWay] = /^Time was up after 1\.5s \(--timeout\); under way were:\n((?: {2}.*\n)+)/m.exec(stdout) ?? []
  expect(underWay).toBe(
    '  hangs  start: its script ran\n' +
      '  retried  start: waiting for attempt 2 of 3\n' +
      '  unready  start: waiting for tcp 127.0.0.1:1\n',
  )
  expect(processesOf(project.state)).toEqual([])
  for (const name of ['hangs', 'unready', 'retried']) {
    expect(project.record(name)).toMatchObject({ phase: 'interrupted' })
  }
  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
  expect(status.stdout).toMatch(/^db +running/m)
  expect(status.stdout).toMatch(/^hangs +interrupted/m)
  expect(project.began().sort()).toEqual(['start db', 'start hangs', 'start retried', 'start unready'])
})

test('with rollback, what the run had started by then is taken back, interrupted starts first', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n', { 'start.sh': 'sleep 600' })
  const args = ['service', 'start', '--all', '--timeout', '1s', '--on-failure', 'rollback']
  const { code, stdout } = await project.paictl(...args)
  expect(code).toBe(1)
  expect(project.trace()).toEqual([
    ...['begin start db', 'end start db', 'begin start web'],
    ...['begin stop web', 'end stop web', 'begin stop db', 'end stop db'],
  ])
  expect(stdout).toMatch(/^1 cancelled, 2 rolled back in /m)
  expect(project.record('db')).toMatchObject({ phase: 'stopped', held: false })
  expect(project.record('web')).toMatchObject({ phase: 'stopped', held: false })
})

test('a stop has a limit too; a run that is done in time ends as ever', async () => {
  const project = new TestProject()
  project.component('db', '', { 'stop.sh': '[ -e "$PAICTL_PROJECT/quick" ] || sleep 600' })
  expect(await project.paictl('service', 'start', 'db', '--timeout', '10m')).toMatchObject({ code: 0 })
  const { code, stdout } = await project.paictl('service', 'stop', 'db', '--timeout', '500ms')
  expect(code).toBe(1)
  expect(stdout).toContain('  db  stop: its script ran\n')
  expect(project.record('db')).toMatchObject({ phase: 'interrupted', problem: 'its stop was interrupted' })
  project.write('quick', '')
  expect(await project.paictl('service', 'stop', 'db', '--timeout', '10m')).toMatchObject({ code: 0 })
})

test.each([['5'], ['0s'], ['soon']])('a limit of "%s" is a mistake of the command line', async (limit) => {
  const project = new TestProject()
  const { code, stderr } = await project.paictl('service', 'start', '--all', '--timeout', limit)
  expect(code).toBe(2)
  expect(stderr).toMatch(/--timeout takes a duration/)
})
