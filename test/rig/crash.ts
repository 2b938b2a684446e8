import { expect } from 'vitest'
import type { Arena } from './arena.ts'
import type { ArenaComponent } from './arena-component.ts'
import { type CrashVerb, expectEnd, expectKept, keptOf } from './crash-claims.ts'
import type { Finished } from './project.ts'
import { begun, overlaps, stillNeeded, unready } from './trace.ts'

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
  const args = argumentsOf(verb)
  const last = arena.lastRun()
  const inFlight = new Map<string, number>()
  let kills = 0
  let ended: Finished | undefined
  for (const [index, place] of [...places, undefined].entries()) {
    ended = await arena.paictl(index === 0 ? args : ['resume'], place)
    if (ended.code !== null) break
    kills += 1
    for (const step of stepsInFlight(arena, last)) inFlight.set(step, (inFlight.get(step) ?? 0) + 1)
    // There is nothing to go on with before the run was begun, and when it was over.
    if (arena.openRuns(last).length === 0) break
  }
  const typedAgain = ended?.code === null
  if (typedAgain) ended = await arena.paictl(args)
  // Where all was over but for the last word, there is nothing to go on with.
  const isOver = ended?.stderr.includes('nothing to go on with') ?? false
  expect({ what, ended }).toEqual({ what, ended: { ...ended, code: verb === 'rollback' && !isOver ? 1 : 0 } })

  const trace = arena.trace()
  // A refresh takes services without a refresh-script away from under those who need them.
  const needed = verb === 'refresh' || verb === 'apply' ? [] : stillNeeded(trace)
  const amiss = [...overlaps(trace), ...unready(trace), ...needed]
  // Only what was in flight may have to be done once more; and all, where a command that was over is typed again.
  const often = (step: string): number => 1 + (typedAgain ? 1 : 0) + (inFlight.get(step) ?? 0)
  const twice = [...begun(trace)].filter(([step, times]) => times > often(step))
  try {
    expect({ what, amiss, twice }).toEqual({ what, amiss: [], twice: [] })
    await expectEnd(arena, components, verb, what)
    expectKept(arena, components, verb, before, what)
  } catch (error) {
    const lines = trace.map((entry) => Object.values(entry).join(' '))
    throw new Error(`${what}: ${ended?.stdout}${ended?.stderr}${lines.join('\n')}`, { cause: error })
  }
  return kills
}

function argumentsOf(verb: CrashVerb): string[] {
  switch (verb) {
    case 'apply':
      return ['apply', '--all', '--yes', '--on-failure', 'continue']
    case 'rollback':
      return ['service', 'start', '--all', '--on-failure', 'rollback']
    case 'delete':
      return ['service', 'delete', '--all', '--yes', '--on-failure', 'continue']
    default:
      return ['service', verb, '--all', '--on-failure', 'continue']
  }
}

/** By the journal: steps that were begun and had not ended, as the scripts that they run say them. */
function stepsInFlight(arena: Arena, last: string): string[] {
  const open = new Set<string>()
  for (const { type, step } of arena.openRuns(last).flatMap((run) => arena.journal(run))) {
    if (typeof step !== 'string') continue
    if (type === 'intent') open.add(step)
    if (type === 'outcome') open.delete(step)
  }
  return [...open].flatMap((step) => {
    const [operator = '', service = ''] = step.split(':')
    // A delete without a script of its own runs the stop script.
    if (operator === 'delete') return [`delete ${service}`, `stop ${service}`]
    // Before a start that was half done is done once more, its stop script runs.
    if (operator === 'start') return [`start ${service}`, `stop ${service}`]
    return operator === 'rollback' ? [`stop ${service}`] : [`${operator} ${service}`]
  })
}
