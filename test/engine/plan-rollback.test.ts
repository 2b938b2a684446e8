import { expect, test } from 'vitest'
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
