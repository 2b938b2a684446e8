import toposort from 'toposort'
import type { Service } from '../model/service.ts'

/** One prerequisite of a node. */
export interface Edge {
  readonly to: string
  readonly optional: boolean
  /** One of the deployments that it follows, of which it takes nothing but the order. */
  readonly follows?: true
}

/** Every node with its prerequisites, both sorted by name. Edges lead to nodes of the graph only. */
export type Graph = ReadonlyMap<string, readonly Edge[]>

/** The graph of declared services; prerequisites that are not among them are left out (see checkGraph). */
export function graphOf(services: Iterable<Pick<Service, 'name' | 'prerequisites'>>): Graph {
  const nodes = new Map([...services].map((service) => [service.name, service.prerequisites]))
  return buildGraph(
    [...nodes].map(([name, prerequisites]) => [
      name,
      prerequisites.map(({ service: to, optional, follows }) => ({ to, optional, ...(follows && { follows }) })),
    ]),
  )
}

/** The same graph without the edges to deployments that are only followed: what a service's templates can take values from. */
export const withoutFollowed = (graph: Graph): Graph =>
  new Map(
    [...graph].map(([name, edges]) => [name, edges.some(isFollowed) ? edges.filter((one) => !isFollowed(one)) : edges]),
  )

const isFollowed = (edge: Edge): boolean => edge.follows === true

/** Builds a graph from plain lists: sorts, and drops duplicate edges and those that lead out of it. */
export function buildGraph(nodes: Iterable<readonly [string, readonly Edge[]]>): Graph {
  const entries = [...nodes].sort(([a], [b]) => compareNames(a, b))
  const names = new Set(entries.map(([name]) => name))
  return new Map(
    entries.map(([name, edges]) => {
      const unique = new Map<string, Edge>()
      for (const edge of edges) {
        if (names.has(edge.to) && !(unique.get(edge.to)?.optional === false)) unique.set(edge.to, edge)
      }
      return [name, [...unique.values()].sort((a, b) => compareNames(a.to, b.to))]
    }),
  )
}

/** The same nodes with every edge turned round: dependents in the place of prerequisites. */
export function reverse(graph: Graph): Graph {
  const reversed = new Map<string, Edge[]>([...graph.keys()].map((name) => [name, []]))
  // Nodes come in order of their names, so each list of dependents is sorted as it grows.
  for (const [name, edges] of graph) {
    for (const edge of edges) reversed.get(edge.to)?.push({ to: name, optional: edge.optional })
  }
  return reversed
}

/**
 * All that can be reached from `names`, themselves included, each with the node that first led there (`undefined` for
 * the names). Edges for which `follow` is false lead nowhere.
 */
export function closure(
  graph: Graph,
  names: Iterable<string>,
  follow: (edge: Edge) => boolean = () => true,
): Map<string, string | undefined> {
  const reached = new Map<string, string | undefined>()
  for (const name of [...names].sort(compareNames)) if (graph.has(name)) reached.set(name, undefined)
  // A Map's iteration visits what is added meanwhile: this is a breadth-first walk.
  for (const name of reached.keys()) {
    for (const edge of graph.get(name) ?? []) {
      if (!reached.has(edge.to) && follow(edge)) reached.set(edge.to, name)
    }
  }
  return reached
}

/**
 * The nodes, prerequisites before dependents, otherwise by name. The graph must be free of cycles.
 *
 * toposort recurses along a chain unless it is handed nodes that are already in order, so the components' own order
 * (which comes from an explicit stack) is what it gets.
 */
export function topologicalOrder(graph: Graph): string[] {
  const nodes = stronglyConnected(graph).flat()
  const edges = [...graph].flatMap(([name, list]) => list.map((edge): [string, string] => [edge.to, name]))
  return toposort.array(nodes, edges)
}

/** Groups of nodes that reach each other, prerequisites' groups first (Tarjan 1972, with an explicit stack). */
export function stronglyConnected(graph: Graph): string[][] {
  const groups: string[][] = []
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  for (const root of graph.keys()) {
    if (index.has(root)) continue
    const path: { name: string; next: number }[] = []
    const enter = (name: string): void => {
      index.set(name, index.size)
      low.set(name, index.size - 1)
      open.push(name)
      isOpen.add(name)
      path.push({ name, next: 0 })
    }
    enter(root)
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { name } = frame
      const edge = graph.get(name)?.[frame.next++]
      if (edge !== undefined) {
        if (!index.has(edge.to)) enter(edge.to)
        else if (isOpen.has(edge.to)) lower(low, name, index.get(edge.to))
        continue
      }
      path.pop()
      const parent = path.at(-1)
      if (parent !== undefined) lower(low, parent.name, low.get(name))
      if (low.get(name) === index.get(name)) {
        const group = open.splice(open.lastIndexOf(name))
        for (const member of group) isOpen.delete(member)
        groups.push(group)
      }
    }
  }
  return groups
}

function lower(low: Map<string, number>, name: string, to: number | undefined): void {
  low.set(name, Math.min(low.get(name) ?? 0, to ?? 0))
}

/** Names compare by code unit: the same order on every machine and locale. */
export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
