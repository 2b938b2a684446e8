import type { Graph } from './graph.ts'

/** Searches shortest cycles among nodes that all reach each other. */
export interface EdgeSearch {
  /**
   * Hands over a shortest cycle of every edge that leads to `node`, unless one as short was handed over before that the
   * edge lies on: so no cycle is handed over twice. Returns how many edges were looked at.
   * @param onCycle is given what lists the nodes of a cycle in the direction of their edges
   */
  from(node: number, onCycle: (cycle: () => readonly number[]) => void): number
}

/** Nodes are the indexes of `names`. Plain arrays of numbers: a tangle of thousands is searched thousands of times. */
export function searchable(names: readonly string[], graph: Graph): EdgeSearch {
  const { firstEdge, target, source } = edgesAmong(names, graph)
  const incoming = incomingEdges(target, names.length)
  /** Of every edge, the length of the shortest cycle handed over that it lies on. */
  const known = new Int32Array(target.length).fill(UNKNOWN)
  const depth = new Int32Array(names.length).fill(-1)
  const cameBy = new Int32Array(names.length).fill(-1)
  const queue = new Int32Array(names.length)

  /** The edges of the cycle that `closing` closes, from it backwards. */
  const edgesBack = (closing: number): number[] => {
    const edges = [closing]
    for (let at = source[closing] ?? 0; cameBy[at] !== -1; ) {
      const edge = cameBy[at] ?? 0
      edges.push(edge)
      at = source[edge] ?? 0
    }
    return edges
  }

  return {
    from(node, onCycle) {
      const wanted = (incoming[node] ?? []).filter((edge) => (known[edge] ?? 0) > 2)
      const deepest = wanted.reduce((most, edge) => Math.max(most, (known[edge] ?? 0) - 2), 0)
      const missing = new Set(wanted.map((edge) => source[edge] ?? 0))
      let looks = 0
      let ends = 1
      queue[0] = node
      depth[node] = 0
      for (let next = 0; next < ends && missing.size > 0; next += 1) {
        const at = queue[next] ?? 0
        const below = (depth[at] ?? 0) + 1
        if (below > deepest) break
        for (let edge = firstEdge[at] ?? 0; edge < (firstEdge[at + 1] ?? 0); edge += 1) {
          looks += 1
          const to = target[edge] ?? 0
          if (depth[to] !== -1) continue
          depth[to] = below
          cameBy[to] = edge
          queue[ends] = to
          ends += 1
          missing.delete(to)
        }
      }
      for (const edge of wanted) {
        const length = (depth[source[edge] ?? 0] ?? -1) + 1
        if (length === 0 || length >= (known[edge] ?? 0)) continue
        const cycle = edgesBack(edge)
        looks += cycle.length
        for (const one of cycle) if (length < (known[one] ?? 0)) known[one] = length
        onCycle(() => cycle.reverse().map((one) => source[one] ?? 0))
      }
      for (let index = 0; index < ends; index += 1) {
        depth[queue[index] ?? 0] = -1
        cameBy[queue[index] ?? 0] = -1
      }
      return looks
    },
  }
}

const UNKNOWN = 2 ** 31 - 1

interface Edges {
  /** The first edge of each node; those of one node follow each other. One longer than there are nodes. */
  readonly firstEdge: Int32Array
  readonly target: Int32Array
  readonly source: Int32Array
}

function edgesAmong(names: readonly string[], graph: Graph): Edges {
  const index = new Map(names.map((name, position) => [name, position]))
  const targets = names.map((name, from) =>
    (graph.get(name) ?? []).flatMap(({ to }) => {
      const node = index.get(to)
      return node === undefined || node === from ? [] : [node]
    }),
  )
  const firstEdge = new Int32Array(names.length + 1)
  for (const [from, list] of targets.entries()) firstEdge[from + 1] = (firstEdge[from] ?? 0) + list.length
  return {
    firstEdge,
    target: Int32Array.from(targets.flat()),
    source: Int32Array.from(targets.flatMap((list, from) => list.map(() => from))),
  }
}

function incomingEdges(target: Int32Array, nodes: number): readonly (readonly number[])[] {
  const incoming: number[][] = Array.from({ length: nodes }, () => [])
  for (const [edge, to] of target.entries()) incoming[to]?.push(edge)
  return incoming
}
