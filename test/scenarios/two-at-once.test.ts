import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import type { ArenaComponent } from '../rig/arena-component.ts'
import type { Finished } from '../rig/project.ts'
import { type Entry, overlaps } from '../rig/trace.ts'

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

describe.concurrent('two commands at once', { timeout: 240_000 }, () => {
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
      expect([typed, overlaps(trace), blocksOf(trace).length <= (refused ? 1 : 2)]).toEqual([typed, [], true])
    }
    // That they met at all is what the rest is worth.
    expect(refusals).toBeGreaterThan(5)
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

function arenaOf(onTestFinished: (act: () => void) => void): Arena {
  const arena = new Arena()
  onTestFinished(() => arena.remove())
  for (const one of COMPONENTS) arena.declare(one)
  return arena
}

/** The runs in the order of their entries; one that another one broke into is there twice. */
function blocksOf(trace: readonly Entry[]): string[] {
  const blocks: string[] = []
  for (const { run } of trace) if (blocks.at(-1) !== run) blocks.push(run)
  return blocks
}

/** What was printed by those that neither did their work nor were refused. */
const shown = (ended: readonly Finished[]): string[] =>
  ended.map(({ code, stdout, stderr }) => (code === 0 || code === 4 ? '' : stdout + stderr))
