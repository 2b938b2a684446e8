import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { deepestNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { jsonProblem } from './json-problem.ts'
import { pointerSegments, withoutFollowers } from './schema-violation.ts'
import { wordViolation } from './schema-words.ts'

/** The schema's text as a tree with places: JSON is YAML. `undefined` where that fails. */
export const treeOfSchema = ({ file, text }: TextFile): YamlNode | undefined => parseYaml(file, text).root

/** The diagnostic for a schema that is no JSON. */
export function notJson({ file, text }: TextFile, error: Error): Diagnostic {
  if (text.trim() === '') return bad('the file is empty', startOfFile(file))
  const { message, position } = jsonProblem(error, text)
  return bad(message, { file, start: position, end: position })
}

/** The diagnostic for a schema that the validator refuses. `errors`: what it found against the schema of schemas. */
export function notASchema(
  schema: TextFile,
  error: Error,
  errors: readonly ErrorObject[] | null | undefined,
): Diagnostic {
  // It was the stack that could hold no more.
  if (error instanceof RangeError) return bad('it is nested too deeply', startOfFile(schema.file))
  const { message } = error
  const tree = treeOfSchema(schema)
  const [violation] = withoutFollowers(errors ?? [])
  if (violation !== undefined && tree !== undefined) {
    const path = pointerSegments(violation.instancePath)
    const { node } = deepestNode(tree, path)
    const words = wordViolation(violation, node)
    const near = words.nearest === null ? '' : `; did you mean "${words.nearest}"?`
    return bad(`${path.length === 0 ? 'it' : `"${path.join('.')}"`} ${words.message}${near}`, node.span)
  }
  const [, reference] = /^can't resolve reference (\S+) from id/.exec(message) ?? []
  if (reference !== undefined) {
    return bad(
      `the reference "${reference}" leads to nothing`,
      placeOfText(tree, reference) ?? startOfFile(schema.file),
    )
  }
  const [, pattern, reason] = /^Invalid regular expression: \/(.*)\/\w*: (.*)$/.exec(message) ?? []
  const span = pattern === undefined ? undefined : placeOfText(tree, pattern)
  if (span !== undefined) return bad(`this is not a regular expression: ${reason?.toLowerCase()}`, span)
  return bad(message, startOfFile(schema.file))
}

/** A schema is an object; `true` and `false`, which JSON Schema has too, say nothing about a configuration. */
export const notAMap = ({ file }: TextFile): Diagnostic => bad('a schema is a map', startOfFile(file))

/** The diagnostic for a schema whose references lead back to where they are, with nothing in between. */
export const neverEnding = (schema: TextFile): Diagnostic =>
  unusable('its references lead back to themselves, and checking never ends', schema)

/** The diagnostic for a schema with which a check was given up after `milliseconds`. */
export const tooSlow = (schema: TextFile, milliseconds: number): Diagnostic =>
  unusable(`checking a configuration against it takes longer than ${milliseconds / 1000} s`, schema)

/** It is a schema, but none that anything can be checked with: for what it says where there is only one such thing. */
function unusable(message: string, schema: TextFile): Diagnostic {
  const tree = treeOfSchema(schema)
  const [suspect, ...others] = tree === undefined ? [] : suspects(tree)
  const span = suspect === undefined || others.length > 0 ? startOfFile(schema.file) : suspect
  return diagnostic('bad-schema', { message, isValid: true }, { span })
}

/** Where a schema says what may take for ever. */
function suspects(node: YamlNode): Span[] {
  if (node.kind === 'scalar') return []
  if (node.kind === 'list') return node.items.flatMap(suspects)
  return node.entries.flatMap(({ key, value }) => {
    if (value.kind === 'scalar')
      return /^(?:pattern|\$(?:dynamic|recursive)?[rR]ef)$/.test(key.value) ? [value.span] : []
    const own =
      key.value === 'patternProperties' && value.kind === 'map' ? value.entries.map((one) => one.key.span) : []
    return [...own, ...suspects(value)]
  })
}

const bad = (message: string, span: Span): Diagnostic => diagnostic('bad-schema', { message }, { span })

/** The first scalar with a text, in the order of the file. */
function placeOfText(node: YamlNode | undefined, text: string): Span | undefined {
  if (node === undefined) return undefined
  if (node.kind === 'scalar') return node.value === text ? node.span : undefined
  const below = node.kind === 'list' ? node.items : node.entries.map(({ value }) => value)
  for (const one of below) {
    const span = placeOfText(one, text)
    if (span !== undefined) return span
  }
  return undefined
}
