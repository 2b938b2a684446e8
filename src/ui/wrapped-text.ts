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
