import type { Mustache, Statement } from './ast.ts'
import type { Budget } from './budget.ts'

type Printed = Extract<Statement, { type: 'ContentStatement' | 'MustacheStatement' }>

/** A stretch of the output, up to the next one, and what of the template it came from. */
export interface Segment {
  /** In UTF-16 code units of the output. */
  readonly start: number
  readonly statement: Printed
  /** How the value of a mustache came about, for those who check what the output is used for. */
  readonly safety: Safety
}

/**
 * `text`: anything may be in it; `shell`: quoted by `sh`; `harmless`: a number, true or false, nothing, a literal, or
 * of an alphabet that means nothing to a shell. What the template itself says is harmless.
 */
export type Safety = 'text' | 'shell' | 'harmless'

/** Collects what a template prints. */
export class Output {
  text = ''
  readonly segments: Segment[] = []

  /** @param isTraced whether segments are kept, which takes time and memory */
  constructor(
    private readonly budget: Budget,
    readonly isTraced: boolean,
  ) {}

  write(text: string, statement: Printed, safetyOf: (mustache: Mustache) => Safety): boolean {
    if (!this.budget.allows(this.text.length + text.length)) return false
    if (this.isTraced && text !== '') {
      const safety = statement.type === 'ContentStatement' ? 'harmless' : safetyOf(statement)
      this.segments.push({ start: this.text.length, statement, safety })
    }
    this.text += text
    return true
  }
}
