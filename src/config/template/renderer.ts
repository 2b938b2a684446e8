import type { Diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Located } from '../../model/span.ts'

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

export interface Renderer {
  renderTemplate(input: TemplateInput): RenderedText
  /** Renders a string of a YAML file; positions are those in that file. */
  renderValue(value: Located<string>, context: JsonObject, service: string): RenderedText
}

/** Loads the template language, which is not worth loading for commands that render nothing. */
export async function createRenderer(): Promise<Renderer> {
  throw new Error('not written yet')
}
