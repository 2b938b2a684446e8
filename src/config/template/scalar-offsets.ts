/**
 * Where each character of a YAML scalar's value stands in its source, quotes, escapes, folding and indentation taken into
 * account: an index into `source` for each index of `value`. Empty where the two cannot be brought together.
 *
 * @param source the scalar as it is written, from its first character: a quote, `|`, `>` or that of a plain value
 */
export function scalarOffsets(value: string, source: string): readonly number[] {
  const style = source[0]
  if (style === '|' || style === '>') return align(value, source, source.indexOf('\n') + 1, none)
  if (style === '"') return align(value, source, 1, doubleQuoted)
  return style === "'" ? align(value, source, 1, singleQuoted) : align(value, source, 0, none)
}

/** The length of the escape at an index of the source and the length of what it stands for; `undefined`: none there. */
type Escape = (source: string, index: number) => readonly [written: number, meant: number] | undefined

const none: Escape = () => undefined

const singleQuoted: Escape = (source, index) => (source.startsWith("''", index) ? [2, 1] : undefined)

const HEX_DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

const doubleQuoted: Escape = (source, index) => {
  if (source[index] !== '\\') return undefined
  const kind = source[index + 1] ?? ''
  const newline = /^\r?\n[ \t]*/.exec(source.slice(index + 1, index + 1000))
  if (newline !== null) return [1 + newline[0].length, 0]
  const digits = HEX_DIGITS[kind] ?? 0
  const code = Number.parseInt(source.slice(index + 2, index + 2 + digits), 16)
  return [2 + digits, kind === 'U' && code > 0xffff ? 2 : 1]
}

function align(value: string, source: string, from: number, escapeAt: Escape): readonly number[] {
  const offsets: number[] = []
  let at = from
  while (offsets.length < value.length) {
    if (at >= source.length) {
      // A block ends with a line feed that its range may leave out.
      if (offsets.length < value.length - 1) return []
      offsets.push(source.length - 1)
      continue
    }
    const escaped = escapeAt(source, at)
    if (escaped !== undefined) {
      for (let meant = 0; meant < escaped[1]; meant += 1) offsets.push(at)
      at += escaped[0]
    } else if (isFold(value, offsets.length, source, at)) {
      at = fold(value, source, at, offsets)
    } else if (source[at] === value[offsets.length]) {
      offsets.push(at)
      at += 1
    } else at += 1
  }
  return offsets
}

/** A line break, or the white space before one that does not count. */
function isFold(value: string, index: number, source: string, at: number): boolean {
  if (source[at] === '\n' || source[at] === '\r') return true
  return (source[at] === ' ' || source[at] === '\t') && source[at] !== value[index]
}

/** Takes line breaks and the white space around them for what they became: line feeds, a space, or nothing. */
function fold(value: string, source: string, from: number, offsets: number[]): number {
  let at = from
  while (/[ \t\r\n]/.test(source[at] ?? '')) at += 1
  let length = 0
  while (/[ \t\r\n]/.test(value[offsets.length + length] ?? '')) length += 1
  // What indents a line stands at the end of the white space; where it came from does not matter beyond that.
  for (let index = 0; index < length; index += 1) offsets.push(Math.max(from, at - length + index))
  return at
}
