import { expect, test } from 'vitest'
import { planStop, type StopOptions } from '../../src/engine/plan/stop.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

const DEFAULTS: StopOptions = { names: [], skip: new Set(), withDependents: false, force: false, source: 'applied' }

const plan = (given: Readonly<Record<string, Given>>, names: readonly string[], more: Partial<StopOptions> = {}) =>
  planStop(situation(given), 'delete', { ...DEFAULTS, ...more, names })

const RUNNING: Given = { state: 'running' }
const CHAIN: Readonly<Record<string, Given>> = {
  web: { needs: ['api'], ...RUNNING },
  api: { needs: ['db'], ...RUNNING },
  db: RUNNING,
}

test('deletes dependents first', () => {
  expect(planText(plan(CHAIN, ['db', 'api', 'web']))).toEqual([
    'delete  web  asked for',
    'delete  api  asked for; after web',
    'delete  db   asked for; after api',
  ])
})

test('dependents that are in the way are only stopped', () => {
  expect(planText(plan(CHAIN, ['api', 'db'], { withDependents: true }))).toEqual([
    'stop    web  asked for; needs api',
    'delete  api  asked for; after stop of web',
    'delete  db   asked for; after api',
  ])
})

test('is refused where dependents run', () => {
  expect(refusals(plan(CHAIN, ['api', 'db']))).toEqual([
    { code: 'dependents-running', service: 'api', dependents: [{ name: 'web', state: 'running' }], verb: 'delete' },
    { code: 'dependents-running', service: 'db', dependents: [{ name: 'web', state: 'running' }], verb: 'delete' },
  ])
  expect(planText(plan(CHAIN, ['db'], { force: true }))).toEqual(['delete  db  asked for'])
})

test('is refused also where the service itself is stopped, and what needs its data runs', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...RUNNING }, db: { state: 'held' } }
  expect(refusals(plan(given, ['db']))).toMatchObject([{ service: 'db', dependents: [{ name: 'web' }] }])
})

test('what is stopped or completed has data, and is deleted; a job that was done stands in no way', () => {
  const given: Record<string, Given> = {
    train: { kind: 'job', state: 'completed', needs: ['db'] },
    db: { state: 'held' },
  }
  expect(planText(plan(given, ['db']))).toEqual(['delete  db  asked for'])
  expect(planText(plan(given, ['db', 'train']))).toEqual([
    'delete  train  asked for',
    'delete  db     asked for; after train',
  ])
})

test('what was never started is not touched, and nothing stands in its way', () => {
  const given: Record<string, Given> = { db: {}, gone: { dataGeneration: 3 }, stranger: { state: 'foreign' } }
  expect(planText(plan(given, Object.keys(given)))).toEqual([
    'Nothing to do.',
    'left  db        never started',
    'left  gone      never started',
    'left  stranger  never started',
  ])
})

test('what was deleted by force stands under nobody any more', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...RUNNING }, db: { dataGeneration: 1 } }
  expect(planText(plan(given, ['db']))).toEqual(['Nothing to do.', 'left  db  never started'])
})

test('orphans are deleted with what they were started with', () => {
  const given: Record<string, Given> = { old: { declared: false, state: 'orphan', needs: ['db'] }, db: RUNNING }
  expect(planText(plan(given, ['old']))).toEqual(['delete  old  asked for'])
})
