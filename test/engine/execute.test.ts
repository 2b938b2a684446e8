import { expect, test } from 'vitest'
import { Interruption } from '../../src/engine/execute/interruption.ts'
import { PortFailure, type ScriptEnd } from '../../src/engine/ports.ts'
import type { Left } from '../../src/model/plan.ts'
import { makeRecord, makeRendered, makeService, scriptsFor } from './support/services.ts'
import { carryOut, createWorld, exited, NOON, steps, type World } from './support/world.ts'

const service = (name: string, ...needs: string[]) =>
  makeRendered(makeService(name, needs, { scripts: scriptsFor('start') }))

const statuses = (outcomes: ReadonlyMap<string, { status: string }>): string[] =>
  [...outcomes].map(([id, { status }]) => `${id} ${status}`)

const scriptsRun = (world: World): string[] => world.trail.filter((line) => line.startsWith('run'))

test('tells what happens, from the plan to the exit code', async () => {
  const left: Left = { service: 'web', reason: { kind: 'skipped' }, selected: { by: 'request' }, failure: false }
  const planned = steps('start:db')
  const world = createWorld()
  await carryOut(world, 'start', planned, [service('db')], { left: [left] })
  const step = { step: 'start:db', service: 'db', operator: 'start' }
  expect(world.events).toEqual([
    {
      time: NOON,
      type: 'run-started',
      run: 'run-2',
      verb: 'start',
      cluster: { id: 'test', type: 'local' },
      plan: { verb: 'start', steps: planned, left: [left] },
    },
    { time: NOON, type: 'service-left', left },
    { time: NOON, type: 'step-started', ...step, log: '/logs/db/run-2.start.log' },
    { time: NOON, type: 'step-ended', ...step, outcome: { status: 'done', durationMs: 0, warning: null } },
    { time: NOON, type: 'run-ended', run: 'run-2', verb: 'start', durationMs: 0, exitCode: 0 },
  ])
})

test('a plan without steps makes no run, and fails where something is left that should not be', async () => {
  const left: Left = {
    service: 'web',
    reason: { kind: 'not-running', state: 'held' },
    selected: { by: 'request' },
    failure: true,
  }
  const world = createWorld()
  const result = await carryOut(world, 'refresh', [], [], { run: null, left: [left] })
  expect(result).toMatchObject({ exitCode: 1, durationMs: 0 })
  expect(world.events.map((event) => event.type)).toEqual(['run-started', 'service-left', 'run-ended'])
  expect(world.trail).toEqual([])
})

test('follows the edges of the plan, and blocks what needs a failed step', async () => {
  const world = createWorld({ script: (request) => exited(request.service === 'db' ? 1 : 0) })
  const planned = steps('start:db', ['start:api', 'start:db'], ['start:web', 'start:api'], 'start:other')
  const result = await carryOut(
    world,
    'start',
    planned,
    ['db', 'api', 'web', 'other'].map((name) => service(name)),
  )
  expect(statuses(result.outcomes).sort()).toEqual([
    'start:api blocked',
    'start:db failed',
    'start:other done',
    'start:web blocked',
  ])
  expect(world.record('api')).toBeUndefined()
  const ended = world.events.flatMap((event) => (event.type === 'step-ended' ? [event.step] : []))
  expect(ended.sort()).toEqual(['start:api', 'start:db', 'start:other', 'start:web'])
})

test('takes the longest path first, by what steps took before', async () => {
  const records = [
    makeRecord('slow', { durations: { start: 60_000, stop: 1 } }),
    makeRecord('quick', { durations: { start: 5 } }),
  ]
  const world = createWorld({ records })
  const rendered = ['quick', 'slow', 'new'].map((name) => service(name))
  await carryOut(world, 'start', steps('start:quick', 'start:new', 'start:slow'), rendered, { parallel: 1 })
  expect(scriptsRun(world)).toEqual(['run start.sh of slow', 'run start.sh of new', 'run start.sh of quick'])
})

test.each([
  ['stage db', []],
  ['record db starting', []],
  ['record db running', ['run start.sh of db']],
])('a port that refuses at "%s" fails its own step, and nothing else', async (refused, ran) => {
  const before = (line: string) => {
    if (line === refused) throw new PortFailure('no space left on device')
  }
  const world = createWorld({ before })
  const planned = steps('start:db', ['start:web', 'start:db'], 'start:other')
  const result = await carryOut(world, 'start', planned, [service('db'), service('web'), service('other')])
  expect(result.exitCode).toBe(1)
  expect(result.outcomes.get('start:db')).toMatchObject({
    status: 'failed',
    failure: { reason: { kind: 'system', message: 'no space left on device' } },
  })
  expect(result.outcomes.get('start:web')).toEqual({ status: 'blocked', by: ['db'] })
  expect(result.outcomes.get('start:other')).toMatchObject({ status: 'done' })
  expect(scriptsRun(world).filter((line) => line.endsWith('db'))).toEqual(ran)
})

test('what a port refuses after a script has run is said with the time that it took, and its log', async () => {
  const before = (line: string) => {
    if (line === 'record db running') throw new PortFailure('no space left on device')
  }
  const world = createWorld({
    before,
    script: async () => {
      await world.clock.sleep(2000, new AbortController().signal)
      return exited(0)
    },
  })
  const result = await carryOut(world, 'start', steps('start:db'), [service('db')])
  const log = '/logs/db/run-2.start.log'
  expect(result.outcomes.get('start:db')).toMatchObject({
    durationMs: 2000,
    failure: { log, tail: [`the last 20 lines of ${log}`] },
  })
})

test('a bug is not taken for a failure', async () => {
  const before = (line: string) => {
    if (line === 'stage db') throw new TypeError('a bug')
  }
  await expect(carryOut(createWorld({ before }), 'start', steps('start:db'), [service('db')])).rejects.toThrow('a bug')
  await expect(carryOut(createWorld(), 'start', steps('start:db'))).rejects.toThrow('without a rendered service')
})

test('interrupted, what runs is cancelled, the rest does not begin, and the signal gives the exit code', async () => {
  const interruption = new Interruption()
  const ends: ((end: ScriptEnd) => void)[] = []
  const world = createWorld({ script: () => new Promise((resolve) => ends.push(resolve)) })
  const planned = steps('start:a', 'start:b', ['start:c', 'start:a'])
  const rendered = ['a', 'b', 'c'].map((name) => service(name))
  const carriedOut = carryOut(world, 'start', planned, rendered, { interruption, parallel: 1 })
  expect(interruption.raise('SIGINT')).toEqual({ count: 1, urgency: 'terminate' })
  for (const end of ends) end({ kind: 'cancelled' })
  const { outcomes, exitCode } = await carriedOut
  expect(exitCode).toBe(130)
  expect(statuses(outcomes).sort()).toEqual(['start:a cancelled', 'start:b cancelled', 'start:c cancelled'])
  expect(scriptsRun(world)).toEqual(['run start.sh of a'])
  expect(world.record('a')?.phase).toBe('interrupted')
  expect(world.record('b')).toBeUndefined()
})

test('each signal is more urgent than the one before; the first gives the number', () => {
  const interruption = new Interruption()
  expect(interruption.signalNumber).toBeUndefined()
  expect(interruption.signal.aborted).toBe(false)
  expect(interruption.raise('SIGTERM').urgency).toBe('terminate')
  expect(interruption.signal.aborted).toBe(true)
  expect(interruption.raise('SIGINT').urgency).toBe('hasten')
  expect(interruption.raise('SIGINT').urgency).toBe('kill')
  expect(interruption.raise('SIGINT')).toEqual({ count: 4, urgency: 'kill' })
  expect(interruption.signalNumber).toBe(15)
})
