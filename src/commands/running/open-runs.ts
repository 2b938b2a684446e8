import { planRollback } from '../../engine/plan/rollback.ts'
import { isSettled, type Progress } from '../../engine/replay.ts'
import { type InterruptedRun, interruptedRuns } from '../../io/state/interrupted-runs.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { EXIT } from '../../model/exit-code.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Step } from '../../model/plan.ts'
import type { OnFailure, RunPlan, RunSummary } from '../../model/run.ts'
import { type Declarations, removalsLeft } from '../deployment/conclude-delete.ts'
import type { Cluster } from '../project/cluster.ts'

/** A run that was ended before it was done, with what is left of it. */
export interface OpenRun {
  readonly plan: RunPlan
  /** `undefined` where its journal is lost: nothing is known of its steps then. */
  readonly progress: Progress | undefined
  readonly onFailure: OnFailure
  /** Something has failed in it, and its way with failures is to take back what it did: nothing more of its plan is begun. */
  readonly isTakenBack: boolean
  /** The steps that take it back, as they were decided or would be now; empty where it is not taken back. */
  readonly rollback: readonly Step[]
  /** Those that are not over; of a run that is being taken back, of the steps that do so. */
  readonly open: readonly Step[]
  /** Files of deployments, by their names, that are still to be removed: nothing else is left of these. */
  readonly removals: Declarations
  /** Services of these that a later run has acted on: what was left to do may no longer be what is wanted. */
  readonly touched: readonly string[]
}

/** The runs that were ended from outside and have something left to do, oldest first. */
export function openRuns(cluster: Pick<Cluster, 'records' | 'runs'>): OpenRun[] {
  return interruptedRuns(cluster.runs)
    .map((run) => openRunOf(cluster, run))
    .filter(isLeft)
}

/** Whether there is something to go on with. */
export const isLeft = ({ open, removals }: Pick<OpenRun, 'open' | 'removals'>): boolean =>
  open.length + Object.keys(removals).length > 0

/**
 * What is left of a run.
 * @param asked what is to be done about failures from now on; `undefined`: as it was done before
 */
export function openRunOf(
  { records }: Pick<Cluster, 'records'>,
  { plan, progress }: Pick<InterruptedRun, 'plan' | 'progress'>,
  asked?: OnFailure,
): OpenRun {
  const onFailure = asked ?? progress?.onFailure ?? plan.onFailure
  const begun = progress?.rollback ?? []
  const hasFailed = [...(progress?.outcomes.values() ?? [])].some(({ status }) => status === 'failed')
  const isTakenBack = begun.length > 0 || (onFailure === 'rollback' && hasFailed)
  const rollback = begun.length > 0 || !isTakenBack ? begun : dueRollback(records, plan, progress)
  const isOpen = (step: Step): boolean => !isSettled(progress?.outcomes.get(step.id))
  const unsettled = begun.length > 0 ? [] : plan.plan.steps.filter(isOpen)
  // All may be over but what takes it back, which the run did not come to write down.
  const open = unsettled.length > 0 ? unsettled : rollback.filter(isOpen)
  // Whom a follower was told of in the meantime it knows of again, whatever this run had told it before.
  const awaited = new Set(open.flatMap((step) => [...step.needs, ...step.after]))
  const told = [...plan.plan.steps, ...rollback].filter(
    (step) => step.deployments !== undefined && awaited.has(step.id),
  )
  const touched = [...new Set([...open, ...told].map((step) => step.service))].filter((service) => {
    const record = records.read(service)
    return record !== undefined && record.run !== plan.run && record.since > plan.startedAt
  })
  const removals = removalsLeft(records, plan, progress?.outcomes ?? new Map())
  return { plan, progress, onFailure, isTakenBack, rollback, open, removals, touched: touched.sort() }
}

/** What would take a run back as it is now: of what was in flight, something may be there. */
function dueRollback(records: Cluster['records'], { plan }: RunPlan, progress: Progress | undefined): readonly Step[] {
  const inFlight = [...(progress?.inFlight.keys() ?? [])].map((id) => [id, IN_FLIGHT] as const)
  const outcomes = new Map<string, Outcome>([...inFlight, ...(progress?.outcomes ?? [])])
  return planRollback({ plan, outcomes, record: (service) => records.read(service) }).steps
}

const IN_FLIGHT: Outcome = { status: 'cancelled', begun: true, durationMs: 0 }

/**
 * Whether a run that ended in order was ended before it was done, by a signal or because its time was up: it can be gone on
 * with. What a failure has kept from being begun is not to be.
 */
export function wasCutShort({ plan, onFailure: planned }: RunPlan, summary: RunSummary): boolean {
  const { outcomes, exitCode, onFailure = planned, replaced = false } = summary
  const own = new Set(plan.steps.map((step) => step.id))
  const statuses = Object.values(outcomes).map(({ status }) => status)
  const back = Object.entries(outcomes).filter(([id]) => !own.has(id))
  if (replaced) return true
  // Of a run that was taken back, only that counts.
  if (back.length > 0) return back.some(([, { status }]) => status === 'cancelled')
  if (!statuses.includes('failed') || onFailure === 'continue') return statuses.includes('cancelled')
  // A signal came before it was taken back.
  return onFailure === 'rollback' && exitCode > EXIT.signal
}

/**
 * What is said of runs that were interrupted, and not taken up by later ones, to whoever comes next. `affected`: the
 * services that the command may act on, in the place of such a run.
 */
export function interruptionWarnings(cluster: Cluster, affected: ReadonlySet<string> = new Set()): Diagnostic[] {
  return openRuns(cluster).flatMap(({ plan, progress, open, removals, touched }) => {
    const survivors = cluster.survivors.ofRun(plan.run)
    if (touched.length > 0 && survivors.length === 0) return []
    const begun = progress?.inFlight
    const inFlight = open
      .filter((step) => begun === undefined || begun.has(step.id))
      .map(({ id, service, operator }) => {
        const pid = survivors.find((one) => one.step === id)?.pid ?? null
        return { service, operator, pid }
      })
    const files = Object.keys(removals)
    const left = [...open.map((step) => step.service), ...files]
    const isReplaced = touched.length > 0 || left.some((name) => affected.has(name))
    const { run, command, startedAt } = plan
    const total = plan.plan.steps.length
    const data = { run, command, startedAt, over: total - open.length, total, inFlight, files, isReplaced }
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
