import { expect } from 'vitest'
import type { Arena } from '../arena.ts'
import type { ArenaComponent } from '../arena-component.ts'
import type { Finished } from '../project.ts'
import { statusHere } from '../status-here.ts'
import { overlaps, stillNeeded, unready } from '../trace.ts'
import type { Model } from './model.ts'
import type { ModelCommand } from './model-commands.ts'
import { carryOut, type ModelPlan, type ModelVerb, planRefresh, planRestart, planStart, planStop } from './model-run.ts'

/** The world that a model is held against. */
export interface Real {
  readonly arena: Arena
  /** All that ever were, as they were first. */
  readonly components: ReadonlyMap<string, ArenaComponent>
}

export interface VerbRequest {
  readonly verb: ModelVerb
  /** Indices into what there is, or `--all`. */
  readonly which: readonly number[] | 'all'
  /** stop and delete only. */
  readonly withDependents: boolean
  /** Where paictl is killed, and what is typed next. */
  readonly kill: Kill | null
}

interface Kill {
  readonly place: { readonly when: string; readonly number: number }
  readonly next: 'resume' | 'all'
}

/** A command that changes something, perhaps killed and taken up again. */
export const verbCommand = (request: VerbRequest): ModelCommand => ({
  check: (model) => candidates(model, request.verb).length > 0,
  async run(model, real) {
    const { verb, kill } = request
    const names = namesOf(model, request)
    const plan = planOf(model, request, names)
    const args = argumentsOf(request, names)
    real.arena.forgetTrace()
    const typed = args.join(' ')
    if (kill === null) {
      const finished = await real.arena.paictl(args)
      expectCode(finished, carryOut(model, verb, plan), typed)
    } else {
      await killedAndTakenUp(model, real, { args, plan, verb, kill })
    }
    const trace = real.arena.trace()
    expect([typed, ...overlaps(trace), ...unready(trace)]).toEqual([typed])
    // A restart takes a service away from under those who need it, and gives it back.
    if (verb === 'stop' || verb === 'delete') expect([typed, ...stillNeeded(trace)]).toEqual([typed])
    await agree(model, real, typed)
  },
  toString() {
    const { verb, which, withDependents, kill } = request
    const crash = kill === null ? '' : ` killed ${kill.place.when}:${kill.place.number}, then ${kill.next}`
    return `${verb}(${which}${withDependents ? ', with dependents' : ''}${crash})`
  },
})

/** Where the world and what paictl says of it are as the model has it. */
export async function agree(model: Model, { arena }: Real, after: string): Promise<void> {
  expect({ after, running: arena.running() }).toEqual({ after, running: model.running() })
  const kept = Object.fromEntries(model.names().map((name) => [name, arena.kept(name, 'revision')]))
  const expected = Object.fromEntries(model.names().map((name) => [name, model.of(name).revision]))
  expect({ after, kept }).toEqual({ after, kept: expected })
  const states = Object.fromEntries([...(await statusHere(arena))].sort())
  expect({ after, states }).toEqual({ after, states: model.states() })
}

async function killedAndTakenUp(
  model: Model,
  { arena }: Real,
  { args, plan, verb, kill }: { args: readonly string[]; plan: ModelPlan; verb: ModelVerb; kill: Kill },
): Promise<void> {
  const typed = args.join(' ')
  const finished = await arena.paictl(args, `journal:${kill.place.when}:${kill.place.number}`)
  const code = carryOut(model, verb, plan)
  // It may have been done before it came so far.
  if (finished.code !== null) return expectCode(finished, code, typed)
  const resumed = await arena.paictl(['resume', '--yes'])
  expectCode(resumed, code, `${typed}, killed at ${kill.place.when}:${kill.place.number}, resumed`)
}

function expectCode({ code, stdout, stderr }: Finished, expected: number, typed: string): void {
  const shown = code === expected ? {} : { stdout, stderr }
  expect({ typed, code, ...shown }).toEqual({ typed, code: expected })
}

/** What can be named: for a start it has to be declared, for a stop it is enough that it was started. */
function candidates(model: Model, verb: ModelVerb): string[] {
  return verb === 'stop' || verb === 'delete' ? model.names() : [...model.declared.keys()]
}

function namesOf(model: Model, { verb, which }: VerbRequest): string[] {
  const all = candidates(model, verb)
  if (which === 'all') return all
  return [...new Set(which.flatMap((index) => all[index % all.length] ?? []))].sort()
}

function planOf(model: Model, { verb, which, withDependents }: VerbRequest, names: readonly string[]): ModelPlan {
  switch (verb) {
    case 'start':
      return planStart(model, names)
    case 'restart':
      return planRestart(model, names)
    case 'refresh':
      return planRefresh(model, names, which === 'all')
    case 'stop':
    case 'delete':
      return planStop(model, verb, names, withDependents)
  }
}

function argumentsOf({ verb, which, withDependents }: VerbRequest, names: readonly string[]): string[] {
  const isEnd = verb === 'stop' || verb === 'delete'
  return [
    'service',
    verb,
    ...(which === 'all' ? ['--all'] : names),
    ...(verb === 'delete' ? ['--yes'] : []),
    ...(isEnd && withDependents ? ['--with-dependents'] : []),
    '--on-failure',
    'continue',
  ]
}
