import { expect, test } from 'vitest'
import { whatMoved } from '../../src/commands/saved-plan.ts'
import type { SavedPlan } from '../../src/config/files/plan-file.ts'
import { readPlanFile } from '../../src/config/files/plan-file.ts'
import { FORMAT_VERSION } from '../../src/model/event.ts'
import type { Step } from '../../src/model/plan.ts'
import { processorSeconds } from '../rig/processor-time.ts'

const MANY = 10_000

const step = (service: string, more: Partial<Step> = {}): Step => ({
  id: `start:${service}`,
  service,
  operator: 'start',
  source: 'tree',
  adopt: false,
  cause: { selected: { by: 'request' }, trigger: { kind: 'never-started' } },
  needs: [],
  after: [],
  ...more,
})

/** A plan that starts so many services, each after the one before it. */
function chain(length: number): SavedPlan {
  const names = Array.from({ length }, (_, index) => `s${index}`)
  const nothing = { state: 'never-started', run: null, since: null, fingerprint: null } as const
  return {
    cluster: { id: 'test', type: 'local' },
    selection: { names: [], all: true, skip: [], prune: false, canary: null },
    overlays: [],
    assignments: [],
    plan: {
      verb: 'apply',
      steps: names.map((name, index) => step(name, { needs: index === 0 ? [] : [`start:s${index - 1}`] })),
      left: [],
    },
    fingerprints: Object.fromEntries(names.map((name) => [name, 'same'])),
    observed: Object.fromEntries(names.map((name) => [name, nothing])),
  }
}

const textOf = (saved: object): string =>
  JSON.stringify({ v: FORMAT_VERSION, type: 'plan', ...saved, outlook: {} }, null, 2)

const read = (text: string): ReturnType<typeof readPlanFile> => readPlanFile({ file: '/plan.json', text })

test('a plan of 10,000 steps is read, and compared with what would be planned now', () => {
  const saved = chain(MANY)
  const text = textOf(saved)
  let back: ReturnType<typeof readPlanFile> | undefined
  expect(
    processorSeconds(() => {
      back = read(text)
    }),
  ).toBeLessThan(1.5)
  if (!back?.ok) throw new Error('the plan was not read')
  const { value } = back
  const now = {
    fingerprints: new Map(Object.entries(saved.fingerprints)),
    observed: new Map(),
    plan: { ...saved.plan, steps: saved.plan.steps.slice(0, -1) },
  }
  let moved: ReturnType<typeof whatMoved> = []
  expect(
    processorSeconds(() => {
      moved = whatMoved(value, now)
    }),
  ).toBeLessThan(1.5)
  expect(moved.map(({ data }) => data)).toEqual([{ service: `s${MANY - 1}`, moved: [{ kind: 'steps' }] }])
})

test.each([
  ['plan', { ...chain(1), plan: null }],
  ['plan.steps', { ...chain(1), plan: { verb: 'apply', steps: null, left: [] } }],
  ['plan.steps[0].needs', { ...chain(1), plan: { ...chain(1).plan, steps: [{ ...step('s0'), needs: null }] } }],
  ['observed.s0', { ...chain(1), observed: { s0: null } }],
])('a plan without a value for %s is refused', (what, saved) => {
  const result = read(textOf(saved))
  expect(result.ok ? [] : result.error.map(({ code, data }) => ({ code, ...data }))).toEqual([
    { code: 'wrong-type', what, expected: 'a value', found: 'nothing' },
  ])
})

test('neither nothing at all nor brackets without an end overwhelm the reader', () => {
  const deep = (levels: number): string =>
    textOf({ ...chain(1), differences: 0 }).replace(
      '"differences": 0',
      `"differences": ${'['.repeat(levels)}${']'.repeat(levels)}`,
    )
  expect(read('null').ok).toBe(false)
  expect(read(deep(60)).ok).toBe(true)
  const result = read(deep(20_000))
  expect(result.ok ? [] : result.error.map(({ code }) => code)).toEqual(['yaml-syntax'])
})
