import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bringUp, isUp, probed } from '../rig/probed.ts'
import { type Finished, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const KEEPS_DATA = { 'start.sh': 'date > "$PAICTL_DATA_DIR/kept"' }

/** web -> api -> db, all running and keeping data, with nothing in the trace. */
async function running(): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'db', '', KEEPS_DATA)
  probed(project, 'api', 'prerequisite: [db]\n', KEEPS_DATA)
  probed(project, 'web', 'prerequisite: [api]\n', KEEPS_DATA)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

const keeps = (project: TestProject, ...services: readonly string[]): boolean[] =>
  services.map((service) => existsSync(project.data(service, 'kept')))

/** Runs a command in a terminal and answers its question. */
async function answered(project: TestProject, answer: string, ...args: string[]): Promise<Finished> {
  const run = project.terminal(args)
  await until(() => /\[y\/N\]|to go on:/.test(run.output()), `a question: ${run.output()}`)
  run.type(`${answer}\r`)
  return run.finished
}

test('data stays when a service is stopped and goes when it is deleted', async () => {
  const project = await running()
  const before = readFileSync(project.data('web', 'kept'), 'utf8')
  await project.paictl('service', 'stop', 'web')
  expect(readFileSync(project.data('web', 'kept'), 'utf8')).toBe(before)
  const { code, stdout } = await project.paictl('service', 'delete', 'web', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^1 deleted in /m)
  expect(existsSync(project.data('web'))).toBe(false)
  expect(project.record('web')).toMatchObject({
    phase: 'never-started',
    applied: null,
    dataGeneration: expect.any(Number),
  })
  expect(keeps(project, 'api', 'db')).toEqual([true, true])
  expect((await project.paictl('service', 'list')).stdout).toMatch(/^web +never-started/m)
})

test('a running service is stopped and deleted alone, and what it needs goes on', async () => {
  const project = await running()
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web'])
  expect(['db', 'api', 'web'].map((name) => isUp(project, name))).toEqual([true, true, false])
  const refused = await project.paictl('service', 'delete', 'db', '--yes')
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('cannot delete "db": "api" (running) needs it')
  expect(keeps(project, 'db')).toEqual([true])
})

test('the delete-script is run in place of the stop-script, before the data goes', async () => {
  const project = new TestProject()
  probed(project, 'web', '', {
    ...KEEPS_DATA,
    'delete.sh': 'cat "$PAICTL_DATA_DIR/kept" > /dev/null && rm "$GATES/../up-web"',
  })
  await project.paictl('service', 'start', 'web')
  project.forgetTrace()
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(['begin delete web', 'end delete web'])
})

test('data stays where the delete-script fails, and where the service still answers', async () => {
  const project = new TestProject()
  probed(project, 'fails', '', { ...KEEPS_DATA, 'delete.sh': 'exit 1' })
  probed(project, 'answers', '', { ...KEEPS_DATA, 'delete.sh': 'exit 0' })
  await project.paictl('service', 'start', '--all')
  const { code, stdout } = await project.paictl('service', 'delete', '--all', '--yes')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +fails +delete .*exited with code 1/)
  expect(stdout).toMatch(/FAILED +answers +delete .*still answers/)
  expect(keeps(project, 'fails', 'answers')).toEqual([true, true])
})

test('data stays where the probe cannot say that nothing runs, though a stop takes that for silence', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { ...KEEPS_DATA, 'status.sh': 'echo "cannot tell"; exit 4' })
  await project.paictl('service', 'start', 'web')
  const { code, stdout } = await project.paictl('service', 'delete', 'web', '--yes')
  expect(code).toBe(1)
  expect(stdout).toMatch(
    /FAILED +web +delete .*its data was kept, since nothing says that it does not run: cannot tell/,
  )
  expect(keeps(project, 'web')).toEqual([true])
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })

  project.write('components/web/deploy/status.sh', '#!/bin/sh\n[ -e "$GATES/../up-web" ] && exit 0\nexit 3\n')
  expect(await project.paictl('service', 'delete', 'web', '--yes', '--from-tree')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web'))).toBe(false)
})

test('where somebody else answers for what was stopped, its data stays and nothing is claimed', async () => {
  const project = await running()
  await project.paictl('service', 'stop', 'web')
  probed(project, 'web', 'prerequisite: [api]\n', { 'stop.sh': 'exit 0' })
  bringUp(project, 'web')
  const { code } = await project.paictl('service', 'delete', 'web', '--yes', '--from-tree')
  expect(code).toBe(1)
  expect(keeps(project, 'web')).toEqual([true])
  expect((await project.paictl('service', 'status')).stdout).toMatch(/^web +foreign /m)
})

test('dependents in the way are only stopped', async () => {
  const project = await running()
  const { code, stdout } = await project.paictl('service', 'delete', 'api', '--with-dependents', '--yes')
  expect(code).toBe(0)
  expect(project.began()).toEqual(['stop web', 'stop api'])
  expect(stdout).toMatch(/^1 stopped, 1 deleted in /m)
  expect(keeps(project, 'web', 'api', 'db')).toEqual([true, false, true])
  expect(project.record('web')).toMatchObject({ phase: 'stopped' })
})

test('what was never started is not touched', async () => {
  const project = await running()
  project.component('never', '', { 'delete.sh': '' })
  const { code, stdout } = await project.paictl('service', 'delete', 'never', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}left +never +never started$/m)
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web', 'stop api', 'stop db'])
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toHaveLength(3)
})

test('links in a data directory go, and what they lead to stays', async () => {
  const project = await running()
  const outside = join(dirname(project.root), 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'precious'), 'yes')
  symlinkSync(outside, project.data('web', 'directory'))
  symlinkSync(join(outside, 'precious'), project.data('web', 'file'))
  mkdirSync(project.data('web', 'deep'))
  symlinkSync('../../../db/data', project.data('web', 'deep/other'))
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web'))).toBe(false)
  expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('yes')
  expect(keeps(project, 'db')).toEqual([true])
})

test('without a terminal and without --yes a delete is refused and nothing is run', async () => {
  const project = await running()
  for (const args of [['web'], ['--all']]) {
    const { code, stderr } = await project.paictl('service', 'delete', ...args)
    expect(code).toBe(4)
    expect(stderr).toContain('cannot ask whether to delete')
    expect(stderr).toContain('--yes')
  }
  expect(await project.paictl('service', 'delete', 'web', '--dry-run')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual([])
})

test('at a terminal one is deleted on y, and kept on anything else', async () => {
  const project = await running()
  const kept = await answered(project, '', 'service', 'delete', 'web')
  expect(kept.code).toBe(4)
  expect(kept.stdout).toContain('not confirmed: did not delete "web"')
  expect(project.trace()).toEqual([])
  const deleted = await answered(project, 'y', 'service', 'delete', 'web')
  expect(deleted.code).toBe(0)
  expect(keeps(project, 'web', 'api')).toEqual([false, true])
})

test('for --all and for what is protected the cluster-id has to be typed', async () => {
  const project = new TestProject()
  probed(project, 'db', 'protected: true\n', KEEPS_DATA)
  probed(project, 'web', '', KEEPS_DATA)
  await project.paictl('service', 'start', '--all')
  expect(await answered(project, 'y', 'service', 'delete', 'db')).toMatchObject({ code: 4 })
  expect(await answered(project, 'yes', 'service', 'delete', '--all')).toMatchObject({ code: 4 })
  expect(keeps(project, 'db', 'web')).toEqual([true, true])
  expect(await answered(project, 'project', 'service', 'delete', 'db')).toMatchObject({ code: 0 })
  expect(await answered(project, 'project', 'service', 'delete', '--all')).toMatchObject({ code: 0 })
  expect(keeps(project, 'db', 'web')).toEqual([false, false])
})

test('what was deleted starts anew, without its old data', async () => {
  const project = await running()
  await project.paictl('service', 'delete', '--all', '--yes')
  probed(project, 'db', '', { 'start.sh': '[ -z "$(ls "$PAICTL_DATA_DIR")" ] && echo "empty" >> "$TRACE"' })
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'db')).toMatchObject({ code: 0 })
  expect(project.trace()).toContain('empty')
})
