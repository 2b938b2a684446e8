import type { CycleEdge } from '../model/diagnostics/graph.ts'
import { searchable } from './edge-search.ts'
import { compareNames, type Graph, stronglyConnected } from './graph.ts'

/** The cycles of a graph: of every edge that lies on one, a shortest. */
export interface Cycles {
  /** Each once, from its first service by name round to it; of every group of services that need each other at least one. */
  readonly shown: readonly (readonly CycleEdge[])[]
  /** How many there are besides. */
  readonly more: number
  /** The search was ended: there may be more than `more`. */
  readonly isAtLeast: boolean
  /** The services that lie on cycles, but on none of those shown; sorted. */
  readonly others: readonly string[]
}

/** Edges that are looked at before the search ends: some tenths of a second. A single cycle of 5,000 takes 25 millions. */
const MAX_LOOKS = 50_000_000

/** Finds cycles and hands out at most `most` of them; the others are counted, as far as that takes bounded time. */
export function findCycles(graph: Graph, most: number): Cycles {
  const groups = stronglyConnected(graph)
    .filter((group) => group.length > 1)
    .map((group) => group.sort(compareNames))
    .sort(([a = ''], [b = '']) => compareNames(a, b))
  const found: { readonly rank: number; readonly edges: readonly CycleEdge[] }[] = []
  let count = 0
  let looks = 0
  let isAtLeast = false
  for (const names of groups) {
    const search = searchable(names, graph)
    let rank = 0
    for (let node = 0; node < names.length; node += 1) {
      // Of each group one cycle is found, however long that takes.
      if (looks > MAX_LOOKS && rank > 0) {
        isAtLeast = true
        break
      }
      looks += search.from(node, (cycle) => {
        if (rank < most) found.push({ rank, edges: edgesOf(cycle(), names) })
        rank += 1
      })
    }
    count += rank
  }
  // First one of each group, then another of each: who untangles all at once should see all tangles.
  const shown = found
    .sort((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ edges }) => edges)
  const named = new Set(shown.flatMap((edges) => edges.map((edge) => edge.service)))
  const others = groups.flatMap((names) => names.filter((name) => !named.has(name))).sort(compareNames)
  return { shown, more: count - shown.length, isAtLeast, others }
}

/** The edges of a cycle of nodes, the first by name first. */
function edgesOf(cycle: readonly number[], names: readonly string[]): CycleEdge[] {
  const start = cycle.indexOf(cycle.reduce((least, node) => Math.min(least, node)))
  const turned = [...cycle.slice(start), ...cycle.slice(0, start)].map((node) => names[node] ?? '')
  return turned.map((service, index) => ({ service, needs: turned[(index + 1) % turned.length] ?? '' }))
}
