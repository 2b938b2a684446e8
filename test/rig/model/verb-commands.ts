import { expect } from 'vitest'
import type { Arena } from '../arena.ts'
import type { ArenaComponent } from '../arena-component.ts'
import type { Finished } from '../project.ts'
import { statusHere } from '../status-here.ts'
import { overlaps, stillNeeded, unready } from '../trace.ts'
import type { Model } from './model.ts'
import { planApply } from './model-apply.ts'
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
  /** Of stop and delete: also who needs them; of apply: also what is declared no more. */
  readonly widely: boolean
  /** Where paictl is killed, and what is typed next. */
  readonly kill: Kill | null
}

export interface Kill {
  /** As kill-hook.mjs knows it. */
  readonly at: string
  /** What is typed then: to go on with it, or something else about everything that there is. */
  readonly next: 'resume' | 'restart' | 'delete' | 'stop'
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
    const { verb, which, widely, kill } = request
    const crash = kill === null ? '' : ` killed at ${kill.at}, then ${kill.next}`
    return `${verb}(${which}${widely ? ', widely' : ''}${crash})`
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
  real: Real,
  { args, plan, verb, kill }: { args: readonly string[]; plan: ModelPlan; verb: ModelVerb; kill: Kill },
): Promise<void> {
  const { arena } = real
  const last = arena.lastRun()
  const finished = await arena.paictl(args, kill.at)
  const typed = `${args.join(' ')}, killed at ${kill.at}`
  if (finished.code !== null) {
    // It was done before it came so far.
    expectCode(finished, carryOut(model, verb, plan), typed)
  } else if (kill.next !== 'resume') {
    // What was being deleted is not started before that was done.
    await startOver(model, real, verb === 'delete' && kill.next === 'restart' ? 'delete' : kill.next, typed)
  } else if (arena.openRuns(last).length > 0) {
    const code = carryOut(model, verb, plan)
    const resumed = await arena.paictl(['resume'])
    // All was over but for the last word.
    const isOver = resumed.stderr.includes('nothing to go on with')
    expectCode(resumed, isOver ? 0 : code, `${typed}, resumed`)
  } else {
    // Before its run was begun, or after it was over: either nothing was done, or all.
    expectCode(await arena.paictl(['resume']), 0, `${typed}, nothing to resume`)
    if (arena.trace().length > 0) carryOut(model, verb, plan)
  }
}

/**
 * Types something about all services, after which it is known again what has to be, however far the killed command came.
 * Nothing fails meanwhile.
 */
async function startOver(
  model: Model,
  { arena }: Real,
  next: 'restart' | 'delete' | 'stop',
  killed: string,
): Promise<void> {
  for (const step of model.failing) {
    const [operator = '', service = ''] = step.split(' ')
    arena.setFailing(operator, service, false)
  }
  model.failing.clear()
  if (next === 'stop') {
    expectCode(await arena.paictl(['service', 'stop', '--all']), 0, `${killed}, then stop`)
    expect({ killed, running: arena.running() }).toEqual({ killed, running: [] })
  }
  const orphaned = model.names().some((name) => !model.declared.has(name))
  const verb = next === 'delete' || orphaned ? 'delete' : 'restart'
  const all = ['service', verb, '--all', ...(verb === 'delete' ? ['--yes'] : [])]
  expectCode(await arena.paictl(all), 0, `${killed}, then ${verb}`)
  for (const name of model.names()) {
    // However it was found: nothing of it is left, and a restart starts what is declared.
    if (verb === 'delete')
      carryOut(model, verb, { steps: [{ operator: 'delete', service: name, needs: [] }], amiss: false, refused: false })
  }
  if (verb === 'restart') carryOut(model, verb, planRestart(model, [...model.declared.keys()]))
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

function planOf(model: Model, { verb, which, widely }: VerbRequest, names: readonly string[]): ModelPlan {
  switch (verb) {
    case 'start':
      return planStart(model, names)
    case 'restart':
      return planRestart(model, names)
    case 'refresh':
      return planRefresh(model, names, which === 'all')
    case 'apply':
      // With names, only orphans among them are meant, and what is declared is none.
      return planApply(model, names, widely && which === 'all')
    case 'stop':
    case 'delete':
      return planStop(model, verb, names, widely)
  }
}

function argumentsOf({ verb, which, widely }: VerbRequest, names: readonly string[]): string[] {
  const isEnd = verb === 'stop' || verb === 'delete'
  return [
    ...(verb === 'apply' ? ['apply'] : ['service', verb]),
    ...(which === 'all' ? ['--all'] : names),
    ...(verb === 'delete' || verb === 'apply' ? ['--yes'] : []),
    ...(isEnd && widely ? ['--with-dependents'] : []),
    ...(verb === 'apply' && widely ? ['--prune'] : []),
    '--on-failure',
    'continue',
  ]
}
