import type { JournalEntry } from '../../model/run.ts'
import { type Journal, PortFailure } from '../ports.ts'

/**
 * Writes down what has come to pass, where that is possible. What was done was done: a journal that cannot be written fails
 * the next step's intent, or the run's summary, for the same reason, and they say so.
 */
export function writeDown(entry: JournalEntry, { journal }: { readonly journal: Journal }): void {
  try {
    journal.append(entry)
  } catch (error) {
    if (!(error instanceof PortFailure)) throw error
  }
}
