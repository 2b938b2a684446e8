import type { Position, Span } from '../../model/span.ts'
import type { YamlEntry, YamlNode } from './yaml-node.ts'

/** What the core schema does not take for a text, numbers apart. */
const WORD = /^(?:~|null|Null|NULL|true|True|TRUE|false|False|FALSE)$/
const INTEGER = /^[-+]?[0-9]+$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/
/** Numbers in other bases, and those that are none. */
const UNCOMMON = /^(?:0[ox]|[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$)/

/** A text without quotes, up to a comment or the end of the line; colons and number signs only inside of words. */
const PLAIN = /(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|[-:?](?=[^\s,[\]{}]))(?:[^\s:#]|:(?=\S)|#| +(?=[^\s#:])(?!$))*/my
const PLAIN_IN_FLOW = /[A-Za-z0-9_./](?:[^\s:#,[\]{}]|:(?=[^\s,[\]{}])| +(?=[^\s:#,[\]{}]))*/y
const SINGLE = /'([^'\n]*)'(?!')/y
const DOUBLE = /"([^"\\\n]*)"/y
const FLOW_KEY = /(?:"([^"\\\n]{1,99})"|([A-Za-z_][\w./-]{0,99})) *:/y
const BLANKS = / */y
const REST = / *(?:$|(?<= )#)/my

/** The values of plain YAML that stand on one line, and where they do. See readPlainYaml. */
export class PlainScalars {
  /** Where the value that was read last ends. */
  protected next = 0
  /** The number of the line that is read, and where it starts. */
  protected number = 1
  protected lineStart = 0

  constructor(
    protected readonly file: string,
    protected readonly text: string,
  ) {}

  /** Whether a plain text would be taken for something else. */
  protected isWord(text: string): boolean {
    return WORD.test(text)
  }

  /** Whether nothing but a comment follows on the line. */
  protected isEndOfValue(): boolean {
    REST.lastIndex = this.next
    return REST.test(this.text)
  }

  /** A scalar or a flow collection; `next` is behind it. */
  protected inline(at: number): YamlNode | undefined {
    const char = this.text[at]
    if (char === '[' || char === '{') return this.flow(at, 0)
    if (char === '"' || char === "'") return this.quoted(at)
    return this.plain(at, PLAIN)
  }

  private flow(at: number, depth: number): YamlNode | undefined {
    const isMap = this.text[at] === '{'
    const close = isMap ? '}' : ']'
    const entries: YamlEntry[] = []
    const items: YamlNode[] = []
    const seen = new Set<string>()
    this.next = at + 1
    for (let first = true; ; first = false) {
      this.skipBlanks()
      if (first && this.text[this.next] === close) break
      const key = isMap ? this.flowKey() : undefined
      if (isMap && (key === undefined || seen.has(key.value))) return undefined
      const item = depth > 20 ? undefined : this.flowValue(depth)
      if (item === undefined) return undefined
      if (key === undefined) items.push(item)
      else {
        seen.add(key.value)
        entries.push({ key, value: item })
      }
      this.skipBlanks()
      const char = this.text[this.next]
      if (char === close) break
      if (char !== ',') return undefined
      this.next += 1
    }
    this.next += 1
    const span = this.span(at, this.next)
    return isMap ? { kind: 'map', span, entries } : { kind: 'list', span, items }
  }

  private flowKey(): YamlEntry['key'] | undefined {
    const at = this.next
    FLOW_KEY.lastIndex = at
    const [whole, quoted, plain] = FLOW_KEY.exec(this.text) ?? []
    const value = quoted ?? plain
    if (whole === undefined || value === undefined) return undefined
    // A quoted `<<` is a name; anything but a text is not plain, and behind a plain name a blank has to come.
    if (quoted === undefined && (this.isWord(value) || this.text[at + whole.length] !== ' ')) return undefined
    this.next = at + whole.length
    this.skipBlanks()
    const length = quoted === undefined ? value.length : value.length + 2
    return { value, span: this.span(at, at + length) }
  }

  private flowValue(depth: number): YamlNode | undefined {
    const char = this.text[this.next]
    if (char === '[' || char === '{') return this.flow(this.next, depth + 1)
    if (char === '"' || char === "'") return this.quoted(this.next)
    return this.plain(this.next, PLAIN_IN_FLOW)
  }

  private skipBlanks(): void {
    BLANKS.lastIndex = this.next
    BLANKS.test(this.text)
    this.next = BLANKS.lastIndex
  }

  private quoted(at: number): YamlNode | undefined {
    const pattern = this.text[at] === '"' ? DOUBLE : SINGLE
    pattern.lastIndex = at
    const [whole, value] = pattern.exec(this.text) ?? []
    if (whole === undefined || value === undefined) return undefined
    this.next = at + whole.length
    return { kind: 'scalar', span: this.span(at, this.next), value }
  }

  private plain(at: number, pattern: RegExp): YamlNode | undefined {
    pattern.lastIndex = at
    const [text] = pattern.exec(this.text) ?? []
    if (text === undefined || UNCOMMON.test(text)) return undefined
    this.next = at + text.length
    const value = plainValue(text)
    return value === undefined ? undefined : { kind: 'scalar', span: this.span(at, this.next), value }
  }

  protected position(offset: number): Position {
    return { line: this.number, column: offset - this.lineStart + 1 }
  }

  /** Of something on the present line. */
  protected span(from: number, to: number): Span {
    return { file: this.file, start: this.position(from), end: this.position(to) }
  }
}

/** `undefined` for a number that is not kept exactly. */
function plainValue(text: string): string | number | boolean | null | undefined {
  const char = text.charCodeAt(0)
  // Of all but texts, only null, true, false and numbers are there; none begins with another character.
  if (WORD.test(text)) return /^[~nN]/.test(text) ? null : /^[tT]/.test(text)
  if (char > 57) return text
  if (!FLOAT.test(text)) return text
  const value = Number(text)
  if (INTEGER.test(text) && !Number.isSafeInteger(value)) return undefined
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : undefined
}
