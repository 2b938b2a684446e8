import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

const clusterId = (project: TestProject, id: string): string =>
  project.write('cluster-config/services-configuration.yaml', `cluster: {common: {cluster-id: ${id}}}\n`)

/** Everything below a directory, and when it was changed: a file that came and went changes the directory that it was in. */
const listing = (directory: string): [path: string, changedMs: number][] =>
  ['', ...readdirSync(directory, { encoding: 'utf8', recursive: true })]
    .toSorted()
    .map((path) => [path, statSync(join(directory, path)).mtimeMs])

test.each(['start', 'restart', 'refresh'])('%s refuses a cluster that is not the one of the project', async (verb) => {
  const project = new TestProject()
  project.component('web')
  for (const id of ['other', 'mine']) {
    clusterId(project, id)
    expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  }
  project.forgetTrace()
  const { code, stdout, stderr } = await project.paictl('--cluster', 'other', 'service', verb, 'web')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('describes the cluster "mine", not "other"')
  expect(project.trace()).toEqual([])
})

test('what never became ready is not taken for running because its process is there', async () => {
  const project = new TestProject()
  probed(project, 'db', 'readiness: {script: ready.sh, interval: 20ms, timeout: 300ms}\n')
  project.write('components/db/deploy/ready.sh', '#!/bin/sh\necho "still loading"\nexit 1\n')
  project.component('web', 'prerequisite: [db]\n')
  const began = { first: ['start db'], second: ['stop db', 'start db'] }
  for (const attempt of ['first', 'second'] as const) {
    project.forgetTrace()
    const { code, stdout } = await project.paictl('service', 'start', 'web')
    expect([attempt, code, project.began()]).toEqual([attempt, 1, began[attempt]])
    expect(stdout).toMatch(/FAILED +db +start .*not ready after/)
    expect(stdout).toMatch(/^ {2}blocked +web +start +by db$/m)
    expect(isUp(project, 'db')).toBe(true)
    const status = await project.paictl('service', 'status', 'db')
    expect([attempt, status.code, status.stdout]).toEqual([attempt, 3, expect.stringMatching(/^db +failed /m)])
  }
  project.write('components/db/deploy/ready.sh', '#!/bin/sh\nexit 0\n')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
})

test('what was stopped is not stopped once more when it is deleted', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': 'touch "$PAICTL_DATA_DIR/kept" "$GATES/../pid"',
    'stop.sh': 'rm "$GATES/../pid" || exit 1',
  })
  await project.paictl('service', 'start', 'web')
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web', 'kept'))).toBe(true)
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start web', 'stop web'])
  expect(existsSync(project.data('web'))).toBe(false)
})

test('a completed job keeps nobody from stopping all but what needed it', async () => {
  const project = new TestProject()
  project.component('seed', 'kind: job\n')
  probed(project, 'db', 'prerequisite: [seed]\n')
  probed(project, 'web', 'prerequisite: [db]\n')
  await project.paictl('service', 'start', '--all')
  project.forgetTrace()
  expect(await project.paictl('service', 'stop', '--all', '-k', 'db')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web'])
  expect(isUp(project, 'db')).toBe(true)
})

test('looking leaves the state as it is, and nothing behind', async () => {
  const project = new TestProject()
  project.component('web', '', { 'status.sh': 'exit 3' })
  const temporary = join(dirname(project.root), 'temporary')
  mkdirSync(temporary)
  const look = async (): Promise<void> => {
    project.forgetTrace()
    for (const [args, expected] of [
      [['start', '--all', '--dry-run'], 0],
      [['status'], 3],
    ] as const) {
      const { code } = await project.spawn(['service', ...args], { env: { TMPDIR: temporary } }).finished
      expect([args, code]).toEqual([args, expected])
    }
    // Both have asked, with a copy of their own.
    expect(project.began()).toEqual(['status web', 'status web'])
    expect(readdirSync(temporary)).toEqual([])
  }
  await look()
  expect(existsSync(project.state)).toBe(false)

  project.component('db')
  await project.paictl('service', 'start', 'db')
  const before = listing(project.state)
  await look()
  expect(listing(project.state)).toEqual(before)
})

test('the log of what was deleted is not shown as that of its new start', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': 'echo "from the first life"' })
  await project.paictl('service', 'start', 'web')
  expect((await project.paictl('service', 'logs', 'web')).stdout).toContain('from the first life')
  await project.paictl('service', 'delete', 'web', '--yes')
  project.component('web')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  const { code, stdout, stderr } = await project.paictl('service', 'logs', 'web')
  expect(code).toBe(0)
  expect(stdout + stderr).not.toContain('from the first life')
})

test('logs as JSON are one document', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': 'echo one; echo two' })
  await project.paictl('service', 'start', 'web')
  const { code, stdout } = await project.paictl('service', 'logs', 'web', '--output', 'json')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, logs: [{ service: 'web', lines: ['one', 'two'] }] })
})

test('what has no script to run is not counted as started or stopped', async () => {
  const project = new TestProject()
  project.component('stays')
  project.write('components/stays/deploy/service.yaml', 'start-script: start.sh\n')
  project.component('idle')
  project.write('components/idle/deploy/service.yaml', 'stop-script: stop.sh\n')
  for (const [verb, word] of [
    ['start', 'started'],
    ['stop', 'stopped'],
  ] as const) {
    const { code, stdout } = await project.paictl('service', verb, '--all')
    const counts = /^(1 .*) in [\d.]+m?s$/m.exec(stdout)?.[1]?.split(', ').toSorted()
    expect([verb, code, counts]).toEqual([verb, 0, [`1 ${word}`, '1 without a script']])
  }
  expect(project.began()).toEqual(['start stays', 'stop idle'])
})

test('an empty value is no place for the state', async () => {
  const project = new TestProject()
  project.component('web')
  const { code, stderr } = await project.paictl('--state-dir', '', 'service', 'start', '--all')
  expect([code, stderr]).toEqual([2, expect.stringContaining('--state-dir takes a value that is not empty')])
  expect(project.trace()).toEqual([])
})

test('the one error is shown at its place among the warnings, and counted first', async () => {
  const project = new TestProject()
  // Without a probe, each of them is warned of.
  for (const name of ['one', 'two', 'three']) project.component(name)
  expect((await project.paictl('validate')).stderr.match(/^warning\[/gm)?.length).toBeGreaterThanOrEqual(3)
  project.component('two', 'prerequisit: [one]\n')
  const { code, stdout, stderr } = await project.paictl('service', 'start', '--all')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr.match(/^\w+\[PAI-[\w-]+\]/gm)).toEqual([
    'warning[PAI-no-probe]',
    'warning[PAI-no-probe]',
    'warning[PAI-no-probe]',
    'error[PAI-unknown-key]',
  ])
  expect(stderr).toMatch(/^1 error, 3 warnings$/m)
  expect(project.trace()).toEqual([])
})

test('clusters counts as running what runs', async () => {
  const project = new TestProject()
  project.component('train', 'kind: job\n')
  for (const name of ['db', 'web']) project.component(name)
  await project.paictl('service', 'start', '--all')
  await project.paictl('service', 'stop', 'web')
  expect((await project.paictl('clusters')).stdout).toMatch(/^project +1 of 3 /m)
})

test('what was deleted is not mentioned when all is stopped', async () => {
  const project = new TestProject()
  for (const name of ['db', 'web']) project.component(name)
  await project.paictl('service', 'start', '--all')
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  project.forgetTrace()
  const { code, stdout, stderr } = await project.paictl('service', 'stop', '--all')
  expect(code).toBe(0)
  expect(stdout + stderr).not.toMatch(/\b(db|web|never)\b/)
  expect(project.trace()).toEqual([])
})

test('a project where none can be made is refused, and at once', async () => {
  const { code, stderr } = await new TestProject().paictl('init', '/proc/nope')
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot use "/proc/nope')])
})
