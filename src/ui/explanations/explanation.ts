import type { DiagnosticCode } from '../../model/diagnostic.ts'

/** What a code means, for whom its title and help do not say enough. Texts are Markdown of one paragraph. */
export interface Explanation {
  /** What is wrong, in one line: in the style of a diagnostic's title, without its names. */
  readonly summary: string
  /** When it is reported, and why that is a problem. */
  readonly cause: string
  /** What to do. */
  readonly cure: string
  readonly example?: Example
}

/** The same few lines with the mistake and without it. */
export interface Example {
  /** The path of the file that the lines are of (a directory: they are typed there), or `command line`. */
  readonly where: string
  readonly wrong: readonly string[]
  readonly right: readonly string[]
  readonly note?: string
}

/** The explanations of one area; that no code is left out is checked where the areas are put together. */
export type AreaExplanations = Partial<Readonly<Record<DiagnosticCode, Explanation>>>
