import type { LineCounter } from 'yaml'
import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import type { Span } from '../model/span.ts'

/** Of more problems than this nobody reads on. */
const PROBLEM_LIMIT = 50

/** Where a node begins and ends in the text; what else the parser adds is not used. */
export type Offsets = readonly [number, number, ...number[]]

/** Collects problems as diagnostics: one a line, since what follows on a line mostly follows from the first. */
export class SyntaxProblems {
  readonly all: Diagnostic[] = []
  private readonly lines = new Set<number>()

  constructor(
    private readonly file: string,
    private readonly counter: LineCounter,
  ) {}

  add(offsets: Offsets, message: string): void {
    const span = spanOf(this.file, this.counter, offsets)
    if (this.lines.has(span.start.line) || this.all.length === PROBLEM_LIMIT) return
    this.lines.add(span.start.line)
    this.all.push(diagnostic('yaml-syntax', { message }, { span }))
  }
}

export function spanOf(file: string, lines: LineCounter, [start, end]: Offsets): Span {
  const from = lines.linePos(start)
  const to = lines.linePos(end)
  return {
    file,
    // The counter knows no lines at all of an empty text.
    start: { line: Math.max(1, from.line), column: Math.max(1, from.col) },
    end: { line: Math.max(1, to.line), column: Math.max(1, to.col) },
  }
}
