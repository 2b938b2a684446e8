import { EXIT } from '../model/exit-code.ts'
import { TRY_OUTPUT } from '../model/service.ts'
import type { ServiceRow } from '../ui/tables.ts'
import type { RunReport } from './running/perform.ts'
import { rowOf } from './service-row.ts'

/** What runs after a start, by its own record of this moment, and what to type next. */
export function closingRows(report: RunReport & { readonly kind: 'finished' }): {
  readonly rows: readonly ServiceRow[]
  readonly next: readonly string[]
} {
  const { plan, cluster, observed, services } = report
  const involved = new Set([...plan.left.map((left) => left.service), ...plan.steps.map((step) => step.service)])
  const rows = [...involved].sort().map((name) => {
    const before = observed.get(name)
    const record = cluster.records.read(name)
    // What the run has done to it is in its record; all else is as it was observed before.
    const touched = record !== undefined && record.since !== before?.record?.since
    const state = touched ? record.phase : (before?.state ?? 'unknown')
    return rowOf({ name, record, answer: undefined, state, detail: '' }, { cluster, services })
  })
  const up = rows.filter((row) => row.state === 'running' || row.state === 'completed')
  // One that may have nothing to type is empty then.
  const tries = up.map((row) => row.outputs[TRY_OUTPUT] ?? '').filter((command) => command !== '')
  const follow =
    report.exitCode === EXIT.done ? ['paictl service status', 'paictl service stop --all'] : ['paictl service status']
  return { rows: rows.map(withoutTry), next: [...tries, ...follow] }
}

function withoutTry(row: ServiceRow): ServiceRow {
  const { [TRY_OUTPUT]: _, ...outputs } = row.outputs
  return { ...row, outputs }
}
