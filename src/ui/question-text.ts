import type { MissingValue } from '../config/schema/missing-values.ts'
import { toJson } from '../config/yaml/yaml-node.ts'
import { parseYaml } from '../config/yaml/yaml-tree.ts'
import type { JsonValue } from '../model/json.ts'
import { err, ok, type Result } from '../model/result.ts'
import { printable, printableSentence } from './printable.ts'

/** What is said before a value is asked for, and the question itself. */
export function questionText({ path, title, description, isSecret }: MissingValue): {
  readonly message: string
  readonly about: string
} {
  const name = path.join('.')
  const secret = isSecret ? 'A secret: ${env:NAME} or ${file:PATH} keeps it out of the file.' : ''
  return {
    message: printable(title === undefined || title === name ? `${name}:` : `${title} (${name}):`),
    about: [description, secret]
      .filter(Boolean)
      .map((text) => printableSentence(text ?? ''))
      .join(' '),
  }
}

/** A value as it is offered, and as somebody would type it. */
export const answerText = (value: JsonValue): string =>
  value === true ? 'yes' : value === false ? 'no' : typeof value === 'string' ? value : JSON.stringify(value)

/** The value that an answer means, by the type that is asked for; an error says what is expected. */
export function answerOf(typed: string, { type, default: fallback }: MissingValue): Result<JsonValue, string> {
  if (typed === '' && fallback !== undefined) return ok(fallback)
  // Where it is, in place of what it is.
  if (/^\$\{(?:env|file):[^}]*\}$/.test(typed)) return ok(typed)
  if (type === 'string') return typed === '' ? err('A value is required.') : ok(typed)
  if (type === 'integer' || type === 'number') {
    const value = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(typed.trim()) ? Number(typed) : Number.NaN
    if (type === 'integer' && !Number.isSafeInteger(value)) return err('A whole number is expected.')
    return Number.isFinite(value) ? ok(value) : err('A number is expected.')
  }
  const { root, diagnostics } = parseYaml('', typed)
  if (diagnostics.length > 0) return err('This cannot be read as YAML.')
  const value = root === undefined ? null : toJson(root)
  if (type === 'array' && !Array.isArray(value)) return err('A list is expected: [a, b]')
  if (type === 'object' && (typeof value !== 'object' || value === null || Array.isArray(value)))
    return err('A map is expected: {a: 1}')
  return value === null ? err('A value is required.') : ok(value)
}
