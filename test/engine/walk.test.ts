import { expect, test } from 'vitest'
import { type WalkNode, type WalkOptions, walk } from '../../src/engine/walk.ts'
import type { Outcome } from '../../src/model/outcome.ts'

const DONE: Outcome = { status: 'done', durationMs: 1, warning: null }
const FAILED: Outcome = {
  status: 'failed',
  durationMs: 1,
  failure: { reason: { kind: 'exit', exitCode: 1 }, script: 'start.sh', log: null, tail: [] },
}
const NOT_BEGUN: Outcome = { status: 'cancelled', begun: false, durationMs: 0 }
const blocked = (...by: string[]): Outcome => ({ status: 'blocked', by })

type Shape = Readonly<Record<string, readonly string[]>>

/** A walk whose nodes end on the test's word. `needs?` are only come after. */
function begin(shape: Shape, options: Partial<WalkOptions<WalkNode>> = {}) {
  const nodes = Object.entries(shape).map(([name, needs]) => ({
    id: `start:${name}`,
    name,
    needs: needs.filter((need) => !need.endsWith('?')).map(idOf),
    after: needs.filter((need) => need.endsWith('?')).map((need) => idOf(need.replace('?', ''))),
  }))
  const endings = new Map<string, (outcome: Outcome) => void>()
  const begun: string[] = []
  const notRun: string[] = []
  const controller = new AbortController()
  const settled = walk(nodes, {
    slots: 10,
    weight: () => 1,
    onFailure: 'continue',
    cancelled: controller.signal,
    run: ({ name }) => {
      begun.push(name)
      return new Promise((resolve) => endings.set(name, resolve))
    },
    notRun: ({ name }) => notRun.push(name),
    ...options,
  })
  return {
    begun,
    notRun,
    cancel: () => controller.abort(),
    /** Ends a running node, and lets the walk take that in. */
    end: async (name: string, outcome: Outcome = DONE): Promise<void> => {
      const resolve = endings.get(name)
      if (resolve === undefined) throw new Error(`${name} does not run`)
      endings.delete(name)
      resolve(outcome)
      for (let turn = 0; turn < 3; turn += 1) await Promise.resolve()
    },
    settled: async () => [...(await settled)].map(([id, outcome]) => [id.replace('start:', ''), outcome] as const),
  }
}

const idOf = (name: string): string => `start:${name}`

test('a node begins the moment its own needs are done: there are no levels', async () => {
  const walking = begin({ slow: [], fast: [], next: ['fast'], last: ['next'], join: ['slow', 'last'] })
  expect(walking.begun).toEqual(['fast', 'slow'])
  await walking.end('fast')
  await walking.end('next')
  expect(walking.begun).toEqual(['fast', 'slow', 'next', 'last'])
  await walking.end('last')
  expect(walking.begun).not.toContain('join')
  await walking.end('slow')
  expect(walking.begun.at(-1)).toBe('join')
  await walking.end('join')
  expect((await walking.settled()).map(([name]) => name)).toEqual(['fast', 'next', 'last', 'slow', 'join'])
})

test('no more run side by side than there are slots, and a free slot is used at once', async () => {
  const walking = begin({ a: [], b: [], c: [], d: [] }, { slots: 2 })
  expect(walking.begun).toEqual(['a', 'b'])
  await walking.end('b')
  expect(walking.begun).toEqual(['a', 'b', 'c'])
  await walking.end('c')
  await walking.end('a')
  await walking.end('d')
  expect(await walking.settled()).toHaveLength(4)
})

test('the longest remaining path goes first, by weight and not by the number of nodes', async () => {
  const weights: Readonly<Record<string, number>> = { heavy: 50, long: 10, l2: 10, l3: 10, short: 10, behind: 5 }
  const shape = { short: [], behind: ['short'], long: [], l2: ['long'], l3: ['l2'], heavy: [] }
  const walking = begin(shape, { slots: 1, weight: ({ name }) => weights[name] ?? 0 })
  for (let count = 0; count < 6; count += 1) await walking.end(walking.begun.at(-1) ?? '')
  expect(walking.begun).toEqual(['heavy', 'long', 'l2', 'short', 'l3', 'behind'])
})

test('among equals the one that comes first in the plan', () => {
  expect(begin({ c: [], a: [], b: [] }, { slots: 2 }).begun).toEqual(['c', 'a'])
})

test('a failure blocks all that needs it, directly or not, by its name; the rest goes on', async () => {
  const walking = begin({ db: [], api: ['db'], web: ['api'], store: [], train: ['store'] })
  await walking.end('db', FAILED)
  expect(walking.notRun).toEqual(['api', 'web'])
  await walking.end('store')
  expect(walking.begun).toEqual(['db', 'store', 'train'])
  await walking.end('train')
  expect(await walking.settled()).toEqual([
    ['db', FAILED],
    ['api', blocked('db')],
    ['web', blocked('db')],
    ['store', DONE],
    ['train', DONE],
  ])
})

test('what several failures block names all of them, sorted, and not those that they blocked', async () => {
  const walking = begin({ z: [], a: [], m: ['z'], fine: [], top: ['m', 'a', 'fine'] })
  await walking.end('z', FAILED)
  await walking.end('a', FAILED)
  expect(walking.notRun).toEqual(['m'])
  await walking.end('fine')
  expect(new Map(await walking.settled()).get('top')).toEqual(blocked('a', 'z'))
  expect(walking.begun).not.toContain('top')
})

test('with "stop" nothing new begins after a failure; what runs is awaited', async () => {
  const walking = begin({ a: [], b: [], c: [], d: ['b'], e: ['a'], f: ['d', 'e'] }, { slots: 2, onFailure: 'stop' })
  await walking.end('a', FAILED)
  expect(walking.begun).toEqual(['a', 'b'])
  await walking.end('b')
  expect(walking.begun).toEqual(['a', 'b'])
  expect(new Map(await walking.settled())).toEqual(
    new Map([
      ['a', FAILED],
      ['b', DONE],
      ['c', NOT_BEGUN],
      ['d', NOT_BEGUN],
      ['e', blocked('a')],
      ['f', blocked('a')],
    ]),
  )
  expect([...walking.notRun].sort()).toEqual(['c', 'd', 'e', 'f'])
})

test('with "continue" a failure keeps nobody else from beginning', async () => {
  const walking = begin({ a: [], b: [] }, { slots: 1 })
  await walking.end('a', FAILED)
  expect(walking.begun).toEqual(['a', 'b'])
})

test('cancelled, nothing new begins and every node settles', async () => {
  const walking = begin({ a: [], b: [], c: ['a'], d: ['c'] }, { slots: 1 })
  walking.cancel()
  await walking.end('a', { status: 'cancelled', begun: true, durationMs: 5 })
  expect(walking.begun).toEqual(['a'])
  expect(new Map(await walking.settled())).toEqual(
    new Map<string, Outcome>([
      ['a', { status: 'cancelled', begun: true, durationMs: 5 }],
      ['b', NOT_BEGUN],
      ['c', NOT_BEGUN],
      ['d', NOT_BEGUN],
    ]),
  )
})

test('what ended well though it was cancelled is done, and what needs it does not begin', async () => {
  const walking = begin({ a: [], b: ['a'] })
  walking.cancel()
  await walking.end('a')
  expect(await walking.settled()).toEqual([
    ['a', DONE],
    ['b', NOT_BEGUN],
  ])
})

test('cancelled before it begins, runs nothing', async () => {
  const controller = new AbortController()
  controller.abort()
  const walking = begin({ a: [], b: ['a'] }, { cancelled: controller.signal })
  expect((await walking.settled()).map(([, outcome]) => outcome)).toEqual([NOT_BEGUN, NOT_BEGUN])
  expect(walking.begun).toEqual([])
})

test('what a node only comes after is awaited, and may fail or be blocked', async () => {
  const walking = begin({ db: [], cache: ['db'], web: ['cache?'], job: ['db?', 'web'] })
  expect(walking.begun).toEqual(['db'])
  await walking.end('db', FAILED)
  expect(walking.begun).toEqual(['db', 'web'])
  await walking.end('web')
  await walking.end('job')
  expect(await walking.settled()).toEqual([
    ['db', FAILED],
    ['cache', blocked('db')],
    ['web', DONE],
    ['job', DONE],
  ])
})

test('nothing begins in a walk that was stopped or cancelled because it only comes after what was not begun', async () => {
  const stopped = begin({ a: [], b: ['a?'], c: ['b?'] }, { onFailure: 'stop' })
  await stopped.end('a', FAILED)
  expect((await stopped.settled()).slice(1)).toEqual([
    ['b', NOT_BEGUN],
    ['c', NOT_BEGUN],
  ])
  const cancelled = begin({ a: [], b: ['a?'] })
  cancelled.cancel()
  await cancelled.end('a')
  expect((await cancelled.settled()).at(-1)).toEqual(['b', NOT_BEGUN])
})

test('no nodes, no waiting', async () => {
  expect(await begin({}).settled()).toEqual([])
})

test('blocks a chain of 10,000 without an overflow, each node once', { timeout: 10_000 }, async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
  const shape = Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : [`s${index - 1}`]]))
  const walking = begin(shape)
  await walking.end('s0', FAILED)
  const settled = await walking.settled()
  expect(settled).toHaveLength(10_000)
  expect(settled.at(-1)).toEqual(['s9999', blocked('s0')])
  expect(walking.notRun).toEqual(names.slice(1))
})

test('runs a chain of 10,000 that is done at once', { timeout: 10_000 }, async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `s${index}`)
  const shape = Object.fromEntries(names.map((name, index) => [name, index === 0 ? [] : [`s${index - 1}`]]))
  const walking = begin(shape, { slots: 3, run: async () => DONE })
  expect((await walking.settled()).map(([name]) => name)).toEqual(names)
})

test('a bug in what runs, or in what hears of a node, ends the walk with it', async () => {
  const bug = new Error('a bug')
  const failing = begin({ a: [] }, { run: () => Promise.reject(bug) })
  await expect(failing.settled()).rejects.toBe(bug)
  const throwing = begin(
    { a: [], b: ['a'] },
    {
      run: async () => FAILED,
      notRun: () => {
        throw bug
      },
    },
  )
  await expect(throwing.settled()).rejects.toBe(bug)
})

test('what is over before begins nothing, and counts as it ended', async () => {
  const settled = new Map<string, Outcome>([
    ['start:a', DONE],
    ['start:b', FAILED],
  ])
  const walked = begin({ a: [], b: [], c: ['a'], d: ['b'], e: ['a', 'd'] }, { settled })
  expect(walked.begun).toEqual(['c'])
  expect(walked.notRun).toEqual(['d', 'e'])
  await walked.end('c')
  expect(Object.fromEntries(await walked.settled())).toEqual({
    a: DONE,
    b: FAILED,
    c: DONE,
    d: blocked('b'),
    e: blocked('b'),
  })
})

test('what was begun before and is not run any more is cancelled in the middle', async () => {
  const settled = new Map<string, Outcome>([['start:a', FAILED]])
  const walked = begin({ a: [], b: [], c: [] }, { settled, onFailure: 'stop', begun: new Set(['start:b']) })
  expect(walked.begun).toEqual([])
  expect(Object.fromEntries(await walked.settled())).toEqual({
    a: FAILED,
    b: { ...NOT_BEGUN, begun: true },
    c: NOT_BEGUN,
  })
})

test('what runs beside a bug is awaited before the walk ends with it, and nothing begins', async () => {
  const bug = new Error('a bug')
  const ends: ((outcome: Outcome) => void)[] = []
  const run = ({ name }: WalkNode): Promise<Outcome> =>
    name === 'a' ? Promise.reject(bug) : new Promise((resolve) => ends.push(resolve))
  const walking = begin({ a: [], b: [], c: [] }, { run, slots: 2 })
  let hasEnded = false
  const ended = walking.settled().catch((error) => {
    hasEnded = true
    return error
  })
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve()
  expect([hasEnded, ends.length]).toEqual([false, 1])
  ends[0]?.(DONE)
  expect(await ended).toBe(bug)
})
