import { expect, test } from 'vitest'
import { planStart, type StartOptions } from '../../src/engine/plan/start.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

const DEFAULTS: StartOptions = { names: [], skip: new Set(), withPrerequisites: true, again: false, adopt: false }

const plan = (given: Readonly<Record<string, Given>>, names: readonly string[], more: Partial<StartOptions> = {}) =>
  planStart(situation(given), { ...DEFAULTS, ...more, names })

const start = (...args: Parameters<typeof plan>): string[] => planText(plan(...args))

const RUNNING: Given = { state: 'running' }

test('starts the named and all their prerequisites, each after its own', () => {
  const given = {
    web: { needs: ['api', 'cache'] },
    api: { needs: ['db'] },
    cache: {},
    db: {},
    other: { needs: ['db'] },
  }
  expect(start(given, ['web'])).toEqual([
    'start  db     never started; needed by api',
    'start  api    never started; needed by web; after db',
    'start  cache  never started; needed by web',
    'start  web    never started; after api, cache',
  ])
})

test('what is named is not said to be needed', () => {
  expect(start({ web: { needs: ['db'] }, db: {} }, ['db', 'web'])).toEqual([
    'start  db   never started',
    'start  web  never started; after db',
  ])
})

test('leaves alone what runs', () => {
  expect(start({ web: { needs: ['db'], ...RUNNING }, db: RUNNING }, ['web'])).toEqual([
    'Nothing to do.',
    'left  db   already running; needed by web',
    'left  web  already running',
  ])
})

test('knows since when what is left alone runs', () => {
  expect(plan({ db: RUNNING }, ['db']).plan.left[0]?.reason).toEqual({
    kind: 'running',
    since: '2026-01-02T03:04:05.000Z',
  })
})

test('leaves alone what runs with another configuration, and says so', () => {
  expect(start({ db: { ...RUNNING, changed: true } }, ['db'])).toEqual([
    'Nothing to do.',
    'left  db  runs with another configuration',
  ])
})

test('runs the start script again where nothing can be asked', () => {
  expect(start({ db: { ...RUNNING, probe: false } }, ['db'])).toEqual(['start  db  nothing to ask whether it runs'])
})

test('starts again what is held, stopped, failed, interrupted or not known', () => {
  const given: Record<string, Given> = {
    a: { state: 'held' },
    b: { state: 'stopped' },
    c: { state: 'failed', failedStart: 'script', detail: 'its start script exited with code 3' },
    d: { state: 'interrupted', detail: 'its start was interrupted' },
    e: { state: 'unknown', detail: 'status.sh gave no answer within 5s' },
  }
  expect(start(given, Object.keys(given))).toEqual([
    'start  a  not running (held)',
    'start  b  not running (stopped)',
    'start  c  not running (failed: its start script exited with code 3); its stop-script first',
    'start  d  not running (interrupted: its start was interrupted); its stop-script first',
    'start  e  not running (unknown: status.sh gave no answer within 5s)',
  ])
})

test('a start waits for prerequisites behind services that are left alone', () => {
  const given = {
    web: { needs: ['api'] },
    api: { needs: ['pool'], ...RUNNING },
    pool: { needs: ['db'], ...RUNNING },
    db: {},
  }
  expect(start(given, ['web'])).toEqual([
    'start  db    never started; needed by pool',
    'start  web   never started; after db',
    'left   api   already running; needed by web',
    'left   pool  already running; needed by api',
  ])
})

test('a chain of 10,000 of which only the ends are started', { timeout: 10_000 }, () => {
  const given: Record<string, Given> = { s00000: {} }
  const name = (index: number): string => `s${String(index).padStart(5, '0')}`
  for (let index = 1; index < 10_000; index += 1) given[name(index)] = { needs: [name(index - 1)], ...RUNNING }
  given.top = { needs: [name(9999)] }
  const { steps, left } = plan(given, ['top']).plan
  expect(steps.map(({ id, needs }) => [id, needs])).toEqual([
    ['start:s00000', []],
    ['start:top', ['start:s00000']],
  ])
  expect(left).toHaveLength(9999)
})

test('with --no-prerequisites starts only the named, still in order', () => {
  const given = { web: { needs: ['api'] }, api: { needs: ['db'] }, db: {} }
  expect(start(given, ['web'], { withPrerequisites: false })).toEqual(['start  web  never started'])
  expect(start(given, ['db', 'web'], { withPrerequisites: false })).toEqual([
    'start  db   never started',
    'start  web  never started; after db',
  ])
})

test('an optional prerequisite is not pulled in', () => {
  expect(start({ web: { needs: ['cache?'] }, cache: {} }, ['web'])).toEqual(['start  web  never started'])
})

test('an optional prerequisite orders where both are selected', () => {
  expect(start({ app: { needs: ['cache?'] }, cache: {} }, ['app', 'cache'])).toEqual([
    'start  cache  never started',
    'start  app    never started; after cache (optional)',
  ])
})

test('a way over an optional prerequisite only orders, unless another way does not', () => {
  const given: Record<string, Given> = {
    db: {},
    api: { ...RUNNING, needs: ['db'] },
    cache: { ...RUNNING, needs: ['db?'] },
    web: { needs: ['api?'] },
    top: { needs: ['cache'] },
    both: { needs: ['api', 'cache?'] },
  }
  expect(start(given, ['db', 'web', 'top', 'both']).filter((line) => line.startsWith('start'))).toEqual([
    'start  db     never started',
    'start  both   never started; after db',
    'start  top    never started; after db (optional)',
    'start  web    never started; after db (optional)',
  ])
})

test('a completed job is left alone while nothing changed', () => {
  const given: Record<string, Given> = {
    train: { kind: 'job', state: 'completed', needs: ['store'], computedFrom: { store: 2 } },
    store: { ...RUNNING, dataGeneration: 2 },
  }
  expect(start(given, ['train'])).toEqual([
    'Nothing to do.',
    'left  store  already running; needed by train',
    'left  train  already completed',
  ])
})

test('a completed job is left alone though it has nothing that can be asked', () => {
  expect(start({ train: { kind: 'job', state: 'completed', probe: false } }, ['train'])).toEqual([
    'Nothing to do.',
    'left  train  already completed',
  ])
})

test('a job runs again when it changed, or when its result is gone', () => {
  const given: Record<string, Given> = {
    changed: { kind: 'job', state: 'completed', changed: true },
    gone: { kind: 'job', state: 'stopped', phase: 'completed', detail: 'its result is gone: no model.json' },
    failed: { kind: 'job', state: 'failed' },
    never: { kind: 'job' },
  }
  expect(start(given, Object.keys(given))).toEqual([
    'start  changed  changed',
    'start  failed   not completed (failed)',
    'start  gone     not completed (stopped: its result is gone: no model.json)',
    'start  never    never started',
  ])
})

test('a job runs again when data of a prerequisite, direct or not, was deleted since', () => {
  const given: Record<string, Given> = {
    publish: { kind: 'job', state: 'completed', needs: ['gate'], computedFrom: { gate: 0, store: 0 } },
    gate: { ...RUNNING, needs: ['store'] },
    store: { dataGeneration: 1 },
  }
  expect(start(given, ['publish'])).toEqual([
    'start  store    never started; needed by gate',
    'start  publish  data of store was deleted; after store',
    'left   gate     already running; needed by publish',
  ])
})

test('--again runs the named jobs again, and only those', () => {
  const given: Record<string, Given> = {
    publish: { kind: 'job', state: 'completed', needs: ['train'] },
    train: { kind: 'job', state: 'completed', needs: ['store'] },
    store: RUNNING,
  }
  expect(start(given, ['publish', 'store'], { again: true })).toEqual([
    'start  publish  to be done again',
    'left   store    already running',
    'left   train    already completed; needed by publish',
  ])
})

test('what answers without having been started here is refused, with its answer', () => {
  const given: Record<string, Given> = { web: { needs: ['db'] }, db: { state: 'foreign' } }
  const planned = plan(given, ['web'])
  expect(refusals(planned)).toEqual([{ code: 'foreign', service: 'db', answer: 'port 80 answers' }])
  expect(planned.problems[0]).toMatchObject({ service: 'db', severity: 'error' })
})

test('--adopt takes over what answers', () => {
  expect(start({ web: { needs: ['db'] }, db: { state: 'foreign' } }, ['web'], { adopt: true })).toEqual([
    'start  db   answers already (port 80 answers); needed by web; taken over, not run',
    'start  web  never started; after db',
  ])
})

test('-k leaves a service and what only it needs untouched', () => {
  const given: Record<string, Given> = { web: { needs: ['api'] }, api: { needs: ['db'], ...RUNNING }, db: {} }
  expect(start(given, ['web', 'api'], { skip: new Set(['api']) })).toEqual([
    'start  web  never started',
    'left   api  skipped',
  ])
})

test('-k of what something selected needs is refused unless it runs', () => {
  const given: Record<string, Given> = {
    web: { needs: ['api', 'cache?', 'job'] },
    api: { state: 'failed' },
    cache: {},
    job: { kind: 'job', state: 'completed' },
  }
  const planned = plan(given, ['web'], { skip: new Set(['api', 'cache', 'job']) })
  expect(refusals(planned)).toEqual([{ code: 'skipped-not-running', service: 'api', state: 'failed', neededBy: 'web' }])
  expect(planned.problems[0]?.span?.start.line).toBe(2)
})

test('the same situation gives the same plan, whatever the order in which it is told', () => {
  const given: Record<string, Given> = { web: { needs: ['db', 'api'] }, api: { needs: ['db'] }, db: {}, cache: RUNNING }
  const turned = Object.fromEntries(Object.entries(given).reverse())
  expect(plan(turned, ['web', 'cache'])).toEqual(plan(given, ['cache', 'web']))
})

test('what has changed is looked up for nothing but the jobs that are run again for it', () => {
  const given: Readonly<Record<string, Given>> = {
    web: { needs: ['db', 'migrate'], ...RUNNING, changed: true },
    db: { ...RUNNING, changed: true },
    migrate: { kind: 'job', state: 'completed', changed: true },
    seed: { kind: 'job', state: 'completed' },
  }
  const asked: string[] = []
  const changes = (name: string): [] => {
    asked.push(name)
    return []
  }
  planStart({ ...situation(given), changes }, { ...DEFAULTS, names: ['web', 'seed'] })
  expect(asked).toEqual(['migrate'])
})

test('what answers, and was begun by a command that is gone: a start again, a refresh left and said', () => {
  const answering = { state: 'interrupted', answers: true } as const
  const given: Record<string, Given> = {
    a: { ...answering, phase: 'starting', detail: 'its start was interrupted' },
    b: { ...answering, phase: 'stopping', detail: 'its stop was interrupted', held: true },
    c: { ...answering, phase: 'refreshing', detail: 'its refresh was interrupted' },
    d: { ...RUNNING, unconfirmed: true, detail: 'its start was interrupted' },
  }
  expect(start(given, Object.keys(given))).toEqual([
    'start  a  its start was interrupted; its stop-script first',
    'start  b  its stop was interrupted; its stop-script first',
    'left   c  runs, but its last refresh was not done to the end',
    'left   d  runs, but its last start was not done to the end',
  ])
})
