import type { JsonObject, JsonValue } from '../../model/json.ts'
import { isJsonObject } from '../../model/json.ts'
import { parseYaml } from './yaml-tree.ts'

/** How a text was quoted that another one takes the place of. */
export type Quoting = 'single' | 'double' | undefined

/** A value on one line, as it can stand anywhere in YAML: in a block, in brackets, as a key. */
export function inlineText(value: JsonValue, quoting?: Quoting): string {
  if (typeof value === 'string') return stringText(value, quoting)
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([key, member]) => `${stringText(key)}: ${inlineText(member)}`)
    return `{${members.join(', ')}}`
  }
  if (Array.isArray(value)) return `[${value.map((item) => inlineText(item)).join(', ')}]`
  return value === null ? 'null' : String(value)
}

/** The lines of a map in block form, without a line break at their ends. `indent`: in spaces. */
export function blockLines(map: JsonObject, indent: number): string[] {
  const before = ' '.repeat(indent)
  return Object.entries(map).flatMap(([key, value]) => [
    `${before}${stringText(key)}:${isBlock(value) ? '' : ` ${inlineText(value)}`}`,
    ...(isBlock(value) ? blockLines(value, indent + INDENT) : []),
  ])
}

/** How much further what belongs to a key is indented. */
export const INDENT = 2

/** Whether a value is written in block form where that is possible: a map with something in it. */
export const isBlock = (value: JsonValue): value is JsonObject => isJsonObject(value) && Object.keys(value).length > 0

function stringText(value: string, quoting?: Quoting): string {
  if (quoting === 'double') return doubleQuoted(value)
  if (quoting === 'single' && !UNPRINTABLE.test(value)) return singleQuoted(value)
  if (isPlain(value)) return value
  return /["\\]/.test(value) && !UNPRINTABLE.test(value) ? singleQuoted(value) : doubleQuoted(value)
}

/** Letters, digits and what stands in paths, addresses and sentences; nothing that means something in brackets. */
const PLAIN = /^[\p{L}\p{N}_./](?:[\p{L}\p{M}\p{N}_./+@%=~^-]|:(?=[\p{L}\p{N}/])| (?=[\p{L}\p{N}_./]))*$/u
/** Other readers of YAML take these for true and false. */
const OTHERS_WORDS = /^(?:y|n|yes|no|on|off)$/i

/** Whether a text is taken for itself without quotes. */
function isPlain(text: string): boolean {
  if (!PLAIN.test(text) || OTHERS_WORDS.test(text) || text.length > 1000) return false
  const { root } = parseYaml('', `[${text}]`)
  const [only, ...others] = root?.kind === 'list' ? root.items : []
  return others.length === 0 && only?.kind === 'scalar' && only.value === text
}

/** What only an escape sequence brings through any editor, line breaks among it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\p{Surrogate}]/u

const singleQuoted = (text: string): string => `'${text.replaceAll("'", "''")}'`

const doubleQuoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
