import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Position, Span } from '../../model/span.ts'
import type { YamlMap, YamlNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'

/** What spans name as the file of values that were given on the command line; each assignment begins a line of it. */
export const ASSIGNMENTS = '--set'

/**
 * Reads `service.key=value` as a configuration of one value, with places in the text of all assignments: `line` is the
 * one that this begins on, from 1. A dot in a key is written `\.`. A value is a number, `true`, `false` or `null` where
 * it reads like one; a list, map or quoted text as in YAML where it begins with `[`, `{` or a quote; else a text.
 * Problems: `bad-set`, and those of YAML.
 */
export function readAssignment(
  text: string,
  line: number,
  /** Whether the first key is the name of a section; else they are keys of one, which is known: `key=value`. */
  isSectioned = true,
): { readonly tree: YamlMap | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const equals = text.search(/=/)
  const path = equals === -1 ? text : text.slice(0, equals)
  const keys = keysOf(path)
  const problem = problemOf(text, equals, keys, isSectioned)
  if (problem !== undefined) {
    const span = spanOf(line, 0, firstLine(text).length)
    const data = { text, problem, ...(!isSectioned && { form: 'key=value' as const }) }
    return { tree: undefined, diagnostics: [diagnostic('bad-set', data, { span })] }
  }
  const { node, diagnostics } = readValue(text.slice(equals + 1), line, equals + 1)
  const tree = keys.reduceRight<YamlNode>(
    (value, key) => ({
      kind: 'map',
      span: key.span(line),
      entries: [{ key: { value: key.text, span: key.span(line) }, value }],
    }),
    node ?? { kind: 'scalar', span: spanOf(line, equals + 1, text.length), value: null },
  )
  return { tree: node === undefined ? undefined : (tree as YamlMap), diagnostics }
}

/** What spans name as the file of keys to remove; each begins a line of it. */
export const REMOVALS = '--unset'

/** Reads the dotted path of a key to remove, with places as above. Problems: `bad-set`. */
export function readRemoval(text: string, line: number): Result<readonly string[], Diagnostic> {
  const keys = keysOf(text)
  const problem = problemOfKeys(keys)
  if (problem === undefined) return ok(keys.map((key) => key.text))
  const span = { ...spanOf(line, 0, firstLine(text).length), file: REMOVALS }
  return err(diagnostic('bad-set', { text, problem, form: 'key' }, { span }))
}

interface Key {
  readonly text: string
  span(line: number): Span
}

function keysOf(path: string): Key[] {
  const keys: Key[] = []
  let start = 0
  for (const [whole, written = '', end] of path.matchAll(/((?:\\.|[^.\\])*)(\.|$)/gs)) {
    const from = start
    keys.push({
      text: written.replace(/\\(.)/gs, '$1'),
      span: (line) => spanOf(line, from, from + Math.max(1, written.length)),
    })
    start += whole.length
    if (end === '') break
  }
  return keys
}

function problemOf(text: string, equals: number, keys: readonly Key[], isSectioned: boolean): string | undefined {
  if (equals === -1) return 'there is no "=" in it'
  const problem = problemOfKeys(keys)
  if (problem !== undefined) return problem
  if (isSectioned && keys.length < 2) return `"${keys[0]?.text ?? text}" is a section, and the key in it is missing`
  return undefined
}

function problemOfKeys(keys: readonly Key[]): string | undefined {
  if (keys.some((key) => /[\r\n]/.test(key.text))) return 'there is a line break in its key'
  if (keys.some((key) => key.text === '')) return 'a part of its key is empty'
  return undefined
}

/** Whether a value is written as YAML writes what is more than a word. */
const isStructured = (text: string): boolean => /^\s*["'[{]/.test(text)

function readValue(
  text: string,
  line: number,
  column: number,
): { readonly node: YamlNode | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const whole = spanOf(line, column, column + firstLine(text).length)
  if (!isStructured(text) && !/^[\w.+-]+$/.test(text)) {
    return { node: { kind: 'scalar', span: whole, value: text }, diagnostics: [] }
  }
  const { root, diagnostics } = parseYaml(ASSIGNMENTS, text)
  const shift = (at: Position): Position => ({
    line: at.line + line - 1,
    column: at.line === 1 ? at.column + column : at.column,
  })
  const moved = ({ file, start, end }: Span): Span => ({ file, start: shift(start), end: shift(end) })
  return {
    node: root && move(root, moved),
    diagnostics: diagnostics.map((one): Diagnostic => ({ ...one, ...(one.span && { span: moved(one.span) }) })),
  }
}

function move(node: YamlNode, moved: (span: Span) => Span): YamlNode {
  const span = moved(node.span)
  switch (node.kind) {
    case 'scalar':
      return { ...node, span }
    case 'list':
      return { ...node, span, items: node.items.map((item) => move(item, moved)) }
    case 'map':
      return {
        ...node,
        span,
        entries: node.entries.map(({ key, value }) => ({
          key: { value: key.value, span: moved(key.span) },
          value: move(value, moved),
        })),
      }
  }
}

/** As much of a text as a span of one line can cover. */
const firstLine = (text: string): string => text.replace(/^\ufeff/, '').split(/\r\n?|\n/, 1)[0] ?? ''

const spanOf = (line: number, start: number, end: number): Span => ({
  file: ASSIGNMENTS,
  start: { line, column: start + 1 },
  end: { line, column: end + 1 },
})
