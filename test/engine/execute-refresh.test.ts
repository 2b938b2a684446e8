import { expect, test } from 'vitest'
import type { RenderedService } from '../../src/model/rendered.ts'
import type { Readiness } from '../../src/model/service.ts'
import { makeRecord, makeRendered, makeService, scriptsFor } from './support/services.ts'
import { type Behaviour, carryOut, createWorld, DEAD, DOWN, exited, steps } from './support/world.ts'

const TCP: Readiness = {
  probe: { kind: 'tcp', host: 'localhost', port: 80 },
  intervalMs: 1000,
  timeoutMs: 10_000,
  successThreshold: 1,
}
const REFRESH = steps('refresh:db')

const db = (...roles: ('refresh' | 'status')[]): RenderedService =>
  makeRendered(makeService('db', [], { scripts: scriptsFor('refresh', ...roles) }), { readiness: TCP })

test('stages anew, runs the refresh script, awaits readiness; only then the new is recorded', async () => {
  let during: unknown
  const world = createWorld({
    records: [makeRecord('db')],
    script: () => {
      const { phase, applied } = world.record('db') ?? {}
      during = [phase, applied?.version]
      return exited(0)
    },
  })
  const result = await carryOut(world, 'refresh', REFRESH, [db()])
  expect(result.outcomes.get('refresh:db')).toMatchObject({ status: 'done', warning: null })
  expect(during).toEqual(['refreshing', 'run-1'])
  expect(world.trail).toEqual([
    'stage db',
    'record db refreshing',
    'run refresh.sh of db',
    'ask readiness of db',
    'record db running',
    'prune db, keep run-2 run-1',
  ])
  // What its start script left behind still works in the directory that it was started in.
  expect(world.record('db')).toMatchObject({
    startedVersion: 'run-1',
    applied: { version: 'run-2', fingerprint: 'new' },
    durations: { refresh: 0 },
  })
})

test.each<[string, Behaviour, object]>([
  [
    'its script fails',
    { script: () => exited(3) },
    { phase: 'running', problem: 'its refresh script exited with code 3' },
  ],
  ['it does not become ready', { ready: () => DOWN }, { phase: 'failed', failedStart: 'readiness' }],
  [
    'it is interrupted',
    { script: () => ({ kind: 'cancelled' }) },
    { phase: 'refreshing', problem: 'its refresh was interrupted' },
  ],
])('keeps what was applied before where %s', async (_, behaviour, expected) => {
  const world = createWorld({ records: [makeRecord('db')], ...behaviour })
  const result = await carryOut(world, 'refresh', REFRESH, [db()])
  expect(result.exitCode).toBe(1)
  expect(world.record('db')).toMatchObject({ ...expected, applied: { version: 'run-1', fingerprint: 'same' } })
  expect(world.trail.some((line) => line.startsWith('prune'))).toBe(false)
})

test('fails at once where it dies of it', async () => {
  const world = createWorld({ records: [makeRecord('db')], ready: () => DOWN, status: () => DEAD })
  const result = await carryOut(world, 'refresh', REFRESH, [db('status')])
  expect(result.outcomes.get('refresh:db')).toMatchObject({ durationMs: 0, failure: { reason: { kind: 'died' } } })
  expect(world.record('db')?.phase).toBe('failed')
})

test('a job stays completed, with its former result, where its refresh fails', async () => {
  const record = makeRecord('db', { kind: 'job', phase: 'completed' })
  const job = makeRendered(makeService('db', [], { kind: 'job', scripts: scriptsFor('refresh') }))
  const failing = createWorld({ records: [record], script: () => exited(1) })
  await carryOut(failing, 'refresh', REFRESH, [job])
  expect(failing.record('db')).toMatchObject({ phase: 'completed', applied: { version: 'run-1' } })
  const world = createWorld({ records: [record] })
  await carryOut(world, 'refresh', REFRESH, [job])
  expect(world.record('db')).toMatchObject({ phase: 'completed', applied: { version: 'run-2' } })
  expect(world.trail).not.toContain('ask readiness of db')
})
