import type { Failure } from '../model/outcome.ts'
import type { Operator } from '../model/service.ts'
import { printable } from './printable.ts'
import type { Style } from './style.ts'
import { awaitedWords, limitWords, nextCommands, retriedOnWords } from './wording/failure.ts'

const TAIL_LINES = 20

export interface FailedStep {
  readonly service: string
  readonly operator: Operator
  readonly failure: Failure
}

/** What stands below the line of a failed step: what was awaited, the script, its log's end and path, what to type. */
export function failureBlock(step: FailedStep, style: Style, display: (file: string) => string): string[] {
  const { reason, script, log, tail, retriedOn } = step.failure
  const lines: string[] = []
  const field = (label: string, text: string): void => {
    lines.push(`    ${style.dim(label.padEnd(9))}${text}`)
  }
  const awaited = awaitedWords(reason, step.operator)
  if (awaited !== undefined) field('awaited', awaited)
  const limit = limitWords(reason, step.operator)
  if (limit !== undefined) field('limit', limit)
  if (retriedOn !== undefined) field('retry', retriedOnWords(retriedOn))
  if (script !== null) field('script', printable(script))
  if (log !== null) field('log', `${printable(display(log))}${tail.length === 0 ? ' (empty)' : ''}`)
  for (const line of tail.slice(-TAIL_LINES)) lines.push(`    ${style.dim('|')} ${printable(line)}`.trimEnd())
  nextCommands(step).forEach((command, index) => {
    field(index === 0 ? 'next' : '', command)
  })
  return lines
}
