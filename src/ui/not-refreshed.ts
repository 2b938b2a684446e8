import type { Outcome } from '../model/outcome.ts'
import type { Plan } from '../model/plan.ts'
import { printable } from './printable.ts'
import { shortList } from './wording/lists.ts'

/**
 * Who follows what a run has brought up or changed, and was to be refreshed after that, and was not, with the command to type
 * next; no line where that is nobody. Of a refresh that failed its own lines tell, and of what is down those of `leftDown`.
 */
export function notRefreshed({ steps }: Plan, outcomes: ReadonlyMap<string, Outcome>): string[] {
  const renewed = steps.filter(({ operator }) => operator === 'start' || operator === 'refresh')
  const came = new Set(renewed.filter(({ id }) => outcomes.get(id)?.status === 'done').map((step) => step.service))
  const stops = new Map(steps.flatMap(({ id, operator, service }) => (operator === 'stop' ? [[service, id]] : [])))
  const missed = renewed.flatMap(({ id, operator, service, cause, deployments = [] }) => {
    const isOpen = isNotDone(outcomes.get(id))
    const stop = stops.get(service)
    const runs =
      operator === 'refresh' || (stop === undefined ? cause.trigger.kind === 'followed' : isNotDone(outcomes.get(stop)))
    const names = deployments.filter((name) => came.has(name))
    return isOpen && runs && names.length > 0 ? [{ service: printable(service), names: names.map(printable) }] : []
  })
  if (missed.length === 0) return []
  return [
    ...missed.map(
      ({ service, names }) => `Not refreshed after what it follows has come up (${shortList(names)}): ${service}`,
    ),
    `  paictl service refresh ${missed.map(({ service }) => service).join(' ')}`,
  ]
}

const isNotDone = (outcome: Outcome | undefined): boolean =>
  outcome?.status === 'blocked' || outcome?.status === 'cancelled'
