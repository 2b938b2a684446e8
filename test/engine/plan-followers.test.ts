import { describe, expect, test } from 'vitest'
import { planApply } from '../../src/engine/plan/apply.ts'
import { type Follower, type Following, withFollowers } from '../../src/engine/plan/followers.ts'
import { planRefresh, planRestart } from '../../src/engine/plan/restart.ts'
import type { Planned, Situation } from '../../src/engine/plan/situation.ts'
import { planStart } from '../../src/engine/plan/start.ts'
import { planStop } from '../../src/engine/plan/stop.ts'
import { type Given, planText, refusals, situation } from './support/situation.ts'

type Project = Readonly<Record<string, Given>>

interface More {
  readonly follows?: Readonly<Record<string, readonly string[]>>
  readonly unable?: Follower['unable']
  readonly skip?: readonly string[]
  readonly force?: boolean
  /** Deployments that would be something else than they are. */
  readonly changed?: readonly string[]
}

/** `a` and what else is named so are deployments; ingress follows all of them unless it is said otherwise. */
function followed(given: Project, planned: Planned, seen: Situation, more: More): Planned {
  const all = Object.keys(given).filter((name) => /^[a-e]$/.test(name))
  const { follows = { ingress: all }, unable } = more
  const followers = new Map(
    Object.entries(follows).map(([name, list]) => [name, { followed: list, ...(unable && { unable }) }]),
  )
  const following: Following = {
    followers,
    skip: new Set(more.skip),
    force: more.force ?? false,
    hashAsApplied: () => 'as-it-is',
    hashAsDeclared: (name) => (more.changed?.includes(name) ? 'new' : 'as-it-is'),
  }
  return withFollowers(planned, seen, following)
}

const START = { skip: new Set<string>(), withPrerequisites: true, again: false, adopt: false }

const planned = {
  start: (names: readonly string[], given: Project, more: More = {}) => {
    const seen = situation(given)
    return followed(given, planStart(seen, { ...START, names, skip: new Set(more.skip) }), seen, more)
  },
  restart: (names: readonly string[], given: Project, more: More = {}) => {
    const seen = situation(given)
    const options = { names, skip: new Set<string>(), withDependents: false, withPrerequisites: true }
    return followed(given, planRestart(seen, options), seen, more)
  },
  refresh: (names: readonly string[], given: Project, more: More = {}) => {
    const seen = situation(given)
    const options = { names, skip: new Set<string>(), named: true, withPrerequisites: true }
    return followed(given, planRefresh(seen, options), seen, more)
  },
  end: (operator: 'stop' | 'delete', names: readonly string[], given: Project, more: More = {}) => {
    const seen = situation(given)
    const { force = false } = more
    const options = { names, skip: new Set<string>(), withDependents: false, force, source: 'applied' } as const
    // Without a project nothing is known of what it declares, but for those who are refreshed from it.
    return followed(given, planStop(seen, operator, options), seen, more)
  },
  /** `stale`: planned once more with the followers that have to be restarted. */
  apply: (given: Project, more: More & { readonly prune?: boolean; readonly stale?: boolean } = {}) => {
    const seen = situation(given)
    const names = Object.keys(given).filter((name) => given[name]?.declared !== false)
    const orphans = Object.keys(given).filter((name) => !names.includes(name))
    const options = { names, orphans, prune: more.prune ?? false, skip: new Set<string>() }
    const made = followed(given, planApply(seen, options), seen, more)
    if (!more.stale) return made
    const stale = new Map(
      made.plan.steps.flatMap(({ operator, service, cause: { trigger } }) =>
        operator === 'stop' && trigger.kind === 'followed' ? [[service, trigger]] : [],
      ),
    )
    return followed(given, planApply({ ...seen, stale }, options), seen, more)
  },
}

const IS = 'as-it-is'
const UP: Given = { state: 'running' }
const ingress = (table: readonly string[], more: Given = {}): Given => ({
  needs: ['a?', 'b?', 'c?', 'd?', 'e?'],
  refreshScript: true,
  followed: Object.fromEntries(table.map((name) => [name, IS])),
  ...UP,
  ...more,
})
const deploymentsOf = ({ plan }: Planned): unknown =>
  plan.steps.flatMap(({ id, deployments }) => (deployments === undefined ? [] : [[id, deployments]]))

describe('a start', () => {
  test('has the follower refreshed once, after all that it starts', () => {
    const made = planned.start(['a', 'b'], { a: {}, b: {}, c: UP, ingress: ingress(['c']) })
    expect(planText(made)).toEqual([
      'start    a        never started',
      'start    b        never started',
      'refresh  ingress  followed deployments changed: + a, + b; after start of a (optional), start of b (optional)',
    ])
    expect(deploymentsOf(made)).toEqual([['refresh:ingress', ['a', 'b', 'c']]])
  })

  test('of what needs no step mends a table that does not have it', () => {
    expect(planText(planned.start(['a'], { a: UP, b: UP, ingress: ingress(['b', 'c']) }))).toEqual([
      'refresh  ingress  followed deployments changed: + a, - c',
      'left     a        already running',
    ])
  })

  test('leaves a follower alone whose table is right, that does not run, that is stopped, or that is to be skipped', () => {
    const none = ['Nothing to do.', 'left  a  already running']
    expect(planText(planned.start(['a'], { a: UP, ingress: ingress(['a']) }))).toEqual(none)
    for (const state of ['stopped', 'held', 'failed', 'never-started', 'unknown', 'interrupted'] as const) {
      expect(planText(planned.start(['a'], { a: UP, ingress: ingress([], { state }) }))).toEqual(none)
    }
    const skipping = planned.start(['a'], { a: UP, ingress: ingress([]) }, { skip: ['ingress'] })
    expect(skipping.plan.steps).toEqual([])
    expect(skipping.problems).toMatchObject([
      { code: 'follower-not-refreshed', severity: 'warning', data: { why: 'skipped', deployments: ['a'] } },
    ])
  })

  test('of the follower itself gives it what runs, and mends it where it runs with something else', () => {
    const given: Project = {
      a: UP,
      b: { state: 'unknown', phase: 'running', probe: false },
      c: { state: 'failed', phase: 'running' },
      d: { state: 'stopped' },
      e: { kind: 'job', state: 'completed' },
    }
    const begun = planned.start(['ingress'], { ...given, ingress: { ...ingress([]), state: 'stopped' } })
    expect(deploymentsOf(begun)).toEqual([['start:ingress', ['a', 'b', 'e']]])
    const mended = planned.start(['ingress'], { ...given, ingress: ingress(['a', 'c', 'e']) })
    expect(planText(mended)).toEqual(['refresh  ingress  followed deployments changed: + b, - c'])
    expect(deploymentsOf(mended)).toEqual([['refresh:ingress', ['a', 'b', 'e']]])
  })

  test('a refresh that nobody has seen to its end is done again, with what may have been taken in', () => {
    const cut = ingress([], { state: 'interrupted', phase: 'refreshing', answers: true, followed: { a: IS, b: '' } })
    expect(planText(planned.start(['a'], { a: UP, b: { state: 'stopped' }, ingress: cut }))).toEqual([
      'refresh  ingress  followed deployments changed: - b',
      'left     a        already running',
    ])
    const other = { ...cut, followed: { a: '' } }
    expect(planText(planned.start(['a'], { a: UP, ingress: other }))[0]).toContain('followed deployments changed: a')
  })

  test('of what has died, and the follower knows of, may fail: it is refreshed with what comes up', () => {
    const died: Given = { state: 'failed', phase: 'running' }
    const made = planned.start(['a'], { a: died, b: UP, ingress: ingress(['a', 'b']) })
    expect(planText(made)).toEqual([
      'start    a        not running (failed)',
      'refresh  ingress  followed deployments changed: a; after start of a (optional)',
    ])
  })

  test('of who needs the follower waits for that as it would for its start', () => {
    const given: Project = {
      a: {},
      ingress: ingress([]),
      app: { needs: ['between'] },
      between: { ...UP, needs: ['ingress'] },
      idle: { needs: ['ingress?'] },
    }
    expect(planText(planned.start(['a', 'app', 'idle'], given)).slice(0, 4)).toEqual([
      'start    a        never started',
      'refresh  ingress  followed deployments changed: + a; needed by between; after start of a (optional)',
      'start    app      never started; after refresh of ingress, a (optional)',
      'start    idle     never started; after refresh of ingress (optional), a (optional)',
    ])
  })

  test('without a refresh-script the follower is stopped and started, down as shortly as may be', () => {
    const made = planned.start(['a'], { a: {}, ingress: ingress([], { refreshScript: false }) })
    expect(planText(made)).toEqual([
      'start  a        never started',
      'stop   ingress  followed deployments changed: + a; after start of a (optional)',
      'start  ingress  followed deployments changed: + a; after stop of ingress, a (optional)',
    ])
    // What cannot be started again is not stopped.
    expect(deploymentsOf(made)).toEqual([
      ['stop:ingress', ['a']],
      ['start:ingress', ['a']],
    ])
  })

  test('that the follower needs itself is there before it is stopped', () => {
    const given: Project = { a: {}, db: {}, ingress: ingress([], { refreshScript: false, needs: ['a?', 'db'] }) }
    expect(planText(planned.start(['a', 'db'], given))).toContain(
      'stop   ingress  followed deployments changed: + a; after start of db, start of a (optional)',
    )
  })
})

describe('a change', () => {
  test('has the follower refreshed where what it sees is changed, or may not come up again, and not else', () => {
    const given: Project = { a: { ...UP, refreshScript: true }, b: UP, ingress: ingress(['a', 'b']) }
    expect(planText(planned.refresh(['a'], given, { changed: ['a'] }))).toEqual([
      'refresh  a        asked for',
      'refresh  ingress  followed deployments changed: a; after a (optional)',
    ])
    expect(planText(planned.refresh(['a'], given))).toEqual(['refresh  a  asked for'])
    expect(planText(planned.restart(['b'], given))).toEqual([
      'stop     b        asked for',
      'start    b        asked for; after stop of b',
      'refresh  ingress  followed deployments changed: b; after start of b (optional)',
    ])
  })

  test('where the follower is refreshed anyway, that is the one refresh', () => {
    const given: Project = { a: {}, b: UP, ingress: ingress(['b'], { changed: true }) }
    const made = planned.apply(given)
    expect(planText(made)).toEqual([
      'start    a        never started',
      'refresh  ingress  changed; after start of a (optional)',
      'left     b        up to date',
    ])
    expect(deploymentsOf(made)).toEqual([['refresh:ingress', ['a', 'b']]])
  })

  test('goes on to those who follow a follower, in their order', () => {
    const given: Project = {
      a: {},
      ingress: ingress(['b'], { needs: ['a?'] }),
      edge: { ...UP, refreshScript: true, needs: ['ingress?'], followed: { ingress: IS } },
    }
    const follows = { edge: ['ingress'], ingress: ['a'] }
    expect(planText(planned.start(['a'], given, { follows, changed: ['ingress'] }))).toEqual([
      'start    a        never started',
      'refresh  ingress  followed deployments changed: + a, - b; after start of a (optional)',
      'refresh  edge     followed deployments changed: ingress; after ingress (optional)',
    ])
    expect(planText(planned.start(['a'], given, { follows }))).toHaveLength(2)
  })
})

describe('a stop', () => {
  test('waits for the follower to know; with --force it only comes after', () => {
    const given: Project = { a: UP, b: UP, ingress: ingress(['a', 'b']) }
    const made = planned.end('stop', ['a'], given)
    expect(planText(made)).toEqual([
      'refresh  ingress  followed deployments changed: - a',
      'stop     a        asked for; after refresh of ingress',
    ])
    expect(deploymentsOf(made)).toEqual([['refresh:ingress', ['b']]])
    expect(planText(planned.end('delete', ['a', 'b'], given, { force: true }))).toEqual([
      'refresh  ingress  followed deployments changed: - a, - b',
      'delete   b        asked for; after refresh of ingress (optional)',
      'delete   a        asked for; after refresh of ingress (optional)',
    ])
  })

  test('of what the follower does not know of does not wait', () => {
    expect(planText(planned.end('stop', ['a'], { a: UP, b: UP, ingress: ingress(['b']) }))).toEqual([
      'stop  a  asked for',
    ])
  })

  test('of the follower, too, comes after that', () => {
    const given: Project = { a: UP, ingress: ingress(['a']) }
    expect(planText(planned.end('stop', ['a', 'ingress'], given))).toEqual([
      'stop  ingress  asked for',
      'stop  a        asked for; after ingress (optional)',
    ])
  })

  test('is refused where the follower cannot be told, unless that does not matter', () => {
    const given: Project = { a: UP, b: UP, ingress: ingress(['a', 'b']) }
    const unable = { why: 'invalid', detail: 'routes.template:1:1: no such name' } as const
    const data = { follower: 'ingress', deployments: ['a'], verb: 'stop', ...unable }
    expect(refusals(planned.end('stop', ['a'], given, { unable }))).toEqual([
      { code: 'follower-not-refreshed', ...data },
    ])
    const forced = planned.end('stop', ['a'], given, { unable, force: true })
    expect(forced.problems).toMatchObject([{ code: 'follower-not-refreshed', severity: 'warning', data }])
    expect(forced.plan.steps.map((step) => step.id)).toEqual(['stop:a'])
    expect(planText(planned.end('stop', ['a', 'ingress'], given, { unable }))).toHaveLength(2)
    const gone: Project = { ...given, ingress: ingress(['a'], { declared: false, state: 'running' }) }
    expect(refusals(planned.end('stop', ['a'], gone))).toMatchObject([{ why: 'not-declared' }])
  })

  test('is refused where nobody knows whether the follower runs, and not where it does not', () => {
    const half = ingress(['a'], { state: 'interrupted', phase: 'starting', answers: true })
    expect(refusals(planned.end('stop', ['a'], { a: UP, ingress: half }))).toMatchObject([
      { code: 'follower-not-refreshed', why: 'state', detail: 'interrupted' },
    ])
    const down = ingress(['a'], { state: 'failed' })
    expect(planText(planned.end('stop', ['a'], { a: UP, ingress: down }))).toEqual(['stop  a  asked for'])
  })
})

describe('an apply', () => {
  test('refreshes after what comes and before what goes', () => {
    const given: Project = {
      a: {},
      b: UP,
      c: { state: 'orphan', declared: false, answers: true },
      ingress: ingress(['b', 'c'], { needs: ['a?', 'b?'] }),
    }
    const made = planned.apply(given, { prune: true })
    expect(planText(made)).toEqual([
      'start    a        never started',
      'refresh  ingress  followed deployments changed: + a, - c; after start of a (optional)',
      'stop     c        orphan: no longer in the project; after refresh of ingress',
      'left     b        up to date',
    ])
    expect(deploymentsOf(made)).toEqual([['refresh:ingress', ['a', 'b']]])
    const kept = planned.apply(given)
    expect(deploymentsOf(kept)).toEqual([['refresh:ingress', ['a', 'b', 'c']]])
  })

  test('restarts with a follower without a refresh-script who is to be restarted with what it needs', () => {
    const given: Project = {
      a: {},
      app: { ...UP, needs: ['ingress'], follows: true },
      ingress: ingress([], { refreshScript: false, needs: ['a?'] }),
    }
    const made = planned.apply(given, { stale: true })
    expect(planText(made)).toEqual([
      'start  a        never started',
      'stop   app      ingress, which it needs, is restarted; after start of a (optional)',
      'stop   ingress  followed deployments changed: + a; after app, start of a (optional)',
      'start  ingress  followed deployments changed: + a; after stop of ingress, a (optional)',
      'start  app      ingress, which it needs, is restarted; after ingress, stop of app',
    ])
    expect(deploymentsOf(made)).toEqual([
      ['stop:ingress', ['a']],
      ['start:ingress', ['a']],
    ])
  })

  test('stops a follower without a refresh-script when what it follows has come up, also anew', () => {
    const given: Project = {
      a: { ...UP, changed: true },
      b: UP,
      c: {},
      d: { state: 'orphan', declared: false, answers: true },
      ingress: ingress(['a', 'b', 'd'], { refreshScript: false, needs: ['a?', 'b?', 'c?'] }),
    }
    for (const more of [{ stale: true }, {}]) {
      expect(planText(planned.apply(given, { ...more, changed: ['a'], prune: true }))).toEqual([
        'stop   a        changed',
        'start  a        changed; after stop of a',
        'start  c        never started',
        'stop   ingress  followed deployments changed: + c, - d, a; after start of a (optional), start of c (optional)',
        'stop   d        orphan: no longer in the project; after ingress',
        'start  ingress  followed deployments changed: + c, - d, a; after stop of ingress, a (optional), c (optional)',
        'left   b        up to date',
      ])
    }
  })

  test('keeps a follower up as long as it can where what it stands on is restarted', () => {
    const given: Project = {
      a: { needs: ['db'] },
      c: {},
      db: { ...UP, changed: true },
      ingress: ingress([], { refreshScript: false, needs: ['a?', 'c?', 'db'], follows: true }),
    }
    expect(planText(planned.apply(given))).toEqual([
      'start  c        never started',
      'stop   ingress  db, which it needs, is restarted; after start of c (optional)',
      'stop   db       changed; after ingress',
      'start  db       changed; after stop of db',
      'start  a        never started; after db',
      'start  ingress  db, which it needs, is restarted; after db, stop of ingress, a (optional), c (optional)',
    ])
  })

  test('does nothing where the table is right', () => {
    expect(planText(planned.apply({ a: UP, ingress: ingress(['a']) }))[0]).toBe('Nothing to do.')
  })

  test('ends what goes after the follower knows, also where both stand on something that is restarted', () => {
    const given: Project = {
      a: { needs: ['db'] },
      app: { ...UP, needs: ['db'], neededThen: ['c', 'db'], follows: true },
      c: { state: 'orphan', declared: false, needs: ['old', 'between'], answers: true },
      between: { ...UP, needs: ['db'] },
      db: { ...UP, changed: true },
      old: { state: 'orphan', declared: false, needs: ['db'], answers: true },
      ingress: ingress(['c'], { needs: ['a?', 'db'] }),
    }
    for (const more of [{}, { force: true }]) {
      const by = 'force' in more ? 'refresh of ingress (optional)' : 'refresh of ingress'
      expect(
        planText(planned.apply(given, { prune: true, ...more })).filter((line) => !line.startsWith('left')),
      ).toEqual([
        'stop     app      db, which it needs, is restarted',
        'stop     db       changed; after app',
        'start    db       changed; after stop of db',
        'start    a        never started; after db',
        'refresh  ingress  followed deployments changed: + a, - c; after start of db, start of a (optional)',
        `stop     c        orphan: no longer in the project; after ${by}`,
        'stop     old      orphan: no longer in the project; after c',
        'start    app      db, which it needs, is restarted; after db, stop of app',
      ])
    }
  })
})

test('a follower of a thousand costs little more than the plan itself', () => {
  const names = Array.from({ length: 1000 }, (_, index) => `d${index}`)
  const given: Project = {
    ...Object.fromEntries(names.map((name) => [name, UP])),
    new: {},
    ingress: { ...ingress(names), needs: [...names.map((name) => `${name}?`), 'new?'] },
  }
  const made = planned.start(['new'], given, { follows: { ingress: [...names, 'new'] } })
  expect(planText(made)[1]).toBe('refresh  ingress  followed deployments changed: + new; after start of new (optional)')
  expect(made.plan.steps[1]?.deployments).toHaveLength(1001)
})
