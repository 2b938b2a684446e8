/** A place in a text: `line` and `column` count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A range of one file, `end` exclusive. `file` is an absolute path. */
export interface Span {
  readonly file: string
  readonly start: Position
  readonly end: Position
}

/** A value together with the place that supplied it. */
export interface Located<T> {
  readonly value: T
  readonly span: Span
}

/** The span of a whole file that has no better place to point at. */
export function startOfFile(file: string): Span {
  return { file, start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
}
