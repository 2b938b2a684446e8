import { formatDuration } from '../model/duration.ts'
import { TRY_OUTPUT } from '../model/service.ts'
import { printable } from './printable.ts'
import { type Column, layoutTable } from './table-layout.ts'
import { isShown, paintState, type ServiceRow, type TableOptions } from './tables.ts'

/** One deployment as `deployment list` shows it; with `--output json` it is printed as it is. */
export interface DeploymentRow extends ServiceRow {
  /** When the run began that started it, ISO 8601. */
  readonly startedAt: string | null
  /** Whether its file is there. */
  readonly declared: boolean
}

/** The output that has a column of its own. */
const URL_OUTPUT = 'url'

/** Deployments with their states, and a column for each output that one of them has. */
export function deploymentTable(rows: readonly DeploymentRow[], { columns: width, style, now }: TableOptions): string {
  if (rows.length === 0) return 'There are no deployments.'
  const output = (row: DeploymentRow, name: string): string => (isShown(row) ? printable(row.outputs[name] ?? '') : '')
  const names = new Set(rows.filter(isShown).flatMap((row) => Object.keys(row.outputs)))
  const others = [...names].filter((name) => name !== URL_OUTPUT && name !== TRY_OUTPUT).sort()
  const columns: Column<DeploymentRow>[] = [
    { title: 'NAME', cell: (row) => printable(row.name) },
    { title: 'COMPONENT', cell: (row) => printable(row.component), atLeast: 9 },
    { title: 'STATE', cell: (row) => row.state, paint: (text, row) => paintState(text, row.state, style) },
    { title: 'URL', cell: (row) => output(row, URL_OUTPUT) },
    { title: 'AGE', cell: (row) => age(row, now) },
    ...others.map((name) => ({
      title: printable(name).toUpperCase(),
      cell: (row: DeploymentRow) => output(row, name),
      atLeast: 8,
    })),
  ]
  const shown = names.has(URL_OUTPUT) ? columns : columns.filter(({ title }) => title !== 'URL')
  const [header = '', ...lines] = layoutTable(shown, rows, width)
  return [style.bold(header), ...lines].join('\n')
}

/** How long it has been up: of what is down that says nothing. */
function age(row: DeploymentRow, now: number): string {
  const then = row.startedAt === null || !isShown(row) ? Number.NaN : Date.parse(row.startedAt)
  return Number.isNaN(then) ? '' : formatDuration(Math.max(0, now - then))
}
