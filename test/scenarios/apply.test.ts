import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isUp, probed, takeDown } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** Adds a line to a script: a change that needs no configuration. */
function touch(project: TestProject, name: string, script = 'start.sh'): void {
  const file = join(project.root, 'components', name, 'deploy', script)
  writeFileSync(file, `${readFileSync(file, 'utf8')}# again\n`)
}

async function started(project: TestProject): Promise<TestProject> {
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

const fingerprint = (project: TestProject, name: string): unknown =>
  (project.record(name).applied as { fingerprint: string } | null)?.fingerprint

test('starts, refreshes and restarts in order, and leaves what is up to date', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n')
  probed(project, 'web', 'prerequisite: [api]\n', { 'refresh.sh': '' })
  probed(project, 'other')
  probed(project, 'job', 'kind: job\nprerequisite: [db]\n')
  await started(project)
  takeDown(project, 'other')
  for (const name of ['db', 'web', 'job']) touch(project, name)
  const { code, stdout } = await project.paictl('apply', '--yes', '--parallel', '1')
  expect(code).toBe(0)
  expect(project.began().toSorted()).toEqual(['refresh web', 'start db', 'start job', 'start other', 'stop db'])
  const order = project.began().filter((step) => !step.includes('other'))
  expect(order.slice(0, 2)).toEqual(['stop db', 'start db'])
  expect(stdout).toMatch(/^1 restarted, .*1 up to date in /m)
  expect(project.record('db')).toMatchObject({ phase: 'running', held: false })
  expect((await project.paictl('plan', '--exit-code')).code).toBe(0)
})

test('dependents of what is restarted run on, unless they declare to be restarted with it', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\nrestart-with-prerequisites: true\n')
  probed(project, 'web', 'prerequisite: [db]\n')
  await started(project)
  expect(project.record('api').applied).toMatchObject({ restartWithPrerequisites: true })
  touch(project, 'db')
  const { code, stdout } = await project.paictl('apply', 'db', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/stop +api {2}db, which it needs, is restarted$/m)
  expect(project.began()).toEqual(['stop api', 'stop db', 'start db', 'start api'])
})

describe('a confirmation', () => {
  test('is asked for at a terminal', async () => {
    const project = new TestProject()
    probed(project, 'web')
    for (const answer of ['n', 'y']) {
      const run = project.terminal(['apply'])
      await until(() => run.output().includes('[y/N]'), 'the question')
      expect(run.output()).toContain('never started')
      run.type(`${answer}\r`)
      expect((await run.finished).code).toBe(answer === 'y' ? 0 : 4)
      expect(project.began()).toEqual(answer === 'y' ? ['start web'] : [])
    }
    // Nothing to do is nothing to ask.
    expect((await project.terminal(['apply']).finished).code).toBe(0)
  })

  test('cannot be had without a terminal, and is not needed for nothing', async () => {
    const project = new TestProject()
    probed(project, 'web')
    const refused = await project.paictl('apply')
    expect(refused.code).toBe(4)
    expect(refused.stdout).toContain('start    web  never started')
    expect(refused.stderr).toContain('PAI-unconfirmed')
    expect(project.trace()).toEqual([])
    expect(await project.paictl('apply', '--yes')).toMatchObject({ code: 0 })
    const nothing = await project.paictl('apply')
    expect(nothing.code).toBe(0)
    expect(nothing.stdout).toMatch(/^Nothing to apply/)
    expect(nothing.stdout).toMatch(/^1 up to date$/m)
  })

  test('is not asked for by a dry run, which is a plan', async () => {
    const project = new TestProject()
    probed(project, 'web')
    const { code, stdout } = await project.paictl('apply', '--dry-run')
    expect([code, stdout]).toEqual([0, (await project.paictl('plan')).stdout])
    expect(project.trace()).toEqual([])
  })
})

test('what is held, and what would start without it, is left alone', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n')
  await started(project)
  await project.paictl('service', 'stop', '--all')
  project.forgetTrace()
  await project.paictl('service', 'start', 'web', '--no-prerequisites')
  takeDown(project, 'web')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('apply', '--yes')
  expect(code).toBe(0)
  expect(stdout).toMatch(/left +db +held: stopped by hand; paictl service start db$/m)
  expect(stdout).toMatch(/left +web +needs db, which is held$/m)
  expect(project.trace()).toEqual([])
})

test('after a failure nothing new begins, and what had failed counts as changed still', async () => {
  const project = new TestProject()
  for (const name of ['a', 'b']) probed(project, name, '', { 'refresh.sh': name === 'a' ? 'exit 3' : '' })
  await started(project)
  const before = fingerprint(project, 'a')
  for (const name of ['a', 'b']) touch(project, name)
  const { code } = await project.paictl('apply', '--yes', '--parallel', '1')
  expect(code).toBe(1)
  expect(project.began()).toEqual(['refresh a'])
  expect(fingerprint(project, 'a')).toBe(before)
  project.forgetTrace()
  await project.paictl('apply', '--yes', '--parallel', '1', '--on-failure', 'continue')
  expect(project.began()).toEqual(['refresh a', 'refresh b'])
  expect((await project.paictl('plan')).stdout).toMatch(/refresh +a +files changed/)
})

test('a change counts as taken in only when its step has succeeded', async () => {
  const project = new TestProject()
  probed(project, 'web')
  probed(project, 'job', 'kind: job\n')
  await started(project)
  const first = ['web', 'job'].map((name) => fingerprint(project, name))
  const gates = ['web', 'job'].map((name) => {
    touch(project, name)
    return project.gate(`start ${name}`)
  })
  const run = project.spawn(['apply', '--yes'])
  for (const gate of gates) await gate.reached
  for (const name of ['web', 'job']) expect(first).not.toContain(fingerprint(project, name))
  run.signal('SIGINT')
  expect((await run.finished).code).toBe(130)
  for (const gate of gates) gate.remove()
  const plan = await project.paictl('plan')
  expect(plan.stdout).toMatch(/start +job +not completed \(interrupted/)
  expect(plan.stdout).toMatch(/start +web +not running \(interrupted/)
  expect(await project.paictl('apply', '--yes')).toMatchObject({ code: 0 })
  for (const [index, name] of ['web', 'job'].entries()) expect(fingerprint(project, name)).not.toBe(first[index])
  expect((await project.paictl('plan', '--exit-code')).code).toBe(0)
})

test('neither a start that failed nor a refresh that was interrupted has taken anything in', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'refresh.sh': '' })
  await started(project)
  const before = fingerprint(project, 'web')
  touch(project, 'web')
  const gate = project.gate('refresh web')
  const run = project.spawn(['apply', '--yes'])
  await gate.reached
  run.signal('SIGINT')
  expect((await run.finished).code).toBe(130)
  gate.remove()
  expect(fingerprint(project, 'web')).toBe(before)
  expect((await project.paictl('plan')).stdout).toMatch(/refresh +web +files changed/)
  takeDown(project, 'web')
  project.write('components/web/deploy/start.sh', '#!/bin/sh\nexit 1\n')
  expect((await project.paictl('apply', '--yes')).code).toBe(1)
  expect(fingerprint(project, 'web')).toBe('')
  expect((await project.paictl('plan')).stdout).toMatch(/start +web +not running \(failed/)
})

describe('orphans', () => {
  async function orphaned(): Promise<TestProject> {
    const project = new TestProject()
    probed(project, 'store')
    probed(project, 'queue', 'prerequisite: [store]\n')
    probed(project, 'web', 'prerequisite: [queue]\n', { 'refresh.sh': '' })
    await started(project)
    project.remove('components/store')
    project.remove('components/queue')
    return project
  }

  test('are stopped by --prune with their applied scripts, once nobody needs them, dependents first', async () => {
    const project = await orphaned()
    project.write(
      'components/web/deploy/service.yaml',
      'start-script: start.sh\nstop-script: stop.sh\nrefresh-script: refresh.sh\nstatus-script: status.sh\n',
    )
    const left = await project.paictl('apply', '--yes')
    expect(left.stdout).toMatch(/left +queue +orphan: no longer in the project; paictl apply --prune/)
    expect(project.began()).toEqual(['refresh web'])
    project.forgetTrace()
    expect(await project.paictl('apply', '--prune', '--yes')).toMatchObject({ code: 0 })
    expect(project.trace()).toEqual(['begin stop queue', 'end stop queue', 'begin stop store', 'end stop store'])
    expect([isUp(project, 'queue'), isUp(project, 'store'), isUp(project, 'web')]).toEqual([false, false, true])
    expect((await project.paictl('plan', '--prune')).stdout).toBe('Nothing to do: 1 up to date\n')
  })

  test('in one go with the refresh of who needed them, which comes first', async () => {
    const project = await orphaned()
    project.write(
      'components/web/deploy/service.yaml',
      'start-script: start.sh\nstop-script: stop.sh\nrefresh-script: refresh.sh\nstatus-script: status.sh\n',
    )
    expect(await project.paictl('apply', '--prune', '--yes')).toMatchObject({ code: 0 })
    expect(project.began()).toEqual(['refresh web', 'stop queue', 'stop store'])
  })

  test('stay where the refresh of who needed them has failed', async () => {
    const project = await orphaned()
    project.write(
      'components/web/deploy/service.yaml',
      'start-script: start.sh\nstop-script: stop.sh\nrefresh-script: refresh.sh\nstatus-script: status.sh\n',
    )
    project.write('components/web/deploy/refresh.sh', '#!/bin/sh\nexit 1\n')
    expect(await project.paictl('apply', '--prune', '--yes')).toMatchObject({ code: 1 })
    expect([isUp(project, 'queue'), isUp(project, 'store')]).toEqual([true, true])
  })
})

describe('an interrupted delete', () => {
  test.each(['SIGKILL', 'SIGINT'] as const)('by %s is never taken for a service to start', async (signal) => {
    const project = new TestProject()
    probed(project, 'store', '', { 'delete.sh': 'rm -f "$GATES/../up-$PAICTL_SERVICE"' })
    probed(project, 'web', 'prerequisite: [store]\n')
    await started(project)
    await project.paictl('service', 'stop', 'web')
    await project.paictl('service', 'start', 'store')
    const gate = project.gate('delete store')
    const run = project.spawn(['service', 'delete', 'store', '--yes'])
    await gate.reached
    run.signal(signal)
    await run.finished
    if (signal === 'SIGKILL') await gate.open()
    else gate.remove()
    if (signal === 'SIGKILL') await project.traced('end delete store')
    takeDown(project, 'store')
    project.forgetTrace()
    const applied = await project.paictl('apply', '--yes')
    expect(applied.code).toBe(0)
    expect(applied.stdout).toMatch(/left +store +its delete was interrupted; paictl service delete store$/m)
    for (const command of ['start', 'restart']) {
      const refused = await project.paictl('service', command, 'store')
      expect(refused.code).toBe(4)
      expect(refused.stderr).toContain('finish it with "paictl service delete store" or "paictl resume"')
    }
    expect((await project.paictl('service', 'start', 'web')).code).toBe(4)
    expect(project.trace()).toEqual([])
    expect(await project.paictl('service', 'delete', 'store', '--yes')).toMatchObject({ code: 0 })
    expect(await project.paictl('apply', 'store', '--yes')).toMatchObject({ code: 0 })
    expect(project.began()).toEqual(['delete store', 'start store'])
  })
})

describe('a canary', () => {
  /** Three services that a change is waiting for. */
  async function changed(): Promise<TestProject> {
    const project = new TestProject()
    for (const name of ['a', 'b', 'c']) probed(project, name, '', name === 'b' ? {} : { 'refresh.sh': '' })
    await started(project)
    for (const name of ['a', 'b', 'c']) touch(project, name)
    return project
  }

  test.each([
    ['apply', ['apply', '--yes']],
    ['service refresh', ['service', 'refresh', '--all']],
  ])('is done before any other refresh of "%s" begins', async (_, command) => {
    const project = await changed()
    const gate = project.gate('refresh a')
    const run = project.spawn([...command, '--canary', '1'])
    await gate.reached
    expect(project.trace()).toEqual(['begin refresh a'])
    await gate.open()
    expect((await run.finished).code).toBe(0)
    expect(project.trace().slice(0, 2)).toEqual(['begin refresh a', 'end refresh a'])
    expect(project.began().toSorted()).toEqual(['refresh a', 'refresh c', 'start b', 'stop b'])
  })

  test('is done twice before the third, with --canary 2', async () => {
    const project = await changed()
    const gate = project.gate('start b')
    const run = project.spawn(['apply', '--yes', '--canary', '2'])
    await gate.reached
    await project.traced('end refresh a')
    expect(project.began()).not.toContain('refresh c')
    await gate.open()
    expect((await run.finished).code).toBe(0)
    expect(project.began().at(-1)).toBe('refresh c')
  })

  test('that fails blocks all others', async () => {
    const project = await changed()
    project.write('components/a/deploy/refresh.sh', '#!/bin/sh\nexit 1\n')
    const { code, stdout } = await project.paictl('apply', '--yes', '--canary', '1', '--on-failure', 'continue')
    expect(code).toBe(1)
    expect(stdout).toMatch(/blocked +b +stop +by a$/m)
    expect(stdout).toMatch(/blocked +c +refresh +by a$/m)
    expect(project.trace()).toEqual([])
  })
})

test('the end of a run names what it has stopped and not started again, with what to type', async () => {
  const project = new TestProject()
  probed(project, 'a')
  probed(project, 'b', 'prerequisite: [a]\n')
  probed(project, 'c', 'prerequisite: [b]\n')
  await started(project)
  for (const name of ['a', 'b', 'c']) touch(project, name)
  project.write('components/a/deploy/start.sh', '#!/bin/sh\nexit 1\n')
  const { code, stdout } = await project.paictl('apply', '--yes')
  expect(code).toBe(1)
  expect(stdout).toContain('\nStopped, and not started again: b, c\n  paictl service start b c\n')
  probed(project, 'a')
  expect((await project.paictl('apply', '--yes')).stdout).not.toContain('Stopped')
})
