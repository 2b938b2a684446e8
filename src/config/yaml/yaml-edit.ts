import { isMap } from 'yaml'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic, isError } from '../../model/diagnostic.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../../model/json.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { startOfFile } from '../../model/span.ts'
import type { TextFile } from '../text-file.ts'
import { linesOf, readDocuments } from './yaml-documents.ts'
import { deepestNode, jsonObject, toJson } from './yaml-node.ts'
import { spanOf } from './yaml-problems.ts'
import { type Splice, spliceSet, spliceUnset, Uneditable, type Unspliced } from './yaml-splice.ts'
import { blockLines } from './yaml-text.ts'
import { parseYaml } from './yaml-tree.ts'

/** A change of one value. A map that is set is laid on the map that is there, as everywhere. */
export type YamlEdit =
  | { readonly kind: 'set'; readonly path: readonly string[]; readonly value: JsonValue }
  | { readonly kind: 'unset'; readonly path: readonly string[] }

/**
 * Changes values in a YAML text whose root is a map. All else, comments, quotes, order and line ends, stays as it is to the
 * byte. What comes out was read again: it says what was there before with these changes, and nothing else. Errors: those of
 * the text itself, and `cannot-edit` where the value is written in a way that is not safe to change.
 */
export function editYaml({ file, text }: TextFile, edits: readonly YamlEdit[]): Result<string, readonly Diagnostic[]> {
  const end = /\r\n?|\n/.exec(text)?.[0] ?? '\n'
  let current = text
  for (const [index, edit] of edits.entries()) {
    const edited = editOnce({ file, text: current }, edit, end)
    if (!edited.ok) {
      // A place in the text as it was before the other changes is what somebody can look at.
      const alone = index === 0 ? edited : editOnce({ file, text }, edit, end)
      return alone.ok ? edited : alone
    }
    current = edited.value
  }
  return ok(current)
}

/** `end`: what ends a line that is added. */
function editOnce({ file, text }: TextFile, edit: YamlEdit, end: string): Result<string, readonly Diagnostic[]> {
  const { root, diagnostics } = parseYaml(file, text)
  if (diagnostics.some(isError) || (root !== undefined && root.kind !== 'map')) {
    const notMap = diagnostic('wrong-type', { what: 'the file', expected: 'a map', found: root?.kind ?? '' })
    return err(diagnostics.length > 0 ? diagnostics : [{ ...notMap, ...(root && { span: root.span }) }])
  }
  const before = root === undefined ? {} : (toJson(root) as JsonObject)
  const after = edited(before, edit)
  // What is in the way is found where it is edited.
  if (after === undefined) return spliced({ file, text }, edit, end)
  if (isSameJson(before, after)) return ok(text)
  return leaves(before, edit).reduce<Result<string, readonly Diagnostic[]>>(
    (result, leaf) => (result.ok ? spliced({ file, text: result.value }, leaf, end) : result),
    ok(text),
  )
}

/** Splits a map that is laid on another one into what is set in it. */
function leaves(before: JsonValue | undefined, edit: YamlEdit): YamlEdit[] {
  if (edit.kind === 'unset') return [edit]
  const { value, path } = edit
  const there = path.reduce<JsonValue | undefined>((map, key) => memberOf(map, key), before)
  if (!isJsonObject(value) || !isJsonObject(there)) return [edit]
  return Object.entries(value).flatMap(([key, member]) =>
    leaves(before, { kind: 'set', path: [...path, key], value: member }),
  )
}

function spliced({ file, text }: TextFile, edit: YamlEdit, end: string): Result<string, readonly Diagnostic[]> {
  const { root } = parseYaml(file, text)
  const expected = edited(root === undefined ? {} : toJson(root), edit)
  const lines = new LineEnds(text)
  const reading = readDocuments(lines.text, { schema: 'core', prettyErrors: false, uniqueKeys: false }, 1)
  const contents = 'documents' in reading ? reading.documents[0]?.contents : undefined
  let why: Unspliced | undefined
  try {
    const splices = isMap(contents)
      ? edit.kind === 'set'
        ? spliceSet(lines.text, contents, edit.path, edit.value)
        : spliceUnset(lines.text, contents, edit.path)
      : appended(lines.text, edit)
    const result = lines.apply(splices, end)
    const again = parseYaml(file, result)
    const found = again.root && toJson(again.root)
    const isAsMeant = again.diagnostics.length === 0 && expected !== undefined && found !== undefined
    if (isAsMeant && isSameJson(found, expected)) return ok(result)
  } catch (error) {
    if (!(error instanceof Uneditable)) throw error
    why = error.why
  }
  return err([refusal(file, text, edit, why)])
}

/** A text without any value gets its first one at its end. */
function appended(text: string, edit: YamlEdit): Splice[] {
  if (edit.kind === 'unset') return []
  const map = edit.path.reduceRight<JsonValue>((inner, key) => jsonObject([[key, inner]]), edit.value) as JsonObject
  const before = text === '' || text.endsWith('\n') ? '' : '\n'
  return [{ start: text.length, end: text.length, text: `${before}${blockLines(map, 0).join('\n')}\n` }]
}

function refusal(file: string, source: string, { path }: YamlEdit, why: Unspliced | undefined): Diagnostic {
  const { text } = new LineEnds(source)
  const data = { path: path.join('.'), reason: why?.reason ?? 'shared' }
  const { root } = parseYaml(file, source)
  const offset = why?.offset
  const span = offset === undefined ? undefined : spanOf(file, linesOf(text), [offset, lineEndOf(text, offset)])
  const inner = root && deepestNode(root, path).node.span
  return diagnostic('cannot-edit', data, { span: span ?? inner ?? startOfFile(file) })
}

const lineEndOf = (text: string, offset: number): number => {
  const length = text.slice(offset).search(/[ \t]*(?:\n|$)/)
  return offset + Math.max(1, length)
}

/** A text with line feeds alone, as positions count, and the way back to its own line ends and byte order mark. */
class LineEnds {
  readonly text: string
  private readonly mark: number

  constructor(private readonly source: string) {
    this.mark = source.charCodeAt(0) === 0xfeff ? 1 : 0
    this.text = source.slice(this.mark).replace(/\r\n?/g, '\n')
  }

  /** The text as it came, with these changes, whose lines end as `lineEnd`. */
  apply(splices: readonly Splice[], lineEnd: string): string {
    let result = this.source
    for (const { start, end, text } of [...splices].sort((a, b) => b.start - a.start || b.end - a.end)) {
      const written = text.replaceAll('\n', lineEnd)
      result = `${result.slice(0, this.offset(start))}${written}${result.slice(this.offset(end))}`
    }
    return result
  }

  private offset(offset: number): number {
    const { source, mark } = this
    if (!source.includes('\r\n')) return offset + mark
    let at = mark
    for (let seen = 0; seen < offset; seen += 1) at += source.startsWith('\r\n', at) ? 2 : 1
    return at
  }
}

/** The value that an edit leads to; `undefined` where something else than a map is in its way. */
function edited(before: JsonValue | undefined, edit: YamlEdit, depth = 0): JsonValue | undefined {
  const key = edit.path[depth]
  if (key === undefined) {
    if (edit.kind === 'unset') return undefined
    return laid(before, edit.value)
  }
  const isLast = depth === edit.path.length - 1
  if (edit.kind === 'unset' && memberOf(before, key) === undefined) return before
  const map = before ?? {}
  if (!isJsonObject(map)) return undefined
  if (edit.kind === 'unset' && isLast) return jsonObject(Object.entries(map).filter(([name]) => name !== key))
  const member = edited(memberOf(map, key), edit, depth + 1)
  return member === undefined ? undefined : withMember(map, key, member)
}

function laid(below: JsonValue | undefined, above: JsonValue): JsonValue {
  if (!isJsonObject(below) || !isJsonObject(above)) return above
  return Object.entries(above).reduce<JsonObject>(
    (map, [key, value]) => withMember(map, key, laid(memberOf(map, key), value)),
    below,
  )
}

function withMember(map: JsonObject, key: string, value: JsonValue): JsonObject {
  const others = Object.entries(map)
  return Object.hasOwn(map, key)
    ? jsonObject(others.map(([name, old]) => [name, name === key ? value : old]))
    : jsonObject([...others, [key, value]])
}

const memberOf = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined

/** Whether two values are the same, whatever the order of their members. */
export function isSameJson(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => isSameJson(item, b[index] as JsonValue))
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return a === b
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key] as JsonValue, b[key] as JsonValue))
  )
}
