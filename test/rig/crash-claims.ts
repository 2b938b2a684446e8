import { expect } from 'vitest'
import type { Arena } from './arena.ts'
import { type ArenaComponent, revisionOf } from './arena-component.ts'
import { statusHere } from './status-here.ts'

/** What is done to all services. `rollback`: a start of which a part fails, and that is taken back. */
export type CrashVerb = 'start' | 'stop' | 'restart' | 'refresh' | 'delete' | 'apply' | 'rollback'

/** Of all services, the word that each kept from its first start. */
type Kept = Readonly<Record<string, string | undefined>>

/** What is true of processes, of the data, and what paictl says of both. */
export async function expectEnd(
  arena: Arena,
  components: readonly ArenaComponent[],
  verb: CrashVerb,
  what: string,
): Promise<void> {
  const up = !DOWN.includes(verb)
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
  const wanted = components.map((one) => [one.name, expect.stringMatching(stateAfter(verb, one))])
  expect({ what, states }).toEqual({ what, states: Object.fromEntries(wanted) })
}

const DOWN: readonly CrashVerb[] = ['stop', 'delete', 'rollback']

function stateAfter(verb: CrashVerb, { kind }: ArenaComponent): RegExp {
  // What a run that is taken back has not come to is as it was before: deleted or stopped by hand.
  if (verb === 'rollback')
    return kind === 'job' ? /^(completed|stopped|held|never-started)$/ : /^(stopped|held|never-started)$/
  if (verb === 'delete') return /^never-started$/
  if (kind === 'job') return /^completed$/
  return verb === 'stop' ? /^held$/ : /^running$/
}

/** Nothing that services keep is lost, but by a delete; and then it is gone. */
export function expectKept(
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
    else if (verb !== 'rollback') expect([what, name, typeof is]).toEqual([what, name, 'string'])
  }
}

/** What services keep now. */
export function keptOf(arena: Arena, components: readonly ArenaComponent[]): Kept {
  return Object.fromEntries(components.map(({ name }) => [name, arena.kept(name, 'kept')]))
}
