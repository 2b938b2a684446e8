import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic } from '../model/diagnostic.ts'
import type { Format } from './format.ts'
import { FORMATS } from './format.ts'
import { nearest, nearestKey } from './nearest.ts'
import type { YamlMap, YamlNode, YamlScalar } from './yaml-node.ts'
import { entryOf, typeOfNode } from './yaml-node.ts'

/** What a value of a paictl file may be. Data, so that checks, JSON Schema and documentation come from one table. */
export type Shape =
  /** `numbers`: a number is taken as its text. `templated`: with `{{` in it, it is checked once it is rendered. */
  | { readonly kind: 'text'; readonly format?: Format; readonly numbers?: boolean; readonly templated?: boolean }
  | { readonly kind: 'flag' }
  | { readonly kind: 'count' }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** `orOne`: a single item may stand without the list. */
  | { readonly kind: 'list'; readonly of: Shape; readonly orOne?: boolean }
  | { readonly kind: 'map'; readonly of: Shape }
  | {
      readonly kind: 'record'
      readonly keys: KeyTable
      readonly required?: readonly string[]
      readonly exactlyOne?: readonly string[]
    }
  /** A map is taken as `record`, anything else as `short`. */
  | { readonly kind: 'short-or-record'; readonly short: Shape; readonly record: Shape }

export interface KeySpec {
  readonly shape: Shape
  /** One sentence for the reference. */
  readonly doc: string
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
  const diagnostics: Diagnostic[] = []
  check(shape, node, '')
  return diagnostics

  function check(shape: Shape, node: YamlNode, path: string): void {
    const what = path === '' ? name : path
    switch (shape.kind) {
      case 'text':
        return checkText(shape, node, what)
      case 'flag':
        return expectScalar(node, what, 'true or false', (value) => typeof value === 'boolean')
      case 'count': {
        const expected = 'a whole number above zero'
        if (node.kind === 'scalar' && typeof node.value === 'number' && !isCount(node.value)) {
          return badValue(node, what, expected, null)
        }
        return expectScalar(node, what, expected, isCount)
      }
      case 'choice': {
        if (node.kind !== 'scalar' || typeof node.value !== 'string')
          return wrongType(node, what, shape.of.join(' or '))
        if (!shape.of.includes(node.value)) badValue(node, what, shape.of.join(' or '), nearest(node.value, shape.of))
        return
      }
      case 'list':
        if (isNothing(node)) return
        if (node.kind !== 'list') return shape.orOne ? check(shape.of, node, path) : wrongType(node, what, 'a list')
        for (const [index, item] of node.items.entries()) check(shape.of, item, `${path}[${index}]`)
        return
      case 'map':
        if (isNothing(node)) return
        if (node.kind !== 'map') return wrongType(node, what, 'a map')
        for (const { key, value } of node.entries) check(shape.of, value, join(path, key.value))
        return
      case 'record':
        if (isNothing(node)) return
        return node.kind === 'map' ? checkRecord(shape, node, path) : wrongType(node, what, 'a map')
      case 'short-or-record':
        return check(node.kind === 'map' ? shape.record : shape.short, node, path)
    }
  }

  function checkRecord(shape: Shape & { kind: 'record' }, node: YamlMap, path: string): void {
    const known = Object.keys(shape.keys)
    const where = path === '' ? name : path
    for (const { key, value } of node.entries) {
      const spec = Object.hasOwn(shape.keys, key.value) ? shape.keys[key.value] : undefined
      if (spec !== undefined) check(spec.shape, value, join(path, key.value))
      else {
        const data = { key: key.value, where, nearest: nearestKey(key.value, known), known: [...known].sort() }
        diagnostics.push(diagnostic('unknown-key', data, { span: key.span, service }))
      }
    }
    for (const key of shape.required ?? []) {
      if (entryOf(node, key) !== undefined) continue
      const data = { what: join(path, key), expected: 'a value', found: 'nothing' }
      diagnostics.push(diagnostic('wrong-type', data, { span: node.span, service }))
    }
    const { exactlyOne } = shape
    if (exactlyOne === undefined) return
    const given = node.entries.filter((entry) => exactlyOne.includes(entry.key.value))
    if (given.length === 1) return
    const data = {
      what: where,
      value: given.map((entry) => entry.key.value).join(', ') || 'none',
      expected: `exactly one of ${exactlyOne.join(', ')}`,
      nearest: null,
    }
    diagnostics.push(diagnostic('bad-value', data, { span: given[1]?.key.span ?? node.span, service }))
  }

  function checkText(shape: Shape & { kind: 'text' }, node: YamlNode, what: string): void {
    const format = shape.format === undefined ? undefined : FORMATS[shape.format]
    const text = textOf(node, shape.numbers)
    if (text === undefined) return wrongType(node, what, format?.expected ?? 'a string')
    if (format === undefined || (shape.templated && text.includes('{{'))) return
    const problem = format.problem(text)
    if (problem === null) return
    const place = { span: node.span, service }
    if (problem === 'escapes') diagnostics.push(diagnostic('escaping-path', { what, path: text }, place))
    else diagnostics.push(diagnostic('bad-value', { what, value: text, expected: problem, nearest: null }, place))
  }

  function expectScalar(
    node: YamlNode,
    what: string,
    expected: string,
    accepts: (value: YamlScalar['value']) => boolean,
  ): void {
    if (node.kind !== 'scalar' || !accepts(node.value)) wrongType(node, what, expected)
  }

  function wrongType(node: YamlNode, what: string, expected: string): void {
    const data = { what, expected, found: typeOfNode(node) }
    diagnostics.push(diagnostic('wrong-type', data, { span: node.span, service }))
  }

  function badValue(node: YamlScalar, what: string, expected: string, near: string | null): void {
    const data = { what, value: String(node.value), expected, nearest: near }
    diagnostics.push(diagnostic('bad-value', data, { span: node.span, service }))
  }
}

/** The text of a scalar that is a string (or, with `numbers`, a number); `undefined` of any other node. */
export function textOf(node: YamlNode | undefined, numbers = false): string | undefined {
  if (node?.kind !== 'scalar') return undefined
  if (numbers && typeof node.value === 'number') return String(node.value)
  return typeof node.value === 'string' ? node.value : undefined
}

/** A key without a value, such as `prerequisite:` whose items are commented out, is as good as absent. */
const isNothing = (node: YamlNode): boolean => node.kind === 'scalar' && node.value === null

const isCount = (value: YamlScalar['value']): boolean => Number.isSafeInteger(value) && Number(value) > 0

const join = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)
