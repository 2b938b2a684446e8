import type { ServiceState } from '../model/observed.ts'
import { unreachable } from '../model/result.ts'
import { type ServiceKind, TRY_OUTPUT } from '../model/service.ts'
import { printable, printableSentence } from './printable.ts'
import type { Style } from './style.ts'
import { type Column, layoutTable, widest } from './table-layout.ts'
import { padToWidth, widthOf } from './text-width.ts'
import { formatAge } from './timestamp.ts'
import { shortText } from './wording/short-text.ts'

/** One service as `list` and `status` show it; with `--output json` it is printed as it is. */
export interface ServiceRow {
  readonly name: string
  readonly component: string
  readonly kind: ServiceKind
  readonly state: ServiceState
  /** ISO 8601. */
  readonly since: string | null
  readonly outputs: Readonly<Record<string, string>>
  /** One line that says why the state is what it is; empty when there is nothing to add. */
  readonly detail: string
  readonly description: string | null
  readonly prerequisites: readonly string[]
  readonly tags: readonly string[]
}

export interface TableOptions {
  /** Cells in a line; `Infinity` where nothing limits it. */
  readonly columns: number
  readonly style: Style
  /** Milliseconds since the epoch. */
  readonly now: number
}

/**
 * The services with their states. Outputs are copied by people, so they are never cut: where one does not fit into its
 * row, each stands on a line of its own.
 */
export function serviceTable(rows: readonly ServiceRow[], options: TableOptions): string {
  if (rows.length === 0) return 'There are no services.'
  const { columns: width, style, now } = options
  const columns: Column<ServiceRow>[] = [
    { title: 'NAME', cell: (row) => printable(row.name) },
    { title: 'STATE', cell: (row) => row.state, paint: (text, row) => paintState(text, row.state, style) },
  ]
  if (rows.some((row) => row.since !== null)) {
    columns.push({ title: 'SINCE', cell: (row) => (row.since === null ? '' : formatAge(row.since, now)), atLeast: 9 })
  }
  const outputs: Column<ServiceRow> = { title: 'OUTPUTS', cell: outputsCell }
  const detail: Column<ServiceRow>[] = rows.some((row) => row.detail !== '')
    ? [{ title: 'DETAIL', cell: (row) => shortText(printableSentence(row.detail)), paint: style.dim, atLeast: 12 }]
    : []
  const inRow = rows.some((row) => outputsCell(row) !== '') && fits([...columns, outputs, ...detail], rows, width)
  if (inRow) columns.push(outputs)
  columns.push(...detail)
  const [header = '', ...lines] = layoutTable(columns, rows, width)
  const body = rows.flatMap((row, index) => [lines[index] ?? '', ...(inRow ? [] : outputLines(row))])
  return [style.bold(header), ...body].join('\n')
}

/** What is up after a start, with its outputs in full, then what to type next. */
export function closingTable(
  rows: readonly ServiceRow[],
  { style, next }: { readonly style: Style; readonly next: readonly string[] },
): string {
  const up = rows.filter((row) => row.state === 'running' || row.state === 'completed')
  const width = widest(up.map((row) => printable(row.name)))
  const lines = up.flatMap((row) => closingLines(row, width, style))
  if (next.length > 0) lines.push('', style.bold('Next:'), ...next.map((command) => `  ${printable(command)}`))
  return lines.join('\n')
}

/** The colour by which a state is known at a glance. */
export function paintState(text: string, state: ServiceState, style: Style): string {
  switch (state) {
    case 'running':
    case 'completed':
      return style.green(text)
    case 'failed':
    case 'interrupted':
    case 'unknown':
    case 'foreign':
      return style.red(text)
    case 'held':
    case 'orphan':
    case 'starting':
    case 'stopping':
    case 'refreshing':
    case 'deleting':
      return style.yellow(text)
    case 'stopped':
    case 'never-started':
      return style.dim(text)
    default:
      return unreachable(state)
  }
}

/** The outputs of a service by name, made fit for a terminal. */
export const sortedOutputs = (outputs: Readonly<Record<string, string>>): [name: string, value: string][] =>
  Object.keys(outputs)
    .sort()
    .map((name) => [printable(name), printable(outputs[name] ?? '')])

/** Whether what a service says of itself holds: it is not down. */
export const isShown = (row: Pick<ServiceRow, 'state'>): boolean => !DOWN.includes(row.state)

/** A URL at which nobody answers would be a promise that is not kept. */
const shownOutputs = (row: ServiceRow): [name: string, value: string][] =>
  !isShown(row) ? [] : sortedOutputs(row.outputs).filter(([name]) => name !== TRY_OUTPUT)

const DOWN: readonly ServiceState[] = ['failed', 'interrupted', 'stopped', 'held', 'never-started']

const outputsCell = (row: ServiceRow): string =>
  shownOutputs(row)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

function outputLines(row: ServiceRow): string[] {
  const outputs = shownOutputs(row)
  const width = widest(outputs.map(([name]) => name))
  return outputs.map(([name, value]) => `    ${padToWidth(name, width)}  ${value}`.trimEnd())
}

function fits(columns: readonly Column<ServiceRow>[], rows: readonly ServiceRow[], width: number): boolean {
  return layoutTable(columns, rows, Number.POSITIVE_INFINITY).every((line) => widthOf(line) <= width)
}

function closingLines(row: ServiceRow, width: number, style: Style): string[] {
  const name = padToWidth(printable(row.name), width)
  const state = paintState(padToWidth(row.state, 'completed'.length), row.state, style)
  const outputs = sortedOutputs(row.outputs)
  const names = widest(outputs.map(([output]) => output))
  const indent = ' '.repeat(2 + width + 2 + 'completed'.length + 2)
  const [first, ...others] = outputs.map(([output, value]) => `${padToWidth(output, names)}  ${value}`)
  if (first === undefined) return [`  ${name}  ${paintState(row.state, row.state, style)}`]
  return [`  ${name}  ${state}  ${first}`, ...others.map((line) => indent + line)]
}
