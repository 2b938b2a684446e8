import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Finished, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

// Commands on deployments beside others that act on the same, and killed in between.

const SCRIPTS = {
  'start.sh': 'echo "$PAICTL_SERVICE runs with $(cat level)" >> "$TRACE"; touch "$PAICTL_DATA_DIR/up"',
  'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
  'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
  'refresh.sh': 'echo "$PAICTL_SERVICE runs with $(cat level)" >> "$TRACE"',
}

function projectOf(scripts: Record<string, string> = SCRIPTS): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common:\n    cluster-id: project\n')
  project.component('server', 'instances: many\n', scripts)
  project.write('components/server/deploy/level.template', '{{config.level}}')
  project.write('components/server/config/server.yaml', 'level: 0\n')
  return project
}

const acts = (project: TestProject): string[] => project.began().filter((one) => !one.startsWith('status'))
const deployments = (project: TestProject): string[] => readdirSync(join(project.root, 'cluster-config/deployments'))
const isRecorded = (project: TestProject, name: string): boolean =>
  existsSync(join(project.state, 'project/services', name))

const declare = (project: TestProject, name: string, level = 1): string =>
  project.write(`cluster-config/deployments/${name}.yaml`, `component: server\nconfig: {level: ${level}}\n`)

async function done(project: TestProject, ...args: string[]): Promise<Finished> {
  const finished = await project.paictl(...args)
  expect({ args, ...finished }).toEqual({ args, ...finished, code: 0 })
  return finished
}

test('what is about to be deleted is not started meanwhile, though it never ran', async () => {
  const project = projectOf()
  declare(project, 'iris')
  const run = project.terminal(['deployment', 'delete', 'iris'])
  await until(() => run.output().includes('[y/N]'), 'the question')
  const start = await project.paictl('service', 'start', 'iris')
  expect(start).toMatchObject({ code: 4 })
  expect(start.stderr).toContain('deployment delete iris')
  run.type('y\r')
  expect(await run.finished).toMatchObject({ code: 0 })
  expect([deployments(project), acts(project), isRecorded(project, 'iris')]).toEqual([[], [], false])
})

test('what is deleted with another one is not started while that is being stopped', async () => {
  const project = projectOf()
  for (const name of ['iris', 'wine']) declare(project, name)
  await done(project, 'service', 'start', 'wine')
  const gate = project.gate('stop wine')
  const run = project.spawn(['deployment', 'delete', 'iris', 'wine', '--yes'])
  await gate.reached
  expect(await project.paictl('service', 'start', 'iris')).toMatchObject({ code: 4 })
  const waiting = project.spawn(['service', 'start', 'iris', '--wait-lock', '60s'])
  await until(() => waiting.output().includes('deployment delete iris wine'), 'whom it waits for')
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  // It goes on when nothing is left of what it is to start.
  expect(await waiting.finished).toMatchObject({ code: 2 })
  expect([deployments(project), acts(project)]).toEqual([[], ['start wine', 'stop wine']])
})
