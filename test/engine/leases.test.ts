import { expect, test } from 'vitest'
import { buildGraph } from '../../src/engine/graph.ts'
import { type HeldLease, scopeOf, weighNeeds } from '../../src/engine/leases.ts'
import type { Plan, Step } from '../../src/model/plan.ts'
import type { Operator } from '../../src/model/service.ts'

const NOTHING = { exclusive: [], possible: [], shared: [] }

const lease = (scope: Partial<HeldLease>): HeldLease => ({ planning: false, exclusive: [], shared: [], ...scope })

test('nobody is in the way of the first one, who holds all that it may act on', () => {
  expect(weighNeeds({ exclusive: ['b'], possible: ['c', 'a'], shared: ['d'] }, [])).toEqual({
    kind: 'gained',
    scope: { exclusive: ['a', 'b', 'c'], shared: ['d'] },
  })
})

test('who is acted on is nobody else’s, whatever for', () => {
  const acting = lease({ exclusive: ['a', 'x'] })
  for (const kind of ['exclusive', 'possible', 'shared'] as const) {
    const weighed = weighNeeds({ ...NOTHING, [kind]: ['b', 'a'] }, [lease({ exclusive: ['y'] }), acting])
    expect(weighed).toEqual({ kind: 'blocked', by: [{ lease: acting, services: ['a'] }] })
  }
  expect(weighNeeds({ ...NOTHING, exclusive: ['b'] }, [acting]).kind).toBe('gained')
})

test('what others rely on cannot be acted on, but be relied on, too', () => {
  const relying = lease({ shared: ['a'] })
  expect(weighNeeds({ ...NOTHING, exclusive: ['a'] }, [relying])).toEqual({
    kind: 'blocked',
    by: [{ lease: relying, services: ['a'] }],
  })
  const gained = { kind: 'gained', scope: { exclusive: ['b'], shared: ['a'] } }
  expect(weighNeeds({ exclusive: ['b'], possible: [], shared: ['a'] }, [relying])).toEqual(gained)
  expect(weighNeeds({ exclusive: ['b'], possible: ['a'], shared: [] }, [relying])).toEqual(gained)
})

test('all who are in the way are named, each with what it holds of what was asked for', () => {
  const one = lease({ exclusive: ['a', 'q'] })
  const other = lease({ shared: ['b', 'c'], planning: true })
  expect(weighNeeds({ exclusive: ['c', 'b', 'a'], possible: [], shared: [] }, [one, other])).toEqual({
    kind: 'blocked',
    by: [
      { lease: one, services: ['a'] },
      { lease: other, services: ['b', 'c'] },
    ],
  })
})

const GRAPH = buildGraph([
  ['base', []],
  ['cache', []],
  ['store', [{ to: 'base', optional: false }]],
  [
    'web',
    [
      { to: 'store', optional: false },
      { to: 'cache', optional: true },
    ],
  ],
])

function planOf(...ids: readonly string[]): Plan {
  const steps = ids.map((id) => {
    const [operator, service] = id.split(':') as [Operator, string]
    return { id, service, operator } as Step
  })
  return { verb: 'start', steps, left: [] }
}

test('a start relies on all that its services need and that it leaves alone', () => {
  expect(scopeOf(planOf('start:web'), GRAPH)).toEqual({ exclusive: ['web'], shared: ['base', 'store'] })
  expect(scopeOf(planOf('start:store', 'refresh:web'), GRAPH)).toEqual({
    exclusive: ['store', 'web'],
    shared: ['base'],
  })
})

test('what has settled is relied on while something that needs it is open, and then given back', () => {
  const plan = planOf('start:base', 'start:store', 'start:web')
  const scopes = [[], ['start:base'], ['start:base', 'start:store'], plan.steps.map(({ id }) => id)]
  expect(scopes.map((settled) => scopeOf(plan, GRAPH, new Set(settled)))).toEqual([
    { exclusive: ['base', 'store', 'web'], shared: [] },
    { exclusive: ['store', 'web'], shared: ['base'] },
    { exclusive: ['web'], shared: ['base', 'store'] },
    { exclusive: [], shared: [] },
  ])
})

test('a stop relies on nothing; what is stopped and started again is kept between the two', () => {
  expect(scopeOf(planOf('stop:web', 'stop:store'), GRAPH, new Set(['stop:web']))).toEqual({
    exclusive: ['store'],
    shared: [],
  })
  expect(scopeOf(planOf('stop:web', 'start:web'), GRAPH, new Set(['stop:web'])).exclusive).toEqual(['web'])
})

test('what is deleted is kept to the end, since it may then be forgotten', () => {
  expect(scopeOf(planOf('stop:web', 'delete:store'), GRAPH, new Set(['stop:web', 'delete:store']))).toEqual({
    exclusive: ['store'],
    shared: [],
  })
})
