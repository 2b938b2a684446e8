import type { LeaseRow } from '../model/lease-row.ts'
import { printable } from './printable.ts'
import { type Column, layoutTable } from './table-layout.ts'
import type { TableOptions } from './tables.ts'
import { formatAge } from './timestamp.ts'
import { counted, shortList } from './wording/lists.ts'

/** Who holds what. */
export function leasesTable(rows: readonly LeaseRow[], { columns: width, style, now }: TableOptions): string {
  const columns: Column<LeaseRow>[] = [
    { title: 'PROCESS', cell: (row) => printable(`${row.pid} on ${row.host}`) },
    { title: 'OWNER', cell: (row) => OWNERS[row.owner] },
    { title: 'SINCE', cell: (row) => formatAge(row.since, now), atLeast: 9 },
    { title: 'ACTS ON', cell: (row) => (row.all ? 'all' : listed(row.exclusive)), atLeast: 8 },
    { title: 'RELIES ON', cell: (row) => listed(row.shared), atLeast: 9 },
    { title: 'COMMAND', cell: (row) => printable(row.command), atLeast: 12 },
  ]
  const [header = '', ...lines] = layoutTable(columns, rows, width)
  return [style.bold(header), ...lines].join('\n')
}

/** What there is to say when the leases were taken away. */
export function unlockedText(rows: readonly LeaseRow[]): string {
  if (rows.length === 0) return 'nothing is held'
  return `taken away from ${counted(rows.length, 'process', 'processes')}; the next command can have it`
}

const OWNERS = { alive: 'alive', dead: 'gone', unknown: 'unknown' } as const

const listed = (names: readonly string[]): string => shortList(names.map(printable), 4)
