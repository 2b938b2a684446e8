import type { CST, Document, DocumentOptions, ParseOptions, SchemaOptions } from 'yaml'
import { Composer, Lexer, LineCounter, Parser } from 'yaml'
import { DEPTH_LIMIT, TOO_DEEP } from './yaml-problems.ts'

export type DocumentReading =
  | { readonly documents: readonly Document.Parsed[] }
  /** Where reading stopped, and why. */
  | { readonly stoppedAt: number; readonly message: string }

/**
 * Reads the documents of a YAML text, `limit` of them at most, and no further where one nests too deeply (the library
 * recurses, and a process whose stack it uses up may end then and there instead of throwing) or is all brackets and commas
 * (each is an object, and half a MiB of them takes half a GiB).
 */
export function readDocuments(
  text: string,
  options: ParseOptions & DocumentOptions & SchemaOptions,
  limit = Number.POSITIVE_INFINITY,
): DocumentReading {
  const composer = new Composer(options)
  const documents: Document.Parsed[] = []
  const { stackTraceLimit } = Error
  // Each complaint is an error object, of which a hostile text provokes hundreds of thousands.
  Error.stackTraceLimit = 0
  try {
    for (const document of composer.compose(tokensOf(text), true, text.length)) {
      documents.push(document as Document.Parsed)
      if (documents.length === limit) break
    }
  } catch (error) {
    if (error instanceof Stopped) return { stoppedAt: error.offset, message: error.message }
    throw error
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
  return { documents }
}

/** The parser keeps a stack of the collections that it is in, and the value of the innermost. */
const STACK_LIMIT = DEPTH_LIMIT + 10
/** After so many errors the rest of a text is not looked at. */
const ERROR_LIMIT = 200

/** So many tokens are read of any text; more only of one that has fewer tokens than characters. */
const TOKEN_LIMIT = 500_000

class Stopped extends Error {
  readonly offset: number

  constructor(offset: number, message: string) {
    super(message)
    this.offset = offset
  }
}

function* tokensOf(text: string): Generator<CST.Token> {
  const parser = new Parser()
  const most = Math.max(TOKEN_LIMIT, text.length)
  let errors = 0
  let count = 0
  for (const lexeme of new Lexer().lex(text)) {
    const { offset } = parser
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') errors += 1
      yield token
    }
    count += 1
    if (parser.stack.length > STACK_LIMIT) throw new Stopped(offset, TOO_DEEP)
    if (count > most) throw new Stopped(offset, `more than ${most} brackets, commas and values`)
    if (errors > ERROR_LIMIT) break
  }
  yield* parser.end()
}

/** The lines of a text; the library's own count stops where it can't go on. */
export function linesOf(text: string): LineCounter {
  const lines = new LineCounter()
  for (let start = 0; start !== -1; start = following(text, start)) lines.addNewLine(start)
  return lines
}

/** Where the next line begins; -1 where there is none. */
const following = (text: string, from: number): number => text.indexOf('\n', from) + 1 || -1
