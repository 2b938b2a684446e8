import { stringify } from 'yaml'
import type { JsonValue } from '../../model/json.ts'
import type { Value } from './value.ts'
import { asText, member, typeOfValue } from './value.ts'

/** A wrong use of a helper; `message` follows the helper's name. */
export class Misuse {
  constructor(readonly message: string) {}
}

/** A helper that is handed its arguments as values. None of them is unknown. */
export interface TemplateFunction {
  /** How it is written, for messages. */
  readonly usage: string
  readonly least: number
  readonly most: number
  /** Names of `name=value` arguments. */
  readonly options?: readonly string[]
  readonly apply: (args: readonly Value[], options: ReadonlyMap<string, Value>) => Value | Misuse
}

/** The helpers that only compute. */
export const FUNCTIONS: Readonly<Record<string, TemplateFunction>> = {
  json: {
    usage: 'json value',
    least: 1,
    most: 1,
    options: ['indent'],
    apply: ([value], options) => {
      const indent = options.get('indent') ?? 0
      if (typeof indent !== 'number') return new Misuse('takes a number as indent')
      return present(value, (json) => JSON.stringify(json, null, indent))
    },
  },
  yaml: {
    usage: 'yaml value',
    least: 1,
    most: 1,
    apply: ([value]) =>
      present(value, (json) => stringify(json, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/\n$/, '')),
  },
  indent: { usage: 'indent text count', least: 2, most: 2, apply: ([a, b]) => indent(a, b) },
  sh: { usage: 'sh value', least: 1, most: 1, apply: ([value]) => shellWords(value) },
  base64: {
    usage: 'base64 text',
    least: 1,
    most: 1,
    apply: ([value]) => onText(value, (text) => Buffer.from(text, 'utf8').toString('base64')),
  },
  join: { usage: 'join list separator', least: 1, most: 2, apply: ([list, separator = ',']) => join(list, separator) },
  eq: { usage: 'eq a b', least: 2, most: 2, apply: ([a, b]) => isEqual(a, b) },
  ne: { usage: 'ne a b', least: 2, most: 2, apply: ([a, b]) => !isEqual(a, b) },
  in: { usage: 'in value list', least: 2, most: 2, apply: ([value, list]) => isIn(value, list) },
}

function indent(a: Value, b: Value): string | Misuse {
  // Helm has the count first, and who comes from there need not relearn it.
  const [content, count]: readonly Value[] = typeof b !== 'number' && typeof a === 'number' ? [b, a] : [a, b]
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > 1000) {
    return new Misuse('needs a count of spaces: indent text count')
  }
  return onText(content, (text) => text.replace(/^(?=[^\r\n])/gm, ' '.repeat(count)))
}

/** Quoted for a POSIX shell; a list becomes as many words. */
function shellWords(value: Value): string | Misuse {
  if (!Array.isArray(value)) return onText(value, shellQuote, (text) => !text.includes('\0'))
  const words = value.map((item) => onText(item, shellQuote, (text) => !text.includes('\0')))
  const wrong = words.find((word) => word instanceof Misuse)
  return wrong ?? words.join(' ')
}

const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

function join(list: Value, separator: Value): string | Misuse {
  if (!Array.isArray(list)) return new Misuse(`takes a list, and this is ${typeOfValue(list)}`)
  if (typeof separator !== 'string') return new Misuse('takes a text as separator')
  const texts = list.map(asText)
  if (texts.includes(undefined)) return new Misuse('takes a list of texts and numbers')
  return texts.join(separator)
}

function isIn(value: Value, list: Value): boolean | Misuse {
  if (Array.isArray(list)) return list.some((item) => isEqual(item, value))
  const text = asText(value)
  if (text === undefined) return new Misuse(`looks for a text or number here, and this is ${typeOfValue(value)}`)
  if (typeof list === 'string') return list.includes(text)
  if (typeof list === 'object' && list !== null) return member(list, text) !== undefined
  return new Misuse(`looks in a list, a map or a text, and this is ${typeOfValue(list)}`)
}

/** Lists and maps are equal when their values are; a number never equals a text. */
function isEqual(a: Value, b: Value): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => hasEqual(a, b, key))
}

function hasEqual(a: Value, b: Value, key: string): boolean {
  const other = member(b, key)
  return other !== undefined && isEqual(member(a, key)?.value, other.value)
}

function onText(
  value: Value,
  then: (text: string) => string,
  accepts: (text: string) => boolean = () => true,
): string | Misuse {
  const text = asText(value)
  if (text === undefined) return new Misuse(`takes a text or number, and this is ${typeOfValue(value)}`)
  return accepts(text) ? then(text) : new Misuse('takes no text with a NUL character')
}

function present(value: Value, then: (json: JsonValue) => string): string | Misuse {
  return value === undefined || typeof value === 'symbol'
    ? new Misuse('takes a value, and this is absent')
    : then(value)
}
