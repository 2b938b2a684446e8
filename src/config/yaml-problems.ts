import type { LineCounter, YAMLError } from 'yaml'
import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import type { Span } from '../model/span.ts'

/** Below this no value is read: all that walks a tree may recurse. */
export const DEPTH_LIMIT = 100
export const TOO_DEEP = `nested more than ${DEPTH_LIMIT} levels deep`
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

const MESSAGES: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a `: ` inside a value: quote the value, or look at the indentation',
  MULTIPLE_DOCS: 'a second document begins here, and only one is expected',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'a tab is not allowed as indentation: use spaces',
}

/** What the parser found wrong: in words that help where its own do not, on one line and without the place. */
export function syntaxMessage(error: YAMLError): string {
  if (error.message.startsWith('Maximum call stack')) return TOO_DEEP
  return MESSAGES[error.code] ?? (error.message.split('\n', 1)[0] ?? '').replace(/[:.]$/, '')
}
