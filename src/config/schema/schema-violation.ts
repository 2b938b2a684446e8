import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Diagnostic, Related } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { deepestEntry, deepestNode, entryOf } from '../yaml/yaml-node.ts'
import { unwantedKey, wordViolation } from './schema-words.ts'

export interface ViolationInput {
  readonly service: string
  readonly tree: YamlNode
  /** The schema's own text as a tree, so that what asks for a value can be shown; `undefined` where it has none. */
  readonly schema: YamlNode | undefined
}

/** One `schema-violation` for each thing that is wrong, at the value that is. */
export function describeViolations(errors: readonly ErrorObject[], input: ViolationInput): Diagnostic[] {
  const { service, tree, schema } = input
  const seen = new Set<string>()
  return withoutFollowers(errors).flatMap((error) => {
    const path = pointerSegments(error.instancePath)
    const extra = unwantedKey(error)
    const { node } = deepestNode(tree, path)
    const worded = wordViolation(error, node)
    const lacking = error.keyword === 'required' ? String(error.params.missingProperty) : extra && worded.nearest
    const missing = lacking && { lacking: [...path, lacking].join('.') }
    const data = {
      service,
      path: [...path, ...(extra === undefined ? [] : [extra])].join('.'),
      ...worded,
      ...(missing || (extra !== undefined && { lacking: null })),
    }
    const span = error.keyword === 'required' ? placeOfMap(tree, path, node) : placeOfValue(node, extra)
    const key = JSON.stringify([data, span])
    if (seen.has(key)) return []
    seen.add(key)
    const related = schema === undefined ? [] : ruleOf(error, schema)
    return [diagnostic('schema-violation', data, { span, related, service })]
  })
}

/** What was wrong with each alternative of an `anyOf`, or with a name, explains that none fits; `if` says that `then` failed. */
export function withoutFollowers(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => ['anyOf', 'oneOf', 'propertyNames'].includes(keyword))
  return errors.filter(
    (error) =>
      error.keyword !== 'if' && !choices.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`)),
  )
}

const placeOfValue = (node: YamlNode, extra: string | undefined): Span =>
  (extra === undefined ? undefined : entryOf(node, extra)?.key.span) ?? node.span

/** What a map lacks is said where the map is named: its entries are not at fault. */
function placeOfMap(tree: YamlNode, path: readonly string[], node: YamlNode): Span {
  const named = deepestEntry(tree, path)
  if (named !== undefined) return named.key.span
  const first = node.kind === 'map' ? node.entries[0] : undefined
  return first !== undefined && isSamePlace(first.key.span, node.span) ? startOfFile(node.span.file) : node.span
}

const isSamePlace = (a: Span, b: Span): boolean =>
  a.file === b.file && a.start.line === b.start.line && a.start.column === b.start.column

/** Where the schema asks for it: the last part of the error's path into the schema that it itself holds. */
function ruleOf(error: ErrorObject, schema: YamlNode): Related[] {
  const { schemaPath } = error
  if (!schemaPath.startsWith('#/')) return []
  const rule = deepestEntry(schema, pointerSegments(decodeURIComponent(schemaPath.slice(1))))
  if (rule === undefined) return []
  const span = { ...rule.key.span, end: rule.value.span.end }
  return [
    { span, note: `the schema ${unwantedKey(error) === undefined ? 'asks for it' : 'allows no other keys'} here` },
  ]
}

export const pointerSegments = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
