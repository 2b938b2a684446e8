import type { Diagnostic } from './diagnostic.ts'
import { isError, isRefusal } from './diagnostic.ts'
import type { Outcome } from './outcome.ts'
import type { Left } from './plan.ts'

export const EXIT = { done: 0, failed: 1, usage: 2, notRunning: 3, refused: 4, internal: 70, signal: 128 } as const

/** The exit code of a request that was not carried out: 2 for what is invalid, 4 where everything is only refused. */
export function exitCodeOfDiagnostics(diagnostics: readonly Diagnostic[]): number {
  const errors = diagnostics.filter(isError)
  if (errors.length === 0) return EXIT.done
  return errors.every(isRefusal) ? EXIT.refused : EXIT.usage
}

/** The exit code of a run: 128 + n when it was ended by signal n, else 1 as soon as one step was not done. */
export function exitCodeOfRun(
  outcomes: Iterable<Outcome>,
  left: readonly Left[],
  signalNumber: number | undefined,
): number {
  if (signalNumber !== undefined) return EXIT.signal + signalNumber
  for (const outcome of outcomes) if (outcome.status !== 'done') return EXIT.failed
  return left.some((entry) => entry.failure) ? EXIT.failed : EXIT.done
}
