import { expect, test } from 'vitest'
import { planRestart, type RestartOptions } from '../../src/engine/plan/restart.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

const DEFAULTS: RestartOptions = { names: [], skip: new Set(), withDependents: false, withPrerequisites: true }

const plan = (given: Readonly<Record<string, Given>>, names: readonly string[], more: Partial<RestartOptions> = {}) =>
  planRestart(situation(given), { ...DEFAULTS, ...more, names })

const restart = (...args: Parameters<typeof plan>): string[] => planText(plan(...args))

const RUNNING: Given = { state: 'running' }
const CHAIN: Readonly<Record<string, Given>> = {
  web: { needs: ['api'], ...RUNNING },
  api: { needs: ['db'], ...RUNNING },
  db: RUNNING,
}

test('who would only like to have a service is not restarted with it; named, it waits both ways', () => {
  const given: Record<string, Given> = { web: { needs: ['cache?'], ...RUNNING }, cache: RUNNING }
  expect(restart(given, ['cache'], { withDependents: true })).toEqual([
    'stop   cache  asked for',
    'start  cache  asked for; after stop of cache',
  ])
  expect(restart(given, ['cache', 'web'])).toEqual([
    'stop   web    asked for',
    'stop   cache  asked for; after web (optional)',
    'start  cache  asked for; after stop of cache',
    'start  web    asked for; after stop of web, cache (optional)',
  ])
})

test('stops and starts the named; what needs it stays, what it needs is left alone', () => {
  expect(restart(CHAIN, ['api'])).toEqual([
    'stop   api  asked for',
    'start  api  asked for; after stop of api',
    'left   db   already running; needed by api',
  ])
})

test('restarts dependents where asked, in order both ways', () => {
  expect(restart(CHAIN, ['db'], { withDependents: true })).toEqual([
    'stop   web  asked for; needs api',
    'stop   api  asked for; needs db; after web',
    'stop   db   asked for; after api',
    'start  db   asked for; after stop of db',
    'start  api  asked for; needs db; after db, stop of api',
    'start  web  asked for; needs api; after api, stop of web',
  ])
})

test('goes through services in between that stay', () => {
  expect(restart(CHAIN, ['db', 'web'])).toEqual([
    'stop   web  asked for',
    'stop   db   asked for; after web',
    'start  db   asked for; after stop of db',
    'start  web  asked for; after db, stop of web',
    'left   api  already running; needed by web',
  ])
})

test('dependents that do not run are not started by it', () => {
  const given: Record<string, Given> = { ...CHAIN, web: { needs: ['api'], state: 'held' }, gone: { needs: ['db'] } }
  expect(restart(given, ['api'], { withDependents: true })).toEqual([
    'stop   api  asked for',
    'start  api  asked for; after stop of api',
    'left   db   already running; needed by api',
  ])
})

test('what does not run is only started; missing prerequisites are started first', () => {
  const given: Record<string, Given> = {
    web: { needs: ['api'], ...RUNNING },
    api: { needs: ['db'], state: 'held' },
    db: {},
  }
  expect(restart(given, ['api', 'web'])).toEqual([
    'stop   web  asked for',
    'start  db   never started; needed by api',
    'start  api  asked for; after db, stop of web',
    'start  web  asked for; after api, stop of web',
  ])
  expect(restart(given, ['web'], { withPrerequisites: false })).toEqual([
    'stop   web  asked for',
    'start  web  asked for; after stop of web',
  ])
})

test('stops in the order of what is recorded, starts in that of the project', () => {
  const given: Record<string, Given> = {
    a: { needs: [], neededThen: ['b'], ...RUNNING },
    b: { needs: ['a'], neededThen: [], ...RUNNING },
  }
  expect(restart(given, ['a', 'b'])).toEqual([
    'stop   a  asked for',
    'stop   b  asked for; after a',
    'start  a  asked for; after stop of a',
    'start  b  asked for; after a, stop of b',
  ])
})

test('a job that was done has nothing to stop', () => {
  expect(restart({ train: { kind: 'job', state: 'completed' } }, ['train'])).toEqual(['start  train  asked for'])
})

test('a stranger is refused: its answer would be taken for that of the service', () => {
  const answer = 'port 80 answers'
  expect(refusals(plan({ db: { state: 'foreign' } }, ['db']))).toEqual([{ code: 'foreign', service: 'db', answer }])
  const stopped: Record<string, Given> = {
    web: { needs: ['db'], ...RUNNING },
    db: { state: 'foreign', phase: 'stopped' },
  }
  expect(refusals(plan(stopped, ['web']))).toEqual([{ code: 'foreign', service: 'db', answer }])
})

test('-k is left untouched, and must run where it is needed', () => {
  expect(restart(CHAIN, ['api', 'db'], { skip: new Set(['db']), withDependents: true })).toEqual([
    'stop   web  asked for; needs api',
    'stop   api  asked for; after web',
    'start  api  asked for; after stop of api',
    'start  web  asked for; needs api; after api, stop of web',
    'left   db   skipped',
  ])
  const given: Record<string, Given> = { ...CHAIN, db: { state: 'failed' } }
  expect(refusals(plan(given, ['api'], { skip: new Set(['db']) }))).toEqual([
    { code: 'skipped-not-running', service: 'db', state: 'failed', neededBy: 'api' },
  ])
})

test('a job, of which nothing runs, is not run again before those are stopped that stand on it', () => {
  const given: Record<string, Given> = {
    web: { needs: ['api'], ...RUNNING },
    api: { needs: ['migrate'], ...RUNNING },
    migrate: { kind: 'job', state: 'completed' },
  }
  expect(restart(given, ['migrate', 'api', 'web'])).toEqual([
    'stop   web      asked for',
    'stop   api      asked for; after web',
    'start  migrate  asked for; after stop of api',
    'start  api      asked for; after migrate, stop of api',
    'start  web      asked for; after api, stop of web',
  ])
  expect(restart(given, ['migrate'])).toEqual(['start  migrate  asked for'])
})
