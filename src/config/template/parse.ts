import type Handlebars from 'handlebars'
import type { Result } from '../../model/result.ts'
import { err, ok } from '../../model/result.ts'
import type { Program } from './ast.ts'
import { readPlainTemplate } from './plain-template.ts'

/** A place of a template as Handlebars counts it: lines from 1, columns from 0. */
export interface TemplatePosition {
  readonly line: number
  readonly column: number
}

export interface TemplateSyntaxError {
  readonly message: string
  readonly start: TemplatePosition
  readonly end: TemplatePosition
}

/** Parses a template. The parser tells no column and quotes its own tables: the place is asked of its lexer. */
export function parseTemplate(handlebars: typeof Handlebars, text: string): Result<Program, TemplateSyntaxError> {
  const plain = readPlainTemplate(text)
  if (plain !== undefined) return ok(withoutWhiteSpace(handlebars, plain))
  const parser = (handlebars as unknown as { Parser: Parser }).Parser
  if (isTooDeep(text))
    return err({ message: `nested more than ${DEPTH_LIMIT} levels deep`, ...at({ line: 1, column: 0 }) })
  try {
    return ok(handlebars.parse(text))
  } catch (error) {
    return err(describe(error as Error & Partial<Located>, parser, text))
  }
}

/** Takes away the white space beside blocks, which Handlebars does with what it is handed as read already. */
const withoutWhiteSpace = (handlebars: typeof Handlebars, program: Program): Program =>
  handlebars.parse(program as unknown as string)

const DEPTH_LIMIT = 200

/** The parser copies its stack at every step, and all walks recurse: twenty thousand levels would take minutes. */
function isTooDeep(text: string): boolean {
  let depth = 0
  for (const [tag] of text.matchAll(/\{\{[^}]*\}\}/g)) {
    if (/^\{\{~?[#^]/.test(tag)) depth += 1
    else if (/^\{\{~?\//.test(tag)) depth -= 1
    if (depth > DEPTH_LIMIT || tag.split('(').length > DEPTH_LIMIT) return true
  }
  return false
}

/** What Handlebars puts on the errors of its own checks. */
interface Located {
  lineNumber: number
  column: number
}

/** What is used of the parser that jison generated. */
interface Parser {
  lexer: {
    yylloc: { first_line: number; first_column: number; last_line: number; last_column: number }
    yytext: string
    match: string
    matched: string
    setInput(text: string): void
    lex(): number
  }
  /** Names of tokens by number. */
  terminals_: Readonly<Record<number, string>>
}

function describe(error: Error & Partial<Located>, parser: Parser, text: string): TemplateSyntaxError {
  if (error.lineNumber !== undefined && error.column !== undefined) {
    // "if doesn't match each - 2:5"
    const message = error.message.replace(/ - \d+:\d+$/, '')
    const mismatch = /^(.*) doesn't match (.*)$/.exec(message)
    const clean = mismatch ? `{{#${mismatch[1]}}} is closed by {{/${mismatch[2]}}}` : lowerFirst(message)
    return { message: clean, ...at({ line: error.lineNumber, column: error.column }) }
  }
  const { match, matched } = parser.lexer
  const place = tokenPlace(parser)
  const found = /got '([^']*)'$/.exec(error.message)?.[1]
  const open = matched.lastIndexOf('{{')
  if (found === 'EOF') return unclosedBlock(parser, text) ?? { message: 'the template ends too early', ...place }
  if (open >= 0 && !text.includes('}}', open))
    return { message: 'this {{ is never closed', ...at(positionOf(text, open)) }
  if (found === 'OPEN_ENDBLOCK') return { message: 'this closes a block that is not open', ...place }
  const shown = match.split('\n', 1)[0]?.trim()
  const hint = hintFor(shown, found, matched.slice(0, matched.length - match.length))
  return { message: shown ? `unexpected \`${shown}\`${hint}` : 'it cannot be read', ...place }
}

function hintFor(shown: string | undefined, token: string | undefined, before: string): string {
  if (shown === '}}}') return ' (put a space between `}}` and `}`)'
  // Scripts are full of other tools' braces: docker ps --format '{{.Names}}'.
  if (/\{\{[~&{]?\s*$/.test(before)) return ' (\\{{ prints {{ itself)'
  return token === 'NUMBER' ? ' (an item of a list is written list.[0])' : ''
}

/** The innermost block that is still open at the end of the text. */
function unclosedBlock(parser: Parser, text: string): TemplateSyntaxError | undefined {
  const { lexer, terminals_: names } = parser
  const open: TemplateSyntaxError[] = []
  lexer.setInput(text)
  for (let token = lexer.lex(); token !== END && names[token] !== 'EOF'; token = lexer.lex()) {
    const name = names[token] ?? ''
    if (name === 'OPEN_ENDBLOCK' || name === 'END_RAW_BLOCK') open.pop()
    if (!/^OPEN_(?:BLOCK|INVERSE|RAW_BLOCK|PARTIAL_BLOCK)$/.test(name)) continue
    const { start } = tokenPlace(parser)
    lexer.lex()
    open.push({ message: `{{#${lexer.yytext}}} is never closed`, ...at(start) })
  }
  return open.at(-1)
}

/** What jison's lexers return when there is nothing left. */
const END = 1

function tokenPlace({ lexer }: Parser): { start: TemplatePosition; end: TemplatePosition } {
  const { first_line, first_column, last_line, last_column } = lexer.yylloc
  return { start: { line: first_line, column: first_column }, end: { line: last_line, column: last_column } }
}

function positionOf(text: string, offset: number): TemplatePosition {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/)
  return { line: lines.length, column: lines.at(-1)?.length ?? 0 }
}

const at = (start: TemplatePosition): { start: TemplatePosition; end: TemplatePosition } => ({ start, end: start })

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
