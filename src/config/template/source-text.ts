import type { Position } from '../../model/span.ts'
import type { Place } from './ast.ts'

/** A range of a text in UTF-16 code units from its beginning, `end` exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** Turns the places of a template into offsets, and those into what a person counts. */
export class SourceText {
  private lines: readonly number[] | undefined

  constructor(readonly text: string) {}

  /** The range of a node. Handlebars counts lines from 1, columns from 0. */
  rangeOf({ start, end }: Place): Range {
    return { start: this.offset(start.line, start.column), end: this.offset(end.line, end.column) }
  }

  /** As editors count: a lone carriage return ends a line too, and a byte order mark is no column. */
  positionAt(offset: number): Position {
    this.lines ??= lineStarts(this.text)
    let low = 0
    let high = this.lines.length - 1
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.lines[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const mark = low === 0 && this.text.startsWith('\ufeff') ? 1 : 0
    return { line: low + 1, column: Math.max(1, offset - (this.lines[low] ?? 0) + 1 - mark) }
  }

  /** The reverse of `positionAt`. */
  offsetAt({ line, column }: Position): number {
    this.lines ??= lineStarts(this.text)
    return Math.min((this.lines[line - 1] ?? this.text.length) + column - 1, this.text.length)
  }

  private offset(line: number, column: number): number {
    this.lines ??= lineStarts(this.text)
    return Math.min((this.lines[line - 1] ?? 0) + column, this.text.length)
  }
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (const match of text.matchAll(/\r\n?|\n/g)) starts.push(match.index + match[0].length)
  return starts
}
