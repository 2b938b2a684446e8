import { Document, isMap, isScalar, isSeq, type Node } from 'yaml'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Span } from '../model/span.ts'
import { printable } from './printable.ts'

/** Where a value came from, as far as it is shown. */
export interface ShownOrigin {
  readonly path: readonly string[]
  readonly span: Span | undefined
}

/**
 * A configuration as YAML with the place that supplied it behind each value. `root`: the keys that lead to `value` from
 * where the paths of origins begin.
 */
export function originsText(
  value: JsonValue,
  origins: readonly ShownOrigin[],
  root: readonly string[],
  display: (file: string) => string,
): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  for (const { path, span } of origins) {
    const node = document.getIn(path.slice(root.length), true) as Node | undefined
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) continue
    // An empty one stays on the line of its key, and the comment behind it.
    if (!isScalar(node)) node.flow = true
    node.comment = ` ${printable(placeOf(span, display))}`
  }
  return document.toString({ lineWidth: 0 }).trimEnd()
}

/** The same for programs: one object a value, with a dotted path. */
export function originJson(
  { path, span, value }: ShownOrigin & { readonly value: JsonValue },
  display: (file: string) => string,
): JsonObject {
  const range = span && { start: { ...span.start }, end: { ...span.end } }
  return { path: [...path], value, file: span ? display(span.file) : null, range: range ?? null }
}

function placeOf(span: Span | undefined, display: (file: string) => string): string {
  if (span === undefined) return 'default'
  const { start, end, file } = span
  const isWhole = start.line === 1 && end.line === 1 && end.column === 1
  return isWhole ? display(file) : `${display(file)}:${start.line}:${start.column}`
}
