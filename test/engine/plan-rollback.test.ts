import { describe, expect, test } from 'vitest'
import { planRollback } from '../../src/engine/plan/rollback.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { Step, Trigger } from '../../src/model/plan.ts'
import type { ServiceRecord } from '../../src/model/record.ts'
import { printPlan } from '../../src/ui/plan-text.ts'
import { makeApplied, makeRecord } from './support/services.ts'
import { steps } from './support/world.ts'

const DONE: Outcome = { status: 'done', durationMs: 1, warning: null }
const FAILED: Outcome = {
  status: 'failed',
  durationMs: 1,
  failure: { reason: { kind: 'exit', exitCode: 1 }, script: 'start.sh', log: null, tail: [] },
}
const CUT: Outcome = { status: 'cancelled', begun: true, durationMs: 1 }
const NEVER_BEGUN: Outcome = { status: 'cancelled', begun: false, durationMs: 0 }
const BLOCKED: Outcome = { status: 'blocked', by: ['db'] }

/** What takes a run back, its steps as `--dry-run` would print them, and what is kept. */
function rollback(planned: readonly (readonly [Step, Outcome])[], records: readonly ServiceRecord[]) {
  const { steps: stops, kept } = planRollback({
    plan: { verb: 'start', steps: planned.map(([step]) => step), left: [] },
    outcomes: new Map(planned.map(([{ id }, outcome]) => [id, outcome])),
    record: (service) => records.find((record) => record.name === service),
  })
  const text = stops.length === 0 ? [] : printPlan({ verb: 'start', steps: stops, left: [] }).split('\n')
  return {
    stops: text,
    ids: stops.map(({ id }) => id),
    kept: kept.map(({ service, reason }) => `${service}: ${reason}`),
  }
}

function step(id: string, kind: Trigger['kind'] = 'never-started', adopt = false): Step {
  const [one] = steps(id)
  if (one === undefined) throw new Error(id)
  return { ...one, adopt, cause: { ...one.cause, trigger: { kind, detail: '', answer: '', service: '' } as Trigger } }
}

const record = (name: string, needs: readonly string[] = [], more: Partial<ServiceRecord> = {}) =>
  makeRecord(name, { applied: makeApplied(name, { prerequisites: needs }), ...more })

test('everything that was started, failed and interrupted starts included, is stopped, dependents first', () => {
  const result = rollback(
    [
      [step('start:db'), DONE],
      [step('start:queue'), DONE],
      [step('start:api'), FAILED],
      [step('start:cut'), CUT],
      [step('start:web'), BLOCKED],
      [step('start:later'), NEVER_BEGUN],
    ],
    [
      record('db'),
      record('queue', ['db']),
      record('api', ['queue'], { phase: 'failed', failedStart: 'script' }),
      record('cut', ['db'], { phase: 'interrupted' }),
    ],
  )
  expect(result.stops).toEqual([
    'stop  cut    the run that started it is taken back',
    'stop  api    the run that started it is taken back',
    'stop  queue  the run that started it is taken back; after api',
    'stop  db     the run that started it is taken back; after cut, queue',
  ])
  expect(result.ids).toEqual(['rollback:cut', 'rollback:api', 'rollback:queue', 'rollback:db'])
  expect(result.kept).toEqual([])
})

test('what ran before is left, and said: taken over, without a probe, restarted, refreshed', () => {
  const result = rollback(
    [
      [step('start:adopted', 'adopted', true), DONE],
      [step('start:unasked', 'no-probe'), DONE],
      [step('stop:twice', 'asked'), DONE],
      [step('start:twice', 'asked'), DONE],
      [step('refresh:anew', 'asked'), DONE],
      [step('refresh:same', 'asked'), FAILED],
      [step('start:new'), DONE],
    ],
    ['adopted', 'unasked', 'twice', 'anew', 'same', 'new'].map((name) => record(name)),
  )
  expect(result.ids).toEqual(['rollback:new'])
  expect(result.kept).toEqual(['adopted: adopted', 'anew: refreshed', 'twice: restarted', 'unasked: restarted'])
})

test('what was stopped for a start that never came, or deleted, is said', () => {
  const result = rollback(
    [
      [step('stop:web', 'asked'), DONE],
      [step('start:web', 'asked'), BLOCKED],
      [step('delete:gone', 'asked'), DONE],
      [step('stop:stuck', 'asked'), FAILED],
    ],
    [record('web', [], { phase: 'stopped' }), record('gone', [], { phase: 'never-started' }), record('stuck')],
  )
  expect(result).toEqual({ stops: [], ids: [], kept: ['gone: deleted', 'web: stopped'] })
})

test('without a stop-script it is kept; a job that is completed has nothing to stop', () => {
  const bare = (name: string, more: Partial<ServiceRecord>) =>
    record(name, [], { applied: makeApplied(name, { scripts: { start: 'start.sh' } }), ...more })
  const result = rollback(
    [
      [step('start:bare'), DONE],
      [step('start:train'), DONE],
      [step('start:broken'), FAILED],
      [step('start:broken-bare'), FAILED],
      [step('start:unborn'), FAILED],
    ],
    [
      bare('bare', {}),
      record('train', [], { kind: 'job', phase: 'completed' }),
      record('broken', [], { kind: 'job', phase: 'failed' }),
      bare('broken-bare', { kind: 'job', phase: 'failed' }),
    ],
  )
  expect(result.ids).toEqual(['rollback:broken'])
  expect(result.kept).toEqual(['bare: no-stop-script'])
})

describe('who follows what is taken back', () => {
  const routes = (operator: 'refresh' | 'start', followed: Record<string, string>, more: Partial<ServiceRecord> = {}) =>
    [
      { ...step(`${operator}:ingress`), deployments: Object.keys(followed) },
      makeRecord('ingress', { applied: makeApplied('ingress', { followed }), ...more }),
    ] as const

  test('is told before, and once', () => {
    const [refresh, ingress] = routes('refresh', { a: 'x', b: 'x', c: 'x' })
    const planned = [[step('start:a'), DONE] as const, [step('start:b'), DONE] as const, [refresh, DONE] as const]
    expect(rollback(planned, [record('a'), record('b'), ingress])).toEqual({
      stops: [
        'refresh  ingress  followed deployments changed: - a, - b',
        'stop     b        the run that started it is taken back; after refresh of ingress',
        'stop     a        the run that started it is taken back; after refresh of ingress',
      ],
      ids: ['rollback:ingress', 'rollback:b', 'rollback:a'],
      kept: [],
    })
  })

  test('is told also where its refresh has failed, of which nobody knows how far it came', () => {
    const [refresh, ingress] = routes('refresh', { a: '' })
    expect(
      rollback(
        [
          [step('start:a'), DONE],
          [refresh, FAILED],
        ],
        [record('a'), ingress],
      ).ids,
    ).toEqual(['rollback:ingress', 'rollback:a'])
  })

  test('is stopped and started where that is how it takes something in', () => {
    const [start, ingress] = routes('start', { a: 'x' })
    const planned = [[step('start:a'), DONE] as const, [step('stop:ingress'), DONE] as const, [start, DONE] as const]
    expect(rollback(planned, [record('a'), ingress]).stops).toEqual([
      'stop   ingress  followed deployments changed: - a',
      'start  ingress  followed deployments changed: - a; after stop of ingress',
      'stop   a        the run that started it is taken back; after ingress',
    ])
  })

  test('is left where it does not know of it', () => {
    const [refresh, ingress] = routes('refresh', { c: 'x' })
    expect(
      rollback(
        [
          [step('start:a'), FAILED],
          [refresh, DONE],
        ],
        [record('a'), ingress],
      ),
    ).toMatchObject({
      ids: ['rollback:a'],
      kept: ['ingress: refreshed'],
    })
  })

  test('is stopped before it where the run has started both', () => {
    const [start, ingress] = routes('start', { a: 'x' })
    expect(
      rollback(
        [
          [step('start:a'), DONE],
          [start, DONE],
        ],
        [record('a'), ingress],
      ).stops,
    ).toEqual([
      'stop  ingress  the run that started it is taken back',
      'stop  a        the run that started it is taken back; after ingress (optional)',
    ])
  })
})
