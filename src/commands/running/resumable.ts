import { nearest } from '../../config/nearest.ts'
import { replay } from '../../engine/replay.ts'
import { interruptedRun } from '../../io/state/interrupted-runs.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { OnFailure } from '../../model/run.ts'
import type { Cluster } from '../project/cluster.ts'
import { isLeft, type OpenRun, openRunOf, wasCutShort } from './open-runs.ts'

/**
 * A run that can be gone on with, by its id and as it is now, or why it cannot.
 * @param onFailure what is to be done about failures now; `undefined`: as before
 */
export function resumable(cluster: Cluster, id: string, onFailure: OnFailure | undefined): Result<OpenRun, Diagnostic> {
  const known = cluster.runs.list()
  if (!known.includes(id)) return err(diagnostic('unknown-run', { run: id, nearest: nearest(id, known) }))
  const found = openRun(cluster, id, onFailure)
  if (!found.ok) return found
  const run = found.value
  if (run === 'running' || run === 'over') return err(notResumable(id, { why: run, services: [] }))
  return run.touched.length > 0 ? err(notResumable(id, { why: 'replaced', services: run.touched })) : ok(run)
}

/** The newest run that can be gone on with; where there is none, the newest that others have taken the place of. */
export function newestResumable(
  cluster: Cluster,
  onFailure: OnFailure | undefined,
): { readonly run: OpenRun | undefined; readonly replaced: string | null } {
  let replaced: string | null = null
  for (const id of cluster.runs.list().reverse()) {
    const found = openRun(cluster, id, onFailure)
    if (!found.ok || found.value === 'running' || found.value === 'over') continue
    if (found.value.touched.length === 0) return { run: found.value, replaced: null }
    replaced ??= id
  }
  return { run: undefined, replaced }
}

/** Why a run cannot be gone on with. */
export interface Reason {
  readonly why: 'replaced' | 'changed' | 'running' | 'over'
  /** Sorted. */
  readonly services: readonly string[]
}

export const notResumable = (run: string, reason: Reason): Diagnostic => diagnostic('not-resumable', { run, ...reason })

function openRun(
  cluster: Cluster,
  id: string,
  onFailure: OnFailure | undefined,
): Result<OpenRun | 'running' | 'over', Diagnostic> {
  const { runs } = cluster
  const summary = runs.readSummary(id)
  if (!summary.ok) return summary
  const plan = runs.readPlan(id)
  if (!plan.ok) return plan
  // Without a journal nothing was written down that could be gone on with.
  if (plan.value === undefined || plan.value.owner.pid === 0) return ok('over')
  if (summary.value === undefined) {
    const interrupted = interruptedRun(runs, id)
    return ok(interrupted === undefined ? 'running' : unlessOver(openRunOf(cluster, interrupted, onFailure)))
  }
  if (!wasCutShort(plan.value, summary.value)) return ok('over')
  const journal = runs.readJournal(id)
  if (!journal.ok) return journal
  const progress = journal.value && replay(journal.value)
  return ok(unlessOver(openRunOf(cluster, { plan: plan.value, progress }, onFailure)))
}

/** What was taken back to its end leaves nothing to go on with. */
const unlessOver = (run: OpenRun): OpenRun | 'over' => (isLeft(run) ? run : 'over')
