import { cpSync, readdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { leases } from '../rig/leases.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'

async function states(project: TestProject): Promise<Record<string, string>> {
  const { stdout } = await project.paictl('service', 'list', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return Object.fromEntries(services.map(({ name, state }) => [name, state]))
}

test('another project with the same cluster-id is refused, until it takes the cluster over', async () => {
  const project = new TestProject()
  project.component('web')
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: shared}}\n')
  const other = join(dirname(project.root), 'other')
  cpSync(project.root, other, { recursive: true })
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  project.forgetTrace()

  for (const command of [
    ['service', 'start', 'web'],
    ['service', 'start', 'web', '--dry-run'],
    ['service', 'stop', 'web'],
    ['service', 'delete', '--all', '--yes'],
    ['service', 'status'],
  ]) {
    const { code, stderr } = await project.spawn(command, { cwd: other }).finished
    expect([command, code]).toEqual([command, 4])
    expect(stderr).toContain('error[PAI-cluster-taken]: cluster "shared" belongs to another project: "../project"')
    expect(stderr).toContain('add "--take-over"')
  }
  expect(project.trace()).toEqual([])

  expect(await project.spawn(['plan', '--take-over'], { cwd: other }).finished).toMatchObject({ code: 0 })
  expect(await project.spawn(['service', 'stop', 'web', '--take-over'], { cwd: other }).finished).toMatchObject({
    code: 0,
  })
  expect(project.began()).toEqual(['stop web'])
  expect(await project.spawn(['service', 'start', 'web'], { cwd: other }).finished).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 4 })
})

test('a project that has moved goes on with its services after taking its cluster over', async () => {
  const project = new TestProject()
  project.component('web', '', { 'stop.sh': 'cat ../../../root-file >> "$TRACE"' })
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: moving}}\n')
  project.write('root-file', 'the root\n')
  await project.paictl('service', 'start', 'web')
  const moved = join(dirname(project.root), 'moved')
  renameSync(project.root, moved)
  const there = (...args: string[]) => project.spawn(args, { cwd: moved }).finished
  const refused = await there('service', 'status')
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('(no longer there)')])
  expect(await there('service', 'stop', 'web', '--take-over')).toMatchObject({ code: 0 })
  expect(project.trace()).toContain('the root')
})

test('of many commands at once only one works at a time', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': 'mkdir "$PAICTL_RUN_DIR/alone" || echo "not alone" >> "$TRACE"; rmdir "$PAICTL_RUN_DIR/alone"',
  })
  const runs = await Promise.all(
    Array.from({ length: 5 }, () => project.paictl('service', 'start', 'web', '--wait-lock', '1m')),
  )
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
  expect(project.trace()).not.toContain('not alone')
  expect(project.began()).toHaveLength(5)
})

test('after kill -9 in the middle of a start, status says interrupted and the next start recovers', async () => {
  const project = new TestProject()
  project.component('base')
  project.component('web', 'prerequisite: [base]\n')
  project.component('last', 'prerequisite: [web]\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', '--all'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  expect(leases(project)).toMatchObject([{ pid: run.pid }])

  // Its script was not asked to end by anybody; it ends by itself.
  expect(await states(project)).toEqual({ base: 'running', last: 'never-started', web: 'interrupted' })
  expect(await project.paictl('service', 'status', 'web')).toMatchObject({
    code: 3,
    stdout: expect.stringMatching(/web +interrupted .*its start was interrupted/),
  })
  await gate.open()
  await project.traced('end start web')
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'last')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(expect.arrayContaining(['start web', 'start last']))
  expect(await states(project)).toEqual({ base: 'running', last: 'running', web: 'running' })
  expect(leases(project)).toEqual([])
  expect(readdirSync(join(project.state, 'project')).filter((name) => /lock|lease/.test(name))).toEqual([])
  expect(processesOf(project.state)).toEqual([])
})

test('after kill -9 in the middle of a stop or a delete, the same command ends it', async () => {
  for (const verb of ['stop', 'delete']) {
    const project = new TestProject()
    project.component('web', '', { 'delete.sh': '' })
    await project.paictl('service', 'start', 'web')
    const gate = project.gate(`${verb} web`)
    const run = project.spawn(['service', verb, 'web', '--yes'])
    await gate.reached
    run.signal('SIGKILL')
    await run.finished
    expect(await states(project)).toEqual({ web: 'interrupted' })
    await gate.open()
    expect(await project.paictl('service', verb, 'web', '--yes')).toMatchObject({ code: 0 })
    expect(await states(project)).toEqual({ web: verb === 'stop' ? 'held' : 'never-started' })
  }
})
