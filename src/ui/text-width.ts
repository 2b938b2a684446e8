import stringWidth from 'string-width'

const ASCII = /^[\x20-\x7e]*$/
const ELLIPSIS = '...'

/** How many cells of a terminal a text takes; escape codes take none. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text)
}

/** Fills up with spaces to `width` cells; a longer text stays as it is. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** Cuts a text without escape codes to at most `width` cells, `...` included where something was cut off. */
export function cropToWidth(text: string, width: number): string {
  if (text.length <= width / 2 || widthOf(text) <= width) return text
  if (width <= ELLIPSIS.length) return ELLIPSIS.slice(0, Math.max(0, width))
  let kept = ''
  let left = width - ELLIPSIS.length
  for (const cell of cellsOf(text)) {
    if (cell.width > left) break
    kept += cell.text
    left -= cell.width
  }
  return kept.trimEnd() + ELLIPSIS
}

/** One character as a person counts them, and the cells that it takes. */
export interface Cell {
  readonly text: string
  readonly width: number
}

let segmenter: Intl.Segmenter | undefined

/** The characters of a text, as a person counts them. */
export function* cellsOf(text: string): Generator<Cell> {
  if (ASCII.test(text)) {
    for (const character of text) yield { text: character, width: 1 }
    return
  }
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) yield { text: segment, width: widthOf(segment) }
}
