import type Handlebars from 'handlebars'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Located } from '../../model/span.ts'
import { evaluate } from './evaluate.ts'
import type { TemplateProblem } from './expression.ts'
import { parseTemplate } from './parse.ts'
import type { SpanOf } from './problem.ts'
import { describeProblem, fileSpans, syntaxProblem, valueSpans } from './problem.ts'
import { rootScope } from './scope.ts'

export interface RenderedText {
  /** What could be rendered; of no use when there are diagnostics. */
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
}

export interface TemplateInput {
  /** Absolute path, for the spans. */
  readonly file: string
  readonly text: string
  readonly context: JsonObject
  /** The service that problems belong to. */
  readonly service: string
}

/** Renders templates; all unknown names and misused helpers of one are reported together. */
export interface Renderer {
  renderTemplate(input: TemplateInput): RenderedText
  /** Renders a string of a YAML file; positions are those in that file. */
  renderValue(value: Located<string>, context: JsonObject, service: string): RenderedText
}

/** Loads the template language, which is not worth loading for commands that render nothing. */
export async function createRenderer(): Promise<Renderer> {
  const { default: handlebars } = await import('handlebars')
  return {
    renderTemplate: ({ file, text, context, service }) =>
      render(handlebars, { text, context, service, spanOf: fileSpans(file) }),
    renderValue: (value, context, service) =>
      render(handlebars, { text: value.value, context, service, spanOf: valueSpans(value) }),
  }
}

interface Rendering {
  readonly text: string
  readonly context: JsonObject
  readonly service: string
  readonly spanOf: SpanOf
}

function render(handlebars: typeof Handlebars, { text, context, service, spanOf }: Rendering): RenderedText {
  if (!text.includes('{{')) return { text, diagnostics: [] }
  const parsed = parseTemplate(handlebars, text)
  if (!parsed.ok) return { text: '', diagnostics: [syntaxProblem(parsed.error, spanOf, service)] }
  // Inside a loop the same problem comes up with each item.
  const found = new Map<string, Diagnostic>()
  const report = (problem: TemplateProblem): void => {
    const described = describeProblem(problem, { text, spanOf, service })
    const key = JSON.stringify([described.code, described.span?.start])
    if (!found.has(key)) found.set(key, described)
  }
  return { text: evaluate(parsed.value, rootScope(context), report), diagnostics: [...found.values()] }
}
