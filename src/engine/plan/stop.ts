import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Observed } from '../../model/observed.ts'
import type { Left, LeftReason, Selected, Step, StepSource } from '../../model/plan.ts'
import { closure, type Edge, type Graph, reverse, topologicalOrder } from '../graph.ts'
import { isAlive, type Planned, recordedGraph, type Situation, sortedNames, wasStarted } from './situation.ts'
import { type Before, beforeOf, NOTHING_BEFORE } from './step-order.ts'

export interface StopOptions {
  readonly names: readonly string[]
  readonly skip: ReadonlySet<string>
  /** Whoever needs what is stopped is stopped too. */
  readonly withDependents: boolean
  /** Running dependents are no reason to refuse. */
  readonly force: boolean
  readonly source: StepSource
  /** The scripts of the named services are run though they do not run any more. */
  readonly anyway?: boolean | undefined
}

/** What `stop` or `delete` will do, dependents first, by the prerequisites that each service was started with. */
export function planStop(situation: Situation, operator: 'stop' | 'delete', options: StopOptions): Planned {
  const graph = recordedGraph(situation.observed)
  const why = selectForStop(graph, situation, options)
  const problems = options.force ? [] : refusals(graph, situation, why, operator)
  const left: Left[] = []
  const steps = new Map<string, Step>()
  for (const name of topologicalOrder(graph).reverse()) {
    const selected = why.get(name)
    const observed = situation.observed.get(name)
    if (selected === undefined || observed === undefined) continue
    // Those that are only in the way of a delete keep their data.
    const does = selected.by === 'dependent' ? 'stop' : operator
    const reason = reasonToLeave(observed, does, options.anyway === true && selected.by === 'request')
    if (reason !== undefined) {
      left.push({ service: name, reason, selected, failure: false })
      continue
    }
    steps.set(name, {
      id: `${does}:${name}`,
      service: name,
      operator: does,
      source: options.source,
      adopt: false,
      cause: { selected, trigger: { kind: 'asked' } },
      ...NOTHING_BEFORE,
    })
  }
  return { plan: { verb: operator, steps: withNeeds(steps, graph), left }, problems }
}

/** Each step of `steps`, with nothing before it yet, waits for those of its dependents, also behind services without one. */
export const withNeeds = (steps: ReadonlyMap<string, Step>, graph: Graph): Step[] => inOrderOfStops(steps, graph).steps

/** The same, with what has to have ended before anything is done to each service: its own step, else those of its dependents. */
export function inOrderOfStops(
  steps: ReadonlyMap<string, Step>,
  graph: Graph,
): { readonly steps: Step[]; readonly behind: ReadonlyMap<string, Before> } {
  const dependents = reverse(graph)
  const behind = new Map<string, Before>()
  // Dependents come first, so that what is behind each of them is known when it is asked for.
  const order = topologicalOrder(graph).reverse()
  const ordered = order.flatMap((name) => {
    const before = beforeOf(dependents.get(name) ?? [], (other) => behind.get(other))
    const step = steps.get(name)
    behind.set(name, step === undefined ? before : { needs: [step.id], after: [] })
    return step === undefined ? [] : [{ ...step, ...before }]
  })
  return { steps: ordered, behind }
}

/** Who would only like to have a service runs on without it. */
export const isNeeded = (edge: Edge): boolean => !edge.optional

function selectForStop(graph: Graph, situation: Situation, options: StopOptions): Map<string, Selected> {
  const why = new Map<string, Selected>()
  const names = options.names.filter((name) => !options.skip.has(name))
  const reached = options.withDependents
    ? closure(reverse(graph), names, isNeeded)
    : new Map(names.map((name) => [name, undefined]))
  for (const [name, of] of reached) {
    if (of === undefined) why.set(name, { by: 'request' })
    else if (isAlive(situation.observed.get(name)) && !options.skip.has(name)) why.set(name, { by: 'dependent', of })
  }
  return why
}

function refusals(
  graph: Graph,
  { observed }: Situation,
  why: ReadonlyMap<string, Selected>,
  verb: 'stop' | 'delete',
): Diagnostic[] {
  const dependents = reverse(graph)
  const isInTheWay = (name: string): boolean => !why.has(name) && isAlive(observed.get(name))
  if (![...closure(dependents, why.keys(), isNeeded).keys()].some(isInTheWay)) return []
  return sortedNames(why.keys()).flatMap((name) => {
    const own = observed.get(name)
    // What needs no step is not taken away from anybody.
    if (why.get(name)?.by !== 'request' || own === undefined || reasonToLeave(own, verb) !== undefined) return []
    const alive = sortedNames(closure(dependents, [name], isNeeded).keys()).filter(isInTheWay)
    if (alive.length === 0) return []
    const list = alive.map((one) => ({ name: one, state: observed.get(one)?.state ?? 'unknown' }))
    return [diagnostic('dependents-running', { service: name, dependents: list, verb }, { service: name })]
  })
}

/** Why a selected service needs no step; `undefined` when it does. */
function reasonToLeave(observed: Observed, does: 'stop' | 'delete', anyway = false): LeftReason | undefined {
  if (!wasStarted(observed)) return { kind: 'never-started' }
  if (does === 'delete' || anyway || isAlive(observed)) return undefined
  return { kind: 'nothing-to-stop', state: observed.state }
}
