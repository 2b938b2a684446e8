import { printable } from './printable.ts'
import { type Column, layoutTable } from './table-layout.ts'
import type { TableOptions } from './tables.ts'
import { formatAge } from './timestamp.ts'

/** A cluster that this machine keeps state of. */
export interface ClusterRow {
  readonly id: string
  /** How many services are recorded, and how many of them as running. */
  readonly services: number
  readonly running: number
  /** When its last run began, ISO 8601. */
  readonly lastRun: string | null
  /** The project that it belongs to, as it is to be shown. */
  readonly project: string
  /** Whether that directory is still a project. */
  readonly projectExists: boolean
}

/** The clusters by name. The project's path is what one would go to, so it is never cut. */
export function clustersTable(rows: readonly ClusterRow[], { columns: width, style, now }: TableOptions): string {
  if (rows.length === 0) return 'No cluster has been started yet.'
  const columns: Column<ClusterRow>[] = [
    { title: 'CLUSTER', cell: (row) => printable(row.id) },
    { title: 'RUNNING', cell: (row) => `${row.running} of ${row.services}` },
    { title: 'LAST RUN', cell: (row) => (row.lastRun === null ? 'none' : formatAge(row.lastRun, now)), atLeast: 9 },
    { title: 'PROJECT', cell: (row) => printable(row.project) + (row.projectExists ? '' : ' (gone)') },
  ]
  const [header = '', ...lines] = layoutTable(columns, rows, width)
  return [style.bold(header), ...lines].join('\n')
}
