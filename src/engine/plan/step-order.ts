import type { Step } from '../../model/plan.ts'
import type { Edge } from '../graph.ts'
import { sortedNames } from './situation.ts'

/** What comes before a step: the steps that it needs, and those that it only comes after. */
export type Before = Pick<Step, 'needs' | 'after'>

export const NOTHING_BEFORE: Before = { needs: [], after: [] }

/** Whether its service runs with what the project has when the step is done. */
export const isRenewing = ({ operator }: Step): boolean => operator === 'start' || operator === 'refresh'

/** The steps that end what is not started again. */
export function endedIn(steps: readonly Step[]): readonly Step[] {
  const renewed = new Set(steps.filter(isRenewing).map((step) => step.service))
  return steps.filter((step) => !isRenewing(step) && !renewed.has(step.service))
}

/** What is behind `edges`, where `behind` knows it of each node. A way over an optional edge orders, and no more. */
export function beforeOf(edges: readonly Edge[], behind: (name: string) => Before | undefined): Before {
  const needs = new Set<string>()
  const after = new Set<string>()
  for (const { to, optional } of edges) {
    const before = behind(to)
    for (const id of before?.needs ?? []) (optional ? after : needs).add(id)
    for (const id of before?.after ?? []) after.add(id)
  }
  for (const id of needs) after.delete(id)
  return { needs: sortedNames(needs), after: sortedNames(after) }
}

/** Those steps, and all that come before them; not many more than `most`. */
export function stepsBefore(
  ids: readonly string[],
  byId: ReadonlyMap<string, Step>,
  most = Number.POSITIVE_INFINITY,
): ReadonlySet<string> {
  // A Set's iteration visits what is added meanwhile.
  const found = new Set(ids)
  for (const id of found) {
    if (found.size >= most) break
    for (const before of [...(byId.get(id)?.needs ?? []), ...(byId.get(id)?.after ?? [])]) found.add(before)
  }
  return found
}

/** An order in which the steps could be run one by one: as it was, but each after what comes before it. */
export function inOrder(steps: readonly Step[]): Step[] {
  const byId = new Map(steps.map((step) => [step.id, step]))
  const placed = new Set<string>()
  const ordered: Step[] = []
  for (const step of steps) {
    const waiting = [step]
    for (let one = waiting.at(-1); one !== undefined; one = waiting.at(-1)) {
      const open = [...one.needs, ...one.after].flatMap((id) => (placed.has(id) ? [] : (byId.get(id) ?? [])))
      if (open.length > 0) {
        waiting.push(...open.reverse())
        continue
      }
      waiting.pop()
      if (!placed.has(one.id)) ordered.push(one)
      placed.add(one.id)
    }
  }
  return ordered
}
