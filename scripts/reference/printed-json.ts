import type { JsonValue } from '../../src/model/json.ts'

const LINE_WIDTH = 120

/** JSON as the formatter of this repository leaves it: lists of plain values on one line where they fit. */
export function printJson(value: JsonValue): string {
  return `${print(value, '', 0)}\n`
}

/** `taken`: characters that stand before the value on its line. */
function print(value: JsonValue, indent: string, taken: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const list = value as readonly JsonValue[]
    const line = `[${list.map((item) => JSON.stringify(item)).join(', ')}]`
    const isPlain = list.every((item) => typeof item !== 'object' || item === null)
    // A comma may follow.
    if (isPlain && taken + line.length + 1 <= LINE_WIDTH) return line
    return block(
      '[',
      ']',
      indent,
      list.map((item) => print(item, inner, inner.length)),
    )
  }
  const entries = Object.entries(value).map(([key, member]) => {
    const name = `${JSON.stringify(key)}: `
    return name + print(member, inner, inner.length + name.length)
  })
  return entries.length === 0 ? '{}' : block('{', '}', indent, entries)
}

const block = (open: string, close: string, indent: string, lines: readonly string[]): string =>
  `${open}\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}${close}`
