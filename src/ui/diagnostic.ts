import { type Diagnostic, inOrder, isError, type Severity } from '../model/diagnostic.ts'
import type { Position, Span } from '../model/span.ts'
import { printable, printableSentence } from './printable.ts'
import { restLine, shownProblems } from './shown-problems.ts'
import { createSnippet } from './snippet.ts'
import { createSourceLines, type SourceLine } from './source-lines.ts'
import type { Style } from './style.ts'
import { counted } from './wording/lists.ts'
import { MOST_PLACES, noteWords, placeNote } from './wording/notes.ts'
import { shortText } from './wording/short-text.ts'
import { wordDiagnostic } from './wording.ts'
import { hangingLines } from './wrapped-text.ts'

/** What showing a problem needs besides the problem. */
export interface DiagnosticView {
  /** The text of a file, where it can be shown. */
  readonly source: (file: string) => string | undefined
  /** How a file is named to a person: usually relative to where they are. */
  readonly display: (file: string) => string
  readonly style: Style
  /** Cells in a line; long source lines are cut to it. */
  readonly columns: number
  /** Whether words are broken into lines of `columns`, too: for a terminal, which would break them anywhere. */
  readonly wraps?: boolean
  /** Takes what must not be seen out of words, before they are broken into lines. */
  readonly mask?: (text: string) => string
}

/** One problem: what is wrong, the place with the source line, whatever else belongs to it, and what to do. */
export function renderDiagnostic(diagnostic: Diagnostic, view: DiagnosticView): string {
  return render(diagnostic, view, createSourceLines(view.source))
}

/**
 * The problems in the order of their places, a blank line between them, those that are too many left out; then how many
 * there are and, where one is an error, the command that explains the first of them; empty for none.
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], view: DiagnosticView): string {
  if (diagnostics.length === 0) return ''
  const sourceLine = createSourceLines(view.source)
  const all = inOrder(diagnostics)
  const shown = shownProblems(all)
  const blocks = shown.map((diagnostic) => render(diagnostic, view, sourceLine))
  const rest = restLine(all.length - shown.length)
  return [...blocks, ...(rest === undefined ? [] : [rest]), closingLines(all).join('\n')].join('\n\n')
}

function closingLines(all: readonly Diagnostic[]): string[] {
  const first = all.find(isError)
  const more = first === undefined ? [] : [`For more about a problem: paictl explain PAI-${first.code}`]
  return [countLine(all), ...more]
}

/** `2 errors, 1 warning`. */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(isError).length
  const warnings = diagnostics.length - errors
  const parts = []
  if (errors > 0) parts.push(counted(errors, 'error'))
  if (warnings > 0) parts.push(counted(warnings, 'warning'))
  return parts.join(', ')
}

function render(diagnostic: Diagnostic, view: DiagnosticView, sourceLine: SourceLine): string {
  const { style } = view
  const { title, help } = wordDiagnostic(diagnostic, view.display)
  const { span, related = [] } = diagnostic
  const made = rendered(diagnostic)
  const gutter = gutterWidth([span, made?.place, ...related.slice(0, MOST_PLACES).map((entry) => entry.span)])
  const block: Block = { view, sourceLine, gutter, colour: severityColour(diagnostic.severity, style) }
  const head = `${diagnostic.severity}[PAI-${diagnostic.code}]`
  const [first = '', ...others] = sentence(title, head.length + 2, view)
  const lines = [`${block.colour(style.bold(head))}${style.bold(`: ${first}`)}`, ...others.map(style.bold)]
  if (span !== undefined) lines.push(...primary(span, placeNote(diagnostic), block))
  for (const { span: place, note } of related.slice(0, MOST_PLACES)) lines.push(...secondary(place, note, block))
  if (made !== undefined) lines.push(...tertiary(made, block))
  for (const note of noteWords(diagnostic)) lines.push(...noteLines('note', note, block))
  if (help !== undefined) lines.push(...noteLines('help', help, block))
  return lines.join('\n')
}

interface Block {
  readonly view: DiagnosticView
  readonly sourceLine: SourceLine
  /** Cells of the column of line numbers. */
  readonly gutter: number
  readonly colour: (text: string) => string
}

const severityColour = (severity: Severity, style: Style): ((text: string) => string) =>
  severity === 'error' ? style.red : style.yellow

const gutterWidth = (spans: readonly (Span | undefined)[]): number =>
  spans.reduce((width, span) => Math.max(width, String(span?.start.line ?? 0).length), 1)

function primary(span: Span, note: string | undefined, block: Block): string[] {
  const arrow = `${' '.repeat(block.gutter + 1)}${block.view.style.dim('-->')} ${place(span, block)}`
  const words = note === undefined ? '' : ` ${printableSentence(note)}`
  return [`${arrow}${words}`, ...excerpt(span, '^', block)]
}

function secondary(span: Span, note: string, block: Block): string[] {
  const at = `${' '.repeat(block.gutter + 1)}${block.view.style.dim(':::')} ${place(span, block)}`
  return [`${at} ${shortText(printableSentence(note))}`, ...excerpt(span, '-', block)]
}

/** A line of a text that stands in no file: what a template rendered to. */
interface RenderedLine {
  readonly text: string
  /** What `text` begins with. */
  readonly textStart: number
  readonly place: Span
}

function rendered({ code, data }: Diagnostic): RenderedLine | undefined {
  if (code !== 'rendered-invalid') return undefined
  const { target, line, column, text, textStart } = data
  const place = { file: target, start: { line, column }, end: { line, column: column + 1 } }
  return { text, textStart, place }
}

function tertiary({ text, textStart, place }: RenderedLine, block: Block): string[] {
  const { line, column } = place.start
  const at = `${printable(place.file)}:${line}:${column} this is what it rendered to`
  const shift = (position: Position): Position => ({ line, column: position.column - textStart + 1 })
  const shown = { ...place, start: shift(place.start), end: shift(place.end) }
  return [`${' '.repeat(block.gutter + 1)}${block.view.style.dim(':::')} ${at}`, ...marked(text, shown, '-', block)]
}

/** A span of no extent at the very start of a file stands for the whole file. */
const isWholeFile = ({ start, end }: Span): boolean =>
  start.line === 1 && start.column === 1 && end.line === 1 && end.column === 1

function place(span: Span, { view }: Block): string {
  const file = printable(view.display(span.file))
  return isWholeFile(span) ? file : `${file}:${span.start.line}:${span.start.column}`
}

/** Where nothing limits a line, as in a pipe, a source line of megabytes still must not come out whole. */
const WIDEST = 200

function excerpt(span: Span, mark: string, block: Block): string[] {
  const line = isWholeFile(span) ? undefined : block.sourceLine(span.file, span.start.line)
  return line === undefined ? [] : marked(line, span, mark, block)
}

function marked(line: string, span: Span, mark: string, { view, gutter, colour }: Block): string[] {
  const { style } = view
  const bar = style.dim(`${' '.repeat(gutter + 2)}|`)
  const number = style.dim(` ${String(span.start.line).padStart(gutter)} |`)
  const { text, markStart, markWidth } = createSnippet(line, span, Math.min(view.columns, WIDEST) - gutter - 4)
  const marks = colour(mark.repeat(markWidth))
  return [bar, text === '' ? number : `${number} ${text}`, `${bar} ${' '.repeat(markStart)}${marks}`]
}

function noteLines(kind: 'note' | 'help', text: string, { gutter, view }: Block): string[] {
  const [first = '', ...others] = sentence(text, gutter + 4 + kind.length + 2, view)
  return [`${' '.repeat(gutter + 2)}${view.style.dim('=')} ${view.style.bold(`${kind}:`)} ${first}`, ...others]
}

/** The lines of a sentence behind `indent` cells of its first one. */
function sentence(text: string, indent: number, { columns, wraps = false, mask }: DiagnosticView): string[] {
  const shown = printableSentence(mask?.(text) ?? text)
  return wraps ? hangingLines(shown, columns, indent) : [shown]
}
