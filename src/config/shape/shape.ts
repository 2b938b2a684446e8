import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Located, Span } from '../../model/span.ts'
import { nearest, nearestKey } from '../nearest.ts'
import type { YamlEntry, YamlMap, YamlNode } from '../yaml/yaml-node.ts'
import { entryOf, isNothing, typeOfNode } from '../yaml/yaml-node.ts'
import { gluedKey, missingColon } from '../yaml/yaml-words.ts'
import type { Format } from './format.ts'
import { FORMATS } from './format.ts'

/** What a value of a paictl file may be. Data, so that checks, JSON Schema and documentation come from one table. */
export type Shape =
  /** `numbers`: a number is taken as its text. `templated`: with `{{` in it, it is checked once it is rendered. */
  | { readonly kind: 'text'; readonly format?: Format; readonly numbers?: boolean; readonly templated?: boolean }
  | { readonly kind: 'flag' }
  /** A whole number above zero, and at most `most`. */
  | { readonly kind: 'count'; readonly most?: number }
  /** A number from `least` to `most`. */
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** `orOne`: a single item may stand without the list. */
  | { readonly kind: 'list'; readonly of: Shape; readonly orOne?: boolean }
  /** `names`: what its keys may be. */
  | { readonly kind: 'map'; readonly of: Shape; readonly names?: Format }
  /** Whatever YAML can say: it belongs to somebody else. */
  | { readonly kind: 'anything' }
  | {
      readonly kind: 'record'
      readonly keys: KeyTable
      readonly required?: readonly string[]
      readonly exactlyOne?: readonly string[]
      /** Two ways to say it: keys of the one and of the other are not given together. */
      readonly apart?: readonly [readonly string[], readonly string[]]
    }
  /** A map is taken as `record`, anything else as `short`. `expected`: both, for who gives neither. */
  | { readonly kind: 'short-or-record'; readonly short: Shape; readonly record: Shape; readonly expected: string }

export interface KeySpec {
  readonly shape: Shape
  /** What it is, in one line: for editors and the reference. */
  readonly doc: string
  /** Further sentences of Markdown, where one line does not say it all. */
  readonly about?: string
  /** What counts where it is not given, in words of YAML. */
  readonly default?: string | number | boolean
  /** What other tools call it, in kebab-case: whoever writes one of these is told this key. */
  readonly aliases?: readonly string[]
}

export type KeyTable = Readonly<Record<string, KeySpec>>

export interface ShapeCheck {
  readonly shape: Shape
  readonly node: YamlNode
  /** What to call the root in messages: the file's name. */
  readonly name: string
  readonly service?: string | undefined
}

/** Everything in a tree that its shape does not allow: unknown keys, wrong types, bad values. */
export function checkShape({ shape, node, name, service }: ShapeCheck): Diagnostic[] {
  return check(shape, node, '')

  function check(shape: Shape, node: YamlNode, path: string): Diagnostic[] {
    const what = path === '' ? name : path
    switch (shape.kind) {
      case 'text':
        return checkText(shape, node, what)
      case 'flag':
        return node.kind === 'scalar' && typeof node.value === 'boolean' ? [] : wrongType(node, what, 'true or false')
      case 'count':
        return countOf(node, shape.most) === undefined ? wrongNumber(node, what, countForm(shape.most)) : []
      case 'number': {
        const { least, most } = shape
        const isIn =
          node.kind === 'scalar' && typeof node.value === 'number' && node.value >= least && node.value <= most
        return isIn ? [] : wrongNumber(node, what, `a number from ${least} to ${most}`)
      }
      case 'choice': {
        const text = textOf(node)
        const expected = shape.of.join(' or ')
        if (text === undefined) return wrongType(node, what, expected)
        if (shape.of.includes(text)) return []
        return badValue(node, what, text, expected, nearest(text, shape.of))
      }
      case 'list':
        if (isNothing(node)) return []
        if (node.kind !== 'list') return shape.orOne ? check(shape.of, node, path) : wrongType(node, what, 'a list')
        return node.items.flatMap((item, index) => check(shape.of, item, `${path}[${index}]`))
      case 'map':
        if (isNothing(node)) return []
        if (node.kind !== 'map') return noMap(node, what, undefined)
        return node.entries.flatMap(({ key, value }) => [
          ...checkName(shape.names, key, what),
          ...check(shape.of, value, join(path, key.value)),
        ])
      case 'anything':
        return []
      case 'record':
        if (isNothing(node)) return []
        return node.kind === 'map' ? checkRecord(shape, node, path) : noMap(node, what, Object.keys(shape.keys))
      case 'short-or-record':
        if (node.kind !== 'map') return check(shape.short, node, path)
        return isOther(node, shape.record) ? wrongType(node, what, shape.expected) : check(shape.record, node, path)
    }
  }

  function checkName(names: Format | undefined, key: Located<string>, what: string): Diagnostic[] {
    const problem = names === undefined ? null : FORMATS[names].problem(key.value)
    return problem === null ? [] : badValue(key, `a name in ${what}`, key.value, problem, null)
  }

  function checkRecord(shape: Shape & { kind: 'record' }, node: YamlMap, path: string): Diagnostic[] {
    const known = Object.keys(shape.keys)
    const where = path === '' ? name : path
    const sorted = known.toSorted()
    let unknown = 0
    const entries = node.entries.flatMap(({ key, value }) => {
      const spec = Object.hasOwn(shape.keys, key.value) ? shape.keys[key.value] : undefined
      if (spec !== undefined) return check(spec.shape, value, join(path, key.value))
      unknown += 1
      if (unknown > MOST_UNKNOWN) return []
      const data = { key: key.value, where, nearest: nearestTo(key.value, shape.keys), known: sorted }
      return [diagnostic('unknown-key', data, { span: key.span, service })]
    })
    const missing = (shape.required ?? []).filter((key) => entryOf(node, key) === undefined)
    const absent = missing.map((key) => {
      const data = { what: join(path, key), expected: 'a value', found: 'nothing' }
      return diagnostic('wrong-type', data, { span: node.span, service })
    })
    return [...entries, ...absent, ...checkExactlyOne(shape, node, where), ...checkApart(shape, node, where)]
  }

  function checkApart({ apart }: Shape & { kind: 'record' }, node: YamlMap, where: string): Diagnostic[] {
    const [one, other] = (apart ?? []).map((keys) => node.entries.find(({ key }) => keys.includes(key.value)))
    if (apart === undefined || one === undefined || other === undefined) return []
    const [first, second] = node.entries.indexOf(one) < node.entries.indexOf(other) ? [one, other] : [other, one]
    const expected = `a map with either ${apart.map((keys) => keys.join(', ')).join(' or ')}`
    const found = `one with ${first.key.value} and ${second.key.value}`
    return [diagnostic('wrong-type', { what: where, expected, found }, { span: second.key.span, service })]
  }

  function checkExactlyOne(shape: Shape & { kind: 'record' }, node: YamlMap, where: string): Diagnostic[] {
    const { exactlyOne: keys, keys: table } = shape
    if (keys === undefined) return []
    const given = node.entries.filter(({ key }) => keys.includes(key.value))
    // Of a key without a value it was said that it lacks one, of a misspelt one how it is spelt.
    const chosen = given.filter(({ value }) => !isNothing(value))
    const isMeant = ({ key }: YamlEntry): boolean =>
      !Object.hasOwn(table, key.value) && keys.includes(nearestTo(key.value, table) ?? '')
    if (chosen.length === 1 || (chosen.length === 0 && (given.length > 0 || node.entries.some(isMeant)))) return []
    const found =
      chosen.length === 0 ? 'one without any' : `one with ${chosen.map(({ key }) => key.value).join(' and ')}`
    const data = { what: where, expected: `a map with exactly one of ${keys.join(', ')}`, found }
    return [diagnostic('wrong-type', data, { span: chosen[1]?.key.span ?? node.span, service })]
  }

  function checkText(shape: Shape & { kind: 'text' }, node: YamlNode, what: string): Diagnostic[] {
    const format = shape.format === undefined ? undefined : FORMATS[shape.format]
    const text = textOf(node, shape.numbers)
    if (text === undefined) return wrongType(node, what, format?.expected ?? 'a string')
    if (format === undefined || (shape.templated && text.includes('{{'))) return []
    const problem = format.problem(text)
    if (problem === null) return []
    if (problem !== 'escapes') return badValue(node, what, text, problem, null)
    return [diagnostic('escaping-path', { what, path: text }, { span: node.span, service })]
  }

  function wrongNumber(node: YamlNode, what: string, expected: string): Diagnostic[] {
    const isNumber = node.kind === 'scalar' && typeof node.value === 'number'
    return isNumber ? badValue(node, what, String(node.value), expected, null) : wrongType(node, what, expected)
  }

  function noMap(node: YamlNode, what: string, keys: readonly string[] | undefined): Diagnostic[] {
    const text = textOf(node) ?? ''
    const message = gluedKey(text) ?? missingColon(text, keys)
    if (message === undefined) return wrongType(node, what, 'a map')
    return [diagnostic('yaml-syntax', { message }, { span: node.span, service })]
  }

  function wrongType(node: YamlNode, what: string, expected: string): Diagnostic[] {
    return [diagnostic('wrong-type', { what, expected, found: typeOfNode(node) }, { span: node.span, service })]
  }

  function badValue(
    { span }: { readonly span: Span },
    what: string,
    value: string,
    expected: string,
    near: string | null,
  ): Diagnostic[] {
    return [diagnostic('bad-value', { what, value, expected, nearest: near }, { span, service })]
  }
}

/** The key of a table that was probably meant; also by what other tools call it. */
function nearestTo(key: string, table: KeyTable): string | null {
  const aliases = Object.entries(table).flatMap(
    ([name, spec]) => spec.aliases?.map((one) => [one, name] as const) ?? [],
  )
  return nearestKey(key, Object.keys(table), new Map(aliases))
}

/** Of more unknown keys in one map nobody reads on: it is another kind of file. */
const MOST_UNKNOWN = 50

const countForm = (most: number | undefined): string =>
  most === undefined ? 'a whole number above zero' : `a whole number from 1 to ${most}`

/** A whole number above zero, and at most `most`; `undefined` of any other node. */
export function countOf(node: YamlNode | undefined, most = Number.MAX_SAFE_INTEGER): number | undefined {
  if (node?.kind !== 'scalar' || typeof node.value !== 'number') return undefined
  return Number.isSafeInteger(node.value) && node.value > 0 && node.value <= most ? node.value : undefined
}

/** The text of a scalar that is a string (or, with `numbers`, a number); `undefined` of any other node. */
export function textOf(node: YamlNode | undefined, numbers = false): string | undefined {
  if (node?.kind !== 'scalar') return undefined
  if (numbers && typeof node.value === 'number') return String(node.value)
  return typeof node.value === 'string' ? node.value : undefined
}

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

/** Whether a map has nothing of a record: it was not meant as one. */
function isOther(node: YamlMap, record: Shape): boolean {
  return (
    record.kind === 'record' &&
    !node.entries.some(
      ({ key }) => nearestKey(key.value, Object.keys(record.keys)) !== null || Object.hasOwn(record.keys, key.value),
    )
  )
}
