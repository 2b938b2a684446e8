import { stringify } from 'yaml'
import type { JsonValue } from '../../model/json.ts'
import { OUTPUT_LIMIT } from './budget.ts'
import type { Value } from './value.ts'
import { asText, member, typeOfValue } from './value.ts'

/** A wrong use of a helper; `message` follows the helper's name. */
export class Misuse {
  /** @param at the argument that is wrong, by index, or the option by name */
  constructor(
    readonly message: string,
    readonly at: number | string = 0,
  ) {}
}

/** A result that is longer than anything that may be rendered, and was not made. */
export const TOO_LONG: unique symbol = Symbol('too long')

/** A helper that is handed its arguments as values. None of them is unknown. */
export interface TemplateFunction {
  /** How it is written, for messages. */
  readonly usage: string
  readonly least: number
  readonly most: number
  /** How much longer it takes for what it looks at than others do; 1 unless given. */
  readonly effort?: number
  /** Names of `name=value` arguments. */
  readonly options?: readonly string[]
  readonly apply: (
    args: readonly Value[],
    options: ReadonlyMap<string, Value>,
  ) => string | boolean | Misuse | typeof TOO_LONG
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
      if (typeof indent !== 'number') {
        return new Misuse(`takes a number as indent, and this is ${typeOfValue(indent)}`, 'indent')
      }
      return present(value, (json) => JSON.stringify(json, null, indent))
    },
  },
  yaml: {
    usage: 'yaml value',
    least: 1,
    most: 1,
    effort: 15,
    apply: ([value]) =>
      present(value, (json) => stringify(json, { lineWidth: 0, aliasDuplicateObjects: false }).replace(/\n$/, '')),
  },
  indent: { usage: 'indent text count', least: 2, most: 2, apply: ([a, b]) => indent(a, b) },
  sh: { usage: 'sh value', least: 1, most: 1, apply: ([value]) => shellWords(value) },
  base64: {
    usage: 'base64 text',
    least: 1,
    most: 1,
    apply: ([value]) => onText(value, 0, (text) => Buffer.from(text, 'utf8').toString('base64')),
  },
  join: { usage: 'join list separator', least: 1, most: 2, apply: ([list, separator = ',']) => join(list, separator) },
  eq: { usage: 'eq a b', least: 2, most: 2, apply: ([a, b]) => isEqual(a, b) },
  ne: { usage: 'ne a b', least: 2, most: 2, apply: ([a, b]) => !isEqual(a, b) },
  in: { usage: 'in value list', least: 2, most: 2, apply: ([value, list]) => isIn(value, list) },
}

function indent(a: Value, b: Value): string | Misuse | typeof TOO_LONG {
  // Helm has the count first, and who comes from there need not relearn it.
  const isHelm = typeof b !== 'number' && typeof a === 'number'
  const [content, count]: readonly Value[] = isHelm ? [b, a] : [a, b]
  if (typeof count !== 'number') return new Misuse(`takes a count of spaces, and this is ${typeOfValue(count)}`, 1)
  if (!Number.isInteger(count) || count < 0 || count > 1000) {
    return new Misuse(`takes a count of spaces from 0 to 1000, and this is ${count}`, isHelm ? 0 : 1)
  }
  return onText(content, isHelm ? 1 : 0, (text) => {
    if (text.split('\n').length * count + text.length > OUTPUT_LIMIT) return TOO_LONG
    return text.replace(/^(?=[^\r\n])/gm, ' '.repeat(count))
  })
}

/** Quoted for a POSIX shell; a list becomes as many words. */
function shellWords(value: Value): string | Misuse | typeof TOO_LONG {
  if (!Array.isArray(value)) return shellWord(value)
  const words = value.map(shellWord)
  return words.find((word) => typeof word !== 'string') ?? words.join(' ')
}

function shellWord(value: Value): string | Misuse | typeof TOO_LONG {
  const text = asText(value)
  if (text === undefined)
    return new Misuse(`takes a text, a number or a list of them, and this is ${typeOfValue(value)}`)
  if (text.includes('\0')) return new Misuse('takes no text with a NUL character')
  // Each quote becomes four characters.
  const quotes = text.length * 4 > OUTPUT_LIMIT ? countOf(text, "'") : 0
  return text.length + 3 * quotes > OUTPUT_LIMIT ? TOO_LONG : `'${text.replaceAll("'", "'\\''")}'`
}

function countOf(text: string, character: string): number {
  let count = 0
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) count += 1
  return count
}

function join(list: Value, separator: Value): string | Misuse | typeof TOO_LONG {
  if (!Array.isArray(list)) return new Misuse(`takes a list, and this is ${typeOfValue(list)}`)
  if (typeof separator !== 'string') {
    return new Misuse(`takes a text as separator, and this is ${typeOfValue(separator)}`, 1)
  }
  const texts = list.map(asText)
  const wrong = texts.indexOf(undefined)
  if (wrong >= 0)
    return new Misuse(`takes a list of texts and numbers, and item ${wrong} is ${typeOfValue(list[wrong])}`)
  const length = texts.reduce((sum, text) => sum + (text?.length ?? 0) + separator.length, 0)
  return length > OUTPUT_LIMIT ? TOO_LONG : texts.join(separator)
}

function isIn(value: Value, list: Value): boolean | Misuse {
  if (Array.isArray(list)) return list.some((item) => isEqual(item, value))
  const text = asText(value)
  if (text === undefined) return new Misuse(`looks for a text or number here, and this is ${typeOfValue(value)}`)
  if (typeof list === 'string') return list.includes(text)
  if (typeof list === 'object' && list !== null) return member(list, text) !== undefined
  return new Misuse(`looks in a list, a map or a text, and this is ${typeOfValue(list)}`, 1)
}

/** Lists and maps are equal when their values are; a number never equals a text. */
function isEqual(a: Value, b: Value): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => hasEqual(a, b, key))
}

function hasEqual(a: Value, b: Value, key: string): boolean {
  const other = member(b, key)
  return other !== undefined && isEqual(member(a, key)?.value, other.value)
}

function onText<T>(value: Value, index: number, then: (text: string) => T): T | Misuse {
  const text = asText(value)
  return text === undefined
    ? new Misuse(`takes a text or number, and this is ${typeOfValue(value)}`, index)
    : then(text)
}

function present(value: Value, then: (json: JsonValue) => string): string | Misuse {
  return value === undefined || typeof value === 'symbol'
    ? new Misuse('takes a value, and this is absent')
    : then(value)
}
