import type { Document, YAMLError } from 'yaml'
import { append } from '../../model/append.ts'
import { lineStart, Openings } from './yaml-openings.ts'
import type { Explained, Offsets } from './yaml-problems.ts'
import { TOO_DEEP } from './yaml-problems.ts'

/** Of more complaints than this the rest follows from the first. */
const MOST = 200

/** Explains what the parser complains about. What only follows from a quote or bracket left open is left out. */
export function explainErrors(all: readonly YAMLError[], text: string, document: Document.Parsed): Explained[] {
  const openings = new Openings(document, text)
  const errors = all.slice(0, MOST)
  const open = firstOf(errors, (error) => openings.unclosed(error))
  const explained: Explained[] = []
  const lines = new Set<number>()
  for (const [index, error] of errors.entries()) {
    const line = lineStart(text, error.pos[0])
    if (lines.has(line) || (open !== undefined && error.pos[0] >= open.offsets[0])) continue
    // A key over several lines is complained about twice, and the other complaint says where it ends.
    if (error.code === 'BLOCK_AS_IMPLICIT_KEY' && isSameKey(error, errors[index + 1])) continue
    if (error.message.startsWith('Missing directives-end')) continue
    lines.add(line)
    append(explained, explain(error, text, openings))
  }
  return open === undefined ? explained : [...explained, open]
}

function firstOf<T, U>(items: readonly T[], find: (item: T) => U | undefined): U | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}

const isSameKey = (error: YAMLError, next: YAMLError | undefined): boolean =>
  next?.code === 'MULTILINE_IMPLICIT_KEY' && next.pos[0] - error.pos[0] <= 1

function explain(error: YAMLError, text: string, openings: Openings): Explained[] {
  const { code, pos } = error
  const expression = expressionAt(text, pos[0])
  if (expression !== undefined) return [expression]
  if (code === 'MULTILINE_IMPLICIT_KEY') return explainLines(pos, text, openings.isInFlow(pos[0]))
  if (code === 'UNEXPECTED_TOKEN')
    return [openings.misquoted(pos) ?? { message: unexpected(error, text), offsets: pos }]
  if (code === 'MISSING_CHAR' || code === 'BAD_INDENT') {
    const offsets = wordAt(text, pos[0])
    return [{ message: lineProblem(text, offsets[0]) ?? message(error), offsets }]
  }
  return [{ message: message(error), offsets: code === 'TAB_AS_INDENT' ? pos : withinLine(text, pos) }]
}

/** Lines that the parser took for one key: each that lacks a space is a problem of its own, else the last one is it. */
function explainLines([from, to]: Offsets, text: string, isInFlow: boolean): Explained[] {
  const starts = linesIn(text, from, to)
  const last = wordAt(text, starts.at(-1) ?? from)
  if (isInFlow) return [{ message: 'a comma is missing before this line', offsets: last }]
  const glued = starts.slice(0, -1).flatMap((start) => {
    const message = gluedProblem(text, start)
    return message === undefined ? [] : [{ message, offsets: wordAt(text, start) }]
  })
  if (glued.length > 0) return glued
  const first = wordAt(text, from)
  if (text[first[0]] === '-' || first[0] === lineStart(text, from) + indentAt(text, from)) {
    return [{ message: lineProblem(text, first[0]) ?? NO_PAIR, offsets: first }]
  }
  return [{ message: 'this is indented below a key that has a value already: indent it as that key', offsets: last }]
}

const NO_PAIR = 'this is no `key: value`: a colon is missing, or the indentation'

/** What is wrong with the line of which `at` is the first character. */
function lineProblem(text: string, at: number): string | undefined {
  const isDash = /^-(?:\s|$)/.test(text.slice(at, at + 2))
  const isFirst = isDash
    ? /^ *$/.test(text.slice(lineStart(text, at), at))
    : lineStart(text, at) + indentAt(text, at) === at
  if (!isFirst) return undefined
  const glued = gluedProblem(text, at)
  if (glued !== undefined) return glued
  if (isDash) {
    return 'a `-` where none can stand: items of a list begin in one column, below a key without a value'
  }
  return /^[^:\n]*(?:\n|$)/.test(text.slice(at, at + LONGEST)) ? NO_PAIR : undefined
}

/** A space that is missing after a dash or a colon, as in `-item` and `key:value`. */
function gluedProblem(text: string, at: number): string | undefined {
  const line = /^[^\r\n]*/.exec(text.slice(at, at + LONGEST))?.[0] ?? ''
  if (/^-[^\s-]/.test(line)) return `a space is missing after the dash: write \`- ${short(line.slice(1))}\``
  return gluedKey(line)
}

/** What to write instead of `key:value`; `undefined` of any other text. */
export function gluedKey(line: string): string | undefined {
  const [, key = '', value = ''] = /^([A-Za-z_][\w.-]*):([^\s/:][^\r\n]*)/.exec(line) ?? []
  return value === '' ? undefined : `a space is missing after the colon: write \`${key}: ${short(value)}\``
}

/** What is to be said of a text such as `key value` where a map of the keys `known` is expected; of any keys without it. */
export function missingColon(text: string, known?: readonly string[]): string | undefined {
  const [, key = '', value = ''] = /^([A-Za-z_][\w.-]*)[ \t]+(\S[^\r\n]*)$/.exec(text) ?? []
  const isKey = known === undefined ? !/\s/.test(value) : known.includes(key)
  return value !== '' && isKey ? `a colon is missing after \`${short(key)}\`` : undefined
}

/** What stands where a value has ended, or none has begun. */
function unexpected({ message, pos }: YAMLError, text: string): string {
  const token = text[pos[0]] ?? ''
  if (token === '-') {
    return lineProblem(text, pos[0]) ?? 'a list cannot begin on the line of its key: put it on the next line'
  }
  if (token === ']' || token === '}') return `this \`${token}\` closes nothing`
  if (token === ',') return 'a comma with nothing before it'
  if (/Block scalar header|Not a YAML token/.test(message)) return 'the text after `|` or `>` begins on the next line'
  if (/at node end/.test(message)) {
    return lineStart(text, pos[0]) + indentAt(text, pos[0]) === pos[0]
      ? 'a list goes on above: begin this line with `- `, or take it out of the list'
      : 'text after the end of the value: quote all of it'
  }
  return words(message)
}

/** `{{` begins a map in YAML: what people write for a template's sake must be quoted. */
function expressionAt(text: string, at: number): Explained | undefined {
  const start = lineStart(text, at)
  const line = text.slice(start, Math.min(start + LONGEST, endOfLine(text, start)))
  const found = /^[^"'#]*?(?:[:-] |^\s*)(?=(\{\{))/.exec(line)
  if (found === null) return undefined
  const from = start + found[0].length
  return from > at ? undefined : { message: UNQUOTED_EXPRESSION, offsets: [from, start + line.trimEnd().length] }
}

export const UNQUOTED_EXPRESSION = 'a value that begins with `{{` must be quoted'

const MESSAGES: Readonly<Record<string, string>> = {
  BAD_ALIAS: 'a name is missing after the `*` or `&`: quote the value, if it is meant as a text',
  BAD_DIRECTIVE: 'a line cannot begin with `%`',
  BAD_INDENT: 'this is indented differently from what it belongs to: keys of one map begin in one column',
  BLOCK_AS_IMPLICIT_KEY: 'a `: ` inside a value: quote the value, or look at the indentation',
  BLOCK_IN_FLOW: 'a value in brackets can hold no `: `, and no list or map over several lines: quote it',
  MULTIPLE_DOCS: 'a second document begins here, and only one is expected',
  RESOURCE_EXHAUSTION: TOO_DEEP,
  TAB_AS_INDENT: 'a tab is not allowed as indentation: use spaces',
}

/** What the parser found wrong: in words that help where its own do not, on one line and without the place. */
function message(error: YAMLError): string {
  if (error.message.startsWith('Maximum call stack')) return TOO_DEEP
  if (error.message.startsWith('Sequence item without')) return MESSAGES.BAD_INDENT ?? ''
  if (error.message.startsWith('Implicit map keys')) return NO_PAIR
  if (error.message.startsWith('Comments must be')) return 'a space is missing before the `#`'
  const [, tag] = /^Unresolved tag: (.*)/.exec(error.message) ?? []
  if (tag !== undefined) return `the tag ${short(tag)} is not known: quote the value, if it is meant as a text`
  const [, start] = /^Plain value cannot start with .*(.)$/.exec(error.message) ?? []
  if (start !== undefined) return `a value cannot begin with ${start === '`' ? 'a backtick' : `\`${start}\``}: quote it`
  const [, sequence] = /^Invalid escape sequence (.*)/.exec(error.message) ?? []
  if (sequence !== undefined)
    return `\`${short(sequence)}\` means nothing in double quotes: use single quotes, or \`\\\\\``
  return MESSAGES[error.code] ?? words(error.message)
}

const words = (message: string): string => (message.split('\n', 1)[0] ?? '').replace(/[:.]$/, '')

/** More of a line than this is not looked at. */
const LONGEST = 2000
const short = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text.trimEnd())

const indentAt = (text: string, at: number): number => {
  const start = lineStart(text, at)
  return /^ *(?:- +)*(?=[^\s-]|-)/.exec(text.slice(start, start + LONGEST))?.[0].length ?? 0
}

/** The starts of the lines of a range; of the first one, where the range begins. */
function linesIn(text: string, from: number, to: number): number[] {
  const starts = [from]
  for (
    let at = text.indexOf('\n', from);
    at !== -1 && at < to && starts.length < 100;
    at = text.indexOf('\n', at + 1)
  ) {
    starts.push(at + 1)
  }
  return starts
}

/** The first word from `at` on, its quotes and colon included. */
function wordAt(text: string, at: number): Offsets {
  const [blank = ''] = /^\s*/.exec(text.slice(at, at + LONGEST)) ?? []
  const from = at + blank.length
  const [word = ''] = /^[^\s]*/.exec(text.slice(from, from + LONGEST)) ?? []
  return [from, from + Math.max(1, word.replace(/[:,]$/, '').length)]
}

/** Of a range over several lines, the part on its first. */
function withinLine(text: string, [from, to]: Offsets): Offsets {
  return [from, Math.max(from + 1, Math.min(to, endOfLine(text, from)))]
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf('\n', at)
  return end === -1 ? text.length : end
}
