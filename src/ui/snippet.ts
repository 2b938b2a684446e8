import type { Span } from '../model/span.ts'
import { printable } from './printable.ts'
import { cellsOf, widthOf } from './text-width.ts'

/** A source line as it is shown, and where the marks below it go: both in cells. */
export interface Snippet {
  readonly text: string
  readonly markStart: number
  readonly markWidth: number
}

const CUT = '...'
/** How much of a long line stays visible before the marked part. */
const LEAD = 16
/** A line is only looked at this far around its marked part, so that a line of megabytes costs nothing. */
const REACH = 2000

/** Fits the part of `line` around `span` into `width` cells; tabs become spaces, and wide characters take their two. */
export function createSnippet(line: string, span: Span, width: number): Snippet {
  const cells = visibleCells(line, span)
  const start = Math.max(
    0,
    cells.findIndex((cell) => cell.marked),
  )
  const marked = cells.slice(start).filter((cell) => cell.marked)
  const lead = total(cells.slice(0, start))
  const markWidth = Math.max(1, total(marked))
  if (total(cells) <= width || width < 4 * CUT.length) return { text: textOf(cells), markStart: lead, markWidth }

  const first =
    lead + markWidth <= width - CUT.length ? 0 : firstShown(cells, start, Math.min(LEAD, Math.floor(width / 2)))
  const before = first > 0 ? CUT : ''
  let room = width - before.length
  if (total(cells.slice(first)) > room) room -= CUT.length
  const shown = takeCells(cells.slice(first), room)
  const after = first + shown.length < cells.length ? CUT : ''
  const markStart = before.length + total(cells.slice(first, start))
  return {
    text: before + textOf(shown) + after,
    markStart,
    markWidth: Math.max(1, Math.min(markWidth, before.length + total(shown) + after.length - markStart)),
  }
}

interface MarkedCell {
  readonly text: string
  readonly width: number
  readonly marked: boolean
}

/** Characters as shown, each with whether the span covers it; behind the last one stands a place for "here, at the end". */
function visibleCells(line: string, span: Span): MarkedCell[] {
  const from = Math.min(span.start.column - 1, line.length)
  const to = span.end.line > span.start.line ? line.trimEnd().length : Math.min(span.end.column - 1, line.length)
  const end = Math.max(to, from + 1)
  const low = boundary(line, Math.max(0, from - REACH))
  const high = boundary(line, Math.min(line.length, from + REACH))
  const cells: MarkedCell[] = []
  let offset = low
  for (const { text } of cellsOf(line.slice(low, high))) {
    const shown = printable(text)
    cells.push({ text: shown, width: widthOf(shown), marked: offset < end && offset + text.length > from })
    offset += text.length
  }
  if (from >= line.length) cells.push({ text: ' ', width: 1, marked: true })
  return cells
}

/** Never cuts a surrogate pair in two. */
const boundary = (line: string, index: number): number =>
  index > 0 && index < line.length && /[\udc00-\udfff]/.test(line.charAt(index)) ? index - 1 : index

/** The index of the first cell to show, so that up to `room` cells of what leads up to the marked part stay visible. */
function firstShown(cells: readonly MarkedCell[], start: number, room: number): number {
  let first = start
  let lead = 0
  while (first > 0 && lead + (cells[first - 1]?.width ?? 0) <= room) {
    first -= 1
    lead += cells[first]?.width ?? 0
  }
  return first
}

function takeCells(cells: readonly MarkedCell[], room: number): MarkedCell[] {
  const shown: MarkedCell[] = []
  let left = room
  for (const cell of cells) {
    if (cell.width > left) break
    shown.push(cell)
    left -= cell.width
  }
  return shown
}

const total = (cells: readonly MarkedCell[]): number => cells.reduce((sum, cell) => sum + cell.width, 0)

const textOf = (cells: readonly MarkedCell[]): string =>
  cells
    .map((cell) => cell.text)
    .join('')
    .trimEnd()
