import type { RunEvent } from '../model/event.ts'
import { printable } from './printable.ts'
import { counted, shortList } from './wording/lists.ts'

/** What an interruption has set off, whom it still waits for, and what the next one will do. */
export function interruptionLine(event: Extract<RunEvent, { type: 'interrupted' }>): string {
  const { signal, count, stillRunning } = event
  const head = signal === 'SIGINT' ? 'Interrupted' : `Interrupted by ${printable(signal)}`
  if (stillRunning.length === 0) return `${head}: nothing new starts; no script is running.`
  const scripts = counted(stillRunning.length, 'script')
  const names = shortList(stillRunning.map(printable))
  if (count <= 1) {
    const waiting = `nothing new starts; waiting for ${scripts} to end (${names})`
    return `${head}: ${waiting}. Ctrl-C again to hurry, a third time to kill.`
  }
  if (count === 2) return `${head} again: hurrying ${scripts} (${names}). Ctrl-C once more to kill.`
  return `${head} a third time: killing ${scripts} (${names}).`
}
