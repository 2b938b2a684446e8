import { formatDuration } from '../model/duration.ts'
import type { RunDetail, RunRow, RunState, RunStep } from '../model/past-run.ts'
import { unreachable } from '../model/result.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { type Column, layoutTable } from './table-layout.ts'
import type { TableOptions } from './tables.ts'
import { formatAge, formatTime } from './timestamp.ts'
import { reasonWords, warningWords } from './wording/failure.ts'
import { counted } from './wording/lists.ts'
import { shortText } from './wording/short-text.ts'

/** Runs in a table, in their order. */
export function runsTable(rows: readonly RunRow[], { columns: width, style, now }: TableOptions): string {
  if (rows.length === 0) return 'There was no run yet.'
  const columns: Column<RunRow>[] = [
    { title: 'RUN', cell: (row) => row.run },
    { title: 'STATE', cell: (row) => row.state, paint: (text, row) => paintState(text, row.state, style) },
    { title: 'STEPS', cell: stepsCell },
    { title: 'STARTED', cell: (row) => formatAge(row.startedAt, now), atLeast: 9 },
    { title: 'TOOK', cell: (row) => tookCell(row) },
    { title: 'COMMAND', cell: (row) => printable(row.command), atLeast: 12 },
  ]
  const [header = '', ...lines] = layoutTable(columns, rows, width)
  return [style.bold(header), ...lines].join('\n')
}

/** One run: its steps, and what bounded its time. */
export function runText(run: RunDetail, { columns: width, style, now }: TableOptions): string {
  const took = tookCell(run)
  const ended = run.exitCode === null ? '' : `, exit code ${run.exitCode}`
  const head = [
    `${style.bold(run.run)}  ${printable(run.command)}`,
    `${paintState(run.state, run.state, style)}: ${stepsText(run)}; started ${formatTime(run.startedAt, now)}${took === '' ? '' : `, took ${took}`}${ended}${resumedText(run)}`,
  ]
  const columns: Column<RunStep>[] = [
    { title: 'STEP', cell: (step) => `${step.operator} ${printable(step.service)}` },
    { title: 'RESULT', cell: resultCell },
    { title: 'TOOK', cell: (step) => betweenCell(step.begunAt, step.endedAt) },
    { title: 'DETAIL', cell: (step) => shortText(detailCell(step)), paint: style.dim, atLeast: 12 },
  ]
  const [header = '', ...lines] = layoutTable(columns, run.list, width)
  return [...head, '', style.bold(header), ...lines, ...boundLines(run, style)].join('\n')
}

/** The critical path, and whether it or the want of slots bounded the time. */
function boundLines({ criticalPath, startedAt, endedAt, parallel, pausedMs }: RunDetail, style: Style): string[] {
  if (criticalPath.length === 0 || endedAt === null) return []
  const total = Date.parse(endedAt) - Date.parse(startedAt)
  const busy = criticalPath.reduce((sum, { durationMs }) => sum + durationMs, 0)
  const waited = criticalPath.reduce((sum, { waitedMs }) => sum + waitedMs, 0)
  const rows = criticalPath.map(({ step, durationMs, waitedMs }) => {
    const waiting = waitedMs < NOTHING_MS ? '' : `, after waiting ${formatDuration(waitedMs)} for its turn`
    return `  ${formatDuration(durationMs).padEnd(6)}  ${printable(step.replace(':', ' '))}${waiting}`
  })
  const bound = boundWords({ busy, waited, total: total - pausedMs, parallel })
  const paused = pausedMs === 0 ? '' : `; for ${formatDuration(pausedMs)} more it was interrupted`
  return ['', style.bold(`Critical path (${counted(criticalPath.length, 'step')})`), ...rows, `${bound}${paused}`]
}

/** Less is the time that it takes to begin a step. */
const NOTHING_MS = 50

/** All in milliseconds. */
interface Bound {
  readonly busy: number
  readonly waited: number
  readonly total: number
  readonly parallel: number
}

function boundWords({ busy, waited, total, parallel }: Bound): string {
  const turns = `${formatDuration(waited)} of ${formatDuration(total)} were spent waiting for a turn`
  if (waited > busy) return `bounded by how many ran at a time (--parallel ${parallel}): ${turns}`
  const path = `bounded by this path: ${formatDuration(busy)} of ${formatDuration(total)}`
  const isAlone = waited < NOTHING_MS || waited < total * NOTHING_SHARE
  return isAlone ? `${path}; nothing else would have made it shorter` : `${path}; ${turns} (--parallel ${parallel})`
}

const NOTHING_SHARE = 0.02

function stepsText({ steps }: RunRow): string {
  const failed = steps.failed > 0 ? `, ${steps.failed} failed` : ''
  return `${steps.done} of ${counted(steps.total, 'step')} done${failed}`
}

const resumedText = ({ resumptions }: RunDetail): string =>
  resumptions === 0 ? '' : `, interrupted and gone on with ${resumptions === 1 ? 'once' : `${resumptions} times`}`

function stepsCell({ steps }: RunRow): string {
  const failed = steps.failed > 0 ? `, ${steps.failed} failed` : ''
  return `${steps.done}/${steps.total} done${failed}`
}

const tookCell = ({ startedAt, endedAt }: RunRow): string => betweenCell(startedAt, endedAt)

const betweenCell = (from: string | null, to: string | null): string =>
  from === null || to === null ? '' : formatDuration(Math.max(0, Date.parse(to) - Date.parse(from)))

function resultCell({ outcome, begunAt }: RunStep): string {
  if (outcome === null) return begunAt === null ? 'not begun' : 'under way'
  return outcome.status === 'cancelled' && !outcome.begun ? 'not begun' : outcome.status
}

function detailCell({ outcome, attempts }: RunStep): string {
  const tries = attempts > 1 ? `after ${attempts} attempts` : ''
  switch (outcome?.status) {
    case undefined:
    case 'cancelled':
      return tries
    case 'done':
      return [outcome.warning === null ? '' : warningWords(outcome.warning), tries].filter(Boolean).join(', ')
    case 'failed':
      return [reasonWords(outcome.failure.reason), tries].filter(Boolean).join(', ')
    case 'blocked':
      return `by ${outcome.by.map(printable).join(', ')}`
    default:
      return unreachable(outcome)
  }
}

function paintState(text: string, state: RunState, style: Style): string {
  switch (state) {
    case 'done':
      return style.green(text)
    case 'failed':
      return style.red(text)
    case 'running':
    case 'interrupted':
      return style.yellow(text)
    case 'replaced':
      return style.dim(text)
    default:
      return unreachable(state)
  }
}
