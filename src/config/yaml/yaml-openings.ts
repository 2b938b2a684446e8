import type { Document, YAMLError } from 'yaml'
import { isCollection, isScalar, visit } from 'yaml'
import type { Explained, Offsets } from './yaml-problems.ts'

interface Opening {
  /** Of the quote or bracket. */
  readonly start: number
  readonly end: number
  readonly isFlow: boolean
}

/** The quotes and brackets of a broken document, for saying where one was opened. */
export class Openings {
  private found: readonly Opening[] | undefined

  constructor(
    private readonly document: Document.Parsed,
    private readonly text: string,
  ) {}

  /** A quote or bracket that is not closed, at its opening. */
  unclosed({ code, message, pos }: YAMLError): Explained | undefined {
    const at = pos[0]
    if (/^Missing closing ["']/.test(message)) {
      const open = this.last((one) => !one.isFlow && one.start < at && one.end >= at)
      return open && { message: 'this quote is never closed', offsets: [open.start, open.start + 1] }
    }
    if (!/^Flow (?:sequence|map) /.test(message) || !['BAD_INDENT', 'MISSING_CHAR'].includes(code)) return undefined
    const open = this.last((one) => one.isFlow && one.start < at && one.end >= at)
    if (open === undefined) return undefined
    const bracket = this.text[open.start] === '{' ? '{' : '['
    const closing = bracket === '{' ? '}' : ']'
    const related = { offsets: [open.start, open.start + 1] as const, note: 'opened here' }
    const next = this.text[at] ?? ''
    if (next === ']' || next === '}') {
      const wrong = next === closing ? 'indent it further than its key' : `write \`${closing}\` instead`
      return { message: `this \`${next}\` does not close the \`${bracket}\`: ${wrong}`, offsets: [at, at + 1], related }
    }
    const end = this.text.indexOf(closing, at)
    if (end !== -1 && !/: |\n *- |[[{]/.test(this.text.slice(at, end))) {
      return { message: 'what is in brackets is indented further than its key', offsets: [at, at + 1], related }
    }
    return { message: `this \`${bracket}\` is never closed`, offsets: related.offsets }
  }

  /** Text behind a quote, which is where an inner quote, or one that was opened lines above, closed the outer one. */
  misquoted([at]: Offsets): Explained | undefined {
    const open = this.last((one) => !one.isFlow && one.end <= at && /^\s*$/.test(this.text.slice(one.end, at)))
    if (open === undefined) return undefined
    const isOneLine = lineStart(this.text, open.start) === lineStart(this.text, open.end)
    if (!isOneLine) {
      const message = 'this quote is closed only some lines below, where text follows: close it on its own line'
      return { message, offsets: [open.start, open.start + 1] }
    }
    const inner = this.text[open.start] === '"' ? 'with a backslash before it' : 'twice'
    const message = `text after the closing quote: quote all of the value, and write a quote inside it ${inner}`
    return { message, offsets: [at, at + 1] }
  }

  isInFlow(at: number): boolean {
    return this.all().some((one) => one.isFlow && one.start < at && one.end > at)
  }

  /** The innermost of those that hold a place is the one that was opened last. */
  private last(accepts: (opening: Opening) => boolean): Opening | undefined {
    return this.all().reduce<Opening | undefined>(
      (best, one) => (accepts(one) && (best === undefined || one.start > best.start) ? one : best),
      undefined,
    )
  }

  private all(): readonly Opening[] {
    this.found ??= this.collect()
    return this.found
  }

  private collect(): Opening[] {
    const openings: Opening[] = []
    visit(this.document, {
      Node: (_, node) => {
        const { range } = node
        if (!range) return
        const isQuote = isScalar(node) && /^QUOTE/.test(node.type ?? '')
        const isFlow = isCollection(node) && node.flow === true
        if (isQuote || isFlow) openings.push({ start: range[0], end: range[1], isFlow })
      },
    })
    return openings
  }
}

/** Where the line of a place begins. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1
