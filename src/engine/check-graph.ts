import { nearest as nearestTo } from '../config/nearest.ts'
import { type CycleEdge, type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Prerequisite, Service } from '../model/service.ts'
import { buildGraph, compareNames, type Graph, graphOf, stronglyConnected } from './graph.ts'

/** More cycles than these help nobody; the rest is counted. */
const MAX_CYCLES = 20
/** Counting ends when this many nodes were visited in search of cycles: from there on, there are at least so many. */
const MAX_VISITS = 500_000

/**
 * Everything that is wrong with the graph itself: prerequisites that do not exist, those that do not exist on this
 * cluster type, and cycles, with the place of each edge involved.
 * @param all the declared services, also those of other cluster types
 */
export function checkGraph(all: ReadonlyMap<string, Service>, clusterType: string): Diagnostic[] {
  const here = [...all.values()]
    .filter((service) => existsOn(service, clusterType))
    .sort((a, b) => compareNames(a.name, b.name))
  const problems = here.flatMap((service) =>
    service.prerequisites.flatMap((edge) => checkEdge(service, edge, all, clusterType)),
  )
  return [...problems, ...findCycles(graphOf(here), all)]
}

/** Whether a service is declared for a cluster type. */
export function existsOn(service: Service, clusterType: string): boolean {
  return service.clusterTypes?.includes(clusterType) ?? true
}

function checkEdge(
  service: Service,
  edge: Prerequisite,
  all: ReadonlyMap<string, Service>,
  clusterType: string,
): Diagnostic[] {
  const place = { span: edge.span, service: service.name }
  const target = all.get(edge.service)
  if (target === undefined) {
    const nearest = nearestTo(edge.service, all.keys())
    return [diagnostic('unknown-prerequisite', { service: service.name, prerequisite: edge.service, nearest }, place)]
  }
  // An optional prerequisite that does not exist here is simply never selected.
  if (edge.optional || existsOn(target, clusterType)) return []
  return [
    diagnostic('excluded-prerequisite', { service: service.name, prerequisite: edge.service, clusterType }, place),
  ]
}

function findCycles(graph: Graph, services: ReadonlyMap<string, Service>): Diagnostic[] {
  const found: Diagnostic[] = []
  let more = 0
  let visits = 0
  const groups = stronglyConnected(graph).filter((group) => group.length > 1)
  for (const group of groups.sort((a, b) => compareNames(smallest(a), smallest(b)))) {
    const members = new Set(group)
    const inside = buildGraph(
      [...members].map((name) => [name, (graph.get(name) ?? []).filter((edge) => members.has(edge.to))]),
    )
    const shown = new Set<string>()
    for (const [name, edges] of inside) {
      for (const { to } of edges) {
        if (shown.has(edgeKey(name, to))) continue
        if (found.length >= MAX_CYCLES && visits > MAX_VISITS) continue
        const { cycle, visited } = shortestCycle(inside, name, to)
        visits += visited
        for (const edge of cycle) shown.add(edgeKey(edge.service, edge.needs))
        if (found.length < MAX_CYCLES) found.push(cycleDiagnostic(cycle, services))
        else more += 1
      }
    }
  }
  return more === 0 ? found : [...found, diagnostic('more-cycles', { count: more })]
}

/** The shortest cycle that uses the edge `from` → `to`: breadth-first from `to` back to `from`. */
function shortestCycle(graph: Graph, from: string, to: string): { cycle: readonly CycleEdge[]; visited: number } {
  const cameFrom = new Map<string, string>([[to, from]])
  for (const name of cameFrom.keys()) {
    if (name === from) break
    for (const edge of graph.get(name) ?? []) if (!cameFrom.has(edge.to)) cameFrom.set(edge.to, name)
  }
  const cycle: CycleEdge[] = []
  for (let name = from; ; ) {
    const service = cameFrom.get(name) ?? from
    cycle.push({ service, needs: name })
    if (service === from) return { cycle: cycle.reverse(), visited: cameFrom.size }
    name = service
  }
}

function cycleDiagnostic(edges: readonly CycleEdge[], services: ReadonlyMap<string, Service>): Diagnostic {
  const places = edges.flatMap((edge) => {
    const span = services.get(edge.service)?.prerequisites.find((one) => one.service === edge.needs)?.span
    return span === undefined ? [] : [{ span, note: `${edge.service} needs ${edge.needs}` }]
  })
  const [first, ...related] = places
  return diagnostic('cycle', { edges }, { span: first?.span, related })
}

const edgeKey = (from: string, to: string): string => `${from}\n${to}`

const smallest = (names: readonly string[]): string => [...names].sort(compareNames)[0] ?? ''
