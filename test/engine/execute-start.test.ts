import { expect, test } from 'vitest'
import { Interruption } from '../../src/engine/execute/interruption.ts'
import type { RenderedService } from '../../src/model/rendered.ts'
import type { Readiness, ScriptRole } from '../../src/model/service.ts'
import { makeApplied, makeRecord, makeRendered, makeService, scriptsFor } from './support/services.ts'
import { carryOut, createWorld, DEAD, DOWN, exited, NOON, steps, UNKNOWN, UP } from './support/world.ts'

const TCP: Readiness = {
  probe: { kind: 'tcp', host: 'localhost', port: 80 },
  intervalMs: 1000,
  timeoutMs: 10_000,
  successThreshold: 1,
}

const db = (roles: readonly ScriptRole[] = ['start'], readiness = TCP): RenderedService =>
  makeRendered(makeService('db', [], { scripts: scriptsFor(...roles) }), { readiness })

const job = (needs: readonly string[] = []): RenderedService =>
  makeRendered(makeService('train', needs, { kind: 'job', scripts: scriptsFor('start') }))

const START = steps('start:db')
const outcomeOf = (result: { outcomes: ReadonlyMap<string, unknown> }, id = 'start:db') => result.outcomes.get(id)

test('stages, records, runs the script, awaits readiness, records again', async () => {
  const world = createWorld({ records: [makeRecord('db', { phase: 'stopped', held: true, problem: 'old' })] })
  const result = await carryOut(world, 'start', START, [db()])
  expect(world.trail).toEqual([
    'stage db',
    'record db starting',
    'run start.sh of db',
    'ask readiness of db',
    'record db running',
    'prune db, keep run-2',
  ])
  expect(result).toMatchObject({ exitCode: 0 })
  expect(outcomeOf(result)).toEqual({ status: 'done', durationMs: 0, warning: null })
  expect(world.record('db')).toMatchObject({
    phase: 'running',
    since: new Date(NOON).toISOString(),
    run: 'run-2',
    boot: 'boot-2',
    held: false,
    problem: null,
    startedVersion: 'run-2',
    applied: { version: 'run-2', fingerprint: 'new' },
    durations: { start: 0 },
  })
})

test('its scripts can be stopped with from the first moment; its fingerprint counts once its script has ended well', async () => {
  const seen: unknown[] = []
  const world = createWorld({
    script: () => {
      const { phase, applied } = world.record('db') ?? {}
      seen.push([phase, applied?.version, applied?.fingerprint])
      return exited(3)
    },
  })
  await carryOut(world, 'start', START, [db()])
  expect(seen).toEqual([['starting', 'run-2', '']])
  expect(world.record('db')).toMatchObject({ phase: 'failed', applied: { version: 'run-2', fingerprint: '' } })
})

test('a script that fails: exit code, tail of the log, no readiness asked', async () => {
  const world = createWorld({ script: () => exited(3) })
  const result = await carryOut(world, 'start', START, [db()])
  expect(result.exitCode).toBe(1)
  expect(outcomeOf(result)).toEqual({
    status: 'failed',
    durationMs: 0,
    failure: {
      reason: { kind: 'exit', exitCode: 3 },
      script: 'start.sh',
      log: '/logs/db/run-2.start.log',
      tail: ['the last 20 lines of /logs/db/run-2.start.log'],
    },
  })
  expect(world.trail).not.toContain('ask readiness of db')
  expect(world.record('db')).toMatchObject({
    phase: 'failed',
    failedStart: 'script',
    problem: 'its start script exited with code 3',
    durations: {},
  })
})

test.each([
  [{ kind: 'signalled', signal: 'SIGKILL' } as const, { kind: 'signal', signal: 'SIGKILL' }],
  [{ kind: 'timed-out', afterMs: 600_000 } as const, { kind: 'timeout', afterMs: 600_000 }],
  [
    { kind: 'not-run', message: 'start.sh is not there' } as const,
    { kind: 'system', message: 'start.sh is not there' },
  ],
])('a script that ended with %o', async (end, reason) => {
  const world = createWorld({ script: () => end })
  const result = await carryOut(world, 'start', START, [db()])
  expect(outcomeOf(result)).toMatchObject({ status: 'failed', failure: { reason } })
})

test('is asked until it is ready, more patiently each time; says what it waits for, once', async () => {
  const answers = [DOWN, UNKNOWN, DOWN, UP]
  const world = createWorld({ ready: () => answers.shift() ?? UP })
  const result = await carryOut(world, 'start', START, [db()])
  expect(outcomeOf(result)).toEqual({ status: 'done', durationMs: 20 + 40 + 80, warning: null })
  expect(world.events.filter((event) => event.type === 'step-waiting')).toEqual([
    { time: NOON, type: 'step-waiting', step: 'start:db', service: 'db', waitingFor: 'tcp localhost:80' },
  ])
})

test('is ready only when it answered often enough in a row', async () => {
  const answers = [UP, DOWN, UP, UP, UP]
  const world = createWorld({ ready: () => answers.shift() ?? DOWN })
  await carryOut(world, 'start', START, [db(['start'], { ...TCP, successThreshold: 3 })])
  expect(answers).toEqual([])
  expect(world.record('db')?.phase).toBe('running')
})

test('is failed when its readiness does not come in time, with the last answer; its fingerprint counts', async () => {
  const world = createWorld({ ready: () => DOWN })
  const result = await carryOut(world, 'start', START, [db()])
  expect(outcomeOf(result)).toMatchObject({
    durationMs: 10_000,
    failure: { reason: { kind: 'not-ready', probe: 'tcp', afterMs: 10_000, lastAnswer: 'nothing answers' } },
  })
  expect(world.record('db')).toMatchObject({
    phase: 'failed',
    failedStart: 'readiness',
    applied: { fingerprint: 'new' },
    problem: 'it did not become ready: nothing answers',
  })
})

test('dies at once when its status-script says that its process is gone', async () => {
  const world = createWorld({ ready: () => DOWN, status: () => DEAD })
  const result = await carryOut(world, 'start', START, [db(['start', 'status'])])
  expect(outcomeOf(result)).toMatchObject({
    durationMs: 0,
    failure: { reason: { kind: 'died', answer: 'pid 7 is gone' } },
  })
})

test('dies also where somebody else answers in its place', async () => {
  const world = createWorld({ ready: () => UP, status: () => DEAD })
  const result = await carryOut(world, 'start', START, [db(['start', 'status'])])
  expect(outcomeOf(result)).toMatchObject({ failure: { reason: { kind: 'died' } } })
})

test("a stranger's answer is not taken while its status-script says that it does not run", async () => {
  const own = [DOWN, DOWN, UP]
  const world = createWorld({ ready: () => UP, status: () => own.shift() ?? UP })
  await carryOut(world, 'start', START, [db(['start', 'status'])])
  expect(own).toEqual([])
  expect(world.record('db')?.phase).toBe('running')
  const never = createWorld({ ready: () => UP, status: () => DOWN })
  const result = await carryOut(never, 'start', START, [db(['start', 'status'])])
  expect(outcomeOf(result)).toMatchObject({ failure: { reason: { kind: 'not-ready', lastAnswer: 'nothing answers' } } })
})

test('without a readiness probe its status-script is awaited; without both it is taken as ready', async () => {
  const bare = (...roles: ScriptRole[]) =>
    makeRendered(makeService('db', [], { scripts: scriptsFor('start', ...roles) }))
  const own = [DOWN, UP]
  const world = createWorld({ status: () => own.shift() ?? UP })
  await carryOut(world, 'start', START, [bare('status')])
  expect(own).toEqual([])
  expect(world.events.find((event) => event.type === 'step-waiting')).toMatchObject({
    waitingFor: 'status-script status.sh',
  })
  const silent = createWorld()
  await carryOut(silent, 'start', START, [bare()])
  expect(silent.trail).toEqual(['stage db', 'record db starting', 'run start.sh of db', 'record db running'])
})

test('adopting runs no script, and awaits readiness', async () => {
  const world = createWorld()
  const adopting = START.map((step) => ({ ...step, adopt: true }))
  const result = await carryOut(world, 'start', adopting, [db()])
  expect(world.trail).toEqual(['stage db', 'record db starting', 'ask readiness of db', 'record db running'])
  expect(outcomeOf(result)).toMatchObject({ status: 'done', warning: { kind: 'adopted' } })
})

test('without a start-script nothing is run, which is said', async () => {
  const result = await carryOut(createWorld(), 'start', START, [db([])])
  expect(outcomeOf(result)).toMatchObject({ status: 'done', warning: { kind: 'no-script', operator: 'start' } })
})

test('a job is completed when its script is; it remembers which data it was computed from', async () => {
  const service = (name: string, ...needs: string[]) => makeRendered(makeService(name, needs))
  const world = createWorld({
    records: [
      makeRecord('store', { dataGeneration: 3 }),
      makeRecord('gate'),
      makeRecord('other', { dataGeneration: 9 }),
    ],
  })
  const rendered = [job(['gate']), service('gate', 'store', 'new'), service('store'), service('new'), service('other')]
  await carryOut(world, 'start', steps('start:train'), rendered)
  expect(world.trail).toEqual([
    'stage train',
    'record train starting',
    'run start.sh of train',
    'record train completed',
  ])
  expect(world.record('train')).toMatchObject({
    kind: 'job',
    applied: { fingerprint: 'new' },
    prerequisiteGenerations: { gate: 0, store: 3 },
  })
})

test('interrupted while its script runs', async () => {
  const world = createWorld({ script: () => ({ kind: 'cancelled' }) })
  const result = await carryOut(world, 'start', START, [db()])
  expect(outcomeOf(result)).toEqual({ status: 'cancelled', begun: true, durationMs: 0 })
  expect(world.record('db')).toMatchObject({
    phase: 'interrupted',
    problem: 'its start was interrupted',
    applied: { fingerprint: '' },
  })
})

test('interrupted while its readiness is awaited: its script had ended well', async () => {
  const interruption = new Interruption()
  const world = createWorld({
    ready: () => {
      interruption.raise('SIGINT')
      return DOWN
    },
  })
  const result = await carryOut(world, 'start', START, [db()], { interruption })
  expect(outcomeOf(result)).toMatchObject({ status: 'cancelled', begun: true })
  expect(result.exitCode).toBe(130)
  expect(world.trail.filter((line) => line.startsWith('ask'))).toHaveLength(1)
  expect(world.record('db')).toMatchObject({ phase: 'interrupted', applied: makeApplied('db', DONE_THEN) })
})

const DONE_THEN = { version: 'run-2', fingerprint: 'new', scripts: { start: 'start.sh' }, readiness: TCP }
