import { printable } from './printable.ts'
import { type Column, layoutTable } from './table-layout.ts'
import type { TableOptions } from './tables.ts'
import { formatAge } from './timestamp.ts'
import { counted, shortList } from './wording/lists.ts'

/** What one command holds; with `--output json` it is printed as it is. */
export interface LeaseRow {
  readonly pid: number
  readonly host: string
  readonly command: string
  /** ISO 8601. */
  readonly since: string
  /** `unknown`: it is, or was, on another machine. */
  readonly owner: 'alive' | 'dead' | 'unknown'
  /** `null` before there is one. */
  readonly run: string | null
  /** It has not decided yet what it acts on. */
  readonly planning: boolean
  /** It holds the whole cluster. */
  readonly all: boolean
  /** The services that it acts on, and those that it relies on. */
  readonly exclusive: readonly string[]
  readonly shared: readonly string[]
}

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
