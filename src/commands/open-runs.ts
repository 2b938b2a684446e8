import { planRollback } from '../engine/plan/rollback.ts'
import { isSettled, type Progress } from '../engine/replay.ts'
import { type InterruptedRun, interruptedRuns } from '../io/interrupted-runs.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Step } from '../model/plan.ts'
import type { RunPlan, RunSummary } from '../model/run.ts'
import type { Cluster } from './cluster.ts'

/** A run that was ended before it was done, with what is left of it. */
export interface OpenRun {
  readonly plan: RunPlan
  /** `undefined` where its journal is lost: nothing is known of its steps then. */
  readonly progress: Progress | undefined
  /** Those that are not over; of a run that is being taken back, of the steps that do so. */
  readonly open: readonly Step[]
  /** Services of these that a later run has acted on: what was left to do may no longer be what is wanted. */
  readonly touched: readonly string[]
}

/** The runs that were ended from outside and have something left to do, oldest first. */
export function openRuns(cluster: Cluster): OpenRun[] {
  return interruptedRuns(cluster.runs)
    .map((run) => openRunOf(cluster, run))
    .filter(({ open }) => open.length > 0)
}

/** What is left of a run. */
export function openRunOf(
  { records }: Pick<Cluster, 'records'>,
  { plan, progress }: Pick<InterruptedRun, 'plan' | 'progress'>,
): OpenRun {
  const rollback = progress?.rollback ?? []
  const steps = rollback.length > 0 ? rollback : plan.plan.steps
  const isOpen = (step: Step): boolean => !isSettled(progress?.outcomes.get(step.id))
  const unsettled = steps.filter(isOpen)
  const open = unsettled.length > 0 ? unsettled : dueRollback(records, plan, progress).filter(isOpen)
  const touched = [...new Set(open.map((step) => step.service))].filter((service) => {
    const record = records.read(service)
    return record !== undefined && record.run !== plan.run && record.since > plan.startedAt
  })
  return { plan, progress, open, touched }
}

/** What is to be taken back where all else is over, and the run did not come to write that down. */
function dueRollback(
  records: Cluster['records'],
  { plan, onFailure }: RunPlan,
  progress: Progress | undefined,
): readonly Step[] {
  const outcomes = progress?.outcomes ?? new Map()
  const isDue = onFailure === 'rollback' && [...outcomes.values()].some(({ status }) => status === 'failed')
  return isDue ? planRollback({ plan, outcomes, record: (service) => records.read(service) }).steps : []
}

/**
 * Whether a run that ended in order was ended before it was done, by a signal or because its time was up: it can be gone on
 * with. What a failure has kept from being begun is not to be.
 */
export function wasCutShort({ onFailure }: RunPlan, { outcomes }: RunSummary): boolean {
  const statuses = Object.values(outcomes).map(({ status }) => status)
  const wasStopped = onFailure !== 'continue' && statuses.includes('failed')
  return statuses.includes('cancelled') && !wasStopped
}

/**
 * What is said of runs that were interrupted, and not taken up by later ones, to whoever comes next. `affected`: the
 * services that the command may act on, in the place of such a run.
 */
export function interruptionWarnings(cluster: Cluster, affected: ReadonlySet<string> = new Set()): Diagnostic[] {
  return openRuns(cluster).flatMap(({ plan, progress, open, touched }) => {
    const survivors = cluster.survivors.ofRun(plan.run)
    if (touched.length > 0 && survivors.length === 0) return []
    const begun = progress?.inFlight
    const inFlight = open
      .filter((step) => begun === undefined || begun.has(step.id))
      .map(({ id, service, operator }) => {
        const pid = survivors.find((one) => one.step === id)?.pid ?? null
        return { service, operator, pid }
      })
    const isReplaced = touched.length > 0 || open.some((step) => affected.has(step.service))
    const { run, command, startedAt } = plan
    const total = plan.plan.steps.length
    const data = { run, command, startedAt, over: total - open.length, total, inFlight, isReplaced }
    return [diagnostic('run-interrupted', data, { severity: 'warning' })]
  })
}

/** Renames journals that make no sense, so that they are looked at by a person and in nobody's way. */
export function setBrokenJournalsAside({ runs }: Pick<Cluster, 'runs'>): Diagnostic[] {
  return interruptedRuns(runs).flatMap(({ plan, problem }) => {
    if (problem?.code !== 'state-corrupt') return []
    return [runs.setJournalAside(plan.run, problem.data.message)]
  })
}
