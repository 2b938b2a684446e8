import { expect, test } from 'vitest'
import { isSettled, replay } from '../../src/engine/replay.ts'
import type { Outcome } from '../../src/model/outcome.ts'
import type { JournalEntry, RunOwner } from '../../src/model/run.ts'

const OWNER: RunOwner = { pid: 7, startTime: '1', boot: 'b', host: 'h' }
const DONE: Outcome = { status: 'done', durationMs: 5, warning: null }
const CANCELLED: Outcome = { status: 'cancelled', begun: true, durationMs: 5 }

const opened = (time: number, pid = 7): JournalEntry => ({ type: 'opened', run: 'r', owner: { ...OWNER, pid }, time })
const intent = (time: number, step: string): JournalEntry => ({ type: 'intent', step, time })
const outcome = (time: number, step: string, became: Outcome = DONE): JournalEntry => ({
  type: 'outcome',
  step,
  outcome: became,
  time,
})
const script = (time: number, step: string, pid: number, attempt = 1): JournalEntry => ({
  type: 'script',
  step,
  role: 'start',
  script: 'start.sh',
  attempt,
  timeoutMs: null,
  pid,
  startTime: '2',
  boot: 'b',
  time,
})

test('an empty journal says nothing', () => {
  const progress = replay([])
  expect(progress).toMatchObject({ owner: undefined, sessions: 0, rollback: [] })
  expect([progress.outcomes.size, progress.inFlight.size]).toEqual([0, 0])
})

test('what has an outcome is over; what has only an intent is in flight, with its scripts', () => {
  const progress = replay([
    opened(1),
    intent(2, 'start:a'),
    script(3, 'start:a', 10),
    outcome(4, 'start:a'),
    intent(5, 'start:b'),
    script(6, 'start:b', 11),
    script(7, 'start:b', 12, 2),
  ])
  expect([...progress.outcomes]).toEqual([['start:a', DONE]])
  expect([...progress.inFlight.keys()]).toEqual(['start:b'])
  expect(progress.inFlight.get('start:b')?.map(({ pid, time }) => [pid, time])).toEqual([
    [11, 6],
    [12, 7],
  ])
  expect(progress.times.get('start:a')).toEqual({ first: 2, begun: 2, ended: 4 })
  expect(progress.times.get('start:b')).toEqual({ first: 5, begun: 5, ended: undefined })
  expect([...progress.attempts]).toEqual([['start:b', 2]])
})

test('begun once more, a step is in flight again, and its earlier scripts with it', () => {
  const progress = replay([
    opened(1),
    intent(2, 'start:a'),
    script(3, 'start:a', 10),
    outcome(4, 'start:a', CANCELLED),
    opened(5, 8),
    intent(6, 'start:a'),
    script(7, 'start:a', 11),
  ])
  expect(progress).toMatchObject({ owner: { pid: 8 }, sessions: 2, pauses: [{ from: 4, to: 5 }], last: 7 })
  expect(progress.times.get('start:a')).toEqual({ first: 2, begun: 6, ended: undefined })
  expect(progress.outcomes.size).toBe(0)
  expect(progress.inFlight.get('start:a')?.map(({ pid }) => pid)).toEqual([10, 11])
})

test('what was cancelled is not over, and may have outlived that', () => {
  const progress = replay([opened(1), intent(2, 'start:a'), script(3, 'start:a', 10), outcome(4, 'start:a', CANCELLED)])
  expect(isSettled(progress.outcomes.get('start:a'))).toBe(false)
  expect(progress.inFlight.has('start:a')).toBe(true)
  expect([isSettled(DONE), isSettled(undefined), isSettled({ status: 'blocked', by: ['x'] })]).toEqual([
    true,
    false,
    true,
  ])
})

test('what is done about failures is what the last to go on with it was told', () => {
  const first = { ...opened(1), onFailure: 'rollback' } as JournalEntry
  expect(replay([opened(1)]).onFailure).toBeUndefined()
  expect(replay([first, opened(2)]).onFailure).toBe('rollback')
  expect(replay([first, { ...opened(2), onFailure: 'stop' } as JournalEntry]).onFailure).toBe('stop')
})

test('entries of a kind that is not known are passed over', () => {
  const later = { type: 'weather', time: 3 } as unknown as JournalEntry
  expect([...replay([opened(1), intent(2, 'start:a'), later, outcome(4, 'start:a')]).outcomes.keys()]).toEqual([
    'start:a',
  ])
})
