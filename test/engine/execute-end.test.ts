import { expect, test } from 'vitest'
import { Interruption } from '../../src/engine/execute/interruption.ts'
import type { Applied } from '../../src/model/record.ts'
import type { Readiness } from '../../src/model/service.ts'
import { makeApplied, makeRecord, makeRendered, makeService, spanIn } from './support/services.ts'
import { carryOut, createWorld, DOWN, exited, steps, UNKNOWN, UP } from './support/world.ts'

const TCP: Readiness = {
  probe: { kind: 'tcp', host: 'localhost', port: 80 },
  intervalMs: 1000,
  timeoutMs: 10_000,
  successThreshold: 1,
}
const SCRIPTS = { start: 'start.sh', stop: 'stop.sh' }

const running = (name: string, applied: Partial<Applied> = {}) =>
  makeRecord(name, { applied: makeApplied(name, { readiness: TCP, scripts: SCRIPTS, ...applied }) })

const STOP = steps('stop:db')
const DELETE = steps('delete:db')

test('records, runs the stop script, asks whether it is silent, clears its run directory, holds it', async () => {
  const world = createWorld({ records: [running('db')], ready: () => DOWN })
  const result = await carryOut(world, 'stop', STOP)
  expect(world.trail).toEqual([
    'record db stopping',
    'run stop.sh of db',
    'ask readiness of db',
    'clear run directory of db',
    'record db stopped',
  ])
  expect(result.outcomes.get('stop:db')).toEqual({ status: 'done', durationMs: 0, warning: null })
  expect(world.record('db')).toMatchObject({
    phase: 'stopped',
    held: true,
    run: 'run-2',
    applied: { version: 'run-1' },
  })
})

test('its status-script is asked before its readiness', async () => {
  const world = createWorld({
    records: [running('db', { scripts: { ...SCRIPTS, status: 'status.sh' } })],
    status: () => DOWN,
  })
  await carryOut(world, 'stop', STOP)
  expect(world.trail.filter((line) => line.startsWith('ask'))).toEqual(['ask status of db'])
})

test('the stop of a restart does not hold it', async () => {
  const world = createWorld({ records: [running('db')], ready: () => DOWN })
  await carryOut(world, 'restart', STOP)
  expect(world.record('db')).toMatchObject({ phase: 'stopped', held: false })
})

test('is given time to fall silent', async () => {
  const answers = [UP, UP, UP, DOWN]
  const world = createWorld({ records: [running('db')], ready: () => answers.shift() ?? DOWN })
  const result = await carryOut(world, 'stop', STOP)
  expect(result.outcomes.get('stop:db')).toMatchObject({ status: 'done', durationMs: 300 })
  expect(world.events.filter((event) => event.type === 'step-waiting')).toHaveLength(1)
})

test('what still runs is a failure, and its prerequisites are not stopped', async () => {
  const world = createWorld({
    records: [running('web', { prerequisites: ['db'] }), running('db'), running('other')],
    ready: (service) => (service === 'web' ? UP : DOWN),
  })
  const plan = steps('stop:web', ['stop:db', 'stop:web'], 'stop:other')
  const result = await carryOut(world, 'stop', plan)
  expect(result.exitCode).toBe(1)
  expect(result.outcomes.get('stop:web')).toMatchObject({
    status: 'failed',
    durationMs: 5000,
    failure: { reason: { kind: 'still-running', answer: 'it answers' }, script: 'stop.sh' },
  })
  expect(result.outcomes.get('stop:db')).toEqual({ status: 'blocked', by: ['web'] })
  expect(result.outcomes.get('stop:other')).toMatchObject({ status: 'done' })
  expect(world.record('db')?.phase).toBe('running')
  expect(world.record('web')).toMatchObject({
    phase: 'failed',
    held: false,
    problem: 'it still runs after its stop: it answers',
  })
})

test('a stop script that fails is a failure, whoever answers', async () => {
  const world = createWorld({ records: [running('db')], script: () => exited(7), ready: () => DOWN })
  const result = await carryOut(world, 'stop', STOP)
  expect(result.outcomes.get('stop:db')).toMatchObject({ failure: { reason: { kind: 'exit', exitCode: 7 } } })
  expect(world.record('db')).toMatchObject({ phase: 'failed', problem: 'its stop script exited with code 7' })
})

test('without a stop-script: said where it is silent, a failure where it still answers', async () => {
  const records = [running('db', { scripts: { start: 'start.sh' } })]
  const silent = await carryOut(createWorld({ records, ready: () => DOWN }), 'stop', STOP)
  expect(silent.outcomes.get('stop:db')).toMatchObject({ warning: { kind: 'no-script', operator: 'stop' } })
  const answering = await carryOut(createWorld({ records, ready: () => UP }), 'stop', STOP)
  expect(answering.outcomes.get('stop:db')).toMatchObject({
    failure: { reason: { kind: 'no-stop-script', answer: 'it answers' }, script: null },
  })
})

test('a job is not asked, and needs no stop-script', async () => {
  const record = { ...running('db', { scripts: { start: 'start.sh', status: 'status.sh' } }), kind: 'job' as const }
  const world = createWorld({ records: [record] })
  const result = await carryOut(world, 'stop', STOP)
  expect(world.trail).toEqual(['record db stopping', 'clear run directory of db', 'record db stopped'])
  expect(result.outcomes.get('stop:db')).toMatchObject({ status: 'done', warning: null })
})

test("with the project's scripts where that was asked for", async () => {
  const current = makeRendered(
    makeService('db', [], { scripts: { stop: { value: 'halt.sh', span: spanIn('db', 1) } } }),
  )
  const world = createWorld({ records: [running('db')], ready: () => DOWN })
  await carryOut(
    world,
    'stop',
    STOP.map((step) => ({ ...step, source: 'tree' as const })),
    [current],
  )
  expect(world.trail).toContain('run halt.sh of db')
})

test('interrupted, its script or the waiting for its silence: not stopped, and not called a failure', async () => {
  const cut = createWorld({ records: [running('db')], script: () => ({ kind: 'cancelled' }) })
  const first = await carryOut(cut, 'stop', STOP)
  expect(first.outcomes.get('stop:db')).toMatchObject({ status: 'cancelled', begun: true })
  expect(cut.record('db')).toMatchObject({ phase: 'interrupted', held: false, problem: 'its stop was interrupted' })
  // An interrupted run ends its probes too, so that they know nothing.
  for (const answer of [UP, UNKNOWN]) {
    const interruption = new Interruption()
    const ready = () => {
      interruption.raise('SIGTERM')
      return answer
    }
    const world = createWorld({ records: [running('db')], ready })
    const result = await carryOut(world, 'stop', STOP, [], { interruption })
    expect(result.outcomes.get('stop:db')).toMatchObject({ status: 'cancelled', begun: true })
    expect(world.record('db')?.phase).toBe('interrupted')
  }
})

test('delete runs its script, then removes the data, and counts that', async () => {
  const scripts = { ...SCRIPTS, delete: 'delete.sh' }
  const record = { ...running('db', { scripts }), dataGeneration: 4, prerequisiteGenerations: { store: 1 } }
  const world = createWorld({ records: [record], ready: () => DOWN })
  const result = await carryOut(world, 'delete', DELETE)
  expect(world.trail).toEqual([
    'record db deleting',
    'run delete.sh of db',
    'ask readiness of db',
    'record db deleting',
    'clear run directory of db',
    'remove data of db',
    'record db never-started',
    'prune db, keep',
  ])
  expect(result.outcomes.get('delete:db')).toMatchObject({ status: 'done', warning: null })
  expect(world.record('db')).toMatchObject({
    phase: 'never-started',
    held: false,
    applied: null,
    startedVersion: null,
    dataGeneration: 5,
    prerequisiteGenerations: {},
  })
})

test('a stop takes a probe that knows nothing for silence; a delete keeps the data then', async () => {
  const stopped = createWorld({ records: [running('db')], ready: () => UNKNOWN })
  expect((await carryOut(stopped, 'stop', STOP)).exitCode).toBe(0)
  const deleted = createWorld({ records: [running('db')], ready: () => UNKNOWN })
  const result = await carryOut(deleted, 'delete', DELETE)
  expect(result.outcomes.get('delete:db')).toMatchObject({
    status: 'failed',
    durationMs: 5000,
    failure: { reason: { kind: 'not-known-down', answer: 'no answer within 5s' }, script: 'stop.sh' },
  })
  expect(deleted.trail).not.toContain('remove data of db')
  expect(deleted.record('db')).toMatchObject({ phase: 'failed', dataGeneration: 0 })
})

test('where somebody answers for what was stopped, a delete keeps its data and does not call it alive', async () => {
  for (const answer of [UP, UNKNOWN]) {
    const world = createWorld({ records: [{ ...running('db'), phase: 'stopped', held: true }], ready: () => answer })
    expect((await carryOut(world, 'delete', DELETE)).exitCode).toBe(1)
    expect(world.trail).not.toContain('remove data of db')
    expect(world.record('db')).toMatchObject({ phase: 'stopped', held: true, applied: { version: 'run-1' } })
  }
})

test('a delete asks again where a probe knows nothing at first', async () => {
  const answers = [UNKNOWN, UP, UNKNOWN, DOWN]
  const world = createWorld({ records: [running('db')], ready: () => answers.shift() ?? DOWN })
  expect((await carryOut(world, 'delete', DELETE)).exitCode).toBe(0)
  expect(world.trail).toContain('remove data of db')
})

test('without a delete-script the stop-script is run; without both that is said', async () => {
  const world = createWorld({ records: [running('db')], ready: () => DOWN })
  await carryOut(world, 'delete', DELETE)
  expect(world.trail).toContain('run stop.sh of db')
  const bare = createWorld({ records: [running('db', { scripts: {} })], ready: () => DOWN })
  const result = await carryOut(bare, 'delete', DELETE)
  expect(bare.trail).toContain('remove data of db')
  expect(result.outcomes.get('delete:db')).toMatchObject({ warning: { kind: 'no-script', operator: 'delete' } })
})

test.each([
  ['its script fails', { script: () => exited(1), ready: () => DOWN }],
  ['it still runs', { ready: () => UP }],
  ['it is interrupted', { script: () => ({ kind: 'cancelled' as const }) }],
])('its data stays where %s', async (_, behaviour) => {
  const world = createWorld({ records: [running('db')], ...behaviour })
  const result = await carryOut(world, 'delete', DELETE)
  expect(result.exitCode).toBe(1)
  expect(world.trail).not.toContain('remove data of db')
  expect(world.record('db')).toMatchObject({ dataGeneration: 0, applied: { version: 'run-1' } })
})
