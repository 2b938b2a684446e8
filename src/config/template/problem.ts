import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import type { Located, Position, Span } from '../../model/span.ts'
import type { TemplateProblem } from './expression.ts'
import type { TemplatePosition, TemplateSyntaxError } from './parse.ts'
import type { UnknownName } from './path.ts'

/** Turns a range of a template into one of the file that it stands in. */
export type SpanOf = (start: TemplatePosition, end: TemplatePosition) => Span

export interface ProblemPlace {
  /** The template's text. */
  readonly text: string
  readonly spanOf: SpanOf
  readonly service: string
}

export function describeProblem(problem: TemplateProblem, { text, spanOf, service }: ProblemPlace): Diagnostic {
  switch (problem.kind) {
    case 'unknown-name': {
      const { path, missing, nearest, available } = problem.unknown
      const place = { span: segmentSpan(problem.unknown, text, spanOf), service }
      return diagnostic(
        'template-unknown-name',
        { name: path.original, missing, nearest, available, supplier: null },
        place,
      )
    }
    case 'unknown-helper': {
      const { name, nearest, available, place } = problem
      return diagnostic(
        'template-unknown-helper',
        { name, nearest, available },
        { span: spanOf(place.start, place.end), service },
      )
    }
    case 'misuse': {
      const { helper, message, place } = problem
      const span = spanOf(place.start, place.end)
      return diagnostic('template-helper-misuse', { helper, message }, { span, service })
    }
    case 'unsupported': {
      const { message, place } = problem
      return diagnostic('template-syntax', { message }, { span: spanOf(place.start, place.end), service })
    }
    default:
      return unreachable(problem)
  }
}

export function syntaxProblem(
  { message, start, end }: TemplateSyntaxError,
  spanOf: SpanOf,
  service: string,
): Diagnostic {
  return diagnostic('template-syntax', { message }, { span: spanOf(start, end), service })
}

/** For a template that is a whole file. */
export function fileSpans(file: string): SpanOf {
  return (start, end) => ({ file, start: counted(start), end: counted(end) })
}

/** For a template inside a YAML file. Where a character of it stands there is known of values on one line only. */
export function valueSpans({ value, span }: Located<string>): SpanOf {
  const width = span.end.column - span.start.column
  const isOneLine = span.start.line === span.end.line && !value.includes('\n')
  const quote = width === value.length ? 0 : 1
  if (!isOneLine || width !== value.length + 2 * quote) return () => span
  const shift = (position: TemplatePosition): Position => ({
    line: span.start.line,
    column: span.start.column + quote + position.column,
  })
  return (start, end) => ({ file: span.file, start: shift(start), end: shift(end) })
}

/** The place of the missing segment itself, where the path is written plainly; else that of the whole path. */
function segmentSpan({ path, index }: UnknownName, text: string, spanOf: SpanOf): Span {
  const { start, end } = path.loc
  const line = text.split(/\r\n|\r|\n/)[start.line - 1] ?? ''
  const written = line.slice(start.column, end.column)
  const segments = [...written.matchAll(/[^./]+/g)].filter(({ 0: word }, at) => !(at === 0 && word === 'this'))
  const segment = segments[index]
  if (start.line !== end.line || /[[\]]/.test(written) || segment === undefined) return spanOf(start, end)
  const column = start.column + segment.index
  return spanOf({ line: start.line, column }, { line: start.line, column: column + segment[0].length })
}

const counted = ({ line, column }: TemplatePosition): Position => ({ line, column: column + 1 })
