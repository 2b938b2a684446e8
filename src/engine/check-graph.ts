import { nearest as nearestTo } from '../config/nearest.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { CycleEdge } from '../model/diagnostics/graph.ts'
import type { Prerequisite, Service } from '../model/service.ts'
import type { Span } from '../model/span.ts'
import { findCycles } from './cycles.ts'
import { compareNames, graphOf } from './graph.ts'

/** More cycles than these help nobody; the rest is counted. */
const MAX_CYCLES = 20
/** For more unknown names than these no near one is searched: it takes as long as there are services. */
const MAX_SUGGESTIONS = 500

/** The cluster type, and where the configuration sets it; no span where it is the default. */
export interface ClusterType {
  readonly name: string
  readonly span?: Span | undefined
}

/**
 * Everything that is wrong with the graph itself: prerequisites that do not exist, those that do not exist on this
 * cluster type, and cycles, with the place of each edge involved.
 * @param all the declared services, also those of other cluster types
 * @param others what else can be named as a prerequisite
 */
export function checkGraph(
  all: ReadonlyMap<string, Service>,
  clusterType: ClusterType,
  others: readonly string[] = [],
): Diagnostic[] {
  const here = [...all.values()]
    .filter((service) => existsOn(service, clusterType.name))
    .sort((a, b) => compareNames(a.name, b.name))
  const suggest = suggestions([...all.keys(), ...others].sort(compareNames))
  const problems = here.flatMap((service) =>
    service.prerequisites.flatMap((edge) => checkEdge(service, edge, { all, clusterType, suggest })),
  )
  return [...problems, ...checkCycles(here, all)]
}

/**
 * What is wrong with the prerequisites of the services that do not exist on a cluster type: names of nothing, and for each
 * of their own types what `checkGraph` says of them there.
 */
export function checkGraphElsewhere(all: ReadonlyMap<string, Service>, clusterType: string): Diagnostic[] {
  const elsewhere = new Map([...all].filter(([, service]) => !existsOn(service, clusterType)))
  const types = new Set([...elsewhere.values()].flatMap((service) => service.clusterTypes ?? []))
  const isTheirs = (one: Diagnostic): boolean =>
    one.code === 'cycle'
      ? one.data.edges.some((edge) => elsewhere.has(edge.service))
      : one.service !== undefined && elsewhere.has(one.service)
  const found = new Map<string, Diagnostic>()
  for (const type of [...types].sort(compareNames)) {
    for (const one of checkGraph(all, { name: type }).filter(isTheirs)) {
      const key = JSON.stringify([one.code, one.span, one.data])
      if (!found.has(key)) found.set(key, one)
    }
  }
  return [...found.values()]
}

/** Whether a service is declared for a cluster type. */
export function existsOn(service: Service, clusterType: string): boolean {
  return service.clusterTypes?.includes(clusterType) ?? true
}

interface EdgeContext {
  readonly all: ReadonlyMap<string, Service>
  readonly clusterType: ClusterType
  readonly suggest: (name: string) => string | null
}

function checkEdge(service: Service, edge: Prerequisite, { all, clusterType, suggest }: EdgeContext): Diagnostic[] {
  const place = { span: edge.span, service: service.name }
  const target = all.get(edge.service)
  if (target === undefined) {
    const data = { service: service.name, prerequisite: edge.service, nearest: suggest(edge.service) }
    return [diagnostic('unknown-prerequisite', data, place)]
  }
  // An optional prerequisite that does not exist here is simply never selected.
  if (edge.optional || existsOn(target, clusterType.name)) return []
  const data = { service: service.name, prerequisite: edge.service, clusterType: clusterType.name }
  const { clusterTypesSpan: limited } = target
  const related = [
    ...(limited ? [{ span: limited, note: `where "${target.name}" exists` }] : []),
    ...(clusterType.span ? [{ span: clusterType.span, note: 'the cluster type' }] : []),
  ]
  return [diagnostic('excluded-prerequisite', data, related.length === 0 ? place : { ...place, related })]
}

/** The nearest of the services' names, each searched once. */
function suggestions(names: readonly string[]): (name: string) => string | null {
  const found = new Map<string, string | null>()
  return (name) => {
    const known = found.get(name)
    if (known !== undefined || found.size >= MAX_SUGGESTIONS) return known ?? null
    const near = nearestTo(name, names)
    found.set(name, near)
    return near
  }
}

function checkCycles(here: readonly Service[], services: ReadonlyMap<string, Service>): Diagnostic[] {
  const { shown, more, isAtLeast, others } = findCycles(graphOf(here), MAX_CYCLES)
  const problems = shown.map((edges) => cycleDiagnostic(edges, services))
  if (more === 0 && !isAtLeast) return problems
  const place = { span: placeOn(others, services) }
  return [...problems, diagnostic('more-cycles', { count: more, isAtLeast, services: others }, place)]
}

function cycleDiagnostic(edges: readonly CycleEdge[], services: ReadonlyMap<string, Service>): Diagnostic {
  const places = edges.flatMap((edge) => {
    const span = spanOfEdge(edge, services)
    return span === undefined ? [] : [{ span, note: `${edge.service} needs ${edge.needs}` }]
  })
  const [first, ...related] = places
  return diagnostic('cycle', { edges }, { span: first?.span, related })
}

const spanOfEdge = ({ service, needs }: CycleEdge, services: ReadonlyMap<string, Service>): Span | undefined =>
  services.get(service)?.prerequisites.find((one) => one.service === needs)?.span

/** The first prerequisite by which one of the services needs another of them. */
function placeOn(others: readonly string[], services: ReadonlyMap<string, Service>): Span | undefined {
  const among = new Set(others)
  for (const name of others) {
    const edge = services.get(name)?.prerequisites.find(({ service }) => among.has(service))
    if (edge !== undefined) return edge.span
  }
  return undefined
}
