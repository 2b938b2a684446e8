import type { Outcome } from '../model/outcome.ts'

/** A node of a walk; `needs` and `after` are ids of other nodes of the same walk, each in one of them only. */
export interface WalkNode {
  readonly id: string
  /** What a person calls it, when others are blocked by its failure. */
  readonly name: string
  readonly needs: readonly string[]
  /** What only has to have settled before, whatever became of it. */
  readonly after: readonly string[]
}

export interface WalkOptions<N extends WalkNode> {
  /** How many nodes are run side by side. */
  readonly slots: number
  /** How long a node is expected to take, in any unit: the longest remaining path goes first. */
  readonly weight: (node: N) => number
  /** `stop`: after a failure nothing new starts. `continue`: all that does not depend on it goes on. */
  readonly onFailure: 'continue' | 'stop'
  /** Once aborted, nothing new starts. */
  readonly cancelled: AbortSignal
  /** Nodes that are over already, by id. */
  readonly settled?: ReadonlyMap<string, Outcome>
  /** Ids of nodes that were begun before, and are not over: not run, they are cancelled in the middle. */
  readonly begun?: ReadonlySet<string>
  readonly run: (node: N) => Promise<Outcome>
  /** Called once for every node that was never run. */
  readonly notRun: (node: N, outcome: Outcome) => void
}

/**
 * Runs every node as soon as all that it needs is done, all that it comes after has settled, and a slot is free; the one
 * walk of all operators. Every node settles: one that needs a failed, blocked or cancelled node is blocked (by the roots
 * of the failure) or cancelled.
 * @returns the outcome of each node by id, in the order in which they settled
 */
export async function walk<N extends WalkNode>(
  nodes: readonly N[],
  options: WalkOptions<N>,
): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>()
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const dependents = new Map<string, N[]>(nodes.map((node) => [node.id, []]))
  const unsettled = new Map<string, number>()
  for (const node of nodes) {
    const awaited = [...node.needs, ...node.after]
    for (const id of awaited) dependents.get(id)?.push(node)
    unsettled.set(node.id, awaited.length)
  }
  const before = options.settled ?? new Map<string, Outcome>()
  const urgency = remainingPaths(nodes, dependents, options.weight)
  const ready: N[] = []
  let running = 0
  let stopped = false
  const bugs: unknown[] = []

  return await new Promise((resolve, reject) => {
    const settle = (node: N, outcome: Outcome): void => {
      // An explicit stack: a chain of 10,000 blocked nodes must not overflow the call stack.
      const settled: [N, Outcome][] = [[node, outcome]]
      for (let entry = settled.pop(); entry !== undefined; entry = settled.pop()) {
        const [one, result] = entry
        outcomes.set(one.id, result)
        if (result.status === 'failed' && options.onFailure === 'stop') stopped = true
        for (const dependent of dependents.get(one.id) ?? []) {
          const left = (unsettled.get(dependent.id) ?? 1) - 1
          unsettled.set(dependent.id, left)
          if (left > 0 || before.has(dependent.id)) continue
          const verdict = verdictOf(dependent)
          if (verdict === undefined) insert(ready, dependent, urgency)
          else {
            options.notRun(dependent, verdict)
            settled.push([dependent, verdict])
          }
        }
      }
    }
    const verdictOf = (node: N): Outcome | undefined => {
      const roots = new Set<string>()
      let cancelled = false
      for (const need of node.needs) {
        const outcome = outcomes.get(need)
        if (outcome?.status === 'failed') roots.add(byId.get(need)?.name ?? need)
        if (outcome?.status === 'blocked') for (const root of outcome.by) roots.add(root)
        if (outcome?.status === 'cancelled') cancelled = true
      }
      if (roots.size > 0) return { status: 'blocked', by: [...roots].sort() }
      return cancelled ? NOT_BEGUN : undefined
    }
    const next = (): void => {
      while (ready.length > 0 && (stopped || options.cancelled.aborted)) {
        const node = ready.pop()
        if (node === undefined) break
        const outcome = { ...NOT_BEGUN, begun: options.begun?.has(node.id) ?? false }
        options.notRun(node, outcome)
        settle(node, outcome)
      }
      while (ready.length > 0 && running < options.slots) {
        const node = ready.pop()
        if (node === undefined) break
        running += 1
        options.run(node).then(
          (outcome) => ended(() => settle(node, outcome)),
          (error) =>
            ended(() => {
              throw error
            }),
        )
      }
      if (running === 0 && ready.length === 0) resolve(outcomes)
    }
    const ended = (take: () => void): void => {
      running -= 1
      try {
        take()
        if (bugs.length === 0) next()
      } catch (error) {
        bugs.push(error)
      }
      // What runs beside a bug is awaited first, so that nobody goes on where somebody else is still at work.
      if (bugs.length > 0 && running === 0) reject(bugs[0])
    }
    const first = nodes.filter((node) => unsettled.get(node.id) === 0 && !before.has(node.id))
    for (const node of nodes) {
      const outcome = before.get(node.id)
      if (outcome !== undefined) settle(node, outcome)
    }
    for (const node of first) insert(ready, node, urgency)
    next()
  })
}

const NOT_BEGUN = { status: 'cancelled', begun: false, durationMs: 0 } as const

/** Of each node: its own weight and that of the heaviest path of dependents behind it. */
function remainingPaths<N extends WalkNode>(
  nodes: readonly N[],
  dependents: ReadonlyMap<string, readonly N[]>,
  weight: (node: N) => number,
): Map<string, number> {
  const paths = new Map<string, number>()
  // A plan lists its steps in an order in which they could run, so that dependents come later.
  for (const node of [...nodes].reverse()) {
    const behind = (dependents.get(node.id) ?? []).reduce((most, one) => Math.max(most, paths.get(one.id) ?? 0), 0)
    paths.set(node.id, behind + weight(node))
  }
  return paths
}

/** Keeps `ready` sorted so that the most urgent is last; among equals the one that came first in the plan. */
function insert<N extends WalkNode>(ready: N[], node: N, urgency: ReadonlyMap<string, number>): void {
  const own = urgency.get(node.id) ?? 0
  let low = 0
  let high = ready.length
  while (low < high) {
    const middle = (low + high) >> 1
    const other = ready[middle]
    if (other !== undefined && (urgency.get(other.id) ?? 0) < own) low = middle + 1
    else high = middle
  }
  ready.splice(low, 0, node)
}
