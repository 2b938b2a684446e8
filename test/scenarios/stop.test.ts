import { expect, test } from 'vitest'
import { bringUp, isUp, probed, takeDown } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

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

test('a stop is refused where dependents run, with all of them named, and nothing is run', async () => {
  const project = await running()
  const { code, stderr } = await project.paictl('service', 'stop', 'db')
  expect(code).toBe(4)
  expect(stderr).toContain('cannot stop "db": "api" (running) and "web" (running) need it')
  expect(stderr).toContain('"--with-dependents"')
  expect(stderr).toContain('"--force"')
  expect(project.trace()).toEqual([])
  takeDown(project, 'web')
  const died = await project.paictl('service', 'stop', 'api')
  expect(died.code).toBe(4)
  expect(died.stderr).toContain('"web" (failed) needs it')
  expect(await project.paictl('service', 'stop', 'api', 'web')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'stop', 'db')).toMatchObject({ code: 0 })
})

test('--with-dependents stops them first, --force leaves them, and both at once mean nothing', async () => {
  const project = await running()
  expect(await project.paictl('service', 'stop', 'db', '--with-dependents', '--force')).toMatchObject({ code: 2 })
  expect(await project.paictl('service', 'stop', 'api', '--with-dependents')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(['begin stop web', 'end stop web', 'begin stop api', 'end stop api'])
  expect(isUp(project, 'db')).toBe(true)
  await project.paictl('service', 'start', '--all')
  project.forgetTrace()
  expect(await project.paictl('service', 'stop', 'db', '--force')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop db'])
  expect([isUp(project, 'api'), isUp(project, 'web')]).toEqual([true, true])
})

test('who only has it as an optional prerequisite is in no way and is not stopped with it', async () => {
  const project = new TestProject()
  probed(project, 'cache')
  probed(project, 'app', 'prerequisite:\n  - {service: cache, optional: true}\n')
  await project.paictl('service', 'start', '--all')
  project.forgetTrace()
  expect(await project.paictl('service', 'stop', 'cache', '--with-dependents')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop cache'])
  await project.paictl('service', 'start', 'cache')
  expect(await project.paictl('service', 'stop', 'cache')).toMatchObject({ code: 0 })
  await project.paictl('service', 'start', 'cache')
  project.forgetTrace()
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(['begin stop app', 'end stop app', 'begin stop cache', 'end stop cache'])
})

test('a stop script that does not stop is a failure by the probe, and what it needs is not stopped', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n', { 'stop.sh': 'exit 0 # and so the file stays' })
  probed(project, 'aside')
  await project.paictl('service', 'start', '--all')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'stop', '--all')
  expect(code).toBe(1)
  expect(project.began().sort()).toEqual(['stop api', 'stop aside'])
  expect(stdout).toMatch(/^ {2}FAILED +api +stop .*its stop-script is done, but it still answers: status.sh says that/m)
  expect(stdout).toMatch(/^ {2}blocked +db +stop +by api$/m)
  expect(stdout).toMatch(/^1 stopped, 1 failed, 1 blocked by api in /m)
  expect([isUp(project, 'api'), isUp(project, 'db'), isUp(project, 'aside')]).toEqual([true, true, false])

  takeDown(project, 'api')
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(isUp(project, 'db')).toBe(false)
})

test('a stop script that fails is a failure, whatever the probe says', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'stop.sh': 'rm -f "$GATES/../up-web"; echo "cannot reach it"; exit 3' })
  await project.paictl('service', 'start', 'web')
  const { code, stdout } = await project.paictl('service', 'stop', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +web +stop .*exited with code 3/)
  expect(stdout).toContain('| cannot reach it')
})

test('without a stop-script that is said; it is a failure where the service still answers', async () => {
  const project = new TestProject()
  for (const name of ['silent', 'loud']) {
    project.write(
      `components/${name}/deploy/service.yaml`,
      `start-script: start.sh\nreadiness: {script: ready.sh, interval: 20ms}\n`,
    )
    project.write(`components/${name}/deploy/start.sh`, '#!/bin/sh\nexit 0\n')
    project.write(`components/${name}/deploy/ready.sh`, '#!/bin/sh\n[ -e "$GATES/../up-$PAICTL_SERVICE" ]\n')
    bringUp(project, name)
  }
  expect(await project.paictl('service', 'start', '--all', '--adopt')).toMatchObject({ code: 0 })
  takeDown(project, 'silent')
  const { code, stdout } = await project.paictl('service', 'stop', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ {2}done +silent +stop .*has no stop-script: nothing was run$/m)
  expect(stdout).toMatch(/^ {2}FAILED +loud +stop .*has no stop-script and still answers/m)
})

test('what has nothing to stop is said, and makes nothing fail', async () => {
  const project = await running()
  project.component('never')
  project.component('train', 'kind: job\n')
  await project.paictl('service', 'start', 'train')
  await project.paictl('service', 'stop', 'web')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'stop', 'web', 'never', 'train')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}left +web +nothing to stop: held$/m)
  expect(stdout).toMatch(/^ {2}left +never +never started$/m)
  expect(stdout).toMatch(/^ {2}left +train +nothing to stop: completed$/m)
  expect(project.trace()).toEqual([])
  const all = await project.paictl('service', 'stop', '--all', '-k', 'db')
  expect(all.code).toBe(0)
  expect(project.began()).toEqual(['stop api'])
  expect(isUp(project, 'db')).toBe(true)
})

test('a stopped service is held and is no reason for status to complain', async () => {
  const project = await running()
  await project.paictl('service', 'stop', '--all')
  const { code, stdout } = await project.paictl('service', 'status')
  expect(code).toBe(0)
  expect(stdout.match(/\bheld\b/g)).toHaveLength(3)
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
})
