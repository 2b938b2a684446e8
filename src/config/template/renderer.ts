import type Handlebars from 'handlebars'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Located } from '../../model/span.ts'
import { evaluate } from './evaluate.ts'
import type { Segment } from './output.ts'
import { parseTemplate } from './parse.ts'
import type { ProblemPlace, SpanOf } from './problem.ts'
import { describeProblem, syntaxProblem } from './problem.ts'
import { SourceText } from './source-text.ts'
import { fileSpans, valueSpans } from './spans.ts'
import type { ContextNotes } from './supplier.ts'
import { NO_NOTES } from './supplier.ts'

export interface RenderedText {
  /** What could be rendered; of no use when there are diagnostics. */
  readonly text: string
  readonly diagnostics: readonly Diagnostic[]
  /** Without diagnostics it may still lack what an incomplete context could not give: then nothing follows from it. */
  readonly isComplete: boolean
}

/** A rendered text with where each part of it came from. */
export interface TracedText extends RenderedText {
  readonly trace: Trace
}

export interface Trace {
  /** In the order of the text; empty for a template without expressions, which is what it renders to. */
  readonly segments: readonly Segment[]
  readonly source: SourceText
  readonly spanOf: SpanOf
}

interface Surroundings {
  readonly context: JsonObject
  readonly notes?: ContextNotes | undefined
  /** The service that problems belong to. */
  readonly service: string
}

export interface TemplateInput extends Surroundings {
  /** Absolute path, for the spans. */
  readonly file: string
  readonly text: string
  /** Whether the output is looked at, and needs a `trace` that says where it came from. */
  readonly isTraced?: boolean
}

export interface ValueInput extends Surroundings {
  readonly value: Located<string>
  /** The text of the YAML file that it stands in. */
  readonly fileText?: string | undefined
}

/** Renders templates; all unknown names and misused helpers of one are reported together. */
export interface Renderer {
  renderTemplate(input: TemplateInput): TracedText
  /** Renders a string of a YAML file; positions are those in that file. */
  renderValue(input: ValueInput): RenderedText
}

/** Loads the template language, which is not worth loading for commands that render nothing. */
export async function createRenderer(): Promise<Renderer> {
  const { default: handlebars } = await import('handlebars')
  // A file has many values: where its lines begin is searched once.
  let latest: SourceText | undefined
  const fileOf = (text: string | undefined): SourceText | undefined => {
    if (text !== undefined && latest?.text !== text) latest = new SourceText(text)
    return text === undefined ? undefined : latest
  }
  return {
    renderTemplate: (input) => {
      const source = new SourceText(input.text)
      return render(handlebars, { ...input, source, spanOf: fileSpans(input.file, source) })
    },
    renderValue: ({ value, fileText, ...surroundings }) => {
      const source = new SourceText(value.value)
      return render(handlebars, { ...surroundings, source, spanOf: valueSpans(value, fileOf(fileText)) })
    },
  }
}

interface Rendering extends Surroundings, ProblemPlace {
  readonly isTraced?: boolean
}

function render(handlebars: typeof Handlebars, rendering: Rendering): TracedText {
  const { source, spanOf, context, notes = NO_NOTES, isTraced = false } = rendering
  const trace = { segments: [], source, spanOf }
  if (!source.text.includes('{{')) return { text: source.text, diagnostics: [], isComplete: true, trace }
  const parsed = parseTemplate(handlebars, source.text)
  if (!parsed.ok) {
    const diagnostics = parsed.error.map((error) => syntaxProblem(error, rendering))
    return { text: '', diagnostics, isComplete: false, trace }
  }
  const diagnostics: Diagnostic[] = []
  const { text, segments, isComplete } = evaluate(parsed.value, {
    context,
    incomplete: notes.incomplete,
    report: (problem) => diagnostics.push(describeProblem(problem, rendering, notes.supplierOf)),
    isTraced,
  })
  return { text, diagnostics, isComplete, trace: { segments, source, spanOf } }
}
