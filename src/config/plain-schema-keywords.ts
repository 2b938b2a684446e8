import type { JsonValue } from '../model/json.ts'
import { isJsonObject } from '../model/json.ts'

/** A keyword of JSON Schema that needs no other one to be understood. */
interface PlainKeyword {
  /** Whether what a schema gives for it is what has to be given. */
  readonly isSound: (given: JsonValue) => boolean
  /** Whether a value keeps to it. */
  readonly isKept: (given: JsonValue, value: JsonValue) => boolean
}

const TYPES: ReadonlyMap<JsonValue, (value: JsonValue) => boolean> = new Map([
  ['array', (value) => Array.isArray(value)],
  ['boolean', (value) => typeof value === 'boolean'],
  ['integer', (value) => Number.isInteger(value)],
  ['null', (value) => value === null],
  ['number', (value) => typeof value === 'number'],
  ['object', isJsonObject],
  ['string', (value) => typeof value === 'string'],
])

const note: PlainKeyword = { isSound: (given) => typeof given === 'string', isKept: () => true }

/** For numbers: whether `test` holds for the value and the limit. */
const range = (test: (value: number, limit: number) => boolean): PlainKeyword => ({
  isSound: (given) => typeof given === 'number',
  isKept: (given, value) => typeof value !== 'number' || test(value, given as number),
})

/** For texts or lists: whether `test` holds for the value's length, in characters or items, and the limit. */
const length = (kind: 'text' | 'list', test: (length: number, limit: number) => boolean): PlainKeyword => ({
  isSound: (given) => Number.isInteger(given) && (given as number) >= 0,
  isKept: (given, value) => {
    const measured = kind === 'text' ? typeof value === 'string' : Array.isArray(value)
    return !measured || test([...(value as string | readonly JsonValue[])].length, given as number)
  },
})

const atLeast = (value: number, limit: number): boolean => value >= limit
const atMost = (value: number, limit: number): boolean => value <= limit

/** The keywords that `fulfilPlainSchema` knows, those that hold other schemas apart. */
export const PLAIN_KEYWORDS: ReadonlyMap<string, PlainKeyword> = new Map<string, PlainKeyword>([
  ['title', note],
  ['description', note],
  ['$comment', note],
  ['default', { isSound: () => true, isKept: () => true }],
  [
    'type',
    {
      isSound: (given) => isSet(listOf(given), (name) => TYPES.has(name)),
      isKept: (given, value) => listOf(given).some((name) => TYPES.get(name)?.(value)),
    },
  ],
  ['const', { isSound: isScalar, isKept: (given, value) => given === value }],
  [
    'enum',
    {
      isSound: (given) => Array.isArray(given) && isSet(given, isScalar),
      isKept: (given, value) => listOf(given).includes(value),
    },
  ],
  [
    'required',
    {
      isSound: (given) =>
        Array.isArray(given) &&
        (given.length === 0 || isSet(given, (name) => typeof name === 'string' && !(name in Object.prototype))),
      isKept: (given, value) =>
        !isJsonObject(value) || listOf(given).every((name) => Object.hasOwn(value, name as string)),
    },
  ],
  [
    'pattern',
    {
      isSound: (given) => typeof given === 'string' && isPattern(given),
      isKept: (given, value) => typeof value !== 'string' || new RegExp(given as string, 'u').test(value),
    },
  ],
  ['minimum', range(atLeast)],
  ['maximum', range(atMost)],
  ['exclusiveMinimum', range((value, limit) => value > limit)],
  ['exclusiveMaximum', range((value, limit) => value < limit)],
  ['minLength', length('text', atLeast)],
  ['maxLength', length('text', atMost)],
  ['minItems', length('list', atLeast)],
  ['maxItems', length('list', atMost)],
])

const listOf = (given: JsonValue): readonly JsonValue[] => (Array.isArray(given) ? given : [given])

const isSet = (list: readonly JsonValue[], test: (item: JsonValue) => boolean): boolean =>
  list.length > 0 && new Set(list).size === list.length && list.every(test)

function isScalar(value: JsonValue): boolean {
  return value === null || typeof value !== 'object'
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text, 'u')
    return true
  } catch {
    return false
  }
}
