import type { Block, Call, Expression, Path, Place, Program, Statement } from './ast.ts'

/**
 * Reads a template whose tags are plain: values, calls with paths, texts, numbers and calls as arguments, blocks with
 * `else`, short comments. Several times as fast as Handlebars' generated parser, whose answer it gives, before the
 * white space beside blocks is taken away.
 * @returns `undefined` for all that is not plain, or not sound: that is for Handlebars to read, and to complain about
 */
export function readPlainTemplate(text: string): Program | undefined {
  return UNUSUAL.test(text) ? undefined : new PlainTemplate(text).read()
}

/** Escaped or raw tags, stripped white space, and what is no text. */
const UNUSUAL = /\\\{\{|\{\{\{|\{\{~|~\}\}|[\r\0]/
/** Deeper than this nobody writes by hand. */
const DEEPEST = 50

const OPEN = /\{\{(#|\/|!(?!-)|) */y
const ELSE = /\{\{ *else *\}\}/y
const COMMENT = /([^}]*)\}\}(?!\})/y
const CLOSE = / *\}\}(?!\})/y
const PATH = /(@|(?:\.\.\/)*)([A-Za-z_][\w-]*)((?:\.(?:[A-Za-z_][\w-]*|\[[^\]"'\\\n]*\]))*)(?=[ })])/y
/** Not names, alone or as segments of a path. */
const WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null', 'undefined', 'as'])
const SEGMENT = /\.(?:([A-Za-z_][\w-]*)|\[([^\]]*)\])/g
const LITERAL = /(?:"([^"\\\n]*)"|'([^'\\\n]*)'|(-?[0-9]+(?:\.[0-9]+)?)|(true|false))(?=[ })])/y
const BLANKS = / +/y

const NO_STRIP = { open: false, close: false } as const

class PlainTemplate {
  private at = 0
  private line = 1
  private lineStart = 0

  constructor(private readonly text: string) {}

  read(): Program | undefined {
    const body = this.body(0)
    return body !== undefined && this.at === this.text.length ? program(body) : undefined
  }

  /** Statements up to the end of the text, or to what ends a block, which is left to be read. */
  private body(depth: number): Statement[] | undefined {
    const statements: Statement[] = []
    while (this.at < this.text.length) {
      const open = this.text.indexOf('{{', this.at)
      if (open !== this.at) statements.push(this.content(open === -1 ? this.text.length : open))
      if (open === -1 || this.text.startsWith('{{/', open)) break
      ELSE.lastIndex = open
      if (ELSE.test(this.text)) break
      const statement = this.tag(depth)
      if (statement === undefined) return undefined
      statements.push(statement)
    }
    return statements
  }

  private content(end: number): Statement {
    const start = this.position()
    const value = this.text.slice(this.at, end)
    for (let at = value.indexOf('\n'); at !== -1; at = value.indexOf('\n', at + 1)) {
      this.line += 1
      this.lineStart = this.at + at + 1
    }
    this.at = end
    return { type: 'ContentStatement', original: value, value, loc: this.placeFrom(start) } as unknown as Statement
  }

  private tag(depth: number): Statement | undefined {
    const start = this.position()
    const [, kind] = this.take(OPEN) ?? []
    if (kind === '#') return this.block(start, depth + 1)
    if (kind === '!') return this.comment(start)
    const call = kind === '' ? this.call(0) : undefined
    if (call === undefined || this.take(CLOSE) === undefined) return undefined
    return {
      type: 'MustacheStatement',
      ...call,
      escaped: true,
      strip: NO_STRIP,
      loc: this.placeFrom(start),
    } as Statement
  }

  private block(start: Position, depth: number): Statement | undefined {
    const head = depth > DEEPEST ? undefined : this.call(0)
    if (head === undefined || this.take(CLOSE) === undefined) return undefined
    const body = this.body(depth)
    const hasElse = body !== undefined && this.take(ELSE) !== undefined
    const otherwise = hasElse ? this.body(depth) : undefined
    if (body === undefined || (hasElse && otherwise === undefined)) return undefined
    // Only an end is left to come: neither a second `else` nor the end of the text.
    if (this.take(OPEN)?.[1] !== '/' || this.path()?.original !== head.path.original) {
      return undefined
    }
    if (this.take(CLOSE) === undefined) return undefined
    const block = {
      type: 'BlockStatement',
      ...head,
      program: program(body),
      inverse: otherwise && program(otherwise),
      openStrip: NO_STRIP,
      inverseStrip: otherwise && NO_STRIP,
      closeStrip: NO_STRIP,
      loc: this.placeFrom(start),
    }
    return block as unknown as Block
  }

  private comment(start: Position): Statement | undefined {
    // The blanks are part of what a comment says.
    const [, value] = this.take(COMMENT, start.offset + 3) ?? []
    if (value === undefined || value.includes('\n') || value.endsWith('-')) return undefined
    return { type: 'CommentStatement', value, strip: NO_STRIP, loc: this.placeFrom(start) } as unknown as Statement
  }

  private call(depth: number): (Pick<Call, 'params'> & { path: Path }) | undefined {
    const path = this.path()
    if (path === undefined) return undefined
    const params: Expression[] = []
    while (this.take(BLANKS) !== undefined && !/[})]/.test(this.text[this.at] ?? '')) {
      const param = this.text[this.at] === '(' ? this.nested(depth + 1) : (this.literal() ?? this.path())
      if (param === undefined) return undefined
      params.push(param)
    }
    return { path, params }
  }

  private nested(depth: number): Call | undefined {
    const start = this.position()
    this.at += 1
    this.take(BLANKS)
    const call = depth > DEEPEST ? undefined : this.call(depth)
    if (call === undefined || this.text[this.at] !== ')') return undefined
    this.at += 1
    // What follows directly would be read as one word with it.
    if (!/[ })]/.test(this.text[this.at] ?? '')) return undefined
    return { type: 'SubExpression', ...call, loc: this.placeFrom(start) } as Call
  }

  private literal(): Expression | undefined {
    const start = this.position()
    const [whole, double, single, number, truth] = this.take(LITERAL) ?? []
    if (whole === undefined) return undefined
    const loc = this.placeFrom(start)
    if (number !== undefined) return { type: 'NumberLiteral', value: Number(number), original: Number(number), loc }
    if (truth !== undefined) return { type: 'BooleanLiteral', value: truth === 'true', original: truth === 'true', loc }
    const value = double ?? single ?? ''
    return { type: 'StringLiteral', value, original: value, loc }
  }

  private path(): Path | undefined {
    const start = this.position()
    // By index: to take an array of matches apart costs more than to find them.
    const found = this.take(PATH)
    if (found === undefined) return undefined
    const before = found[1] ?? ''
    const first = found[2] ?? ''
    const rest = found[3] ?? ''
    if (WORDS.has(first) || /^else\b/.test(first)) return undefined
    const parts = first === 'this' ? [] : [first]
    let original = before + first
    if (rest !== '') {
      for (const segment of segmentsOf(rest)) {
        if (segment === 'this' || WORDS.has(segment)) return undefined
        parts.push(segment)
        original += `.${segment}`
      }
    }
    const data = before === '@'
    const path = { type: 'PathExpression', data, depth: data ? 0 : before.length / 3, parts, original }
    return { ...path, loc: this.placeFrom(start) } as Path
  }

  /** What `pattern` finds right here, and goes on behind it; it may not contain a line break. */
  private take(pattern: RegExp, from = this.at): RegExpExecArray | undefined {
    pattern.lastIndex = from
    const found = pattern.exec(this.text)
    if (found === null) return undefined
    this.at = pattern.lastIndex
    return found
  }

  private position(): Position {
    return { line: this.line, column: this.at - this.lineStart, offset: this.at }
  }

  private placeFrom({ line, column }: Position): Place {
    return { start: { line, column }, end: { line: this.line, column: this.at - this.lineStart } } as Place
  }
}

/** The names in `.a.[b c].d`. */
function segmentsOf(rest: string): string[] {
  if (rest === '') return []
  if (!rest.includes('[')) return rest.slice(1).split('.')
  return [...rest.matchAll(SEGMENT)].map(([, name, bracketed = '']) => name ?? bracketed)
}

interface Position {
  readonly line: number
  readonly column: number
  readonly offset: number
}

function program(body: Statement[]): Program {
  const [first] = body
  const last = body.at(-1)
  const loc = first && last && { start: { ...first.loc.start }, end: { ...last.loc.end } }
  return { type: 'Program', body, strip: {}, loc } as unknown as Program
}
