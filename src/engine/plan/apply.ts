import type { Change } from '../../model/change.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Observed, ServiceState } from '../../model/observed.ts'
import type { Leaving, Left, LeftReason, Selected, Step, Trigger } from '../../model/plan.ts'
import type { Service } from '../../model/service.ts'
import { reverse, topologicalOrder } from '../graph.ts'
import { type Ending, planStopsOfApply } from './prune.ts'
import {
  isDeleteInterrupted,
  isRefreshInterrupted,
  isStopInterrupted,
  type Planned,
  type Situation,
} from './situation.ts'
import { decideStart, leftSkipped, reachedByStart, StepList, selectForStart, sinceOf, skippedButDown } from './start.ts'

export interface ApplyOptions {
  /** Already resolved to declared services. */
  readonly names: readonly string[]
  /** The orphans that the request is about. */
  readonly orphans: readonly string[]
  /** Orphans are stopped. */
  readonly prune: boolean
  /** Untouched; must run where something selected needs them. */
  readonly skip: ReadonlySet<string>
}

/**
 * What makes the named services, and what they need, run as they are declared: what does not run is started, what runs with
 * something else is refreshed, without a refresh-script stopped and started. Held ones are left alone.
 */
export function planApply(situation: Situation, options: ApplyOptions): Planned {
  const { order, why, decisions } = decideAll(situation, options)
  const problems: Diagnostic[] = []
  const left: Left[] = []
  const restarted = new Map<string, Ending>()
  const acting = new Map<string, string>()
  for (const name of order) {
    const decision = decisions.get(name)
    const selected = why.get(name) ?? { by: 'request' }
    const service = situation.services.get(name)
    if (service !== undefined) problems.push(...skippedButDown(service, situation, options.skip))
    if (decision?.kind === 'refuse') problems.push(decision.problem)
    if (decision?.kind === 'leave') left.push({ service: name, reason: decision.reason, selected, failure: false })
    if (decision?.kind === 'restart') restarted.set(name, { selected, trigger: decision.trigger })
    if (decision?.kind === 'restart' || decision?.kind === 'start') acting.set(name, `start:${name}`)
    if (decision?.kind === 'refresh') acting.set(name, `refresh:${name}`)
  }
  const { first, last, left: orphans } = planStopsOfApply(situation, { ...options, restarted, acting })
  const stopped = new Set(first.map((step) => step.id))
  const starts = new StepList(situation)
  for (const name of order) {
    const decision = decisions.get(name)
    const selected = why.get(name) ?? { by: 'request' }
    const own = stopped.has(`stop:${name}`) ? [`stop:${name}`] : []
    if (decision?.kind === 'refresh') starts.add(refreshStep(name, selected, decision.trigger, starts))
    if (decision?.kind === 'start' || decision?.kind === 'restart') {
      starts.addStart(name, selected, decision.trigger, own)
    }
  }
  left.push(...orphans, ...leftSkipped(situation, options.skip))
  return { plan: { verb: 'apply', steps: [...first, ...starts.steps, ...last], left }, problems }
}

function refreshStep(service: string, selected: Selected, trigger: Trigger, starts: StepList): Step {
  const id = `refresh:${service}`
  const cause = { selected, trigger }
  return { id, service, operator: 'refresh', source: 'tree', adopt: false, cause, ...starts.stepsBefore(service) }
}

type Decision =
  | { readonly kind: 'start' | 'refresh' | 'restart'; readonly trigger: Trigger }
  | { readonly kind: 'leave'; readonly reason: LeftReason }
  | { readonly kind: 'refuse'; readonly problem: Diagnostic }

/** Decides for what is selected, and for whoever is to be restarted with it, until there is nobody else. */
function decideAll(
  situation: Situation,
  options: ApplyOptions,
): {
  readonly order: readonly string[]
  readonly why: ReadonlyMap<string, Selected>
  readonly decisions: ReadonlyMap<string, Decision>
} {
  const { names, skip } = options
  const decisions = decide(situation, skip)
  const dependents = restartedWith(situation, options, decisions)
  const all = [...names, ...dependents.keys()]
  const { order, why } = selectForStart(situation, { names: all, skip, withPrerequisites: true })
  return { order, why: new Map([...why, ...dependents]), decisions }
}

/** Who is not selected, and yet restarted, because something selected is that it follows; what it needs is selected with it. */
function restartedWith(
  situation: Situation,
  { names, skip }: ApplyOptions,
  decisions: ReadonlyMap<string, Decision>,
): Map<string, Selected> {
  const { declared, services, observed } = situation
  const requested = reachedByStart(declared, { names, skip, withPrerequisites: true })
  const selected = new Set(requested.keys())
  const isRestarted = (name: string): boolean => selected.has(name) && decisions.get(name)?.kind === 'restart'
  const restartedBelowOf = (name: string): string | undefined => {
    const service = services.get(name)
    if (service === undefined || skip.has(name) || isDeleteInterrupted(observed.get(name))) return undefined
    return restartedBelow(service, situation, isRestarted)
  }
  const followers = reverse(declared)
  // A Set's iteration visits what is added meanwhile.
  for (const name of selected) {
    for (const { to, optional } of declared.get(name) ?? []) if (!optional && !skip.has(to)) selected.add(to)
    if (!isRestarted(name)) continue
    for (const { to } of followers.get(name) ?? []) if (restartedBelowOf(to) !== undefined) selected.add(to)
  }
  const dependents = new Map<string, Selected>()
  for (const name of selected) {
    const of = requested.has(name) ? undefined : restartedBelowOf(name)
    if (of !== undefined) dependents.set(name, { by: 'dependent', of })
  }
  return dependents
}

/**
 * What each service would get if it were selected: that follows from itself and what it needs, which is selected with it.
 */
function decide(situation: Situation, skip: ReadonlySet<string>): Map<string, Decision> {
  const decisions = new Map<string, Decision>()
  /** What does not run and is not going to, with what that comes from. */
  const missing = new Map<string, LeftReason & { readonly kind: 'prerequisite-left' }>()
  const isRestarted = (name: string): boolean => decisions.get(name)?.kind === 'restart'
  for (const name of topologicalOrder(situation.declared)) {
    const service = skip.has(name) ? undefined : situation.services.get(name)
    if (service === undefined) continue
    let decision = decideOne(service, situation, isRestarted)
    const lacking = service.prerequisites.flatMap((edge) => (edge.optional ? [] : (missing.get(edge.service) ?? [])))
    const [lacks] = lacking
    const leftBy = decision.kind === 'leave' ? decision.reason.kind : undefined
    const because = LEAVING.find((kind) => kind === leftBy)
    if (because !== undefined) missing.set(name, { kind: 'prerequisite-left', service: name, because })
    else if (lacks !== undefined && decision.kind !== 'leave' && decision.kind !== 'refuse') {
      if (decision.kind === 'start') missing.set(name, lacks)
      decision = { kind: 'leave', reason: lacks }
    }
    decisions.set(name, decision)
  }
  return decisions
}

const LEAVING: readonly Leaving[] = ['held', 'delete-interrupted', 'stop-interrupted']

function decideOne(service: Service, situation: Situation, isRestarted: (name: string) => boolean): Decision {
  const { name } = service
  const observed = situation.observed.get(name)
  if (isDeleteInterrupted(observed)) return leave({ kind: 'delete-interrupted' })
  if (observed !== undefined && BUSY.includes(observed.state)) return leave({ kind: 'busy', state: observed.state })
  if (observed?.state === 'held') return leave({ kind: 'held', since: sinceOf(observed) })
  if (isStopInterrupted(observed)) return leave({ kind: 'stop-interrupted' })
  if (observed === undefined || !runsOn(observed) || service.kind === 'job') {
    const decision = decideStart(service, situation, { again: false, adopt: false })
    if (decision.kind !== 'leave' || decision.reason.kind !== 'completed') return decision
    return leave({ kind: 'up-to-date', since: decision.reason.since, state: 'completed' })
  }
  const changes = changesOf(name, situation)
  const restartedOne = restartedBelow(service, situation, isRestarted)
  if (restartedOne !== undefined) {
    const trigger = { kind: 'prerequisite-restarted', service: restartedOne, changes: changes ?? [] } as const
    return { kind: 'restart', trigger }
  }
  if (isRefreshInterrupted(observed)) {
    const { detail } = observed
    const trigger = changes?.length
      ? ({ kind: 'changed', changes } as const)
      : ({ kind: 'interrupted', detail } as const)
    return { kind: service.scripts.refresh ? 'refresh' : 'restart', trigger }
  }
  const stale = situation.stale?.get(name)
  if (stale !== undefined) return { kind: service.scripts.refresh ? 'refresh' : 'restart', trigger: stale }
  if (changes === undefined) return leave({ kind: 'up-to-date', since: sinceOf(observed), state: 'running' })
  return { kind: service.scripts.refresh ? 'refresh' : 'restart', trigger: { kind: 'changed', changes } }
}

/** Whether a service runs, as far as is known: also where its refresh was not seen to its end. */
const runsOn = (observed: Observed | undefined): boolean =>
  observed?.state === 'running' || isRefreshInterrupted(observed)

/** States that only another command's run can give a service. */
const BUSY: readonly ServiceState[] = ['starting', 'stopping', 'refreshing', 'deleting']

/** What is otherwise with a service that runs; `undefined`: it runs with what is declared. */
function changesOf(name: string, situation: Situation): readonly Change[] | undefined {
  const applied = situation.observed.get(name)?.record?.applied?.fingerprint
  return applied === situation.fingerprints.get(name) ? undefined : (situation.changes?.(name) ?? [])
}

/** What a service needs, and would go down with: the first of them; `undefined` also where the service runs on. */
function restartedBelow(
  service: Service,
  { observed }: Situation,
  isRestarted: (name: string) => boolean,
): string | undefined {
  const follows = service.restartWithPrerequisites && service.kind === 'service'
  if (!follows || !runsOn(observed.get(service.name))) return undefined
  return service.prerequisites.find((edge) => !edge.optional && isRestarted(edge.service))?.service
}

const leave = (reason: LeftReason): Decision => ({ kind: 'leave', reason })
