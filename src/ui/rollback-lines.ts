import { unreachable } from '../model/result.ts'
import type { Kept, KeptReason } from '../model/rollback.ts'
import { printable } from './printable.ts'
import type { RunTally } from './run-summary.ts'
import type { Style } from './style.ts'
import { widest } from './table-layout.ts'
import { padToWidth } from './text-width.ts'
import { counted } from './wording/lists.ts'

/** What stands before the stops that take a run back. */
export function rollbackHeadline(services: number): string {
  if (services === 0) return 'Rolling back: nothing that this run has started is left to stop'
  return `Rolling back: stopping ${counted(services, 'service')} that this run has started`
}

/** What a rollback has not taken back, with the command to type next; no lines where that is nothing. */
export function notRolledBack(steps: RunTally['steps'], kept: readonly Kept[], style: Style): string[] {
  const left: Entry[] = kept.map(({ service, reason }) => [service, keptWords(reason), keptCommand(service, reason)])
  for (const { service, operator, outcome } of steps) {
    if (outcome.status === 'done') continue
    const [words, verb] = operator === 'stop' ? [STILL[outcome.status], 'stop'] : [UNTOLD[outcome.status], 'refresh']
    left.push([service, words, `paictl service ${verb} ${printable(service)}`])
  }
  if (left.length === 0) return []
  const sorted = left.sort(([a], [b]) => (a < b ? -1 : 1))
  const nameWidth = widest(sorted.map(([service]) => printable(service)))
  const wordsWidth = widest(sorted.map(([, words]) => words))
  const lines = sorted.map(
    ([service, words, command]) =>
      `  ${padToWidth(printable(service), nameWidth)}  ${padToWidth(words, wordsWidth)}  ${command}`,
  )
  return [style.bold('Not rolled back:'), ...lines]
}

type Entry = readonly [service: string, words: string, command: string]

const STILL = {
  failed: 'its stop failed',
  blocked: 'what needs it could not be stopped',
  cancelled: 'its stop was interrupted',
} as const

/** Of a follower that was to be told first. */
const UNTOLD = {
  failed: 'its refresh failed',
  blocked: 'what it waits for failed',
  cancelled: 'its refresh was interrupted',
} as const

function keptWords(reason: KeptReason): string {
  switch (reason) {
    case 'no-stop-script':
      return 'it has no stop-script: stop it by hand first'
    case 'adopted':
      return 'it ran before, and was taken over'
    case 'restarted':
      return 'it ran before, and was started again'
    case 'refreshed':
      return 'it ran before, and was refreshed'
    case 'stopped':
      return 'it was stopped'
    case 'deleted':
      return 'it was deleted'
    default:
      return unreachable(reason)
  }
}

function keptCommand(service: string, reason: KeptReason): string {
  const verb = { ...KEPT_VERBS }[reason]
  return `paictl service ${verb} ${printable(service)}`
}

/** What would take it back, or is the next thing to know. */
const KEPT_VERBS = {
  'no-stop-script': 'stop',
  adopted: 'status',
  restarted: 'status',
  refreshed: 'status',
  stopped: 'start',
  deleted: 'start',
} as const
