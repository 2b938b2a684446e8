import type { Trace } from '../template/renderer.ts'
import type { Range } from '../template/source-text.ts'

/** The part of a template that a place of the rendered text came from: a whole `{{…}}`, or a character of plain text. */
export function placeInTemplate({ segments, source }: Trace, offset: number): Range {
  if (segments.length === 0) return charAt(offset, source.text)
  const segment = segments[indexAt(segments, offset)] ?? segments[0]
  if (segment === undefined) return { start: 0, end: 0 }
  const { statement, start } = segment
  const range = source.rangeOf(statement.loc)
  if (statement.type !== 'ContentStatement') return range
  // White space at its beginning may have gone with a block's tag that stands before it.
  const { original, value } = statement as unknown as { readonly original: string; readonly value: string }
  const cut = Math.max(0, original.indexOf(value))
  return charAt(Math.min(range.start + cut + offset - start, range.end), source.text)
}

/** Whether a place of the rendered text lies in what an expression was printed as, and not in text of the template. */
export function isPrinted({ segments }: Trace, offset: number): boolean {
  const segment = segments[indexAt(segments, offset)]
  return segment !== undefined && segment.statement.type !== 'ContentStatement'
}

/** The last segment that begins at or before the offset. */
function indexAt(segments: readonly { readonly start: number }[], offset: number): number {
  let low = 0
  let high = segments.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((segments[middle]?.start ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}

function charAt(offset: number, text: string): Range {
  const start = Math.min(offset, text.length)
  return { start, end: Math.min(start + 1, text.length) }
}
