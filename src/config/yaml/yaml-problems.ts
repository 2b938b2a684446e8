import type { LineCounter } from 'yaml'
import type { Diagnostic, Related } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'

/** Below this no value is read: all that walks a tree may recurse. */
export const DEPTH_LIMIT = 100
export const TOO_DEEP = `nested more than ${DEPTH_LIMIT} levels deep`
/** Of more problems than this nobody reads on. */
const PROBLEM_LIMIT = 50

/** Where a node begins and ends in the text; what else the parser adds is not used. */
export type Offsets = readonly [number, number, ...number[]]

/** A mistake in words that say what to do, and its place in the text. */
export interface Explained {
  readonly message: string
  readonly offsets: Offsets
  /** Another place that belongs to it. */
  readonly related?: { readonly offsets: Offsets; readonly note: string }
}

/** Collects problems as diagnostics: one a line, since what follows on a line mostly follows from the first. */
export class SyntaxProblems {
  readonly all: Diagnostic[] = []
  private readonly lines = new Set<number>()

  constructor(
    private readonly file: string,
    private readonly counter: LineCounter,
    /** Of the text: what is missed at its end is said to be behind it. */
    private readonly length: number,
  ) {}

  add(offsets: Offsets, message: string, related?: Explained['related']): void {
    const span = this.spanOf(offsets)
    const place = related && { related: [{ span: this.spanOf(related.offsets), note: related.note }] }
    this.report(diagnostic('yaml-syntax', { message }, { span, ...place }), span)
  }

  /** The later of two equal keys of a map. */
  addDuplicate(key: string, span: Span, first: Span): void {
    const related: Related[] = [{ span: first, note: 'first given here' }]
    this.report(diagnostic('duplicate-key', { key }, { span, related }), span)
  }

  private report(problem: Diagnostic, { start }: Span): void {
    if (this.lines.has(start.line) || this.all.length === PROBLEM_LIMIT) return
    this.lines.add(start.line)
    this.all.push(problem)
  }

  private spanOf(offsets: Offsets): Span {
    const [start, end] = offsets
    return spanOf(this.file, this.counter, [Math.min(start, this.length), Math.min(end, this.length)])
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
