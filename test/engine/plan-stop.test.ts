import { expect, test } from 'vitest'
import { planStop, type StopOptions } from '../../src/engine/plan/stop.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

const DEFAULTS: StopOptions = { names: [], skip: new Set(), withDependents: false, force: false, source: 'applied' }

const plan = (given: Readonly<Record<string, Given>>, names: readonly string[], more: Partial<StopOptions> = {}) => {
  // Nothing of a stop may come from the project.
  const { observed } = situation(given)
  const bare = { services: new Map(), declared: new Map(), observed, fingerprints: new Map() }
  return planStop(bare, 'stop', { ...DEFAULTS, ...more, names })
}

const stop = (...args: Parameters<typeof plan>): string[] => planText(plan(...args))

const RUNNING: Given = { state: 'running' }
const CHAIN: Readonly<Record<string, Given>> = {
  web: { needs: ['api'], ...RUNNING },
  api: { needs: ['db'], ...RUNNING },
  db: RUNNING,
}

test('stops dependents first', () => {
  expect(stop(CHAIN, ['db', 'web', 'api'])).toEqual([
    'stop  web  asked for',
    'stop  api  asked for; after web',
    'stop  db   asked for; after api',
  ])
})

test('goes by the prerequisites that a service was started with', () => {
  const given: Record<string, Given> = {
    web: { needs: ['cache'], neededThen: ['db'], ...RUNNING },
    cache: RUNNING,
    db: RUNNING,
  }
  expect(stop(given, ['cache', 'db', 'web'])).toEqual([
    'stop  web    asked for',
    'stop  db     asked for; after web',
    'stop  cache  asked for',
  ])
})

test('where the records need each other, the later start holds', () => {
  const given: Record<string, Given> = {
    a: { neededThen: ['b'], version: 'run-1', ...RUNNING },
    b: { neededThen: ['a'], version: 'run-2', ...RUNNING },
  }
  expect(stop(given, ['a', 'b'])).toEqual(['stop  b  asked for', 'stop  a  asked for; after b'])
  expect(refusals(plan(given, ['a']))).toMatchObject([{ service: 'a', dependents: [{ name: 'b' }] }])
  expect(stop(given, ['b'])).toEqual(['stop  b  asked for'])
})

test('the order also goes through services without a step', () => {
  const given: Record<string, Given> = {
    web: { needs: ['api'], ...RUNNING },
    api: { needs: ['db'], state: 'held' },
    db: RUNNING,
  }
  expect(stop(given, ['db', 'web'])).toEqual(['stop  web  asked for', 'stop  db   asked for; after web'])
})

test('is refused where dependents are not selected, with their states', () => {
  const given: Record<string, Given> = {
    running: { needs: ['db'], ...RUNNING },
    starting: { needs: ['db'], state: 'starting' },
    failed: { needs: ['db'], state: 'failed' },
    interrupted: { needs: ['db'], state: 'interrupted' },
    unknown: { needs: ['db'], state: 'unknown' },
    orphan: { needs: ['db'], state: 'orphan', declared: false },
    held: { needs: ['db'], state: 'held' },
    stopped: { needs: ['db'], state: 'stopped' },
    done: { needs: ['db'], kind: 'job', state: 'completed' },
    wrong: { needs: ['db'], kind: 'job', state: 'failed' },
    never: { needs: ['db'] },
    db: RUNNING,
  }
  const dependents = ['failed', 'interrupted', 'orphan', 'running', 'starting', 'unknown']
  expect(refusals(plan(given, ['db']))).toEqual([
    {
      code: 'dependents-running',
      service: 'db',
      dependents: dependents.map((name) => ({ name, state: name })),
      verb: 'stop',
    },
  ])
})

test('a dependent of a dependent stands in the way too, also behind one that is stopped', () => {
  const given: Record<string, Given> = { ...CHAIN, api: { needs: ['db'], state: 'held' } }
  expect(refusals(plan(given, ['db']))).toMatchObject([{ dependents: [{ name: 'web', state: 'running' }] }])
})

test('a service that runs by its record and is observed as dead still stands in the way', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], state: 'failed', phase: 'running' }, db: RUNNING }
  expect(refusals(plan(given, ['db']))).toMatchObject([{ dependents: [{ name: 'web', state: 'failed' }] }])
})

test('each named service is refused for itself', () => {
  const given: Record<string, Given> = { ...CHAIN, job: { needs: ['db'], ...RUNNING } }
  expect(refusals(plan(given, ['api', 'db']))).toMatchObject([
    { service: 'api', dependents: [{ name: 'web' }] },
    { service: 'db', dependents: [{ name: 'job' }, { name: 'web' }] },
  ])
})

test('--with-dependents stops those that run, and says why', () => {
  const given: Record<string, Given> = { ...CHAIN, idle: { needs: ['db'], state: 'stopped' } }
  expect(stop(given, ['db'], { withDependents: true })).toEqual([
    'stop  web  asked for; needs api',
    'stop  api  asked for; needs db; after web',
    'stop  db   asked for; after api',
  ])
})

test('who would only like to have a service is in no way, and is not stopped with it', () => {
  const given: Record<string, Given> = {
    top: { needs: ['web'], ...RUNNING },
    web: { needs: ['cache?'], ...RUNNING },
    cache: RUNNING,
  }
  expect(stop(given, ['cache'])).toEqual(['stop  cache  asked for'])
  expect(stop(given, ['cache'], { withDependents: true })).toEqual(['stop  cache  asked for'])
})

test('who would only like to have a service is stopped before it, and its failure keeps nobody', () => {
  const given: Record<string, Given> = {
    top: { needs: ['web'], ...RUNNING },
    web: { needs: ['cache?'], state: 'held' },
    cache: RUNNING,
  }
  expect(stop(given, ['cache', 'top'])).toEqual([
    'stop  top    asked for',
    'stop  cache  asked for; after top (optional)',
  ])
})

test('--force stops what others need, and those stay', () => {
  expect(stop(CHAIN, ['db'], { force: true })).toEqual(['stop  db  asked for'])
})

test('-k keeps a dependent, which stands in the way then', () => {
  const skip = new Set(['web'])
  expect(refusals(plan(CHAIN, ['db'], { withDependents: true, skip }))).toMatchObject([
    { service: 'db', dependents: [{ name: 'web' }] },
  ])
  expect(refusals(plan(CHAIN, ['db', 'api', 'web'], { skip }))).toMatchObject([{ service: 'api' }, { service: 'db' }])
  expect(stop(CHAIN, ['db', 'api', 'web'], { skip: new Set(['db']) })).toEqual([
    'stop  web  asked for',
    'stop  api  asked for; after web',
  ])
})

test('says what has nothing to stop', () => {
  const given: Record<string, Given> = {
    held: { state: 'held' },
    job: { kind: 'job', state: 'completed' },
    never: {},
    deleted: { dataGeneration: 1 },
    stranger: { state: 'foreign', phase: 'stopped' },
  }
  expect(stop(given, Object.keys(given))).toEqual([
    'Nothing to do.',
    'left  deleted   never started',
    'left  held      nothing to stop: held',
    'left  job       nothing to stop: completed',
    'left  never     never started',
    'left  stranger  nothing to stop: foreign',
  ])
})

test('stops what may still be alive: failed, interrupted, unknown, half stopped', () => {
  const given: Record<string, Given> = {
    a: { state: 'failed' },
    b: { state: 'interrupted' },
    c: { state: 'unknown' },
    d: { state: 'stopping' },
    job: { kind: 'job', state: 'interrupted' },
  }
  expect(stop(given, Object.keys(given))).toEqual([
    'stop  job  asked for',
    'stop  d    asked for',
    'stop  c    asked for',
    'stop  b    asked for',
    'stop  a    asked for',
  ])
})

test('orphans are stopped like others', () => {
  expect(stop({ gone: { declared: false, state: 'orphan', needs: ['db'] }, db: RUNNING }, ['db', 'gone'])).toEqual([
    'stop  gone  asked for',
    'stop  db    asked for; after gone',
  ])
})

test("--from-tree is said of each step that runs the project's scripts", () => {
  expect(stop({ db: RUNNING }, ['db'], { source: 'tree' })).toEqual(["stop  db  asked for; with the project's scripts"])
})

test('all of a chain of 10,000 are stopped', { timeout: 10_000 }, () => {
  const name = (index: number): string => `s${String(index).padStart(5, '0')}`
  const given = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, index): [string, Given] => [
      name(index),
      { ...RUNNING, needs: index === 0 ? [] : [name(index - 1)] },
    ]),
  )
  const { steps } = plan(given, Object.keys(given)).plan
  expect(steps).toHaveLength(10_000)
  expect(steps[0]?.service).toBe('s09999')
  expect(steps.at(-1)).toMatchObject({ service: 's00000', needs: ['stop:s00001'] })
})
