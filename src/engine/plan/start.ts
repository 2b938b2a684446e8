import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Observed } from '../../model/observed.ts'
import type { Left, LeftReason, Selected, Step, Trigger } from '../../model/plan.ts'
import type { Phase } from '../../model/record.ts'
import type { Service } from '../../model/service.ts'
import { closure, type Graph, topologicalOrder } from '../graph.ts'
import { isDeleteInterrupted, isRefreshInterrupted, type Planned, type Situation, sortedNames } from './situation.ts'
import { type Before, beforeOf, NOTHING_BEFORE } from './step-order.ts'

export interface StartOptions {
  /** Already resolved to declared services. */
  readonly names: readonly string[]
  /** Untouched; must run where something selected needs them. */
  readonly skip: ReadonlySet<string>
  readonly withPrerequisites: boolean
  /** Named jobs are run though they are completed. */
  readonly again: boolean
  /** Foreign services are taken over. */
  readonly adopt: boolean
  /** The start-scripts of the named services are run though they run already. */
  readonly anyway?: boolean | undefined
}

/** What `start` will do: each selected service that is not as it should be gets a step, prerequisites first. */
export function planStart(situation: Situation, options: StartOptions): Planned {
  const selected = selectForStart(situation, options)
  const problems: Diagnostic[] = []
  const steps = new StepList(situation)
  const left: Left[] = []
  for (const name of selected.order) {
    const why = selected.why.get(name)
    const service = situation.services.get(name)
    if (why === undefined || service === undefined) continue
    problems.push(...skippedButDown(service, situation, options.skip))
    const decision = decideStart(service, situation, {
      again: options.again && why.by === 'request',
      adopt: options.adopt,
      anyway: options.anyway === true && why.by === 'request',
    })
    if (decision.kind === 'refuse') problems.push(decision.problem)
    if (decision.kind === 'leave') left.push({ service: name, reason: decision.reason, selected: why, failure: false })
    if (decision.kind === 'start') steps.addStart(name, why, decision.trigger)
  }
  left.push(...leftSkipped(situation, options.skip))
  return { plan: { verb: 'start', steps: steps.steps, left }, problems }
}

/** The names and what they pull in, each with who pulled it in first; the graph may have cycles. */
export function reachedByStart(
  declared: Graph,
  { names, skip, withPrerequisites }: Pick<StartOptions, 'names' | 'skip' | 'withPrerequisites'>,
): ReadonlyMap<string, string | undefined> {
  return closure(
    declared,
    names.filter((name) => !skip.has(name)),
    (edge) => withPrerequisites && !edge.optional && !skip.has(edge.to),
  )
}

/** The names and what they pull in, in dependency order, each with what selected it. */
export function selectForStart(
  { declared }: Pick<Situation, 'declared'>,
  options: Pick<StartOptions, 'names' | 'skip' | 'withPrerequisites'>,
): { readonly order: readonly string[]; readonly why: ReadonlyMap<string, Selected> } {
  const reached = reachedByStart(declared, options)
  const why = new Map<string, Selected>()
  for (const [name, of] of reached) {
    why.set(name, of === undefined ? { by: 'request' } : { by: 'prerequisite', of })
  }
  return { order: topologicalOrder(declared).filter((name) => reached.has(name)), why }
}

/** Collects start steps; each waits for the steps of its prerequisites, also of those behind services left alone. */
export class StepList {
  readonly steps: Step[] = []
  readonly #behind = new Map<string, Before>()
  readonly #situation: Pick<Situation, 'declared' | 'observed'>

  constructor(situation: Pick<Situation, 'declared' | 'observed'>) {
    this.#situation = situation
  }

  /** Adds the start of a service; those of its prerequisites must have been added before. */
  addStart(service: string, selected: Selected, trigger: Trigger, also: readonly string[] = []): void {
    const id = `start:${service}`
    const before = this.stepsBefore(service)
    const needs = sortedNames([...before.needs, ...also])
    const adopt = trigger.kind === 'adopted'
    const cause = { selected, trigger }
    const stopFirst =
      !also.includes(`stop:${service}`) && !adopt && leftHalfStarted(this.#situation.observed.get(service))
    this.add({
      id,
      service,
      operator: 'start',
      source: 'tree',
      adopt,
      ...(stopFirst && { stopFirst }),
      cause,
      needs,
      after: before.after,
    })
  }

  /** Adds a step that others wait for as they would for the service's start. */
  add(step: Step): void {
    this.steps.push(step)
    this.#behind.set(step.service, { needs: [step.id], after: [] })
  }

  /** The steps that come before those of `service`. */
  stepsBefore(service: string): Before {
    // Explicit stack: a chain of services that are left alone may be 10,000 long.
    const waiting = [service]
    for (let name = waiting.at(-1); name !== undefined; name = waiting.at(-1)) {
      const edges = this.#situation.declared.get(name) ?? []
      const open = edges.filter((edge) => !this.#behind.has(edge.to))
      if (open.length > 0) {
        waiting.push(...open.map((edge) => edge.to))
        continue
      }
      waiting.pop()
      const before = beforeOf(edges, (other) => this.#behind.get(other))
      if (name === service) return before
      this.#behind.set(name, before)
    }
    return NOTHING_BEFORE
  }
}

/** Whether a start of a service failed or was interrupted, and there is a stop-script to clear away what is left of it. */
function leftHalfStarted(observed: Observed | undefined): boolean {
  const record = observed?.record
  if (record?.applied?.scripts.stop === undefined) return false
  return HALF_DONE.includes(record.phase) || (record.phase === 'failed' && record.failedStart !== null)
}

const HALF_DONE: readonly Phase[] = ['starting', 'refreshing', 'stopping', 'interrupted']

export type Decision =
  | { readonly kind: 'start'; readonly trigger: Trigger }
  | { readonly kind: 'leave'; readonly reason: LeftReason }
  | { readonly kind: 'refuse'; readonly problem: Diagnostic }

const start = (trigger: Trigger): Decision => ({ kind: 'start', trigger })
const leave = (reason: LeftReason): Decision => ({ kind: 'leave', reason })

/** Whether one service needs its start, by what is observed of it. */
export function decideStart(
  service: Service,
  situation: Pick<Situation, 'observed' | 'fingerprints' | 'changes'>,
  {
    again,
    adopt,
    anyway = false,
  }: { readonly again: boolean; readonly adopt: boolean; readonly anyway?: boolean | undefined },
): Decision {
  const observed = situation.observed.get(service.name)
  if (observed === undefined) return start({ kind: 'never-started' })
  if (isDeleteInterrupted(observed)) {
    const { name } = service
    return { kind: 'refuse', problem: diagnostic('delete-interrupted', { service: name }, { service: name }) }
  }
  switch (observed.state) {
    case 'foreign': {
      const answer = observed.answer?.detail ?? observed.detail
      if (adopt) return start({ kind: 'adopted', answer })
      return {
        kind: 'refuse',
        problem: diagnostic('foreign', { service: service.name, answer }, { service: service.name }),
      }
    }
    case 'never-started':
      return start({ kind: 'never-started' })
    case 'running':
    case 'completed':
      if (service.kind === 'job') return decideJob(observed, situation, again)
      return anyway ? start({ kind: 'again' }) : decideRunning(observed, situation)
    case 'interrupted':
      if (service.kind === 'job' || observed.answer?.status !== 'up') return startAgain(service, observed)
      // What runs is left alone, also what may have taken in only a part of what is new.
      if (isRefreshInterrupted(observed)) return leave({ kind: 'running-unconfirmed', operator: 'refresh' })
      return start({ kind: 'interrupted', detail: observed.detail })
    default:
      return startAgain(service, observed)
  }
}

function startAgain({ kind }: Service, observed: Observed): Decision {
  return start({ kind: kind === 'job' ? 'job-not-completed' : 'not-running', detail: describeState(observed) })
}

function decideRunning(observed: Observed, { fingerprints }: Pick<Situation, 'fingerprints'>): Decision {
  if (observed.answer === undefined) return start({ kind: 'no-probe' })
  if (observed.record?.applied?.fingerprint === '') return leave({ kind: 'running-unconfirmed', operator: 'start' })
  const same = observed.record?.applied?.fingerprint === fingerprints.get(observed.name)
  return leave(same ? { kind: 'running', since: sinceOf(observed) } : { kind: 'running-older-configuration' })
}

function decideJob(
  observed: Observed,
  { observed: all, fingerprints, changes }: Pick<Situation, 'observed' | 'fingerprints' | 'changes'>,
  again: boolean,
): Decision {
  if (again) return start({ kind: 'again' })
  const { record } = observed
  for (const [name, generation] of Object.entries(record?.prerequisiteGenerations ?? {})) {
    const needed = all.get(name)
    // One that was deleted and forgotten has no record.
    if (needed !== undefined && needed.record?.dataGeneration !== generation) {
      return start({ kind: 'prerequisite-data-deleted', service: name })
    }
  }
  if (record?.applied?.fingerprint !== fingerprints.get(observed.name)) {
    return start({ kind: 'changed', changes: changes?.(observed.name) ?? [] })
  }
  return leave({ kind: 'completed', since: sinceOf(observed) })
}

/** What of a service's prerequisites is to be left untouched, and yet does not run. */
export function skippedButDown(service: Service, { observed }: Situation, skip: ReadonlySet<string>): Diagnostic[] {
  return service.prerequisites.flatMap((edge) => {
    const state = observed.get(edge.service)?.state ?? 'never-started'
    if (edge.optional || !skip.has(edge.service) || state === 'running' || state === 'completed') return []
    const data = { service: edge.service, state, neededBy: service.name }
    return [diagnostic('skipped-not-running', data, { span: edge.span, service: service.name })]
  })
}

export function leftSkipped({ services }: Situation, skip: ReadonlySet<string>): Left[] {
  const names = sortedNames(skip).filter((name) => services.has(name))
  return names.map((service) => ({
    service,
    reason: { kind: 'skipped' },
    selected: { by: 'request' },
    failure: false,
  }))
}

export const sinceOf = ({ record }: Observed): string | null => record?.since || null

const describeState = ({ state, detail }: Observed): string => (detail === '' ? state : `${state}: ${detail}`)
