import { expect, test } from 'vitest'
import { criticalPath, type Span } from '../../src/engine/critical-path.ts'
import { steps } from './support/world.ts'

const span = (begun: number, ended: number) => ({ begun, ended })

test('is the chain that ended last, each link the prerequisite that ended last', () => {
  const plan = steps('start:a', 'start:b', ['start:c', 'start:a', 'start:b'], ['start:d', 'start:c'], 'start:e')
  const times = new Map([
    ['start:a', span(0, 100)],
    ['start:b', span(0, 300)],
    ['start:c', span(300, 400)],
    ['start:d', span(450, 1000)],
    ['start:e', span(0, 900)],
  ])
  expect(criticalPath(plan, times, { begun: 0 })).toEqual([
    { step: 'start:b', waitedMs: 0, durationMs: 300 },
    { step: 'start:c', waitedMs: 0, durationMs: 100 },
    { step: 'start:d', waitedMs: 50, durationMs: 550 },
  ])
})

test('tells how long the first link waited for a slot, and passes through optional prerequisites', () => {
  const plan = steps('start:a', ['start:b', 'start:a?'])
  const times = new Map([
    ['start:a', span(70, 100)],
    ['start:b', span(100, 200)],
  ])
  expect(criticalPath(plan, times, { begun: 0 })).toEqual([
    { step: 'start:a', waitedMs: 70, durationMs: 30 },
    { step: 'start:b', waitedMs: 0, durationMs: 100 },
  ])
})

test("the time in which nobody carried the run out is nobody's waiting", () => {
  const plan = steps('start:a', ['start:b', 'start:a'])
  const times = new Map<string, Span>([
    ['start:a', { first: 10, begun: 5000, ended: 5100 }],
    ['start:b', span(9120, 9200)],
  ])
  const pauses = [
    { from: 100, to: 4900 },
    { from: 5110, to: 9110 },
  ]
  expect(criticalPath(plan, times, { begun: 0, pauses })).toEqual([
    { step: 'start:a', waitedMs: 10, durationMs: 100 },
    { step: 'start:b', waitedMs: 20, durationMs: 80 },
  ])
})

test('a run in which nothing was carried out has none', () => {
  expect(criticalPath(steps('start:a'), new Map(), { begun: 0 })).toEqual([])
})

test('a chain of 10,000 is no trouble', () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `start:s${index}`)
  const plan = steps(...names.map((id, index) => (index === 0 ? id : ([id, names[index - 1] ?? ''] as const))))
  const times = new Map(names.map((id, index) => [id, span(index, index + 1)]))
  expect(criticalPath(plan, times, { begun: 0 })).toHaveLength(10_000)
})
