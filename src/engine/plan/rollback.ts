import type { Outcome } from '../../model/outcome.ts'
import type { Plan, Step } from '../../model/plan.ts'
import { mayBeAlive, type ServiceRecord } from '../../model/record.ts'
import type { Kept, KeptReason } from '../../model/rollback.ts'
import { recordedGraph, sortedNames } from './situation.ts'
import { isRenewing, NOTHING_BEFORE } from './step-order.ts'
import { withNeeds } from './stop.ts'

/** What a run has come to that is to be taken back. */
export interface Undone {
  readonly plan: Plan
  /** By step id. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** As it is now, after the run. */
  readonly record: (service: string) => ServiceRecord | undefined
}

export interface Rollback {
  /** Stops, dependents first, in an order in which they could be run one by one. */
  readonly steps: readonly Step[]
  /** Sorted by service. */
  readonly kept: readonly Kept[]
}

/**
 * What takes a run back: everything that it has started, failed starts included, is stopped. What ran before is left as it
 * is, and so is what cannot be stopped. Decided by the plan alone, so that a run that is gone on with decides the same.
 */
export function planRollback(undone: Undone): Rollback {
  const steps = new Map<string, Step>()
  const kept: Kept[] = []
  const byService = new Map<string, Step[]>()
  for (const step of undone.plan.steps) byService.set(step.service, [...(byService.get(step.service) ?? []), step])
  for (const [service, own] of byService) {
    const start = own.find((step) => step.operator === 'start')
    if (start !== undefined && !ranBefore(start, own)) {
      const record = undone.record(service)
      // A job that is completed has nothing left to stop; one that failed may have left something.
      if (!wasBegun(undone.outcomes.get(start.id)) || record === undefined || !mayBeAlive(record)) continue
      if (record.applied?.scripts.stop !== undefined) steps.set(service, rollbackStep(start))
      else if (record.kind === 'service') kept.push({ service, reason: 'no-stop-script' })
    }
  }
  const told = new Map<string, readonly Step[]>()
  for (const [service, own] of byService) {
    const start = own.find((step) => step.operator === 'start')
    if (start !== undefined && !ranBefore(start, own)) continue
    const record = undone.record(service)
    const known = record?.applied?.followed ?? {}
    const renewing = own.find(
      (step) => isRenewing(step) && step.deployments !== undefined && mayStillRoute(step, record),
    )
    const gone = Object.keys(known).filter((name) => steps.has(name))
    if (renewing !== undefined && gone.length > 0) {
      const deployments = Object.keys(known).filter((name) => !steps.has(name))
      told.set(service, takenFromTable(renewing, { gone, deployments }))
      continue
    }
    const reason = reasonToKeep(own, undone.outcomes)
    if (reason !== undefined) kept.push({ service, reason })
  }
  const involved = [...byService.keys(), ...undone.plan.left.map((left) => left.service)]
  const records = new Map(sortedNames(involved).map((name) => [name, { record: undone.record(name) }]))
  const firsts = [...told.values()].flatMap(([first]) => first ?? [])
  const tellings = firsts.map((first) => ({ id: first.id, removed: new Set(removedBy(first)) }))
  const stops = withNeeds(steps, recordedGraph(records)).map((step) => {
    const before = tellings.filter(({ removed }) => removed.has(step.service))
    const needs = sortedNames([...step.needs, ...before.map(({ id }) => id)])
    return { ...step, needs, after: step.after.filter((id) => !needs.includes(id)) }
  })
  return {
    steps: [...[...told.values()].flat(), ...stops],
    kept: kept.sort((a, b) => (a.service < b.service ? -1 : 1)),
  }
}

/** What has a stop of its own in the plan, answered already, or cannot be asked, is not of this run. */
const ranBefore = (start: Step, own: readonly Step[]): boolean =>
  start.adopt || start.cause.trigger.kind === 'no-probe' || own.some((step) => step.operator === 'stop')

const wasBegun = (outcome: Outcome | undefined): boolean =>
  outcome?.status === 'done' || outcome?.status === 'failed' || (outcome?.status === 'cancelled' && outcome.begun)

function rollbackStep({ service, cause }: Step): Step {
  return {
    id: `rollback:${service}`,
    service,
    operator: 'stop',
    source: 'applied',
    adopt: false,
    cause: { selected: cause.selected, trigger: { kind: 'rolled-back' } },
    ...NOTHING_BEFORE,
  }
}

/** The steps by which a follower that was there before is told that what the run has started goes again. */
function takenFromTable(
  { service, operator, cause: { selected }, source }: Step,
  { gone, deployments }: { readonly gone: readonly string[]; readonly deployments: readonly string[] },
): Step[] {
  const trigger = { kind: 'followed', added: [], removed: sortedNames(gone), changed: [], changes: [] } as const
  const common = { service, adopt: false, cause: { selected, trigger }, ...NOTHING_BEFORE } as const
  const seen = { ...common, deployments: sortedNames(deployments) }
  const renewing = { ...seen, id: `rollback:${service}`, operator, source }
  if (operator === 'refresh') return [renewing]
  const stop = { ...seen, id: `rollback-stop:${service}`, operator: 'stop', source: 'applied' } as const
  return [stop, { ...renewing, needs: [stop.id] }]
}

/** A follower that was stopped and did not come up again knows of nobody. */
const mayStillRoute = ({ operator }: Step, record: ServiceRecord | undefined): boolean =>
  operator === 'refresh' ? mayBeAlive(record) : record?.phase === 'running'

/** What a follower no longer knows of when a step is done. */
const removedBy = ({ cause: { trigger } }: Step): readonly string[] =>
  trigger.kind === 'followed' ? trigger.removed : []

/** What was done to a service that was there before the run; `undefined` where nothing was. */
function reasonToKeep(own: readonly Step[], outcomes: ReadonlyMap<string, Outcome>): KeptReason | undefined {
  const done = own.filter((step) => outcomes.get(step.id)?.status === 'done')
  const last = done.at(-1)
  switch (last?.operator) {
    case undefined:
      return undefined
    case 'start':
      return last.adopt ? 'adopted' : 'restarted'
    case 'refresh':
      return 'refreshed'
    case 'stop':
      return 'stopped'
    case 'delete':
      return 'deleted'
  }
}
