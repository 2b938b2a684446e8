import { describe, expect, test } from 'vitest'
import { type ApplyOptions, planApply } from '../../src/engine/plan/apply.ts'
import { withCanary } from '../../src/engine/plan/canary.ts'
import { outlookOf } from '../../src/engine/plan/outlook.ts'
import type { Change } from '../../src/model/change.ts'
import { printPlan } from '../../src/ui/plan-text.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

type Project = Readonly<Record<string, Given>>

const plan = (given: Project, more: Partial<ApplyOptions> = {}) => {
  const all = Object.keys(given)
  const isDeclared = (name: string): boolean => given[name]?.declared !== false
  return planApply(situation(given), {
    names: all.filter(isDeclared),
    orphans: all.filter((name) => !isDeclared(name)),
    prune: false,
    skip: new Set(),
    ...more,
  })
}

const apply = (...args: Parameters<typeof plan>): string[] => planText(plan(...args))

const RUNNING: Given = { state: 'running' }
const CHANGED: Given = { state: 'running', changed: true }
const REFRESHED: Given = { ...CHANGED, refreshScript: true }
const ORPHAN: Given = { state: 'orphan', declared: false }

test('starts what does not run, and leaves what is up to date', () => {
  const given: Project = {
    a: {},
    b: { state: 'failed', detail: 'it was running and is not any more', needs: ['a'] },
    c: { state: 'stopped' },
    d: { state: 'interrupted' },
    e: { state: 'unknown', detail: 'the machine was restarted since', probe: false },
    f: RUNNING,
    g: { state: 'running', probe: false },
    h: { kind: 'job', state: 'completed' },
  }
  expect(apply(given)).toEqual([
    'start  a  never started',
    'start  b  not running (failed: it was running and is not any more); after a',
    'start  c  not running (stopped)',
    'start  d  not running (interrupted); its stop-script first',
    'start  e  not running (unknown: the machine was restarted since)',
    'left   f  up to date',
    'left   g  up to date',
    'left   h  up to date',
  ])
})

test('nothing to do says so', () => {
  expect(apply({ a: RUNNING, b: { needs: ['a'], ...RUNNING } })).toEqual([
    'Nothing to do.',
    'left  a  up to date',
    'left  b  up to date',
  ])
})

test('what runs with something else is refreshed, without a refresh-script stopped and started, in order', () => {
  const changes: Change[] = [
    { kind: 'description' },
    { kind: 'value', path: 'web.port', from: 80, to: 81, takenBack: null },
    { kind: 'value', path: 'web.new', to: { a: 'b' }, takenBack: null },
    { kind: 'value', path: 'web.old', from: 'x', takenBack: '--set' },
    { kind: 'file', path: 'start.sh', how: 'changed' },
  ]
  const given: Project = {
    web: { needs: ['api'], ...REFRESHED, changes },
    api: { needs: ['db'], ...CHANGED },
    db: CHANGED,
  }
  expect(apply(given)).toEqual([
    'stop     api  changed',
    'stop     db   changed; after api',
    'start    db   changed; after stop of db',
    'start    api  changed; after db, stop of api',
    'refresh  web  changed: service.yaml, web.port: 80 → 81, web.new: {"a":"b"} (new), ' +
      'web.old: "x" (removed) (--set of an earlier command is taken back), start.sh; after start of api',
  ])
})

test('names pull in what they need, and no more', () => {
  const given: Project = { web: { needs: ['db'], ...RUNNING }, db: CHANGED, other: CHANGED }
  expect(apply(given, { names: ['web'] })).toEqual([
    'stop   db   changed; needed by web',
    'start  db   changed; needed by web; after stop of db',
    'left   web  up to date',
  ])
})

describe('dependents of what is restarted', () => {
  test('run on, unless they declare to be restarted with it', () => {
    const given: Project = {
      db: CHANGED,
      api: { needs: ['db'], ...RUNNING, follows: true },
      web: { needs: ['db'], ...RUNNING },
    }
    expect(apply(given)).toEqual([
      'stop   api  db, which it needs, is restarted',
      'stop   db   changed; after api',
      'start  db   changed; after stop of db',
      'start  api  db, which it needs, is restarted; after db, stop of api',
      'left   web  up to date',
    ])
  })

  test('are restarted one after the other, though only the first is named, with what they miss', () => {
    const given: Project = {
      db: CHANGED,
      api: { needs: ['db'], ...RUNNING, follows: true },
      web: { needs: ['api', 'cache'], ...REFRESHED, follows: true },
      cache: {},
      job: { kind: 'job', state: 'completed', needs: ['db'], follows: true },
      down: { state: 'failed', needs: ['db'], follows: true },
    }
    expect(apply(given, { names: ['db'] })).toEqual([
      'stop   web    api, which it needs, is restarted',
      'stop   api    db, which it needs, is restarted; after web',
      'stop   db     changed; after api',
      'start  db     changed; after stop of db',
      'start  api    db, which it needs, is restarted; after db, stop of api',
      'start  cache  never started; needed by web',
      'start  web    api, which it needs, is restarted; after api, cache, stop of web',
    ])
  })

  test('are not restarted for a refresh, for an optional prerequisite, or when skipped', () => {
    const follows: Given = { ...RUNNING, follows: true }
    const refreshed: Project = { db: REFRESHED, web: { needs: ['db'], ...follows } }
    expect(apply(refreshed)).toEqual(['refresh  db   changed', 'left     web  up to date'])
    const optional: Project = { db: CHANGED, web: { needs: ['db?'], ...follows } }
    expect(apply(optional).filter((line) => line.includes('web'))).toEqual(['left   web  up to date'])
    const skipped = apply(
      { db: CHANGED, web: { needs: ['db'], ...follows } },
      { names: ['db'], skip: new Set(['web']) },
    )
    expect(skipped.at(-1)).toBe('left   web  skipped')
    expect(skipped).toHaveLength(3)
  })

  test('who is restarted may take a change in with it', () => {
    const changes: Change[] = [{ kind: 'input', path: 'data.csv', how: 'removed' }]
    expect(apply({ db: CHANGED, web: { needs: ['db'], ...REFRESHED, follows: true, changes } })[0]).toBe(
      'stop   web  db, which it needs, is restarted; changed: input data.csv (removed)',
    )
  })
})

test('jobs are run again as by a start', () => {
  const job: Given = { kind: 'job', state: 'completed' }
  const given: Project = {
    changed: { ...job, changed: true, changes: [{ kind: 'file', path: 'start.sh', how: 'mode' }] },
    failed: { kind: 'job', state: 'failed', detail: 'exit 1' },
    stale: { ...job, needs: ['store'], computedFrom: { store: 0 } },
    store: { ...RUNNING, dataGeneration: 1 },
  }
  expect(apply(given)).toEqual([
    'start  changed  changed: start.sh (whether it is executable)',
    'start  failed   not completed (failed: exit 1)',
    'start  stale    data of store was deleted',
    'left   store    up to date',
  ])
})

test('what is held, or was being deleted, is left alone, and so is what would start without it', () => {
  const given: Project = {
    held: { state: 'held' },
    gone: { state: 'interrupted', phase: 'deleting' },
    a: { needs: ['held'] },
    b: { needs: ['a'], state: 'failed' },
    c: { needs: ['gone'], ...CHANGED },
    d: { needs: ['c'], ...REFRESHED },
    e: { needs: ['held?'] },
    f: { needs: ['held'], ...RUNNING },
  }
  expect(apply(given)).toEqual([
    'refresh  d     changed',
    'start    e     never started',
    'left     a     needs held, which is held',
    'left     b     needs held, which is held',
    'left     c     needs gone, whose delete was interrupted',
    'left     f     up to date',
    'left     gone  its delete was interrupted',
    'left     held  held: stopped by hand',
  ])
})

test('what another command is at is left to it', () => {
  expect(apply({ web: { state: 'starting' }, gone: { state: 'deleting' } })).toEqual([
    'Nothing to do.',
    'left  gone  another command is at it now: deleting',
    'left  web   another command is at it now: starting',
  ])
})

test('what answers and was not started from here is refused', () => {
  expect(refusals(plan({ web: { needs: ['db'] }, db: { state: 'foreign' } }))).toEqual([
    { code: 'foreign', service: 'db', answer: 'port 80 answers' },
  ])
})

test('what is skipped has to run where it is needed', () => {
  const given: Project = { web: { needs: ['db'] }, db: { state: 'stopped' } }
  expect(refusals(plan(given, { skip: new Set(['db']) }))).toMatchObject([
    { code: 'skipped-not-running', neededBy: 'web' },
  ])
})

describe('orphans', () => {
  test('are listed, and with --prune stopped, dependents first', () => {
    const given: Project = { a: ORPHAN, b: { ...ORPHAN, neededThen: ['a'] }, web: RUNNING }
    expect(apply(given)).toEqual([
      'Nothing to do.',
      'left  a    orphan: no longer in the project',
      'left  b    orphan: no longer in the project',
      'left  web  up to date',
    ])
    expect(apply(given, { prune: true })).toEqual([
      'stop  b    orphan: no longer in the project',
      'stop  a    orphan: no longer in the project; after b',
      'left  web  up to date',
    ])
  })

  test('only those that are asked for', () => {
    const given: Project = { a: ORPHAN, b: ORPHAN }
    expect(apply(given, { prune: true, orphans: ['a'] })).toEqual(['stop  a  orphan: no longer in the project'])
  })

  test('are stopped once who needed them has taken in that it does not', () => {
    const given: Project = {
      old: { ...ORPHAN, neededThen: ['older'] },
      older: ORPHAN,
      web: { ...REFRESHED, neededThen: ['old'], needs: [] },
    }
    expect(apply(given, { prune: true })).toEqual([
      'refresh  web    changed',
      'stop     old    orphan: no longer in the project; after refresh of web',
      'stop     older  orphan: no longer in the project; after old',
    ])
  })

  test('are stopped once who needed them and failed was started anew', () => {
    const given: Project = { old: ORPHAN, web: { state: 'failed', changed: true, neededThen: ['old'], needs: [] } }
    expect(apply(given, { prune: true })).toEqual([
      'start  web  not running (failed)',
      'stop   old  orphan: no longer in the project; after start of web',
    ])
  })

  test('come down with what is restarted, between the stops of those around them', () => {
    const given: Project = {
      web: { ...CHANGED, neededThen: ['old'], needs: ['db'] },
      old: { ...ORPHAN, neededThen: ['db'] },
      db: CHANGED,
    }
    expect(apply(given, { prune: true })).toEqual([
      'stop   web  changed',
      'stop   old  orphan: no longer in the project; after web',
      'stop   db   changed; after old',
      'start  db   changed; after stop of db',
      'start  web  changed; after db, stop of web',
    ])
  })

  test('never hold up what is restarted where that would have to wait for itself', () => {
    const given: Project = {
      web: { ...REFRESHED, neededThen: ['old'], needs: ['db'] },
      old: { ...ORPHAN, neededThen: ['db'] },
      db: CHANGED,
    }
    expect(apply(given, { prune: true })).toEqual([
      'stop     db   changed',
      'start    db   changed; after stop of db',
      'refresh  web  changed; after start of db',
      'stop     old  orphan: no longer in the project; after refresh of web',
    ])
  })

  test('stay while somebody needs them who is left alone', () => {
    const given: Project = {
      a: ORPHAN,
      b: { ...ORPHAN, neededThen: ['a'] },
      web: { ...RUNNING, neededThen: ['b'], needs: [], changed: true },
      gone: { ...ORPHAN, phase: 'deleting' },
    }
    expect(apply(given, { prune: true, skip: new Set(['web']) })).toEqual([
      'Nothing to do.',
      'left  a     orphan: no longer in the project, and still needed by web',
      'left  b     orphan: no longer in the project, and still needed by web',
      'left  gone  its delete was interrupted',
      'left  web   skipped',
    ])
  })

  test('are not needed by who is up to date, and needs one less than it was started with', () => {
    const given: Project = { a: ORPHAN, web: { ...RUNNING, neededThen: ['a', 'b'], needs: ['b'] }, b: RUNNING }
    expect(apply(given, { prune: true })).toEqual([
      'stop  a    orphan: no longer in the project',
      'left  b    up to date',
      'left  web  up to date',
    ])
  })
})

describe('a canary', () => {
  const canary = (given: Project, count: number): string[] => printPlan(withCanary(plan(given).plan, count)).split('\n')

  test('is awaited by all other refreshes, and by no start', () => {
    const given: Project = { a: REFRESHED, b: CHANGED, c: REFRESHED, d: {} }
    expect(canary(given, 1)).toEqual([
      'refresh  a  changed',
      'stop     b  changed; after refresh of a',
      'start    b  changed; after refresh of a, stop of b',
      'refresh  c  changed; after a',
      'start    d  never started',
    ])
    expect(canary(given, 2).find((line) => line.startsWith('refresh  c'))).toBe(
      'refresh  c  changed; after a, start of b',
    )
    expect(canary(given, 9)).toEqual(apply(given))
  })

  test('is one that nothing else has to be touched for, where there is such a one', () => {
    const given: Project = { db: CHANGED, web: { needs: ['db'], ...CHANGED }, other: CHANGED }
    expect(canary(given, 1)).toEqual([
      'stop   other  changed',
      'start  other  changed; after stop of other',
      'stop   web    changed; after start of other',
      'stop   db     changed; after start of other, web',
      'start  db     changed; after other, stop of db',
      'start  web    changed; after db, other, stop of web',
    ])
  })

  test('takes along what has to be stopped for it', () => {
    const given: Project = {
      db: CHANGED,
      web: { needs: ['db'], ...CHANGED },
      api: CHANGED,
      ui: { needs: ['api'], ...CHANGED },
    }
    expect(canary(given, 1)).toEqual([
      'stop   ui   changed',
      'stop   api  changed; after ui',
      'start  api  changed; after stop of api',
      'stop   web  changed; after start of api',
      'stop   db   changed; after start of api, web',
      'start  db   changed; after api, stop of db',
      'start  ui   changed; after api, stop of ui',
      'start  web  changed; after api, db, stop of web',
    ])
  })
})

test('whom a step touches, and how long it took', () => {
  const given: Project = {
    db: CHANGED,
    api: { needs: ['db'], ...REFRESHED },
    web: { needs: ['db'], ...RUNNING },
    maybe: { needs: ['db?'], ...RUNNING },
    down: { needs: ['db'], state: 'failed' },
    old: { ...ORPHAN, neededThen: ['db'] },
  }
  const outlook = outlookOf(plan(given).plan, situation(given).observed)
  const dependents = [
    { name: 'api', runsOn: false },
    { name: 'old', runsOn: true },
    { name: 'web', runsOn: true },
  ]
  expect(outlook).toEqual({
    'stop:db': { lastMs: null, dependents },
    'start:db': { lastMs: null, dependents: [] },
    'refresh:api': { lastMs: null, dependents: [] },
    'start:down': { lastMs: null, dependents: [] },
  })
})

test('what was begun by a command that is gone is done again; what was to be stopped is not started', () => {
  const cut = { state: 'interrupted', answers: true } as const
  const refreshed = { ...cut, phase: 'refreshing', detail: 'its refresh was interrupted' } as const
  const given: Project = {
    a: { ...cut, phase: 'starting', detail: 'its start was interrupted' },
    b: { ...refreshed, refreshScript: true },
    c: { ...refreshed, refreshScript: true, changed: true, changes: [{ kind: 'description' }] },
    d: refreshed,
    e: { state: 'interrupted', phase: 'refreshing', detail: 'its refresh was interrupted', refreshScript: true },
    stopped: { ...cut, phase: 'stopping', held: true },
    unknown: { state: 'interrupted', phase: 'stopping', held: true, probe: false },
    // The stop of a restart.
    restarted: { state: 'interrupted', phase: 'stopping' },
    needing: { needs: ['stopped'] },
  }
  expect(apply(given)).toEqual([
    'stop     d          its refresh was interrupted',
    'start    a          its start was interrupted; its stop-script first',
    'refresh  b          its refresh was interrupted',
    'refresh  c          changed: service.yaml',
    'start    d          its refresh was interrupted; after stop of d',
    'start    e          not running (interrupted: its refresh was interrupted); its stop-script first',
    'start    restarted  not running (interrupted); its stop-script first',
    'left     needing    needs stopped, whose stop was interrupted',
    'left     stopped    its stop was interrupted',
    'left     unknown    its stop was interrupted',
  ])
})
