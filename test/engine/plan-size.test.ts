import { expect, test } from 'vitest'
import { type ApplyOptions, planApply } from '../../src/engine/plan/apply.ts'
import { withCanary } from '../../src/engine/plan/canary.ts'
import { reachedByApply } from '../../src/engine/plan/reached-by-apply.ts'
import type { Situation } from '../../src/engine/plan/situation.ts'
import type { Plan } from '../../src/model/plan.ts'
import { processorSeconds } from '../rig/processor-time.ts'
import { type Given, situation } from './support/situation.ts'

const MANY = 10_000
const name = (index: number): string => `s${String(index).padStart(5, '0')}`
const RUNNING: Given = { state: 'running' }
const ORPHAN: Given = { state: 'orphan', declared: false }

const many = (made: (index: number) => Given): [string, Given][] =>
  Array.from({ length: MANY }, (_, index) => [name(index), made(index)])
const below = (index: number): string[] => (index === 0 ? [] : [name(index - 1)])

/** The plan, made within seconds of processor time. */
function quickly(given: readonly (readonly [string, Given])[], more: Partial<ApplyOptions> = {}): Plan {
  const all: Situation = situation(Object.fromEntries(given))
  const isDeclared = (one: string): boolean => all.services.has(one)
  const names = given.map(([one]) => one)
  const options = { names: names.filter(isDeclared), orphans: names.filter((one) => !isDeclared(one)) }
  let plan: Plan | undefined
  expect(
    processorSeconds(() => {
      plan = planApply(all, { ...options, prune: false, skip: new Set(), ...more }).plan
    }),
  ).toBeLessThan(3)
  if (plan === undefined) throw new Error('no plan was made')
  return plan
}

test('a chain of 10,000 orphans', () => {
  const given = many((index) => ({ ...ORPHAN, needs: below(index) }))
  const { steps } = quickly(given, { prune: true })
  expect(steps).toHaveLength(MANY)
  expect(steps.at(-1)).toMatchObject({ id: 'stop:s00000', needs: ['stop:s00001'] })
})

test('a chain of 10,000 orphans that is needed at its end', () => {
  const given = many((index) => ({ ...ORPHAN, needs: below(index) }))
  const web: Given = { ...RUNNING, neededThen: [name(MANY - 1)], changed: true }
  const { steps, left } = quickly([...given, ['web', web]], { prune: true, skip: new Set(['web']) })
  expect(steps).toEqual([])
  const reason = left.find(({ service }) => service === 's00000')?.reason
  expect(reason).toEqual({ kind: 'orphan', neededBy: ['web'] })
})

test('an orphan below a chain of 10,000 that run', () => {
  const first: Given = { neededThen: ['old'], changed: true }
  const given = many((index) => ({ ...RUNNING, needs: below(index), ...(index === 0 && first) }))
  const { left } = quickly([...given, ['old', ORPHAN]], { prune: true, skip: new Set([name(0)]) })
  expect(left.find(({ service }) => service === 'old')?.reason).toEqual({ kind: 'orphan', neededBy: ['s00000'] })
})

test('10,000 that are restarted one with the other, of which the first is asked for', () => {
  const given = many((index) => ({ ...RUNNING, changed: index === 0, follows: true, needs: below(index) }))
  const { steps } = quickly(given, { names: [name(0)] })
  expect(steps).toHaveLength(2 * MANY)
  expect(steps.at(-1)?.cause).toEqual({
    selected: { by: 'dependent', of: 's09998' },
    trigger: { kind: 'prerequisite-restarted', service: 's09998', changes: [] },
  })
})

test('10,000 of which each follows one that the one before it needs', () => {
  // Every other one is found only when the one before has been selected, and what it needs with it.
  const given = many((index) => ({
    ...RUNNING,
    follows: index % 2 === 1,
    changed: index % 2 === 0,
    needs: index % 2 === 0 ? [] : [name(index - 1), ...(index + 1 < MANY ? [name(index + 1)] : [])],
  }))
  const { steps } = quickly(given, { names: [name(0)] })
  expect(steps).toHaveLength(2 * MANY)
  const { declared, services } = situation(Object.fromEntries(given))
  let reached: ReadonlySet<string> = new Set()
  const selected = { names: [name(0)], skip: new Set([name(MANY - 1)]) }
  expect(
    processorSeconds(() => {
      reached = reachedByApply(declared, services, selected)
    }),
  ).toBeLessThan(1)
  expect(reached.size).toBe(MANY - 1)
})

test('10,000 refreshes, of which 100 come before the others', () => {
  const given = many(() => ({ ...RUNNING, changed: true, refreshScript: true }))
  const plan = quickly(given)
  let steps: Plan['steps'] = []
  expect(
    processorSeconds(() => {
      steps = withCanary(plan, 100).steps
    }),
  ).toBeLessThan(3)
  expect(steps[99]?.needs).toEqual([])
  expect(steps[100]?.needs).toHaveLength(100)
})
