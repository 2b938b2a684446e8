import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { unreachable } from '../../model/result.ts'
import type { Span } from '../../model/span.ts'
import type { Place } from './ast.ts'
import type { Excess } from './budget.ts'
import type { Miss } from './path.ts'
import type { Range, SourceText } from './source-text.ts'
import type { TemplateSyntaxError } from './structure.ts'
import type { SupplierOf } from './supplier.ts'
import type { UnknownName } from './unknown-name.ts'

/** What can be wrong with a template that parses. */
export type TemplateProblem =
  | { readonly kind: 'unknown-name'; readonly miss: Miss; readonly unknown: UnknownName }
  | {
      readonly kind: 'unknown-helper'
      readonly name: string
      readonly nearest: string | null
      readonly available: readonly string[]
      readonly place: Place
    }
  | {
      readonly kind: 'misuse'
      readonly helper: string
      readonly message: string
      readonly place: Place
      /** The block parameter that it is about: the tree does not say where those are. */
      readonly parameter?: string
    }
  | { readonly kind: 'unknown-partial'; readonly name: string; readonly place: Place }
  | { readonly kind: 'unsupported'; readonly message: string; readonly place: Place }
  | { readonly kind: 'too-large'; readonly what: Excess; readonly limit: number; readonly place: Place }

/** Turns a range of a template into one of the file that it stands in. */
export type SpanOf = (range: Range) => Span

export interface ProblemPlace {
  readonly source: SourceText
  readonly spanOf: SpanOf
  readonly service: string
}

export function describeProblem(
  problem: TemplateProblem,
  { source, spanOf, service }: ProblemPlace,
  supplierOf: SupplierOf,
): Diagnostic {
  const at = (place: Place) => ({ span: spanOf(source.rangeOf(place)), service })
  switch (problem.kind) {
    case 'unknown-name': {
      const { missing, nearest, available, holder, origin } = problem.unknown
      const supplier = origin && supplierOf(origin)
      const data = {
        name: problem.miss.path.original,
        missing,
        nearest,
        available,
        holder,
        supplier: supplier?.file ?? null,
        prerequisite: supplier?.prerequisite ?? null,
      }
      return diagnostic('template-unknown-name', data, { span: spanOf(segmentRange(problem.miss, source)), service })
    }
    case 'unknown-helper': {
      const { name, nearest, available, place } = problem
      return diagnostic('template-unknown-helper', { name, nearest, available }, at(place))
    }
    case 'misuse': {
      const { helper, message, place, parameter } = problem
      const range = source.rangeOf(place)
      const span = spanOf(parameter === undefined ? range : parameterRange(range, parameter, source))
      return diagnostic('template-helper-misuse', { helper, message }, { span, service })
    }
    case 'unknown-partial':
      return diagnostic('template-unknown-partial', { name: problem.name }, at(problem.place))
    case 'unsupported':
      return diagnostic('template-syntax', { message: problem.message }, at(problem.place))
    case 'too-large':
      return diagnostic('template-too-large', { what: problem.what, limit: problem.limit }, at(problem.place))
    default:
      return unreachable(problem)
  }
}

export function syntaxProblem(error: TemplateSyntaxError, { spanOf, service }: ProblemPlace): Diagnostic {
  const { message, related } = error
  const others = related && [{ span: spanOf(related), note: related.note }]
  return diagnostic(
    'template-syntax',
    { message },
    { span: spanOf(error), service, ...(others && { related: others }) },
  )
}

/** The place of the missing segment itself, where the path is written plainly; else that of the whole path. */
function segmentRange({ path, index }: Miss, source: SourceText): Range {
  const range = source.rangeOf(path.loc)
  const written = source.text.slice(range.start, range.end)
  const segments = [...written.matchAll(/\[[^\]]*\]|[^./[\]]+/g)].filter(
    ({ 0: word }, at) => !(at === 0 && word === 'this'),
  )
  const segment = segments[index]
  if (segment === undefined) return range
  const start = range.start + segment.index
  return { start, end: start + segment[0].length }
}

function parameterRange(head: Range, parameter: string, { text }: SourceText): Range {
  const from = text.indexOf('|', head.end)
  const to = text.indexOf('|', from + 1)
  const words = [...text.slice(from + 1, to).matchAll(/[^\s|]+/g)]
  // The last of that name: the first may be one that has a value.
  const word = words.findLast(({ 0: one }) => one === parameter)
  if (from < 0 || word === undefined) return head
  const start = from + 1 + word.index
  return { start, end: start + parameter.length }
}
