import { nearest } from '../config/nearest.ts'
import { criticalPath, type Span } from '../engine/critical-path.ts'
import { type Progress, replay } from '../engine/replay.ts'
import { interruptedRuns } from '../io/state/interrupted-runs.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { EXIT, exitCodeOfRun } from '../model/exit-code.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RunDetail, RunRow, RunState } from '../model/past-run.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { RunPlan, RunSummary } from '../model/run.ts'
import type { Invocation } from './invocation.ts'
import type { Cluster } from './project/cluster.ts'
import { openOwnSite } from './project/site.ts'
import { isLeft, openRunOf, wasCutShort } from './running/open-runs.ts'

/** The runs that are kept, oldest first. */
export async function listRuns(
  invocation: Invocation,
): Promise<
  Result<{ readonly runs: readonly RunRow[]; readonly problems: readonly Diagnostic[] }, readonly Diagnostic[]>
> {
  const opened = await openOwnSite(invocation)
  if (!opened.ok) return opened
  const { cluster } = opened.value
  const interrupted = new Set(interruptedRuns(cluster.runs).map(({ plan }) => plan.run))
  const read = cluster.runs.list().map((id) => readRun(cluster, id, { interrupted, inFull: false }))
  return ok({
    runs: read.flatMap((one) => (one.ok && one.value !== undefined ? [one.value.row] : [])),
    problems: read.flatMap((one) => (one.ok ? [] : [one.error])),
  })
}

/** One run with its steps. */
export async function describeRun(
  invocation: Invocation,
  id: string,
): Promise<Result<RunDetail, readonly Diagnostic[]>> {
  const opened = await openOwnSite(invocation)
  if (!opened.ok) return opened
  const { cluster } = opened.value
  const interrupted = new Set(interruptedRuns(cluster.runs).map(({ plan }) => plan.run))
  const known = cluster.runs.list()
  const read = known.includes(id) ? readRun(cluster, id, { interrupted, inFull: true }) : ok(undefined)
  if (!read.ok) return err([read.error])
  if (read.value === undefined) return err([diagnostic('unknown-run', { run: id, nearest: nearest(id, known) })])
  const { row, plan, progress, outcomes } = read.value
  const planned = plan.plan.steps.map((step) => step.id)
  // What takes a run back begins when all else is over.
  const rollback = (progress?.rollback ?? []).map((step) => ({ ...step, after: [...step.after, ...planned] }))
  const steps = [...plan.plan.steps, ...rollback]
  const spans = new Map<string, Span>()
  for (const [step, { first, begun, ended }] of progress?.times ?? [])
    if (ended !== undefined) spans.set(step, { first, begun, ended })
  const pauses = progress?.pauses ?? []
  return ok({
    ...row,
    list: steps.map(({ id: step, service, operator }) => {
      const times = progress?.times.get(step)
      return {
        step,
        service,
        operator,
        outcome: outcomes.get(step) ?? null,
        begunAt: isoOf(times?.begun),
        endedAt: isoOf(times?.ended),
        attempts: progress?.attempts.get(step) ?? 1,
      }
    }),
    criticalPath: criticalPath(steps, spans, { begun: Date.parse(row.startedAt), pauses }),
    pausedMs: pauses.reduce((sum, { from, to }) => sum + to - from, 0),
    resumptions: Math.max(0, (progress?.sessions ?? 1) - 1),
    parallel: plan.parallel,
  })
}

const isoOf = (time: number | undefined): string | null => (time === undefined ? null : new Date(time).toISOString())

interface ReadRun {
  readonly row: RunRow
  readonly plan: RunPlan
  readonly progress: Progress | undefined
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/** `undefined` for a run that was ended before its plan was written. */
function readRun(
  cluster: Cluster,
  id: string,
  { interrupted, inFull }: { readonly interrupted: ReadonlySet<string>; readonly inFull: boolean },
): Result<ReadRun | undefined, Diagnostic> {
  const found = cluster.runs.readPlan(id)
  if (!found.ok) return found
  const plan = found.value
  if (plan === undefined) return ok(undefined)
  const summary = cluster.runs.readSummary(id)
  if (!summary.ok) return summary
  const isCutShort = summary.value === undefined || wasCutShort(plan, summary.value)
  // How a run ended is all in its summary; a journal may be long.
  const journal = isCutShort || inFull ? cluster.runs.readJournal(id) : undefined
  const progress = journal?.ok && journal.value !== undefined ? replay(journal.value) : undefined
  const outcomes = new Map([...Object.entries(summary.value?.outcomes ?? {}), ...(progress?.outcomes ?? [])])
  const { open, touched, removals } = isCutShort
    ? openRunOf(cluster, { plan, progress: progress && { ...progress, outcomes } })
    : NOTHING_OPEN
  const state = stateOf(plan, outcomes, {
    summary: summary.value,
    isDead: interrupted.has(id),
    isOpen: isLeft({ open, removals }),
    isTouched: touched.length > 0,
  })
  const own = plan.plan.steps.flatMap((step) => outcomes.get(step.id)?.status ?? [])
  const steps = {
    done: own.filter((status) => status === 'done').length,
    failed: own.filter((status) => status === 'failed').length,
    open: open.length,
    total: plan.plan.steps.length,
  }
  const { run, verb, command, startedAt } = plan
  const { endedAt = null, exitCode = null, replaced = false } = summary.value ?? {}
  const row = { run, verb, command, state, startedAt, endedAt, exitCode: replaced ? null : exitCode, steps }
  return ok({ row, plan, progress, outcomes })
}

const NOTHING_OPEN = { open: [], touched: [], removals: {} } as const

interface Ending {
  readonly summary: RunSummary | undefined
  /** It has no summary, and nobody is at it. */
  readonly isDead: boolean
  readonly isOpen: boolean
  /** A later run has acted on services of what is open. */
  readonly isTouched: boolean
}

function stateOf(
  { plan }: RunPlan,
  outcomes: ReadonlyMap<string, Outcome>,
  { summary, isDead, isOpen, isTouched }: Ending,
): RunState {
  if (summary === undefined && !isDead) return 'running'
  if (summary?.replaced) return 'replaced'
  if (isOpen) return isTouched ? 'replaced' : 'interrupted'
  const exitCode = summary?.exitCode ?? exitCodeOfRun(outcomes.values(), plan.left, undefined)
  return exitCode === EXIT.done ? 'done' : 'failed'
}
