import type { Step } from '../../model/plan.ts'
import type { Edge } from '../graph.ts'
import { sortedNames } from './situation.ts'

/** What comes before a step: the steps that it needs, and those that it only comes after. */
export type Before = Pick<Step, 'needs' | 'after'>

export const NOTHING_BEFORE: Before = { needs: [], after: [] }

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
