import { revisionOf } from '../arena-component.ts'
import { type Model, reach } from './model.ts'

/** A step as the model sees it; `needs` are steps of the same list. */
export interface ModelStep {
  readonly operator: 'start' | 'stop' | 'refresh' | 'delete'
  readonly service: string
  readonly needs: readonly string[]
}

export interface ModelPlan {
  readonly steps: readonly ModelStep[]
  /** Something that was asked for is left as it must not be. */
  readonly amiss: boolean
  /** Nothing is done, because somebody needs what is to be stopped. */
  readonly refused: boolean
}

export type ModelVerb = 'start' | 'stop' | 'restart' | 'refresh' | 'delete' | 'apply'

/** What other steps call it. */
export const idOf = ({ operator, service }: Pick<ModelStep, 'operator' | 'service'>): string => `${operator} ${service}`

/** Does to the model what a run of the plan does to the world, with --on-failure continue. Returns the exit code. */
export function carryOut(model: Model, verb: ModelVerb, { steps, amiss, refused }: ModelPlan): number {
  if (refused) return 4
  const done = new Set<string>()
  for (const step of steps) {
    const id = idOf(step)
    if (step.needs.every((other) => done.has(other)) && doStep(model, verb, step)) done.add(id)
  }
  return amiss || done.size < steps.length ? 1 : 0
}

/** Whether it went well. */
function doStep(model: Model, verb: ModelVerb, { operator, service }: ModelStep): boolean {
  switch (operator) {
    case 'start':
      return start(model, service)
    case 'refresh':
      return refresh(model, service)
    case 'stop':
      return stop(model, service, verb)
    case 'delete':
      return remove(model, service)
  }
}

function start(model: Model, name: string): boolean {
  const own = model.of(name)
  const declared = model.declared.get(name)
  if (declared === undefined) throw new Error(`${name} is to be started, and not declared`)
  const failed = model.failing.has(`start ${name}`)
  Object.assign(own, { applied: declared, confirmed: !failed, held: false, phase: 'failed' })
  if (failed) return false
  const isJob = declared.kind === 'job'
  Object.assign(own, { phase: isJob ? 'completed' : 'running', up: !isJob, data: true, revision: revisionOf(declared) })
  const below = reach([name], (one) => model.declared.get(one)?.prerequisites ?? [])
  own.generations = new Map(isJob ? [...below].map((one) => [one, model.of(one).generation]) : [])
  return true
}

function refresh(model: Model, name: string): boolean {
  const declared = model.declared.get(name)
  // Until a refresh has succeeded, the service counts as running what it ran before.
  if (declared === undefined || model.failing.has(`refresh ${name}`)) return false
  Object.assign(model.of(name), { applied: declared, confirmed: true, revision: revisionOf(declared) })
  return true
}

function stop(model: Model, name: string, verb: ModelVerb): boolean {
  const own = model.of(name)
  if (model.failing.has(`stop ${name}`)) {
    own.phase = 'failed'
    return false
  }
  Object.assign(own, { phase: 'stopped', up: false, held: verb === 'stop' || verb === 'delete' })
  return true
}

function remove(model: Model, name: string): boolean {
  const own = model.of(name)
  const script = own.applied?.deletes ? 'delete' : own.phase === 'stopped' ? undefined : 'stop'
  if (script !== undefined && model.failing.has(`${script} ${name}`)) {
    own.phase = 'failed'
    return false
  }
  const { generation } = own
  model.services.delete(name)
  // What is no longer declared has nothing left to be remembered by.
  if (model.declared.has(name)) model.of(name).generation = generation + 1
  return true
}

/** `start NAME…`: what is not as it should be, prerequisites first. */
export function planStart(model: Model, names: readonly string[]): ModelPlan {
  const starts = startsOf(model, names, new Set(), new Set())
  return { steps: starts, amiss: false, refused: false }
}

/** `restart NAME…`: what runs is stopped first. */
export function planRestart(model: Model, names: readonly string[]): ModelPlan {
  const restarted = new Set(names)
  const stops = stopsOf(model, restarted, 'stop')
  return { steps: [...stops, ...startsOf(model, names, restarted, new Set())], amiss: false, refused: false }
}

/** `refresh NAME…`: what runs; without a refresh-script, and for a job with something new to take in, a new start. */
export function planRefresh(model: Model, names: readonly string[], all: boolean): ModelPlan {
  const inPlace = new Set<string>()
  const restarted = new Set<string>()
  const idle = new Set<string>()
  for (const name of names) {
    const state = model.stateOf(name)
    if (state !== 'running' && state !== 'completed') idle.add(name)
    else if (model.declared.get(name)?.refreshes) inPlace.add(name)
    else if (model.kindOf(name) === 'service' || needsStart(model, name, names)) restarted.add(name)
  }
  const stops = stopsOf(model, restarted, 'stop')
  const starts = startsOf(model, [...inPlace, ...restarted], restarted, inPlace)
  const acting = new Set([...stops, ...starts].map(({ service }) => service))
  const amiss = !all && [...idle].some((name) => !acting.has(name))
  return { steps: [...stops, ...starts], amiss, refused: false }
}

/** `stop NAME…` and `delete NAME…`: dependents first, by what each was started with. */
export function planStop(
  model: Model,
  verb: 'stop' | 'delete',
  names: readonly string[],
  withDependents: boolean,
): ModelPlan {
  const wanted = new Set(names)
  const needers = reach(names, (name) => dependentsOf(model, name))
  const others = [...needers].filter((name) => !wanted.has(name) && model.isAlive(name))
  if (!withDependents && names.some((name) => isActedOn(model, verb, name) && isNeeded(model, name, wanted))) {
    return { steps: [], amiss: false, refused: true }
  }
  const acted = new Set([...wanted].filter((name) => isActedOn(model, verb, name)))
  const stopped = new Set(withDependents ? others : [])
  return { steps: stopsOf(model, acted, verb, stopped), amiss: false, refused: false }
}

function isActedOn(model: Model, verb: 'stop' | 'delete', name: string): boolean {
  const { phase } = model.of(name)
  return verb === 'delete' ? phase !== 'never-started' : model.isAlive(name)
}

function isNeeded(model: Model, name: string, wanted: ReadonlySet<string>): boolean {
  const needers = reach([name], (one) => dependentsOf(model, one))
  return [...needers].some((other) => !wanted.has(other) && model.isAlive(other))
}

/** Who was started with `name` as a prerequisite. */
export function dependentsOf(model: Model, name: string): string[] {
  return [...model.services].filter(([, { applied }]) => applied?.prerequisites.includes(name)).map(([other]) => other)
}

/** Whether a service would get a start step, when `names` are asked for. */
export function needsStart(model: Model, name: string, names: readonly string[]): boolean {
  const state = model.stateOf(name)
  if (model.kindOf(name) === 'service') return state !== 'running'
  if (state !== 'completed') return true
  const involved = reach(names, (one) => model.declared.get(one)?.prerequisites ?? [])
  const { generations } = model.of(name)
  const deleted = [...generations].some(([one, was]) => involved.has(one) && model.of(one).generation !== was)
  return deleted || !model.isCurrent(name)
}

/** Start steps of `names` and what they need, in order; those of `inPlace` are refreshed instead. */
function startsOf(
  model: Model,
  names: readonly string[],
  restarted: ReadonlySet<string>,
  inPlace: ReadonlySet<string>,
): ModelStep[] {
  const selected = reach(names, (name) => model.declared.get(name)?.prerequisites ?? [])
  const steps = new Map<string, ModelStep>()
  /** Of each service the steps that those wait for who need it. */
  const behind = new Map<string, readonly string[]>()
  for (const [name, { prerequisites }] of model.declared) {
    const before = [...new Set(prerequisites.flatMap((other) => behind.get(other) ?? []))]
    behind.set(name, before)
    if (!selected.has(name)) continue
    const operator = inPlace.has(name) ? 'refresh' : 'start'
    if (operator === 'start' && !restarted.has(name) && !needsStart(model, name, names)) continue
    const own = restarted.has(name) && model.isAlive(name) ? [`stop ${name}`] : []
    const step: ModelStep = { operator, service: name, needs: [...before, ...own] }
    steps.set(name, step)
    behind.set(name, [idOf(step)])
  }
  return [...steps.values()]
}

/** Stop or delete steps of `names`, and stop steps of `alsoStopped`, dependents first. */
function stopsOf(
  model: Model,
  names: ReadonlySet<string>,
  operator: 'stop' | 'delete',
  alsoStopped: ReadonlySet<string> = new Set(),
): ModelStep[] {
  const steps: ModelStep[] = []
  const behind = new Map<string, readonly string[]>()
  // Edges lead from later names to earlier ones, so that names in reverse are in order.
  for (const name of [...model.services.keys()].sort().reverse()) {
    const before = [...new Set(dependentsOf(model, name).flatMap((other) => behind.get(other) ?? []))]
    behind.set(name, before)
    const acts = operator === 'delete' ? names.has(name) : names.has(name) && model.isAlive(name)
    if (!acts && !alsoStopped.has(name)) continue
    const step: ModelStep = { operator: acts ? operator : 'stop', service: name, needs: before }
    steps.push(step)
    behind.set(name, [idOf(step)])
  }
  return steps
}
