import { cropToWidth, padToWidth, widthOf } from './text-width.ts'

/** One column of a table. */
export interface Column<Row> {
  readonly title: string
  /** One line without escape codes: the cell is measured. */
  readonly cell: (row: Row) => string
  /** Puts colour on the padded cell. */
  readonly paint?: (text: string, row: Row) => string
  /** Absent: the column is never cut. Else the least width that is worth showing; what has less room is left out. */
  readonly atLeast?: number
}

const GAP = '  '

/** A table with its columns aligned. Where it is too wide, the last column that may be cut is cut or left out first. */
export function layoutTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width: number): string[] {
  const cells = columns.map((column) => rows.map(column.cell))
  const shown = shrink(
    columns.map((column, index) => ({ column, width: widest([column.title, ...(cells[index] ?? [])]) })),
    width,
  )
  const header = shown.map(({ column, width: room }) => padToWidth(cropToWidth(column.title, room), room))
  const body = rows.map((row) =>
    shown.map(({ column, width: room }, index) => {
      const text = cropToWidth(column.cell(row), room)
      // Spaces inside colour codes would stay at the end of the line.
      const padded = index === shown.length - 1 ? text : padToWidth(text, room)
      return column.paint === undefined ? padded : column.paint(padded, row)
    }),
  )
  return [header, ...body].map((line) => line.join(GAP).trimEnd())
}

/** The widest of some texts, in cells. */
export const widest = (texts: readonly string[]): number =>
  texts.reduce((width, text) => Math.max(width, widthOf(text)), 0)

interface Sized<Row> {
  readonly column: Column<Row>
  readonly width: number
}

function shrink<Row>(columns: readonly Sized<Row>[], width: number): readonly Sized<Row>[] {
  let shown = columns
  for (let index = columns.length - 1; index >= 0; index -= 1) {
    const over = total(shown) - width
    const sized = columns[index]
    if (over <= 0 || sized?.column.atLeast === undefined) continue
    const room = sized.width - over
    shown =
      room >= sized.column.atLeast
        ? shown.map((other) => (other === sized ? { ...sized, width: room } : other))
        : shown.filter((other) => other !== sized)
  }
  return shown
}

const total = <Row>(columns: readonly Sized<Row>[]): number =>
  columns.reduce((sum, { width }) => sum + width, 0) + GAP.length * Math.max(0, columns.length - 1)
