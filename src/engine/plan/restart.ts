import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Left, Selected, Step, Trigger } from '../../model/plan.ts'
import { closure, reverse } from '../graph.ts'
import { isAlive, isRefreshInterrupted, type Planned, recordedGraph, type Situation, sortedNames } from './situation.ts'
import { decideStart, leftSkipped, StepList, selectForStart, skippedButDown } from './start.ts'
import { NOTHING_BEFORE } from './step-order.ts'
import { inOrderOfStops, isNeeded } from './stop.ts'

export interface RestartOptions {
  readonly names: readonly string[]
  readonly skip: ReadonlySet<string>
  readonly withDependents: boolean
  readonly withPrerequisites: boolean
}

export interface RefreshOptions {
  readonly names: readonly string[]
  readonly skip: ReadonlySet<string>
  readonly withPrerequisites: boolean
  /** With `--all` nobody was named: what does not run is left without a complaint. */
  readonly named: boolean
}

/** Stop and start of the named, and of their dependents where asked, in order both ways. */
export function planRestart(situation: Situation, options: RestartOptions): Planned {
  const names = options.names.filter((name) => !options.skip.has(name))
  const dependents = new Map<string, Selected>()
  if (options.withDependents) {
    for (const [name, of] of closure(reverse(recordedGraph(situation.observed)), names, isNeeded)) {
      const restartable =
        situation.services.has(name) && isAlive(situation.observed.get(name)) && !options.skip.has(name)
      if (of !== undefined && restartable) dependents.set(name, { by: 'dependent', of })
    }
  }
  const trigger: Trigger = { kind: 'asked' }
  const restarted = new Map(sortedNames([...names, ...dependents.keys()]).map((name) => [name, trigger]))
  const { steps, left, problems } = stopThenStart(situation, options, restarted, dependents)
  return { plan: { verb: 'restart', steps, left }, problems }
}

/** Refreshes the named that run and starts what they need; without a refresh-script: stop, then start. */
export function planRefresh(situation: Situation, options: RefreshOptions): Planned {
  const names = options.names.filter((name) => !options.skip.has(name))
  const inPlace = new Set<string>()
  const restarted = new Map<string, Trigger>()
  const idle = new Map<string, Left>()
  for (const name of names) {
    const service = situation.services.get(name)
    if (service === undefined) continue
    const selected: Selected = { by: 'request' }
    const state = situation.observed.get(name)?.state ?? 'never-started'
    if (state !== 'running' && state !== 'completed' && !isRefreshInterrupted(situation.observed.get(name))) {
      idle.set(name, { service: name, reason: { kind: 'not-running', state }, selected, failure: options.named })
    } else if (service.scripts.refresh !== undefined) inPlace.add(name)
    else if (service.kind !== 'job') restarted.set(name, { kind: 'no-refresh-script' })
    else {
      // A job takes in what is new by being run again, and only where there is something new.
      const decision = decideStart(service, situation, { again: false, adopt: false })
      if (decision.kind === 'start') restarted.set(name, decision.trigger)
      else idle.set(name, { service: name, reason: { kind: 'unchanged' }, selected, failure: false })
    }
  }
  const acted = { ...options, names: [...inPlace, ...restarted.keys()] }
  const { steps, left, problems } = stopThenStart(situation, acted, restarted, new Map(), inPlace)
  // What does not run may still be started, because another of the named needs it.
  const acting = new Set(steps.map((step) => step.service))
  const others = left.filter((entry) => !idle.has(entry.service))
  const all = [...others, ...[...idle.values()].filter((entry) => !acting.has(entry.service))]
  return { plan: { verb: 'refresh', steps, left: all }, problems }
}

/**
 * The steps that stop and start `restarted`, refresh `inPlace`, and start what they need and does not run. Stops come
 * first, dependents before what they need; each start waits for its own stop.
 */
function stopThenStart(
  situation: Situation,
  options: {
    readonly names: readonly string[]
    readonly skip: ReadonlySet<string>
    readonly withPrerequisites: boolean
  },
  restarted: ReadonlyMap<string, Trigger>,
  dependents: ReadonlyMap<string, Selected>,
  inPlace: ReadonlySet<string> = new Set(),
): { steps: Step[]; left: Left[]; problems: Diagnostic[] } {
  const names = [...options.names, ...dependents.keys()]
  const { order, why } = selectForStart(situation, { ...options, names })
  const selectedBy = (name: string): Selected => dependents.get(name) ?? why.get(name) ?? { by: 'request' }
  const { steps: stops, behind } = planStops(situation, restarted, selectedBy)
  const starts = new StepList(situation)
  const left: Left[] = []
  const problems: Diagnostic[] = []
  for (const name of order) {
    const service = situation.services.get(name)
    const selected = dependents.get(name) ?? why.get(name)
    if (service === undefined || selected === undefined) continue
    problems.push(...skippedButDown(service, situation, options.skip))
    const trigger = restarted.get(name)
    const decision = decideStart(service, situation, { again: false, adopt: false })
    // Also of what is asked for: the answer of a stranger would be taken for that of what is started.
    if (decision.kind === 'refuse') problems.push(decision.problem)
    else if (inPlace.has(name)) {
      const cause = { selected, trigger: { kind: 'asked' } as const }
      starts.add({
        id: `refresh:${name}`,
        service: name,
        operator: 'refresh',
        source: 'tree',
        adopt: false,
        cause,
        ...starts.stepsBefore(name),
      })
    } else if (trigger !== undefined) {
      // What does not run, a job above all, is not begun before those are stopped that stand on it and are restarted too.
      starts.addStart(name, selected, trigger, behind.get(name)?.needs)
    } else if (decision.kind === 'start') starts.addStart(name, selected, decision.trigger)
    else left.push({ service: name, reason: decision.reason, selected, failure: false })
  }
  left.push(...leftSkipped(situation, options.skip))
  return { steps: [...stops, ...starts.steps], left, problems }
}

function planStops(
  situation: Situation,
  restarted: ReadonlyMap<string, Trigger>,
  selectedBy: (name: string) => Selected,
): ReturnType<typeof inOrderOfStops> {
  const steps = new Map<string, Step>()
  for (const [name, trigger] of restarted) {
    if (!isAlive(situation.observed.get(name))) continue
    const cause = { selected: selectedBy(name), trigger }
    steps.set(name, {
      id: `stop:${name}`,
      service: name,
      operator: 'stop',
      source: 'applied',
      adopt: false,
      cause,
      ...NOTHING_BEFORE,
    })
  }
  return inOrderOfStops(steps, recordedGraph(situation.observed))
}
