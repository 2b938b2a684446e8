import { expect } from 'vitest'
import type { Arena } from './arena.ts'
import { type ArenaComponent, revisionOf } from './arena-component.ts'
import type { Finished } from './project.ts'
import { statusHere } from './status-here.ts'
import { begun, overlaps, stillNeeded, unready } from './trace.ts'

export type CrashVerb = 'start' | 'stop' | 'restart' | 'refresh' | 'delete'

/** Of all services, the word that each kept from its first start. */
type Kept = Readonly<Record<string, string | undefined>>

/**
 * Runs a verb on all services of an arena, kills it at the first of `places`, goes on with it and kills that at the next,
 * and so on; at last lets it go on to its end, and holds what came of it against what was asked. Returns how often it came as
 * far as to be killed.
 */
export async function crash(
  arena: Arena,
  components: readonly ArenaComponent[],
  verb: CrashVerb,
  places: readonly string[],
): Promise<number> {
  const what = `${verb} killed at ${places.join(', then at ')}`
  const before = keptOf(arena, components)
  arena.forgetTrace()
  const args = ['service', verb, '--all', ...(verb === 'delete' ? ['--yes'] : []), '--on-failure', 'continue']
  const inFlight = new Map<string, number>()
  let kills = 0
  let ended: Finished | undefined
  for (const [index, place] of [...places, undefined].entries()) {
    ended = await arena.paictl(index === 0 ? args : ['resume'], place)
    if (ended.code !== null) break
    kills += 1
    for (const step of stepsInFlight(arena)) inFlight.set(step, (inFlight.get(step) ?? 0) + 1)
    // There is nothing to go on with before the run was begun, and when it was over.
    if (arena.openRuns().length === 0) break
  }
  const typedAgain = ended?.code === null
  if (typedAgain) ended = await arena.paictl(args)
  expect({ what, ended }).toEqual({ what, ended: { ...ended, code: 0 } })

  const trace = arena.trace()
  const amiss = [...overlaps(trace), ...unready(trace), ...(verb === 'refresh' ? [] : stillNeeded(trace))]
  // Only what was in flight may have to be done once more; and all, where a command that was over is typed again.
  const often = (step: string): number => 1 + (typedAgain ? 1 : 0) + (inFlight.get(step) ?? 0)
  const twice = [...begun(trace)].filter(([step, times]) => times > often(step))
  expect({ what, amiss, twice }).toEqual({ what, amiss: [], twice: [] })
  await expectEnd(arena, components, verb, what)
  expectKept(arena, components, verb, before, what)
  return kills
}

/** By the journal: steps that were begun and had not ended, as the scripts that they run say them. */
function stepsInFlight(arena: Arena): string[] {
  const open = new Set<string>()
  for (const { type, step } of arena.openRuns().flatMap((run) => arena.journal(run))) {
    if (typeof step !== 'string') continue
    if (type === 'intent') open.add(step)
    if (type === 'outcome') open.delete(step)
  }
  return [...open].flatMap((step) => {
    const [operator = '', service = ''] = step.split(':')
    // A delete without a script of its own runs the stop script.
    return operator === 'delete' ? [`delete ${service}`, `stop ${service}`] : [`${operator} ${service}`]
  })
}

/** What is true of processes, of the data, and what paictl says of both. */
async function expectEnd(
  arena: Arena,
  components: readonly ArenaComponent[],
  verb: CrashVerb,
  what: string,
): Promise<void> {
  const up = verb !== 'stop' && verb !== 'delete'
  const running = up ? components.filter(({ kind }) => kind === 'service').map(({ name }) => name) : []
  expect({ what, running: arena.running() }).toEqual({ what, running })
  if (up) {
    const wanted = components.map((component) => revisionOf(component))
    expect({ what, revisions: components.map(({ name }) => arena.kept(name, 'revision')) }).toEqual({
      what,
      revisions: wanted,
    })
  }
  const states = Object.fromEntries(await statusHere(arena))
  expect({ what, states }).toEqual({
    what,
    states: Object.fromEntries(components.map((one) => [one.name, stateAfter(verb, one)])),
  })
}

function stateAfter(verb: CrashVerb, { kind }: ArenaComponent): string {
  if (verb === 'delete') return 'never-started'
  if (kind === 'job') return 'completed'
  return verb === 'stop' ? 'held' : 'running'
}

/** Nothing that services keep is lost, but by a delete; and then it is gone. */
function expectKept(
  arena: Arena,
  components: readonly ArenaComponent[],
  verb: CrashVerb,
  before: Kept,
  what: string,
): void {
  const after = keptOf(arena, components)
  for (const { name } of components) {
    const was = before[name]
    const is = after[name]
    if (verb === 'delete') expect([what, name, is]).toEqual([what, name, undefined])
    else if (was !== undefined) expect([what, name, is]).toEqual([what, name, was])
    else expect([what, name, typeof is]).toEqual([what, name, 'string'])
  }
}

function keptOf(arena: Arena, components: readonly ArenaComponent[]): Kept {
  return Object.fromEntries(components.map(({ name }) => [name, arena.kept(name, 'kept')]))
}
