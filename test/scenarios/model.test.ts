import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import type { ArenaComponent } from '../rig/arena-component.ts'
import { Model } from '../rig/model/model.ts'
import { components, modelCommands } from '../rig/model/model-commands.ts'
import type { agree } from '../rig/model/verb-commands.ts'
import { statesOf } from '../rig/status-here.ts'

// Sequences of whatever may happen to a small cluster, held against a model that knows only what ought to be. What is true
// is asked of the system's processes and of what scripts wrote down; what paictl says has to agree with it.

const RUNS = Number(process.env.MODEL_RUNS ?? 300)
const SEED = Number(process.env.MODEL_SEED ?? 20_261_120)
/** A counterexample is found quickly, and made smaller slowly: only who asks for it waits for that. */
const SHRINKS = process.env.MODEL_SHRINK !== undefined
/** Sequences side by side: a command waits more than it works. */
const LANES = 3

const lanes = Array.from({ length: LANES }, (_, lane) => lane)

let isBroken = false

test('whatever happens, what runs is what ought to', { timeout: Math.max(900_000, RUNS * 5000) }, async () => {
  const ended = await Promise.allSettled(
    lanes.map((lane) =>
      fc.assert(
        fc.asyncProperty(components, fc.commands([...modelCommands()], { maxCommands: 4, size: 'max' }), sequence),
        { numRuns: Math.ceil(RUNS / LANES), seed: SEED + lane, endOnFailure: !SHRINKS },
      ),
    ),
  )
  for (const one of ended) if (one.status === 'rejected') throw one.reason
})

async function sequence(
  drawn: readonly ArenaComponent[],
  commands: Iterable<fc.AsyncCommand<Model, Parameters<typeof agree>[1]>>,
): Promise<void> {
  // Where one lane has found something, the others need not go on.
  if (isBroken && !SHRINKS) return
  const arena = new Arena()
  try {
    const real = { arena, components: new Map(drawn.map((one) => [one.name, one])) }
    const model = new Model()
    for (const one of drawn) {
      model.declared.set(one.name, one)
      arena.declare(one)
    }
    await fc.asyncModelRun(() => ({ model, real }), commands)
    const { stdout } = await arena.paictl(['service', 'status', '--output', 'json'])
    expect(Object.fromEntries(statesOf(stdout))).toEqual(model.states())
    expect(arena.processes()).toHaveLength(model.running().length)
  } catch (error) {
    isBroken = true
    throw error
  } finally {
    arena.remove()
  }
}
