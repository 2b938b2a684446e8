import { widthOf } from './text-width.ts'

/** Wider lines than this are hard to read, however wide the terminal is. */
const WIDEST = 90

/** A paragraph broken between words into lines of at most `columns` cells (and 90), each begun with `indent`. */
export function wrapText(text: string, columns: number, indent = ''): string {
  const room = Math.max(20, Math.min(columns, WIDEST) - indent.length)
  const lines: string[] = []
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const line = lines.at(-1)
    if (line !== undefined && widthOf(line) + 1 + widthOf(word) <= room) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  return lines.map((line) => indent + line).join('\n')
}

/** Narrower than this, lines go below the beginning of the first one instead of below its text. */
const NARROWEST = 30
const SHALLOW = 4

/**
 * A text, of which the first line stands behind `indent` cells, broken between words into lines that end within
 * `columns`; the further ones come with the spaces that put them below it. What stands between words is kept.
 */
export function hangingLines(text: string, columns: number, indent: number): string[] {
  const below = columns - indent < NARROWEST ? SHALLOW : indent
  const lines: string[] = []
  let taken = indent
  for (const word of text.split(' ')) {
    const width = widthOf(word)
    if (lines.length > 0 && taken + 1 + width <= columns) {
      lines[lines.length - 1] += ` ${word}`
      taken += 1 + width
    } else {
      lines.push(lines.length === 0 ? word : ' '.repeat(below) + word)
      taken = (lines.length === 1 ? indent : below) + width
    }
  }
  return lines
}
