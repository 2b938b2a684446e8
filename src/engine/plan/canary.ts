import type { Plan, Step } from '../../model/plan.ts'
import { sortedNames } from './situation.ts'
import { inOrder, stepsBefore } from './step-order.ts'

/**
 * The plan with `count` of its refreshes done, and ready, before any other one begins: those that the least else has to be
 * touched for, the first of the plan among equals. A stop and start that takes a change in is a refresh, too. What these
 * themselves have to wait for cannot wait for them.
 */
export function withCanary(plan: Plan, count: number): Plan {
  const byId = new Map(plan.steps.map((step) => [step.id, step]))
  const refreshes = plan.steps.filter((step) => isRefresh(step, byId))
  const chosen = new Set(leastTouching(refreshes, byId).slice(0, count))
  const gates = refreshes.filter((step) => chosen.has(step)).map((step) => step.id)
  const free = stepsBefore(gates, byId)
  const held = new Set(
    refreshes.filter((step) => !chosen.has(step)).flatMap((step) => [step.id, `stop:${step.service}`]),
  )
  const steps = plan.steps.map((step) => {
    if (!held.has(step.id) || free.has(step.id)) return step
    const needs = sortedNames([...step.needs, ...gates])
    return { ...step, needs, after: step.after.filter((id) => !needs.includes(id)) }
  })
  return { ...plan, steps: inOrder(steps) }
}

/** Whether a step is the one with which a running service has taken a change in. */
function isRefresh({ operator, service }: Step, byId: ReadonlyMap<string, Step>): boolean {
  return operator === 'refresh' || (operator === 'start' && byId.has(`stop:${service}`))
}

/** By how many other services are acted on before each is done. */
function leastTouching(refreshes: readonly Step[], byId: ReadonlyMap<string, Step>): readonly Step[] {
  const touched = new Map(
    refreshes.map((step) => {
      const before = stepsBefore([step.id], byId, MOST_COUNTED)
      return [step, new Set([...before].map((id) => byId.get(id)?.service)).size]
    }),
  )
  return [...refreshes].sort((a, b) => (touched.get(a) ?? 0) - (touched.get(b) ?? 0))
}

/** From so many steps on, it is many. */
const MOST_COUNTED = 100
