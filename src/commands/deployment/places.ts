import { entryOf, type YamlEntry, type YamlMap, type YamlNode } from '../../config/yaml/yaml-node.ts'
import { parseYaml } from '../../config/yaml/yaml-tree.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Position, Span } from '../../model/span.ts'

/** What spans name as the file of a component's name that was given on the command line. */
export const COMPONENT_OPTION = '--component'

/** A text that is not on the disk, or not yet. */
export interface Draft {
  /** The file that it is to be the text of, absolute. */
  readonly file: string
  readonly text: string
  /** What is to be in its `config`, with the places where that was asked for. */
  readonly asked: YamlMap
  /** What the file holds now; `undefined`: it is not there. */
  readonly before: string | undefined
}

/**
 * Problems with drafts, said of where their values were asked for, or of where they stand in the file as it is: nobody can
 * look into a text that was not written. Where there is no such place they have none.
 */
export function placed(problems: readonly Diagnostic[], drafts: readonly Draft[]): Diagnostic[] {
  const findPlace = new Map(drafts.map((draft) => [draft.file, placesOf(draft)]))
  const placeOf = (span: Span): Span | undefined => {
    const find = findPlace.get(span.file)
    return find === undefined ? span : find(span)
  }
  return problems.map((problem) => {
    const { span, related, ...rest } = problem
    const place = span && placeOf(span)
    const others = related?.flatMap((one) => {
      const other = placeOf(one.span)
      return other === undefined ? [] : [{ ...one, span: other }]
    })
    return { ...rest, ...(place && { span: place }), ...(others && { related: others }) } as Diagnostic
  })
}

function placesOf({ file, text, asked, before }: Draft): (span: Span) => Span | undefined {
  const { root } = parseYaml(file, text)
  const old = before === undefined ? undefined : parseYaml(file, before).root
  return (span) => {
    const found = root && entryAt(root, span.start, [])
    if (found === undefined) return undefined
    const part = (entry: YamlEntry): Span => (found.isKey ? entry.key.span : entry.value.span)
    const [first, ...below] = found.path
    const own = first === 'config' && below.length > 0 ? entryFor(asked, below) : undefined
    if (own !== undefined) return part(own)
    const there = entryFor(old, found.path)
    if (there !== undefined) return part(there)
    const line = { line: 1, column: 1 }
    const end = { line: 1, column: 1 + valueLength(root, found.path) }
    return first === 'component' && old === undefined ? { file: COMPONENT_OPTION, start: line, end } : undefined
  }
}

const entryFor = (root: YamlNode | undefined, path: readonly string[]): YamlEntry | undefined =>
  path.reduce<YamlEntry | undefined>(
    (entry, key, index) => (index > 0 && entry === undefined ? undefined : entryOf(entry?.value ?? root, key)),
    undefined,
  )

function valueLength(root: YamlNode | undefined, path: readonly string[]): number {
  const value = entryFor(root, path)?.value
  return value?.kind === 'scalar' ? String(value.value).length : 1
}

/** The innermost entry of a tree that is at a position. */
function entryAt(
  node: YamlNode,
  at: Position,
  path: readonly string[],
): { readonly path: readonly string[]; readonly isKey: boolean } | undefined {
  if (node.kind !== 'map') return undefined
  for (const { key, value } of node.entries) {
    const below = [...path, key.value]
    if (isIn(at, key.span)) return { path: below, isKey: true }
    if (isIn(at, value.span)) return entryAt(value, at, below) ?? { path: below, isKey: false }
  }
  return undefined
}

const isIn = (at: Position, { start, end }: Span): boolean =>
  !isBefore(at, start) && (isBefore(at, end) || isSame(at, start))
const isBefore = (a: Position, b: Position): boolean => a.line < b.line || (a.line === b.line && a.column < b.column)
const isSame = (a: Position, b: Position): boolean => a.line === b.line && a.column === b.column
