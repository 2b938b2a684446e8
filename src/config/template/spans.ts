import type { Located, Span } from '../../model/span.ts'
import type { SpanOf } from './problem.ts'
import { scalarOffsets } from './scalar-offsets.ts'
import type { Range, SourceText } from './source-text.ts'

/** For a template that is a whole file. */
export function fileSpans(file: string, source: SourceText): SpanOf {
  return ({ start, end }) => ({ file, start: source.positionAt(start), end: source.positionAt(end) })
}

/**
 * For a template inside a YAML file, of the text `source`. Where that is unknown, a place is known of what stands there as it
 * is, on one line; else all there is is the whole value.
 */
export function valueSpans({ value, span }: Located<string>, source?: SourceText): SpanOf {
  let offsets: readonly number[] | undefined
  return ({ start, end }): Span => {
    if (source === undefined) return onOneLine(value, span, { start, end })
    offsets ??= scalarOffsets(value, source.text.slice(source.offsetAt(span.start), source.offsetAt(span.end)))
    const from = offsets[start]
    const to = offsets[end - 1]
    if (from === undefined || to === undefined || to < from) return span
    const base = source.offsetAt(span.start)
    return { file: span.file, start: source.positionAt(base + from), end: source.positionAt(base + to + 1) }
  }
}

function onOneLine(value: string, span: Span, { start, end }: Range): Span {
  const width = span.end.column - span.start.column
  const quote = width === value.length ? 0 : 1
  if (span.start.line !== span.end.line || value.includes('\n') || width !== value.length + 2 * quote) return span
  const shift = (offset: number) => ({ line: span.start.line, column: span.start.column + quote + offset })
  return { file: span.file, start: shift(start), end: shift(end) }
}
