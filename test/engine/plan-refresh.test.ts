import { expect, test } from 'vitest'
import { planRefresh, type RefreshOptions } from '../../src/engine/plan/restart.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

const DEFAULTS: RefreshOptions = { names: [], skip: new Set(), withPrerequisites: true, named: true }

const plan = (given: Readonly<Record<string, Given>>, names: readonly string[], more: Partial<RefreshOptions> = {}) =>
  planRefresh(situation(given), { ...DEFAULTS, ...more, names })

const refresh = (...args: Parameters<typeof plan>): string[] => planText(plan(...args))

const RUNNING: Given = { state: 'running' }
const REFRESHABLE: Given = { state: 'running', refreshScript: true }

test('refreshes the named that run, changed or not; what it needs is left alone', () => {
  expect(refresh({ web: { needs: ['db'], ...REFRESHABLE }, db: { ...REFRESHABLE, changed: true } }, ['web'])).toEqual([
    'refresh  web  asked for',
    'left     db   runs with another configuration; needed by web',
  ])
})

test('refreshes prerequisites first, also behind services that are left alone', () => {
  const given = { web: { needs: ['api'], ...REFRESHABLE }, api: { needs: ['db'], ...RUNNING }, db: REFRESHABLE }
  expect(refresh(given, ['web', 'db'])).toEqual([
    'refresh  db   asked for',
    'refresh  web  asked for; after db',
    'left     api  already running; needed by web',
  ])
})

test('starts prerequisites that do not run', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...REFRESHABLE }, db: { state: 'failed' } }
  expect(refresh(given, ['web'])).toEqual([
    'start    db   not running (failed); needed by web',
    'refresh  web  asked for; after start of db',
  ])
  expect(refresh(given, ['web'], { withPrerequisites: false })).toEqual(['refresh  web  asked for'])
})

test('without a refresh-script: stop, then start', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...REFRESHABLE }, db: RUNNING }
  expect(refresh(given, ['web', 'db'])).toEqual([
    'stop     db   has no refresh-script',
    'start    db   has no refresh-script; after stop of db',
    'refresh  web  asked for; after start of db',
  ])
})

test('several without a refresh-script are stopped and started in order both ways', () => {
  expect(refresh({ web: { needs: ['db'], ...RUNNING }, db: RUNNING }, ['web', 'db'])).toEqual([
    'stop   web  has no refresh-script',
    'stop   db   has no refresh-script; after web',
    'start  db   has no refresh-script; after stop of db',
    'start  web  has no refresh-script; after db, stop of web',
  ])
})

test('a named one that does not run is left, which fails the request', () => {
  const given: Record<string, Given> = { a: { state: 'held' }, b: {}, c: { state: 'foreign' }, d: REFRESHABLE }
  expect(refresh(given, Object.keys(given))).toEqual([
    'refresh  d  asked for',
    'left     a  not running: held; this fails the request',
    'left     b  not running: never-started; this fails the request',
    'left     c  not running: foreign; this fails the request',
  ])
})

test('with --all, what does not run is left without a complaint', () => {
  expect(refresh({ a: { state: 'held' }, b: REFRESHABLE }, ['a', 'b'], { named: false })).toEqual([
    'refresh  b  asked for',
    'left     a  not running: held',
  ])
})

test('what does not run and is needed by another is started, and not said to be left', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...REFRESHABLE }, db: { state: 'stopped' } }
  expect(refresh(given, ['web', 'db'])).toEqual([
    'start    db   not running (stopped); needed by web',
    'refresh  web  asked for; after start of db',
  ])
})

test('a job without a refresh-script is run again where there is something new', () => {
  const given: Record<string, Given> = {
    changed: { kind: 'job', state: 'completed', changed: true },
    same: { kind: 'job', state: 'completed' },
    stale: { kind: 'job', state: 'completed', needs: ['store'], computedFrom: { store: 0 } },
    scripted: { kind: 'job', state: 'completed', refreshScript: true },
    store: { ...REFRESHABLE, dataGeneration: 1 },
    web: { needs: ['same'], ...REFRESHABLE },
  }
  expect(refresh(given, Object.keys(given))).toEqual([
    'start    changed   changed',
    'refresh  scripted  asked for',
    'refresh  store     asked for',
    'start    stale     data of store was deleted; after refresh of store',
    'refresh  web       asked for',
    'left     same      unchanged',
  ])
})

test('-k is left untouched, and must run where it is needed', () => {
  const given: Record<string, Given> = { web: { needs: ['db'], ...REFRESHABLE }, db: RUNNING }
  expect(refresh(given, ['web', 'db'], { skip: new Set(['db']) })).toEqual([
    'refresh  web  asked for',
    'left     db   skipped',
  ])
  expect(refusals(plan({ ...given, db: {} }, ['web'], { skip: new Set(['db']) }))).toEqual([
    { code: 'skipped-not-running', service: 'db', state: 'never-started', neededBy: 'web' },
  ])
})

test('a refresh that was interrupted is done again, but not where it has gone down', () => {
  const cut: Given = { state: 'interrupted', phase: 'refreshing', refreshScript: true }
  const given: Record<string, Given> = { a: { ...cut, answers: true }, b: { ...cut, probe: false }, c: cut }
  expect(refresh(given, Object.keys(given))).toEqual([
    'refresh  a  asked for',
    'refresh  b  asked for',
    'left     c  not running: interrupted; this fails the request',
  ])
})
