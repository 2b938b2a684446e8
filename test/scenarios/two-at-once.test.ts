import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import type { ArenaComponent } from '../rig/arena-component.ts'
import type { Finished } from '../rig/project.ts'
import { begun, type Entry, overlaps } from '../rig/trace.ts'
import { until } from '../rig/until.ts'

// Two commands on one cluster at the same time. Who worked, and when, is read off the trace of the scripts.

const ROUNDS = 50
const SEED = Number(process.env.RACE_SEED ?? 20_261_120)
/** Two chains that share nothing. */
const LEFT = ['l1', 'l2', 'l3']
const RIGHT = ['r1', 'r2', 'r3']
const COMPONENTS: readonly ArenaComponent[] = [LEFT, RIGHT].flatMap((chain) =>
  chain.map((name, index) => ({
    name,
    kind: 'service' as const,
    prerequisites: chain.slice(Math.max(index - 1, 0), index),
    refreshes: true,
    deletes: true,
    observable: true,
    configured: 1,
    written: 1,
  })),
)

describe.concurrent('two commands at once', { timeout: 900_000 }, () => {
  test('that overlap: one is refused or waits, never do both work', async ({ onTestFinished }) => {
    const arena = arenaOf(onTestFinished)
    let refusals = 0
    for (const [one, other, waits] of fc.sample(fc.tuple(command, command, fc.boolean()), {
      numRuns: ROUNDS,
      seed: SEED,
    })) {
      await arena.paictl(['service', 'start', '--all'])
      arena.forgetTrace()
      const options = waits ? ['--wait-lock', '50s'] : []
      const typed = [one, other].map((words) => ['service', ...words, ...options])
      const ended = await Promise.all(typed.map((args) => arena.paictl(args)))
      const codes = ended.map(({ code }) => code).sort()
      const refused = codes.includes(4)
      expect([typed, [0, 4].includes(codes[1] ?? -1) && codes[0] === 0, shown(ended)]).toEqual([
        typed,
        true,
        ended.map(() => ''),
      ])
      if (waits) expect([typed, codes]).toEqual([typed, [0, 0]])
      if (refused) refusals += 1
      const trace = arena.trace()
      expect([typed, overlaps(trace), broken(trace)]).toEqual([typed, [], []])
      if (refused) expect([typed, runsOf(trace).length <= 1]).toEqual([typed, true])
    }
    // That they met at all is what the rest is worth.
    expect(refusals).toBeGreaterThan(5)
  })

  test('that have nothing in common: both go on', async ({ onTestFinished }) => {
    const arena = arenaOf(onTestFinished)
    const pairs = fc.sample(fc.tuple(disjoint, disjoint, fc.boolean()), { numRuns: 15, seed: SEED })
    for (const [one, other, swaps] of pairs) {
      await arena.paictl(['service', 'start', '--all'])
      arena.forgetTrace()
      const typed = [one('l', LEFT), other('r', RIGHT)]
      if (swaps) typed.reverse()
      const ended = await Promise.all(typed.map((args) => arena.paictl(['service', ...args])))
      expect([typed, ended.map(({ code }) => code), shown(ended)]).toEqual([typed, [0, 0], ['', '']])
      expect([typed, overlaps(arena.trace())]).toEqual([typed, []])
    }
  })

  test('that have nothing in common: one is done while the other one is at work', async ({ onTestFinished }) => {
    const arena = arenaOf(onTestFinished)
    for (const [verb, names] of [
      ['start', LEFT],
      ['stop', LEFT],
      ['start', LEFT],
      ['delete', LEFT],
    ] as const) {
      const [middle = ''] = names.slice(1)
      const gate = arena.gate(verb, middle)
      const options = verb === 'delete' ? ['--yes'] : []
      const slow = arena.begin(['service', verb, ...names, ...options])
      await until(() => begun(arena.trace()).has(`${verb} ${middle}`), `the ${verb} of ${middle}`)
      for (const other of ['start', 'restart', 'stop']) {
        const { code, stderr } = await arena.paictl(['service', other, ...RIGHT])
        expect([verb, other, code, stderr]).toEqual([verb, other, 0, expect.any(String)])
      }
      const refused = await arena.paictl(['service', 'restart', middle])
      expect([verb, refused.code]).toEqual([verb, 4])
      expect(arena.trace().at(-1)?.service).toMatch(/^r/)
      await gate.open()
      expect((await slow.finished).code).toBe(0)
      expect(overlaps(arena.trace())).toEqual([])
      arena.forgetTrace()
    }
  })
})

/** All are about l2, by name or by what they pull in; none fails. */
const command: fc.Arbitrary<readonly string[]> = fc.constantFrom(
  ['restart', 'l2'],
  ['restart', 'l2', 'l3'],
  ['restart', '--all'],
  ['start', 'l3'],
  ['refresh', '--all'],
  ['stop', '--all'],
  ['stop', 'l2', '--with-dependents'],
  ['delete', 'l2', 'l3', '--yes'],
)

/** What is typed about one of the chains; none fails. */
const disjoint: fc.Arbitrary<(side: string, chain: readonly string[]) => readonly string[]> = fc.constantFrom(
  (side: string) => ['restart', `${side}2`],
  (side: string) => ['refresh', `${side}3`],
  (side: string) => ['stop', `${side}3`],
  (_: string, chain: readonly string[]) => ['stop', ...chain],
  (_: string, chain: readonly string[]) => ['delete', ...chain, '--yes'],
)

function arenaOf(onTestFinished: (act: () => void) => void): Arena {
  const arena = new Arena()
  onTestFinished(() => arena.remove())
  for (const one of COMPONENTS) arena.declare(one)
  return arena
}

const runsOf = (trace: readonly Entry[]): string[] => [...new Set(trace.map(({ run }) => run))]

/** Of what two runs both worked on, all has to be done by one of them before the other begins. */
function broken(trace: readonly Entry[]): string[] {
  const [one, other] = runsOf(trace)
  const of = (run: string | undefined): Set<string> =>
    new Set(trace.filter((entry) => entry.run === run).map(({ service }) => service))
  const shared = [...of(one)].filter((service) => of(other).has(service))
  const blocks: string[] = []
  for (const { run, service } of trace) if (shared.includes(service) && blocks.at(-1) !== run) blocks.push(run)
  return blocks.length > 2 ? blocks : []
}

/** What was printed by those that neither did their work nor were refused. */
const shown = (ended: readonly Finished[]): string[] =>
  ended.map(({ code, stdout, stderr }) => (code === 0 || code === 4 ? '' : stdout + stderr))
