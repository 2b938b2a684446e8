import type { Range } from './source-text.ts'

/** One `{{…}}` of a template, comments and escaped ones left out. */
export interface Tag extends Range {
  readonly kind: 'open' | 'close' | 'else' | 'value'
  /** The word after `#`, `^`, `/`, `else`, as it is written; empty for a value and a bare `{{else}}`. */
  readonly word: string
  /** Where `word` begins. */
  readonly wordStart: number
  /** There is no `}}` that belongs to it. */
  readonly isUnclosed: boolean
}

/**
 * Splits a template into its tags, in time linear in its length and without the parser, which stops at the first
 * mistake. Raw blocks (`{{{{x}}}}`) count as a value: what is in them is no template.
 */
export function* scanTags(text: string): Generator<Tag> {
  let at = text.indexOf('{{')
  while (at >= 0) {
    const [tag, next] = readTag(text, at)
    if (tag !== undefined) yield tag
    at = text.indexOf('{{', next)
  }
}

function readTag(text: string, start: number): [tag: Tag | undefined, next: number] {
  // A single backslash makes the braces plain text, a doubled one is a backslash.
  if (text[start - 1] === '\\' && text[start - 2] !== '\\') return [undefined, start + 2]
  if (text.startsWith('{{{{', start)) return rawBlock(text, start)
  const comment = COMMENT.exec(text.slice(start, start + 5))
  if (comment !== null) {
    const isLong = comment[0].endsWith('--')
    const end = endOf(text, isLong ? /--~?\}\}/g : /\}\}/g, start + comment[0].length)
    if (end !== undefined) return [undefined, end]
    return [{ kind: 'value', word: '', wordStart: start, start, end: start + 2, isUnclosed: true }, text.length]
  }
  const end = endOfTag(text, start)
  const tag = { ...headOf(text, start), start }
  return end.isUnclosed ? [{ ...tag, ...end }, Math.max(end.next, start + 2)] : [{ ...tag, ...end }, end.end]
}

const COMMENT = /^\{\{~?!(?:--)?/

function rawBlock(text: string, start: number): [tag: Tag | undefined, next: number] {
  const end = text.indexOf('{{{{/', start + 4)
  const close = end < 0 ? -1 : text.indexOf('}}}}', end)
  if (close >= 0) return [undefined, close + 4]
  return [{ kind: 'open', word: '', wordStart: start, start, end: start + 4, isUnclosed: true }, text.length]
}

function endOf(text: string, pattern: RegExp, from: number): number | undefined {
  pattern.lastIndex = from
  const match = pattern.exec(text)
  return match === null ? undefined : match.index + match[0].length
}

/** The next of what may end a tag, or hide its end: its braces, those of another, quoted texts, and names in brackets. */
const STOP = /\}\}\}?|\{\{|"(?:\\"|[^"\n])*"|'(?:\\'|[^'\n])*'|\[[^[\]\n]*\]/g

function endOfTag(text: string, start: number): { end: number; isUnclosed: boolean; next: number } {
  const isTriple = /^\{\{~?\{/.test(text.slice(start, start + 4))
  STOP.lastIndex = start + (isTriple ? 3 : 2)
  for (let match = STOP.exec(text); match !== null; match = STOP.exec(text)) {
    const [found] = match
    const after = match.index + found.length
    if (found === '{{') return { end: start + 2, isUnclosed: true, next: match.index }
    if (found.startsWith('}}')) return { end: isTriple ? after : match.index + 2, isUnclosed: false, next: after }
  }
  return { end: start + 2, isUnclosed: true, next: text.length }
}

const HEAD = /\{\{~?(?:(#>|#\*?|\^|\/)\s*|(\s*else\b)\s*)?([^\s{}~|()]*)/y

function headOf(text: string, start: number): Pick<Tag, 'kind' | 'word' | 'wordStart'> {
  HEAD.lastIndex = start
  const [all = '', sign, otherwise, word = ''] = HEAD.exec(text) ?? []
  const wordStart = start + all.length - word.length
  if (otherwise !== undefined) return { kind: 'else', word, wordStart }
  if (sign === '/') return { kind: 'close', word, wordStart }
  if (sign === '^' && word === '') return { kind: 'else', word, wordStart }
  return sign === undefined ? { kind: 'value', word: '', wordStart } : { kind: 'open', word, wordStart }
}
