import type { Change } from '../../model/change.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Observed } from '../../model/observed.ts'
import type { Followed, Plan } from '../../model/plan.ts'
import { type Applied, mayBeAlive } from '../../model/record.ts'
import type { Service } from '../../model/service.ts'
import { buildGraph, compareNames, type Edge, type Graph, stronglyConnected } from '../graph.ts'

/** All that a planner may know. It reads nothing else: the same situation gives the same plan. */
export interface Situation {
  /** What the project declares for this cluster type; empty where the project is not needed or not valid. */
  readonly services: ReadonlyMap<string, Service>
  readonly declared: Graph
  /** Of every service that the request may touch. */
  readonly observed: ReadonlyMap<string, Observed>
  /** Of the rendered services, as they would be started now. */
  readonly fingerprints: ReadonlyMap<string, string>
  /** What is otherwise with one that has another fingerprint than it was started with, as far as it is known. */
  readonly changes?: (service: string) => readonly Change[]
  /** Of those who run and are to take in others than they follow by now, what has changed. */
  readonly stale?: ReadonlyMap<string, Followed>
}

/** Either a plan, with what a person should know about it, or why there is none. */
export interface Planned {
  readonly plan: Plan
  /** Refusals and the like; with an error among them the plan must not be executed. */
  readonly problems: readonly Diagnostic[]
}

/** The graph of what is recorded, by the prerequisites that each service was last started with; free of cycles. */
export function recordedGraph(observed: ReadonlyMap<string, Pick<Observed, 'record'>>): Graph {
  const graph = buildGraph([...observed].map(([name, { record }]) => [name, appliedEdges(record?.applied)]))
  return withoutContradictions(graph, (name) => observed.get(name)?.record?.applied?.version ?? '')
}

/** The prerequisites of a service as it was last started. */
export function appliedEdges(applied: Applied | null | undefined): Edge[] {
  return [
    ...(applied?.prerequisites ?? []).map((to) => ({ to, optional: false })),
    ...(applied?.optionalPrerequisites ?? []).map((to) => ({ to, optional: true })),
    ...Object.keys(applied?.followed ?? {}).map((to) => ({ to, optional: true })),
  ]
}

/**
 * A project that turns an edge round between two starts leaves records that need each other. Among services that do,
 * only those edges hold that lead from one to another that was started before it.
 */
function withoutContradictions(graph: Graph, versionOf: (name: string) => string): Graph {
  const groups = stronglyConnected(graph)
  const groupOf = new Map(groups.flatMap((members, index) => members.map((name) => [name, index] as const)))
  const isLater = (one: string, other: string): boolean =>
    (compareNames(versionOf(one), versionOf(other)) || compareNames(one, other)) > 0
  return new Map(
    [...graph].map(([name, edges]) => [
      name,
      edges.filter(({ to }) => groupOf.get(to) !== groupOf.get(name) || isLater(name, to)),
    ]),
  )
}

/** Whether something of a service may be alive, so that what it needs must not be taken away from under it. */
export function isAlive(observed: Observed | undefined): boolean {
  if (observed?.record?.kind === 'job' && observed.record.phase === 'failed') return false
  return mayBeAlive(observed?.record)
}

/** Whether the delete of a service was begun, and nobody is at it any more: started now, it would come back without its data. */
export const isDeleteInterrupted = (observed: Observed | undefined): boolean =>
  observed?.record?.phase === 'deleting' && observed.state !== 'deleting'

/**
 * Whether a refresh was begun and nobody has seen its end, while nothing speaks against it that the service runs on: it is to
 * be refreshed again.
 */
export const isRefreshInterrupted = (observed: Observed | undefined): boolean =>
  observed?.record?.phase === 'refreshing' && observed.state === 'interrupted' && observed.answer?.status !== 'down'

/** Whether somebody has asked for its stop, and nobody has seen the end of that. */
export function isStopInterrupted(observed: Observed | undefined): boolean {
  const { phase, held = false } = observed?.record ?? {}
  if (!held || phase !== 'stopping') return false
  return observed?.state === 'interrupted' || observed?.state === 'unknown'
}

/** Whether a service was ever started here and not deleted since. */
export function wasStarted(observed: Observed | undefined): boolean {
  return observed?.record !== undefined && observed.record.phase !== 'never-started'
}

export const sortedNames = (names: Iterable<string>): string[] => [...new Set(names)].sort(compareNames)
