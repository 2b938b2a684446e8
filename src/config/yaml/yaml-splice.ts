import type { Node, Pair, YAMLMap } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { jsonObject } from './yaml-node.ts'
import { blockLines, INDENT, inlineText, isBlock, type Quoting } from './yaml-text.ts'

/** `text` takes the place of what stands from `start` to `end`. */
export interface Splice {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Why a text cannot be edited, and where. */
export interface Unspliced {
  readonly reason: UneditableReason
  readonly offset: number
}

/**
 * `shared`: an alias, or what others are an alias of; `no-map`: something else stands where a map would have to; `form`: it
 * is written in a form that is not known how to change.
 */
export type UneditableReason = 'shared' | 'no-map' | 'form'

export class Uneditable extends Error {
  readonly why: Unspliced

  constructor(reason: UneditableReason, offset: number) {
    super(reason)
    this.why = { reason, offset }
  }
}

/** What sets the value at `path` of a map, making the maps on the way to it. Throws `Uneditable`. */
export function spliceSet(text: string, root: YAMLMap, path: readonly string[], value: JsonValue): Splice[] {
  const { map, pair, rest } = walk(text, root, path)
  if (pair === undefined) return insert(text, map, rest, value)
  return replace(text, map, pair, nested(rest.slice(1), value))
}

/** What takes the entry at `path` out of a map; of one that is not there, nothing. Throws `Uneditable`. */
export function spliceUnset(text: string, root: YAMLMap, path: readonly string[]): Splice[] {
  const { map, pair, rest, parent } = walk(text, root, path)
  if (pair === undefined || rest.length > 1) return []
  if (map.items.length > 1) return map.flow ? removeInFlow(text, map, pair) : removeLines(text, pair)
  if (parent !== undefined) return replace(text, parent.map, parent.pair, {})
  throw new Uneditable('form', offsetOf(pair.key))
}

interface Found {
  /** The innermost map on the way. */
  readonly map: YAMLMap
  /** Its entry on the way, where it has one. */
  readonly pair: Pair | undefined
  /** What of the path is left, the key in `map` included. */
  readonly rest: readonly string[]
  /** The entry that `map` is the value of. */
  readonly parent: { readonly map: YAMLMap; readonly pair: Pair } | undefined
}

function walk(text: string, root: YAMLMap, path: readonly string[]): Found {
  let map = root
  let parent: Found['parent']
  for (const [index, key] of path.entries()) {
    const rest = path.slice(index)
    const pair = map.items.find((item) => keyOf(item) === key)
    const below = pair?.value
    if (pair === undefined || rest.length === 1) return { map, pair, rest, parent }
    if (isAlias(below)) throw new Uneditable('shared', offsetOf(below))
    // An empty map is written anew, as what belongs to a key is.
    if (isNothing(below) || (isMap(below) && below.items.length === 0 && !map.flow)) return { map, pair, rest, parent }
    if (!isMap(below)) throw new Uneditable('no-map', offsetOf(below))
    parent = { map, pair }
    map = below
  }
  throw new Uneditable('form', lineStart(text, offsetOf(root)))
}

const nested = (path: readonly string[], value: JsonValue): JsonValue =>
  path.reduceRight<JsonValue>((inner, key) => jsonObject([[key, inner]]), value)

function insert(text: string, map: YAMLMap, path: readonly string[], value: JsonValue): Splice[] {
  const entry = nested(path, value) as JsonObject
  const last = map.items.at(-1)
  if (map.flow) {
    const members = inlineText(entry).slice(1, -1)
    if (last === undefined) return [at(offsetOf(map) + 1, members)]
    return [at(endOf(text, last), `, ${members}`)]
  }
  const first = map.items.find((item) => isFirstOfLine(text, offsetOf(item.key)))
  if (last === undefined || first === undefined) throw new Uneditable('form', offsetOf(map))
  const key = offsetOf(first.key)
  const lines = blockLines(entry, key - lineStart(text, key)).join('\n')
  // A text that keeps its empty lines ends where they do.
  if (isScalar(last.value) && /^[|>][0-9]?\+/.test(sourceOf(text, last.value)))
    return [at(last.value.range?.[1] ?? 0, `${lines}\n`)]
  return [at(lineEnd(text, endOf(text, last)), `\n${lines}`)]
}

/** Writes `value` in the place of that of an entry of `map`. */
function replace(text: string, map: YAMLMap, pair: Pair, value: JsonValue): Splice[] {
  const colon = colonOf(text, pair)
  const old = pair.value as Node | null
  const isBelow = !isNothing(old, true) && lineEnd(text, colon) < offsetOf(old)
  if (!map.flow && isBlock(value)) return replaceByBlock(text, pair, value)
  if (isNothing(old, true)) return [at(colon + 1, ` ${inlineText(value)}`)]
  if (!isBelow) {
    const comment = /^[|>][-+0-9]*([ \t]+#[^\n]*)/.exec(sourceOf(text, old))?.[1] ?? ''
    const isText = isScalar(old) && (old.type === 'BLOCK_LITERAL' || old.type === 'BLOCK_FOLDED')
    const written = `${inlineText(value, quotingOf(old))}${isText ? comment : ''}`
    return [{ start: offsetOf(old), end: endOfNode(text, old), text: written }]
  }
  return [at(colon + 1, ` ${inlineText(value)}`), removalBelow(text, old)]
}

function replaceByBlock(text: string, pair: Pair, value: JsonObject): Splice[] {
  const colon = colonOf(text, pair)
  const key = offsetOf(pair.key)
  if (!isFirstOfLine(text, key)) throw new Uneditable('form', key)
  const lines = `\n${blockLines(value, key - lineStart(text, key) + INDENT).join('\n')}`
  const old = pair.value as Node | null
  if (isNothing(old, true)) return [at(lineEnd(text, colon), lines)]
  if (lineEnd(text, colon) < offsetOf(old)) return [{ ...removalBelow(text, old), text: lines }]
  if (text.slice(colon + 1, offsetOf(old)).trim() !== '') throw new Uneditable('shared', offsetOf(old))
  const end = endOfNode(text, old)
  return [{ start: colon + 1, end, text: '' }, at(lineEnd(text, end), lines)]
}

/** Takes away the lines of a value that stands below its key, from the line break before it. */
function removalBelow(text: string, node: Node | null): Splice {
  return { start: lineStart(text, offsetOf(node)) - 1, end: lineEnd(text, endOfNode(text, node)), text: '' }
}

function removeLines(text: string, pair: Pair): Splice[] {
  const key = offsetOf(pair.key)
  if (!isFirstOfLine(text, key)) throw new Uneditable('form', key)
  const start = lineStart(text, key)
  const end = lineEnd(text, endOf(text, pair))
  // The last line of a text without a line break at its end leaves none behind.
  return [end === text.length ? { start: start - 1, end, text: '' } : { start, end: end + 1, text: '' }]
}

/** Takes an entry and one comma away. A comment between it and its neighbours may be about either: then it is left to a person. */
function removeInFlow(text: string, map: YAMLMap, pair: Pair): Splice[] {
  const index = map.items.indexOf(pair)
  const next = map.items[index + 1]
  const before = map.items[index - 1]
  const key = offsetOf(pair.key)
  const [start, end] =
    next !== undefined
      ? [key, offsetOf(next.key)]
      : before === undefined
        ? [key, key]
        : [endOf(text, before), endOf(text, pair)]
  const value = pair.value as Node | null
  const within = (node: Node | null): readonly [number, number] => [
    offsetOf(node),
    node === null ? 0 : endOfNode(text, node),
  ]
  if (start === end || hasComment(text, start, end, [pair.key as Node, value].map(within)))
    throw new Uneditable('form', key)
  return [{ start, end, text: '' }]
}

/** Whether a comment begins between two places, outside of `nodes`. */
function hasComment(text: string, start: number, end: number, nodes: readonly (readonly [number, number])[]): boolean {
  const around = text.slice(start, end).replace(/./gs, (sign, at: number) => {
    const isInside = nodes.some(([from, to]) => from <= start + at && start + at < to)
    return isInside ? 'x' : sign
  })
  return around.includes('#')
}

/** Where an entry ends, without what follows on its line. */
function endOf(text: string, pair: Pair): number {
  const value = pair.value as Node | null
  if (value === null) return (pair.key as Node).range?.[1] ?? 0
  return isNothing(value, true) ? colonOf(text, pair) + 1 : endOfNode(text, value)
}

function endOfNode(text: string, node: Node | null): number {
  const end = node?.range?.[1] ?? 0
  if (isMap(node) && !node.flow && node.items.length > 0) return endOf(text, node.items.at(-1) as Pair)
  if (isSeq(node) && !node.flow && node.items.length > 0) {
    const last = node.items.at(-1) as Node
    // Nothing, behind a dash, may be said to be anywhere up to the next thing.
    return isNothing(last, true) ? text.lastIndexOf('-', Math.max(0, offsetOf(last) - 1)) + 1 : endOfNode(text, last)
  }
  if (!isScalar(node) || (node.type !== 'BLOCK_LITERAL' && node.type !== 'BLOCK_FOLDED')) return end
  return offsetOf(node) + sourceOf(text, node).replace(/\s+$/, '').length
}

/** The colon behind a key. */
function colonOf(text: string, pair: Pair): number {
  const key = (pair.key as Node).range?.[1] ?? 0
  const colon = text.indexOf(':', key)
  if (colon === -1 || text.slice(key, colon).trim() !== '') throw new Uneditable('form', offsetOf(pair.key))
  return colon
}

/** Whether there is no value. `isUnwritten`: not even a word that says so. */
function isNothing(node: unknown, isUnwritten = false): boolean {
  if (node === null || node === undefined) return true
  if (!isScalar(node) || node.value !== null) return false
  return !isUnwritten || node.source === undefined || node.source === ''
}

function quotingOf(node: Node | null): Quoting {
  if (!isScalar(node)) return undefined
  return node.type === 'QUOTE_SINGLE' ? 'single' : node.type === 'QUOTE_DOUBLE' ? 'double' : undefined
}

/** A key as converters read it: names that look like numbers are names. */
function keyOf({ key }: Pair): string | undefined {
  if (!isScalar(key) || key.value === null || (key.value === '<<' && key.type === 'PLAIN')) return undefined
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

const at = (offset: number, text: string): Splice => ({ start: offset, end: offset, text })
const offsetOf = (node: unknown): number => (node as Node | null | undefined)?.range?.[0] ?? 0
const sourceOf = (text: string, node: Node | null): string => text.slice(offsetOf(node), node?.range?.[1] ?? 0)
const lineStart = (text: string, offset: number): number => (offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1)
const isFirstOfLine = (text: string, offset: number): boolean =>
  text.slice(lineStart(text, offset), offset).trim() === ''

function lineEnd(text: string, offset: number): number {
  const end = text.indexOf('\n', offset)
  return end === -1 ? text.length : end
}
