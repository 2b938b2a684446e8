import type { PathStep } from '../model/past-run.ts'
import type { Step } from '../model/plan.ts'

/** When nobody was there to carry a run out, in milliseconds since the epoch. */
export interface Pause {
  readonly from: number
  readonly to: number
}

/** When a step was under way, in milliseconds since the epoch; `first`: when it was begun at first, where that was interrupted. */
export interface Span {
  readonly first?: number
  readonly begun: number
  readonly ended: number
}

export interface RunTimes {
  /** When the run began, in milliseconds since the epoch. */
  readonly begun: number
  /** In their order. */
  readonly pauses?: readonly Pause[]
}

/**
 * The chain of steps that bounded a run's time: from the one that ended last back along, each time, the one among those
 * that had to be over before it that ended last. The first is the first of the chain.
 */
export function criticalPath(
  steps: readonly Step[],
  times: ReadonlyMap<string, Span>,
  { begun, pauses = [] }: RunTimes,
): PathStep[] {
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
    const waitedMs = attended(free, own.first ?? own.begun, pauses)
    path.push({ step: id, waitedMs, durationMs: own.ended - own.begun })
    id = before
  }
  return path.reverse()
}

/** How long of the time from one moment to another somebody was there to carry the run out. */
function attended(from: number, to: number, pauses: readonly Pause[]): number {
  const paused = pauses.reduce(
    (sum, pause) => sum + Math.max(0, Math.min(to, pause.to) - Math.max(from, pause.from)),
    0,
  )
  return Math.max(0, to - from - paused)
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
