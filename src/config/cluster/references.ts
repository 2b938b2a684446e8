import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Result } from '../../model/result.ts'
import { SHORTEST_SECRET } from '../../model/secrets.ts'
import type { Span } from '../../model/span.ts'
import { nearest } from '../nearest.ts'
import { valueSpans } from '../template/spans.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'

/** `${env:NAME}` or `${file:PATH}`, and the file that it stands in, which a relative path counts from. */
export interface Reference {
  readonly kind: 'env' | 'file'
  readonly name: string
  readonly from: string
}

/** Why a reference has no value, for people. `nearest`: what exists and was probably meant. */
export interface Unresolved {
  readonly reason: string
  readonly nearest: string | null
}

/** Reads what a reference stands for. */
export type ReadReference = (reference: Reference) => Result<string, Unresolved>

export interface ResolvedReferences {
  /** The tree with every reference replaced by its value; one without references is returned as it is. */
  readonly tree: YamlNode
  /** The values that were put in. */
  readonly secrets: readonly string[]
  /** Where a value is missing: what is said of such a place follows from that. */
  readonly unresolved: ReadonlySet<Span>
  readonly diagnostics: readonly Diagnostic[]
}

const KINDS = ['env', 'file'] as const
/** `$${` stands for `${` itself. */
const REFERENCE = /(\$?)\$\{([A-Za-z]+):([^{}\n]*)(\}?)/g

/** Replaces the references in all texts of a tree. Problems: `bad-reference`, `unresolved-reference`, `short-secret`. */
export function resolveReferences(tree: YamlNode, read: ReadReference, service?: string): ResolvedReferences {
  const secrets: string[] = []
  const unresolved = new Set<Span>()
  const diagnostics: Diagnostic[] = []
  return { tree: resolve(tree), secrets, unresolved, diagnostics }

  function resolve(node: YamlNode): YamlNode {
    switch (node.kind) {
      case 'scalar': {
        if (typeof node.value !== 'string' || !node.value.includes('${')) return node
        const value = resolveText(node.value, node.span)
        return value === node.value ? node : { ...node, value }
      }
      case 'list': {
        const items = node.items.map(resolve)
        return items.every((item, index) => item === node.items[index]) ? node : { ...node, items }
      }
      case 'map': {
        const entries = node.entries.map((entry) => {
          const value = resolve(entry.value)
          return value === entry.value ? entry : { ...entry, value }
        })
        return entries.every((entry, index) => entry === node.entries[index]) ? node : { ...node, entries }
      }
    }
  }

  function resolveText(text: string, span: Span): string {
    return text.replace(
      REFERENCE,
      (written: string, escaped: string, word: string, name: string, end: string, at: number) => {
        const kind = KINDS.find((one) => one === word)
        if (kind === undefined && !isMeant(word)) return written
        if (escaped !== '') return written.slice(1)
        const place = { span: spanIn(text, span, at, written.length), service }
        const problem = misspelt(kind, word, name, end)
        if (problem !== undefined || kind === undefined) {
          unresolved.add(span)
          diagnostics.push(diagnostic('bad-reference', { reference: written, expected: problem ?? '' }, place))
          return written
        }
        const value = read({ kind, name, from: span.file })
        if (!value.ok) {
          unresolved.add(span)
          diagnostics.push(diagnostic('unresolved-reference', { reference: written, ...value.error }, place))
          return written
        }
        const { length } = value.value
        if (length > 0 && length < SHORTEST_SECRET) {
          const data = { reference: written, length, least: SHORTEST_SECRET }
          diagnostics.push(diagnostic('short-secret', data, { ...place, severity: 'warning' }))
        }
        secrets.push(value.value)
        return value.value
      },
    )
  }
}

/** Whether a text holds what is replaced, or meant to be. */
export const hasReference = (text: string): boolean =>
  [...text.matchAll(REFERENCE)].some(([, escaped, word = '']) => escaped === '' && isMeant(word))

/** Whether a word was probably meant as `env` or `file`; shells write `${NAME:-default}`, which is none of our business. */
const isMeant = (word: string): boolean =>
  word.toLowerCase() === 'environment' || KINDS.includes(word.toLowerCase() as never) || nearest(word, KINDS) !== null

function misspelt(kind: Reference['kind'] | undefined, word: string, name: string, end: string): string | undefined {
  if (kind === undefined) return `"${word}" is neither env nor file`
  if (end === '') return 'it is not closed with "}"'
  if (name.trim() === '') return kind === 'env' ? 'the name of a variable is missing' : 'the path of a file is missing'
  if (kind === 'env' && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return `"${name}" is no name of a variable: letters, digits and "_", no digit first`
  }
  return undefined
}

/** The place of a part of a text: exact where the text stands in its file as it is. */
function spanIn(value: string, span: Span, at: number, length: number): Span {
  return valueSpans({ value, span })({ start: at, end: at + length })
}
