import type { Outcome } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import { printable } from './printable.ts'
import { shortList } from './wording/lists.ts'

/**
 * What a run has stopped in order to start it again, and then has not begun to, with the command to type next; no line where
 * that is nothing. Of a start that failed its own lines tell. `outcomes`: by step; a stop without one was done before the run
 * was gone on with.
 */
export function leftDown(plan: Plan, outcomes: ReadonlyMap<string, Outcome>): string[] {
  const stopped = new Set(plan.steps.flatMap(({ operator, service }) => (operator === 'stop' ? [service] : [])))
  const down = plan.steps.flatMap(({ id, operator, service }) => {
    if (operator !== 'start' || !stopped.has(service)) return []
    const start = outcomes.get(id)?.status
    const stop = outcomes.get(`stop:${service}`)?.status ?? 'done'
    return stop === 'done' && (start === 'blocked' || start === 'cancelled') ? [printable(service)] : []
  })
  if (down.length === 0) return []
  return [`Stopped, and not started again: ${shortList(down)}`, `  paictl service start ${down.join(' ')}`]
}
