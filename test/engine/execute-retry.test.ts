import { expect, test } from 'vitest'
import { Interruption } from '../../src/engine/execute/interruption.ts'
import type { RenderedService } from '../../src/model/rendered.ts'
import { DEFAULT_RETRY, type Retry } from '../../src/model/retry.ts'
import type { Readiness, ScriptRole } from '../../src/model/service.ts'
import { makeApplied, makeRecord, makeRendered, makeService, scriptsFor } from './support/services.ts'
import { carryOut, createWorld, DOWN, exited, NOON, steps, UP } from './support/world.ts'

const TCP: Readiness = {
  probe: { kind: 'tcp', host: 'localhost', port: 80 },
  intervalMs: 1000,
  timeoutMs: 1000,
  successThreshold: 1,
}

function db(
  retry: Partial<Retry>,
  roles: readonly ScriptRole[] = ['start', 'stop'],
  readiness?: Readiness,
): RenderedService {
  const full = { ...DEFAULT_RETRY, ...retry }
  return makeRendered(
    makeService('db', [], { scripts: scriptsFor(...roles), retries: { start: full, refresh: full } }),
    {
      readiness,
    },
  )
}

const START = steps('start:db')

test('a start that fails is tried again after a delay, each time with the stop-script first', async () => {
  const codes = [3, 0, 4, 0, 0]
  const world = createWorld({ script: () => exited(codes.shift() ?? 0) })
  const result = await carryOut(world, 'start', START, [db({})])
  expect(world.trail.filter((line) => !line.startsWith('log '))).toEqual([
    'stage db',
    'record db starting',
    'run start.sh of db',
    'run stop.sh of db',
    'clear run directory of db',
    'run start.sh of db',
    'run stop.sh of db',
    'clear run directory of db',
    'run start.sh of db',
    'record db running',
  ])
  expect(world.trail.filter((line) => line.startsWith('log '))).toEqual([
    'log /logs/db/run-2.start.log: paictl: its start script exited with code 3; attempt 2 of 3 in 1.0s',
    'log /logs/db/run-2.start.log: paictl: running stop.sh before the start',
    'log /logs/db/run-2.start.log: paictl: its start script exited with code 4 (attempt 2); attempt 3 of 3 in 2.0s',
    'log /logs/db/run-2.start.log: paictl: running stop.sh before the start',
  ])
  expect(world.events.filter((event) => event.type === 'step-retrying')).toEqual([
    {
      time: NOON,
      type: 'step-retrying',
      step: 'start:db',
      service: 'db',
      operator: 'start',
      attempt: 2,
      of: 3,
      delayMs: 1000,
      reason: { kind: 'exit', exitCode: 3 },
    },
    {
      time: NOON + 1000,
      type: 'step-retrying',
      step: 'start:db',
      service: 'db',
      operator: 'start',
      attempt: 3,
      of: 3,
      delayMs: 2000,
      reason: { kind: 'exit', exitCode: 4 },
    },
  ])
  expect(result.outcomes.get('start:db')).toEqual({ status: 'done', durationMs: 3000, warning: null, attempts: 3 })
})

test('after the last attempt it has failed, with how many there were', async () => {
  const world = createWorld({ script: ({ role }) => exited(role === 'start' ? 3 : 0) })
  const result = await carryOut(world, 'start', START, [db({ attempts: 2 })])
  expect(world.trail.filter((line) => line.startsWith('run start'))).toHaveLength(2)
  expect(result.outcomes.get('start:db')).toMatchObject({
    status: 'failed',
    attempts: 2,
    failure: { reason: { kind: 'exit', exitCode: 3 }, script: 'start.sh' },
  })
  expect(JSON.stringify(result.outcomes.get('start:db'))).not.toContain('retriedOn')
  expect(world.record('db')).toMatchObject({ phase: 'failed', failedStart: 'script' })
  expect(world.record('db')?.problem).toBe('its start script exited with code 3 (attempt 2)')
})

test('a readiness that does not come is tried again, and its answers are looked for behind what was printed before', async () => {
  let asked = 0
  const world = createWorld({ ready: () => (++asked > 20 ? UP : DOWN) })
  const result = await carryOut(world, 'start', START, [db({ delayMs: 5 }, ['start', 'stop'], TCP)])
  expect(result.outcomes.get('start:db')).toMatchObject({ status: 'done' })
  expect(world.events.find((event) => event.type === 'step-retrying')).toMatchObject({
    reason: { kind: 'not-ready', lastAnswer: 'nothing answers' },
  })
})

test.each([
  ['without a stop-script', ['start'], 'there is no stop-script to run before the start'],
  ['with one that fails', ['start', 'stop'], 'its stop script exited with code 9; the start comes all the same'],
] as const)('%s the next attempt is made all the same, and the log says so', async (_, roles, said) => {
  let starts = 0
  const world = createWorld({
    script: ({ role }) => (role === 'stop' ? exited(9) : exited(++starts === 1 ? 1 : 0)),
  })
  const result = await carryOut(world, 'start', START, [db({}, roles)])
  expect(result.exitCode).toBe(0)
  expect(world.trail).toContain(`log /logs/db/run-2.start.log: paictl: ${said}`)
  // What a failed stop has left may be needed by the next one.
  expect(world.trail).not.toContain('clear run directory of db')
})

test('an exit code that is not listed, and a script that cannot be run, are not tried again', async () => {
  for (const end of [exited(1), { kind: 'not-run', message: 'needs zsh, which is not in PATH' } as const]) {
    const world = createWorld({ script: () => end })
    const { outcomes } = await carryOut(world, 'start', START, [db({ exitCodes: [75] })])
    expect(world.trail.filter((line) => line.startsWith('run '))).toEqual(['run start.sh of db'])
    const retriedOn = end.kind === 'exited' ? [75] : undefined
    expect(outcomes.get('start:db')).toMatchObject({ status: 'failed', failure: { ...(retriedOn && { retriedOn }) } })
  }
})

test('a refresh is tried again without a stop in between; what it replaced stays recorded until it is done', async () => {
  const codes = [1, 0]
  const before = makeRecord('db', { applied: makeApplied('db', { fingerprint: 'old' }) })
  const world = createWorld({ records: [before], script: () => exited(codes.shift() ?? 0) })
  const result = await carryOut(world, 'refresh', steps('refresh:db'), [db({}, ['start', 'stop', 'refresh'])])
  expect(world.trail.filter((line) => line.startsWith('run '))).toEqual([
    'run refresh.sh of db',
    'run refresh.sh of db',
  ])
  expect(result.outcomes.get('refresh:db')).toMatchObject({ status: 'done', attempts: 2 })
  expect(world.record('db')?.applied?.fingerprint).toBe('new')
})

test('a stop and a delete are tried again by what was declared when the service was started', async () => {
  for (const operator of ['stop', 'delete'] as const) {
    const codes = [1, 1, 0]
    const applied = makeApplied('db', { retries: { [operator]: DEFAULT_RETRY } })
    const world = createWorld({ records: [makeRecord('db', { applied })], script: () => exited(codes.shift() ?? 0) })
    const result = await carryOut(world, operator, steps(`${operator}:db`))
    expect(result.outcomes.get(`${operator}:db`)).toMatchObject({ status: 'done', attempts: 3 })
    expect(world.record('db')?.phase).toBe(operator === 'stop' ? 'stopped' : 'never-started')
  }
})

test('told to end while it waits, it makes no further attempt and is interrupted', async () => {
  const interruption = new Interruption()
  const world = createWorld({ script: () => exited(1) })
  const { report } = world
  const watched = {
    ...world,
    report: (event: Parameters<typeof report>[0]) => {
      report(event)
      if (event.type === 'step-retrying') interruption.raise('SIGINT')
    },
  }
  const result = await carryOut(watched, 'start', START, [db({})], { interruption })
  expect(world.trail.filter((line) => line.startsWith('run '))).toEqual(['run start.sh of db'])
  expect(result).toMatchObject({ exitCode: 130 })
  expect(result.outcomes.get('start:db')).toMatchObject({ status: 'cancelled', begun: true })
  expect(world.record('db')).toMatchObject({ phase: 'interrupted' })
})

test('a start that comes after a failed one runs the stop-script that it was started with first', async () => {
  const record = makeRecord('db', {
    phase: 'failed',
    failedStart: 'script',
    applied: makeApplied('db', { scripts: { start: 'start.sh', stop: 'old-stop.sh' } }),
  })
  const world = createWorld({ records: [record] })
  await carryOut(world, 'start', [{ ...steps('start:db')[0], stopFirst: true } as (typeof START)[0]], [db({})])
  expect(world.trail.filter((line) => !line.startsWith('log '))).toEqual([
    'run old-stop.sh of db',
    'clear run directory of db',
    'stage db',
    'record db starting',
    'run start.sh of db',
    'record db running',
    'prune db, keep run-2',
  ])
})
