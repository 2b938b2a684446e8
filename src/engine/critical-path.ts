import type { PathStep } from '../model/past-run.ts'
import type { Step } from '../model/plan.ts'

/** When nobody was there to carry a run out, in milliseconds since the epoch. */
export interface Pause {
  readonly from: number
  readonly to: number
}

/** When a step was under way, in milliseconds since the epoch. */
export interface Span {
  readonly begun: number
  readonly ended: number
}

/**
 * The chain of steps that bounded a run's time: from the one that ended last back along, each time, the one among those
 * that had to be over before it that ended last. The first is the first of the chain.
 * @param begun when the run began, in milliseconds since the epoch
 */
export function criticalPath(steps: readonly Step[], times: ReadonlyMap<string, Span>, begun: number): PathStep[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const path: PathStep[] = []
  const seen = new Set<string>()
  let id = latest([...times.keys()], times)
  while (id !== undefined && !seen.has(id)) {
    seen.add(id)
    const own = times.get(id)
    const step = byId.get(id)
    if (own === undefined) break
    const before = latest([...(step?.needs ?? []), ...(step?.after ?? [])], times)
    const free = before === undefined ? begun : (times.get(before)?.ended ?? begun)
    path.push({ step: id, waitedMs: Math.max(0, own.begun - free), durationMs: own.ended - own.begun })
    id = before
  }
  return path.reverse()
}

/** Of those that were carried out, the one that ended last; of several, the first by name. */
function latest(ids: readonly string[], times: ReadonlyMap<string, Span>): string | undefined {
  let found: string | undefined
  for (const id of [...ids].sort()) {
    const ended = times.get(id)?.ended
    if (ended !== undefined && ended > (times.get(found ?? '')?.ended ?? Number.NEGATIVE_INFINITY)) found = id
  }
  return found
}
