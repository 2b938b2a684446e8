import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })

function validator(name: string): (value: unknown) => unknown {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url)
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')))
  return (value) => (validate(value) ? 'valid' : { value, errors: validate.errors })
}

const event = validator('events')
const document = validator('services')
const runs = validator('runs')
const planned = validator('plan')

const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('every event of a run keeps to the published schema', async () => {
  const project = new TestProject()
  project.component('store', 'outputs: {url: http://127.0.0.1:1}\n')
  project.component('broken', 'prerequisite: store\n', { 'start.sh': 'echo no; exit 3' })
  project.component('blocked', 'prerequisite: broken\n')
  project.component('job', 'kind: job\n')
  const started = lines((await project.paictl('service', 'start', '--all', '--output', 'json')).stdout)
  const again = lines((await project.paictl('service', 'start', '--all', '--output', 'json')).stdout)
  const stopped = lines((await project.paictl('service', 'stop', '--all', '--output', 'json')).stdout)
  const nothing = lines((await project.paictl('service', 'stop', '--all', '--output', 'json')).stdout)
  const all = [...started, ...again, ...stopped, ...nothing]
  expect(all.length).toBeGreaterThan(20)
  for (const one of all) expect(event(one)).toBe('valid')
  const types = new Set(all.map((one) => (one as { type: string }).type))
  expect([...types].sort()).toEqual(['run-ended', 'run-started', 'service-left', 'step-ended', 'step-started'])
})

test('attempts, a rollback and the end of the time keep to the published schema', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('bare', 'prerequisite: [db]\n')
  project.write('components/bare/deploy/service.yaml', 'start-script: start.sh\nprerequisite: [db]\n')
  project.component('broken', 'prerequisite: [bare]\nretry: {attempts: 2, delay: 10ms}\n', { 'start.sh': 'exit 3' })
  const failed = ['service', 'start', 'broken', '--on-failure', 'rollback', '--output', 'json']
  const rolledBack = lines((await project.paictl(...failed)).stdout)
  expect(rolledBack).toContainEqual(expect.objectContaining({ type: 'step-retrying', attempt: 2, of: 2 }))
  expect(rolledBack).toContainEqual(
    expect.objectContaining({ type: 'rollback-started', kept: [{ service: 'bare', reason: 'no-stop-script' }] }),
  )
  project.component('slow', '', { 'start.sh': 'sleep 600' })
  const limited = lines(
    (await project.paictl('service', 'start', 'slow', '--timeout', '300ms', '--output', 'json')).stdout,
  )
  expect(limited).toContainEqual(
    expect.objectContaining({
      type: 'time-up',
      afterMs: 300,
      underWay: [{ service: 'slow', operator: 'start', waitingFor: null }],
    }),
  )
  const again = lines(
    (await project.paictl('service', 'start', 'slow', '--timeout', '300ms', '--output', 'json')).stdout,
  )
  for (const one of [...rolledBack, ...limited, ...again]) expect(event(one)).toBe('valid')
})

test('the interruption of a run keeps to the published schema', async () => {
  const project = new TestProject()
  project.component('slow')
  const gate = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all', '--output', 'json'])
  await gate.reached
  run.signal('SIGINT')
  const events = lines((await run.finished).stdout)
  for (const one of events) expect(event(one)).toBe('valid')
  expect(events).toContainEqual(expect.objectContaining({ type: 'interrupted', count: 1, stillRunning: ['slow'] }))
})

test('status and list print documents that keep to the published schema', async () => {
  const project = new TestProject()
  project.component('store', 'outputs: {url: http://127.0.0.1:1}\ntags: [data]\n')
  project.component('never')
  await project.paictl('service', 'start', 'store')
  for (const verb of ['status', 'list']) {
    const { stdout } = await project.paictl('service', verb, '--output', 'json')
    expect(document(JSON.parse(stdout))).toBe('valid')
  }
})

test('a run that is gone on with, and what is kept of runs, keep to the published schemas', async () => {
  const project = new TestProject()
  project.component('store', 'retry: {attempts: 2, delay: 1ms}\n', { 'start.sh': 'exit 1' })
  project.component('web', 'prerequisite: [store]\n')
  const gate = project.gate('start store')
  const run = project.spawn(['service', 'start', '--all', '--output', 'json'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  gate.remove()
  const resumed = lines((await project.paictl('resume', '--end-survivors', '--output', 'json')).stdout)
  for (const one of resumed) expect(event(one)).toBe('valid')
  const types = resumed.map((one) => (one as { type: string }).type)
  expect(types).toEqual(expect.arrayContaining(['step-recovered', 'step-retrying', 'run-ended']))
  const listed = JSON.parse((await project.paictl('runs', '--output', 'json')).stdout)
  expect(runs(listed)).toBe('valid')
  expect(listed.runs).toMatchObject([{ state: 'failed', steps: { done: 0, failed: 1, open: 0, total: 2 } }])
  const one = JSON.parse((await project.paictl('runs', listed.runs[0].run, '--output', 'json')).stdout)
  expect(runs(one)).toBe('valid')
  expect(one.run).toMatchObject({ resumptions: 1, list: [{ service: 'store', attempts: 2 }, { service: 'web' }] })
})

test('plans, and what carries them out, keep to the published schemas', async () => {
  const project = new TestProject()
  project.component('store', 'inputs: "data/*"\n', { 'refresh.sh': '' })
  project.component('web', 'prerequisite: store\nrestart-with-prerequisites: true\n')
  project.component('old')
  project.component('held')
  project.component('job', 'kind: job\n')
  project.write('components/store/data/x', '1\n')
  const first = await project.paictl('plan', '--output', 'json')
  await project.paictl('service', 'start', '--all', '--set', 'web.port=1')
  await project.paictl('service', 'stop', 'held')
  project.remove('components/old')
  project.write('components/store/data/x', '2\n')
  project.write('components/store/deploy/new.sh', 'new\n')
  project.write('components/job/deploy/start.sh', '#!/bin/sh\n')
  project.write('components/web/config/web.yaml', 'host: a\n')
  const command = ['--output', 'json', '--prune', '--diff', '--canary', '1']
  const second = await project.paictl('plan', ...command)
  for (const { stdout } of [first, second]) expect(planned(JSON.parse(stdout))).toBe('valid')
  const changes = JSON.parse(second.stdout).plan.steps.flatMap(
    (step: { cause: { trigger: { changes?: { kind: string }[] } } }) => step.cause.trigger.changes ?? [],
  )
  expect([...new Set(changes.map(({ kind }: { kind: string }) => kind))].sort()).toEqual(['file', 'input', 'value'])
  const applied = lines((await project.paictl('apply', ...command, '--yes')).stdout)
  for (const one of applied) expect(event(one)).toBe('valid')
  expect(applied[0]).toMatchObject({ type: 'run-started', verb: 'apply', plan: JSON.parse(second.stdout).plan })
})
