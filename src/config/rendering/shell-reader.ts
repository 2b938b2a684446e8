/** What a shell would take the next character for. */
export type ShellContext = 'word' | 'single-quotes' | 'double-quotes' | 'comment' | 'here-document' | 'literal-text'

type Frame = 'command' | 'parentheses' | 'backticks' | 'arithmetic' | 'braces' | 'double' | 'single' | 'ansi'

interface HereDocument {
  readonly end: string
  readonly stripsTabs: boolean
  /** Its word is quoted, so that nothing in it means anything to the shell. */
  readonly isLiteral: boolean
}

/**
 * Follows a shell script, as far as it takes to know what quotes a place stands in: quotes, escapes, comments,
 * here-documents, and commands, variables and arithmetic inside of them. It does not know the words of the language: a
 * `case` inside `$(…)` has to put its patterns in both parentheses. Takes time linear in the script's length.
 */
export class ShellReader {
  private readonly frames: Frame[] = ['command']
  private isComment = false
  private isWordStart = true
  /** Those that begin with the next line. */
  private waiting: HereDocument[] = []
  private reading: HereDocument[] = []
  /** What was read of the current line of a here-document. */
  private line = ''

  get context(): ShellContext {
    const [document] = this.reading
    if (document !== undefined) return document.isLiteral ? 'literal-text' : 'here-document'
    if (this.isComment) return 'comment'
    switch (this.frames.at(-1)) {
      case 'single':
      case 'ansi':
        return 'single-quotes'
      case 'double':
        return 'double-quotes'
      case 'braces':
        return this.isInDoubleQuotes() ? 'double-quotes' : 'word'
      default:
        return 'word'
    }
  }

  /** Reads what follows. */
  read(text: string): void {
    let at = 0
    while (at < text.length) {
      if (this.reading.length > 0) at = this.readDocument(text, at)
      else if (this.isComment) at = this.readComment(text, at)
      else at = this.step(text, at)
    }
  }

  /** Goes past a value without taking its characters for what they mean. */
  skip(value: string): void {
    if (value === '') return
    if (this.reading.length > 0) this.line = (this.line + value).split('\n').at(-1) ?? ''
    this.isWordStart = false
  }

  private readDocument(text: string, from: number): number {
    const newline = text.indexOf('\n', from)
    this.line += text.slice(from, newline < 0 ? text.length : newline)
    if (newline < 0) return text.length
    const [document] = this.reading
    const line = this.line.replace(/\r$/, '')
    if ((document?.stripsTabs ? line.replace(/^\t+/, '') : line) === document?.end) this.reading.shift()
    this.line = ''
    this.isWordStart = true
    return newline + 1
  }

  private readComment(text: string, from: number): number {
    const newline = text.indexOf('\n', from)
    if (newline < 0) return text.length
    this.isComment = false
    return newline
  }

  private step(text: string, at: number): number {
    const frame = this.frames.at(-1)
    const character = text[at]
    if (frame === 'single') return this.closeAt(text, at, "'")
    if (character === '\\') return at + 2
    if (frame === 'ansi') return character === "'" ? this.leave(at + 1) : at + 1
    if (character === '"') return frame === 'double' ? this.leave(at + 1) : this.enter('double', at + 1)
    if (character === '`') return frame === 'backticks' ? this.leave(at + 1) : this.enter('backticks', at + 1, true)
    if (character === '$') return this.dollar(text, at)
    if (frame === 'double') return at + 1
    if (frame === 'braces') return this.inBraces(character, at)
    if (frame === 'arithmetic') return this.inArithmetic(text, at)
    return this.inCommand(text, at)
  }

  private inCommand(text: string, at: number): number {
    const character = text[at] ?? ''
    if (character === "'") return this.enter('single', at + 1)
    if (character === '#' && this.isWordStart) {
      this.isComment = true
      return at + 1
    }
    if (text.startsWith('<<<', at)) return at + 3
    if (text.startsWith('<<', at)) return this.hereDocument(text, at)
    if (character === '(') {
      const isArithmetic = this.isWordStart && text[at + 1] === '('
      return this.enter(isArithmetic ? 'arithmetic' : 'parentheses', at + (isArithmetic ? 2 : 1), true)
    }
    if (character === ')')
      return this.frames.at(-1) === 'parentheses' ? this.leave(at + 1, true) : this.pass(at + 1, true)
    if (character === '\n' && this.waiting.length > 0) {
      this.reading = this.waiting
      this.waiting = []
      this.line = ''
    }
    return this.pass(at + 1, /[\s;&|<>]/.test(character))
  }

  private dollar(text: string, at: number): number {
    const next = text[at + 1]
    const isQuoted = this.isInDoubleQuotes()
    if (next === "'" && !isQuoted) return this.enter('ansi', at + 2)
    if (next === '{') return this.enter('braces', at + 2)
    if (next !== '(') return this.pass(at + 1)
    const isArithmetic = text[at + 2] === '('
    return this.enter(isArithmetic ? 'arithmetic' : 'parentheses', at + (isArithmetic ? 3 : 2), true)
  }

  private inBraces(character: string | undefined, at: number): number {
    if (character === '}') return this.leave(at + 1)
    if (character === "'" && !this.isInDoubleQuotes()) return this.enter('single', at + 1)
    return at + 1
  }

  /** Ends at `))`; single parentheses inside come in pairs. */
  private inArithmetic(text: string, at: number): number {
    if (text[at] === '(') return this.enter('arithmetic', at + 1)
    if (text[at] !== ')') return at + 1
    this.leave(at)
    // The outermost one was opened by two.
    return this.frames.at(-1) !== 'arithmetic' && text[at + 1] === ')' ? at + 2 : at + 1
  }

  private hereDocument(text: string, at: number): number {
    DELIMITER.lastIndex = at
    const [all = '<<', dash, word = ''] = DELIMITER.exec(text) ?? []
    if (word !== '') {
      const end = word.replace(/\\(.)|['"]/g, '$1')
      this.waiting.push({ end, stripsTabs: dash === '-', isLiteral: /['"\\]/.test(word) })
    }
    return at + all.length
  }

  private closeAt(text: string, at: number, quote: string): number {
    const end = text.indexOf(quote, at)
    if (end < 0) return text.length
    return this.leave(end + 1)
  }

  /** Whether the innermost quotes are double ones; what `${` opens changes nothing about them. */
  private isInDoubleQuotes(): boolean {
    return this.frames.findLast((frame) => frame !== 'braces') === 'double'
  }

  private enter(frame: Frame, next: number, isWordStart = false): number {
    this.frames.push(frame)
    return this.pass(next, isWordStart)
  }

  private leave(next: number, isWordStart = false): number {
    if (this.frames.length > 1) this.frames.pop()
    return this.pass(next, isWordStart)
  }

  private pass(next: number, isWordStart = false): number {
    this.isWordStart = isWordStart
    return next
  }
}

const DELIMITER = /<<(-?)[ \t]*((?:[^\s;&|<>()'"\\]|\\.|'[^'\n]*'|"[^"\n]*")*)/y
