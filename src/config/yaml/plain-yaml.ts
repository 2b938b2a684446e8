import type { Position, Span } from '../../model/span.ts'
import { PlainScalars } from './plain-yaml-scalars.ts'
import type { YamlEntry, YamlNode } from './yaml-node.ts'

/**
 * Reads the plain part of YAML in which most files are written: block maps and lists, flow collections on one line,
 * scalars on one line, comments. Some ten times as fast as the YAML library, whose answer it gives to the last column.
 * @returns `undefined` for all that is not plain, or not sound: that is for the library to read, and to complain about
 */
export function readPlainYaml(file: string, text: string): YamlNode | undefined {
  if (UNUSUAL.test(text)) return undefined
  const reader = new PlainReader(file, text)
  return reader.document()
}

/** Control characters, tabs and foreign line breaks among them, and the rare blanks and marks of Unicode. */
const UNUSUAL = /[^\n\x20-\x7e\u00a1-\u1fff\u3001-\ud7ff]/
/** Deeper than this nobody writes by hand. */
const DEEPEST = 40
/** A key in front of a block value, with its colon. */
const KEY = /([A-Za-z_][\w./-]{0,99}): *(?=[^ ]|$)/my
const MARK = /---|\.\.\.|%/y

/** The line that is read next: where its text begins, and how far it is indented. */
interface Line {
  readonly start: number
  readonly indent: number
}

class PlainReader extends PlainScalars {
  /** `undefined` after the last line. */
  private line: Line | undefined
  /** The deepest indentation of the comments between the line before and this one; -1: there are none. */
  private comment = -1
  /** Where the line after the last one read begins: where what it ended ends. */
  private after: Position = { line: 1, column: 1 }

  document(): YamlNode | undefined {
    this.find(0)
    if (this.line?.indent !== 0) return undefined
    const root = this.block(0, 0)
    return this.line === undefined ? root : undefined
  }

  /** The collection whose first line is the present one. */
  private block(indent: number, depth: number): YamlNode | undefined {
    if (this.line === undefined || depth > DEEPEST) return undefined
    const { start } = this.line
    const isList = this.isItem(start)
    const node = isList ? this.list(start, indent, depth) : this.map(start, indent, depth)
    // The library counts such a comment among what the collection ends with.
    return this.comment >= Math.max(indent, 1) ? undefined : node
  }

  private map(from: number, indent: number, depth: number): YamlNode | undefined {
    const begin = this.position(from)
    const entries: YamlEntry[] = []
    const seen = new Set<string>()
    for (let start = from; ; ) {
      KEY.lastIndex = start
      const found = KEY.exec(this.text)
      const whole = found?.[0]
      const key = found?.[1]
      if (whole === undefined || key === undefined || this.isWord(key) || seen.has(key)) return undefined
      seen.add(key)
      const span = this.span(start, start + key.length)
      const value = this.value(start + whole.length, indent, depth, whole.endsWith(' '))
      if (value === undefined) return undefined
      entries.push({ key: { value: key, span }, value })
      if (this.line === undefined || this.line.indent < indent) break
      if (this.line.indent > indent || this.isItem(this.line.start)) return undefined
      start = this.line.start
    }
    return { kind: 'map', span: this.spanTo(begin), entries }
  }

  private list(from: number, indent: number, depth: number): YamlNode | undefined {
    const begin = this.position(from)
    const items: YamlNode[] = []
    for (let start = from; ; ) {
      const item = this.item(start, indent, depth)
      if (item === undefined) return undefined
      items.push(item)
      // The list of a key may stand as far to the left as the key: another key ends it.
      if (this.line === undefined || this.line.indent < indent || !this.isItem(this.line.start)) break
      if (this.line.indent > indent) return undefined
      start = this.line.start
    }
    return { kind: 'list', span: this.spanTo(begin), items }
  }

  private item(start: number, indent: number, depth: number): YamlNode | undefined {
    const at = start + 2
    KEY.lastIndex = at
    // A map that begins behind the dash is indented as far as its first key.
    if (KEY.test(this.text)) return depth > DEEPEST ? undefined : this.compactMap(at, indent + 2, depth + 1)
    return /[^ #\n]/.test(this.text[at] ?? ' ') && !this.isItem(at) ? this.value(at, indent, depth, true) : undefined
  }

  private compactMap(at: number, indent: number, depth: number): YamlNode | undefined {
    const node = this.map(at, indent, depth)
    return this.comment >= indent ? undefined : node
  }

  /** What stands behind a key or a dash: something on the line, else the block below. Reads on to the next line. */
  private value(at: number, indent: number, depth: number, isApart: boolean): YamlNode | undefined {
    const char = this.text[at]
    if (char === undefined || char === '\n' || char === '#') {
      if (char === '#' && !isApart) return undefined
      this.advance(this.endOfLine(at))
      const below = this.line
      if (below === undefined || this.comment >= 0) return undefined
      const isList = this.isItem(below.start)
      // Nothing at all is left to the library.
      return below.indent > indent || (isList && below.indent === indent)
        ? this.block(below.indent, depth + 1)
        : undefined
    }
    if (!isApart) return undefined
    const node = this.inline(at)
    if (node === undefined || !this.isEndOfValue()) return undefined
    this.advance(this.endOfLine(this.next))
    // What is indented further would go on with a scalar.
    return this.line !== undefined && this.line.indent > indent ? undefined : node
  }

  private isItem(start: number): boolean {
    return this.text[start] === '-' && this.text[start + 1] === ' '
  }

  /** Goes on to the next line with something on it, from the line break at `end`. */
  private advance(end: number): void {
    const isLast = end >= this.text.length
    this.after = isLast ? this.position(end) : { line: this.number + 1, column: 1 }
    this.number += 1
    this.find(end + 1)
  }

  /** Finds the first line from `start` on with something on it. */
  private find(from: number): void {
    this.comment = -1
    this.line = undefined
    for (let start = from; start < this.text.length; start = this.endOfLine(start) + 1) {
      this.lineStart = start
      let indent = 0
      while (this.text[start + indent] === ' ') indent += 1
      const first = this.text[start + indent]
      if (first !== undefined && first !== '\n' && first !== '#') {
        MARK.lastIndex = start
        // Marks between documents, and directives, are not plain: nothing is indented like that.
        this.line = { start: start + indent, indent: MARK.test(this.text) ? -1 : indent }
        return
      }
      if (first === '#') this.comment = Math.max(this.comment, indent)
      this.number += 1
    }
  }

  private endOfLine(at: number): number {
    const end = this.text.indexOf('\n', at)
    return end === -1 ? this.text.length : end
  }

  private spanTo(start: Position): Span {
    return { file: this.file, start, end: this.after }
  }
}
