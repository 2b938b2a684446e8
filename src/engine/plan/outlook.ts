import type { Observed } from '../../model/observed.ts'
import type { Plan, Step } from '../../model/plan.ts'
import type { StepOutlook } from '../../model/plan-report.ts'
import { reverse } from '../graph.ts'
import { recordedGraph } from './situation.ts'
import { isNeeded } from './stop.ts'

/** What is to be expected of each step of a plan, by its id. Of a stop and a start only the stop touches others. */
export function outlookOf(
  { steps }: Plan,
  observed: ReadonlyMap<string, Observed>,
): Readonly<Record<string, StepOutlook>> {
  const acting = new Set(steps.map((step) => step.service))
  const stopped = new Set(steps.flatMap((step) => (step.operator === 'stop' ? [step.service] : [])))
  const dependents = reverse(recordedGraph(observed))
  const running = (step: Step): StepOutlook['dependents'] => {
    if (step.operator === 'start' && stopped.has(step.service)) return []
    return (dependents.get(step.service) ?? [])
      .filter((edge) => isNeeded(edge) && RUNS.includes(observed.get(edge.to)?.state ?? ''))
      .map(({ to }) => ({ name: to, runsOn: !acting.has(to) }))
  }
  return Object.fromEntries(
    steps.map((step) => {
      const lastMs = observed.get(step.service)?.record?.durations[step.operator] ?? null
      return [step.id, { lastMs, dependents: running(step) }]
    }),
  )
}

/** An orphan runs, too, as far as anybody knows. */
const RUNS: readonly string[] = ['running', 'orphan']
