import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** What one more start of everything runs. */
async function startAgain(project: TestProject, ...args: string[]): Promise<{ began: string[]; stdout: string }> {
  project.forgetTrace()
  const { code, stdout, stderr } = await project.paictl('service', 'start', ...args)
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}${stdout}`)
  return { began: project.began().filter((act) => !act.startsWith('status ')), stdout }
}

test('a job is run to its end before what needs it, and left alone once it is completed', async () => {
  const project = new TestProject()
  project.component('train', 'kind: job\n')
  probed(project, 'web', 'prerequisite: [train]\n')
  await project.paictl('service', 'start', 'web')
  expect(project.trace()).toEqual(['begin start train', 'end start train', 'begin start web', 'end start web'])
  expect(project.record('train')).toMatchObject({ kind: 'job', phase: 'completed' })
  const again = await startAgain(project, '--all')
  expect(again.began).toEqual([])
  expect(again.stdout).toMatch(/^ {2}left +train +completed for \S+$/m)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
})

test('a job runs again when its deploy directory, its configuration, its description or its inputs change', async () => {
  const project = new TestProject()
  project.component('train', 'kind: job\ninputs: ["data/**"]\n')
  project.component('beside', 'kind: job\n')
  project.write('components/train/data/iris.csv', '1,2\n')
  project.write('components/train/notes.txt', 'a\n')
  project.write('components/train/config/train.yaml', 'rounds: 1\n')
  await startAgain(project, '--all')

  project.write('components/train/notes.txt', 'b\n')
  expect((await startAgain(project, '--all')).began).toEqual([])
  project.write('components/train/data/iris.csv', '1,3\n')
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
  project.write('components/train/data/more/new.csv', '4\n')
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
  project.write('cluster-config/services-configuration.yaml', 'train: {rounds: 2}\n')
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
  project.write('components/train/deploy/lib.sh', 'true\n')
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
  project.component('train', 'kind: job\ninputs: ["data/**"]\ntimeout: {start: 1h}\n')
  const plan = await project.paictl('service', 'start', '--all', '--dry-run')
  expect(plan.stdout).toMatch(/^start +train +changed: service\.yaml$/m)
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
  expect((await startAgain(project, '--all')).began).toEqual([])
})

test('--again runs the named jobs, and none that they need', async () => {
  const project = new TestProject()
  project.component('prepare', 'kind: job\n')
  project.component('train', 'kind: job\nprerequisite: [prepare]\n')
  await startAgain(project, '--all')
  expect((await startAgain(project, 'train', '--again')).began).toEqual(['start train'])
  expect((await startAgain(project, 'kind:job', '--again')).began).toEqual(['start prepare', 'start train'])
})

test('a job runs again when its own status-script says that its result is gone', async () => {
  const project = new TestProject()
  probed(project, 'train', 'kind: job\n', { 'start.sh': 'echo result > "$PAICTL_DATA_DIR/result"' })
  project.write(
    'components/train/deploy/status.sh',
    '#!/bin/sh\n[ -e "$PAICTL_DATA_DIR/result" ] && exit 0\necho "no result"\nexit 3\n',
  )
  await startAgain(project, '--all')
  expect((await startAgain(project, '--all')).began).toEqual([])
  rmSync(project.data('train', 'result'))
  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
  expect(status.stdout).toMatch(/^train +stopped .*its result is gone: no result/m)
  expect((await startAgain(project, '--all')).began).toEqual(['start train'])
})

test('a job runs again when the data of something that it stands on was deleted', async () => {
  const project = new TestProject()
  probed(project, 'store')
  probed(project, 'gate', 'prerequisite: [store]\n')
  project.component('train', 'kind: job\nprerequisite: [gate]\n')
  project.component('apart', 'kind: job\n')
  await startAgain(project, '--all')
  await project.paictl('service', 'stop', '--all')
  expect((await startAgain(project, '--all')).began).toEqual(['start store', 'start gate'])

  expect(await project.paictl('service', 'delete', 'store', '--force', '--yes')).toMatchObject({ code: 0 })
  const plan = await project.paictl('service', 'start', '--all', '--dry-run')
  expect(plan.stdout).toMatch(/^start +train +data of store was deleted; after store$/m)
  expect((await startAgain(project, '--all')).began).toEqual(['start store', 'start train'])
  expect((await startAgain(project, '--all')).began).toEqual([])
})

test('a job that failed is run again by the next start, and what needs it waits for that', async () => {
  const project = new TestProject()
  project.component('train', 'kind: job\n', { 'start.sh': '[ -e "$PAICTL_PROJECT/good" ] || exit 9' })
  probed(project, 'web', 'prerequisite: [train]\n')
  const failed = await project.paictl('service', 'start', '--all')
  expect(failed.code).toBe(1)
  expect(failed.stdout).toMatch(/^ {2}FAILED +train +start .*exited with code 9$/m)
  expect(project.record('train')).toMatchObject({ phase: 'failed' })
  project.write('good', '')
  expect((await startAgain(project, '--all')).began).toEqual(['stop train', 'start train', 'start web'])
})

test('runs again where a prerequisite was deleted, forgotten, and has come back as it was', async () => {
  const project = new TestProject()
  const add = (): void => project.component('store')
  add()
  project.component('train', 'kind: job\nprerequisite: [store]\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.remove('components/store')
  project.write('components/train/deploy/service.yaml', 'start-script: start.sh\nstop-script: stop.sh\nkind: job\n')
  expect(await project.paictl('service', 'delete', 'store', '--yes', '--force')).toMatchObject({ code: 0 })
  add()
  project.component('train', 'kind: job\nprerequisite: [store]\n')
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'train')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start store', 'start train'])
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'train')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start store'])
})
