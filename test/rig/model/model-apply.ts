import { type Model, reach } from './model.ts'
import { dependentsOf, idOf, type ModelPlan, type ModelStep, needsStart } from './model-run.ts'

type Decision = 'start' | 'refresh' | 'restart' | 'leave'

/** `apply NAME…`: what is missing is started, what is otherwise takes in what is declared; with `prune` orphans are stopped. */
export function planApply(model: Model, names: readonly string[], prune: boolean): ModelPlan {
  const decisions = decide(model, names)
  const does = (name: string, ...what: Decision[]): boolean => what.includes(decisions.get(name) ?? 'leave')
  const acting = (name: string): boolean => does(name, 'start', 'refresh', 'restart')
  const pruned = prune ? prunable(model, acting) : []
  const isLate = (name: string): boolean =>
    [...behindOf(model, name, acting)].some((other) => does(other, 'start', 'refresh'))
  const early = pruned.filter((name) => !isLate(name))
  const first = stops(model, (name) => early.includes(name) || (does(name, 'restart') && model.isAlive(name)))
  const last = stops(model, (name) => pruned.includes(name) && isLate(name)).map((step) => ({
    ...step,
    needs: waited(model, step.service, (name) =>
      acting(name) ? actOf(name, decisions) : pruned.includes(name) ? `stop ${name}` : undefined,
    ),
  }))
  return { steps: [...first, ...acts(model, decisions), ...last], amiss: false, refused: false }
}

function decide(model: Model, names: readonly string[]): ReadonlyMap<string, Decision> {
  const selected = reach(names, (name) => model.declared.get(name)?.prerequisites ?? [])
  const decisions = new Map<string, Decision>()
  /** Held, or not to be started because something is that it needs. */
  const missing = new Set<string>()
  for (const [name, { prerequisites }] of model.declared) {
    if (!selected.has(name)) continue
    const own = decideOne(model, name, names)
    const lacks = prerequisites.some((other) => missing.has(other))
    if (model.stateOf(name) === 'held' || (lacks && own === 'start')) missing.add(name)
    decisions.set(name, lacks ? 'leave' : own)
  }
  return decisions
}

function decideOne(model: Model, name: string, names: readonly string[]): Decision {
  const state = model.stateOf(name)
  if (state === 'held') return 'leave'
  if (state !== 'running') return needsStart(model, name, names) ? 'start' : 'leave'
  if (model.isCurrent(name)) return 'leave'
  return model.declared.get(name)?.refreshes ? 'refresh' : 'restart'
}

/** Orphans that nobody needs who goes on with what it was started with. */
function prunable(model: Model, acting: (name: string) => boolean): string[] {
  const orphans = model.names().filter((name) => !model.declared.has(name) && model.isAlive(name))
  return orphans.filter((name) =>
    [...behindOf(model, name, acting)].every(
      (other) => !model.isAlive(other) || acting(other) || orphans.includes(other),
    ),
  )
}

/** A service and those that need it; of those who take in what is declared nobody further. */
const behindOf = (model: Model, name: string, acting: (name: string) => boolean): Set<string> =>
  reach([name], (one) => (acting(one) ? [] : dependentsOf(model, one)))

/** Stop steps, dependents first; each waits for those of its dependents. */
function stops(model: Model, isStopped: (name: string) => boolean): ModelStep[] {
  return [...model.services.keys()]
    .filter(isStopped)
    .sort()
    .reverse()
    .map((service) => ({
      operator: 'stop',
      service,
      needs: waited(model, service, (name) => (isStopped(name) ? `stop ${name}` : undefined)),
    }))
}

/** The steps of those who need a service, also behind those that have none. */
function waited(model: Model, service: string, stepOf: (name: string) => string | undefined): string[] {
  const found = new Set<string>()
  for (const name of reach([service], (one) =>
    one !== service && stepOf(one) !== undefined ? [] : dependentsOf(model, one),
  )) {
    const step = name === service ? undefined : stepOf(name)
    if (step !== undefined) found.add(step)
  }
  return [...found]
}

function acts(model: Model, decisions: ReadonlyMap<string, Decision>): ModelStep[] {
  const behind = new Map<string, readonly string[]>()
  return [...model.declared].flatMap(([name, { prerequisites }]) => {
    const before = [...new Set(prerequisites.flatMap((other) => behind.get(other) ?? []))]
    const decision = decisions.get(name) ?? 'leave'
    behind.set(name, decision === 'leave' ? before : [actOf(name, decisions)])
    if (decision === 'leave') return []
    const own = decision === 'restart' && model.isAlive(name) ? [`stop ${name}`] : []
    const operator = decision === 'refresh' ? 'refresh' : 'start'
    return [{ operator, service: name, needs: [...before, ...own] }]
  })
}

const actOf = (name: string, decisions: ReadonlyMap<string, Decision>): string =>
  idOf({ operator: decisions.get(name) === 'refresh' ? 'refresh' : 'start', service: name })
