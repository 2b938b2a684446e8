import { interruptedRuns } from '../../io/state/interrupted-runs.ts'
import { EXIT, exitCodeOfRun } from '../../model/exit-code.ts'
import type { RunSummary } from '../../model/run.ts'
import type { Cluster } from '../project/cluster.ts'
import { isLeft, type OpenRun, openRunOf } from './open-runs.ts'

/**
 * Writes down how runs ended that were ended from outside and that nobody can go on with any more: all of them was over, or
 * others have taken their place. From then on no command looks into them.
 */
export function closeRuns(cluster: Pick<Cluster, 'runs' | 'records' | 'survivors'>): void {
  const { runs, survivors } = cluster
  const interrupted = interruptedRuns(runs)
  if (interrupted.length === 0) return
  // Scripts that still run are known by the journal of a run that counts as interrupted.
  survivors.reread()
  for (const one of interrupted) {
    if (one.problem !== undefined || survivors.ofRun(one.plan.run).length > 0) continue
    const run = openRunOf(cluster, one)
    if (!isLeft(run) || run.touched.length > 0) runs.writeSummary(summaryOf(run))
  }
}

function summaryOf({ plan, progress, onFailure, open }: OpenRun): RunSummary {
  const { run, verb, startedAt } = plan
  const { left } = plan.plan
  const outcomes = progress?.outcomes ?? new Map()
  const endedAt = progress?.last === undefined ? startedAt : new Date(progress.last).toISOString()
  const ended = { run, verb, startedAt, endedAt, onFailure, outcomes: Object.fromEntries(outcomes), left }
  if (open.length > 0) return { ...ended, exitCode: EXIT.failed, replaced: true }
  return { ...ended, exitCode: exitCodeOfRun(outcomes.values(), left, undefined) }
}
