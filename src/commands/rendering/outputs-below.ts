import { closure, compareNames, type Graph } from '../../engine/graph.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'

export interface OutputsRequest {
  readonly service: Service
  /** Everything of it in which a template may mention outputs. */
  readonly texts: readonly string[]
  readonly services: ReadonlyMap<string, Service>
  readonly graph: Graph
  /** The services that need each other: of these no outputs are known before the cycle is broken. */
  readonly cyclic: ReadonlySet<string>
  /** The services whose errors are told. */
  readonly selected: ReadonlySet<string>
  readonly rendered: ReadonlyMap<string, RenderedService>
  /** Takes up the maps that lack what could not be had, by identity. */
  readonly incomplete: Set<unknown>
  /** The services whose prerequisites or outputs may not all be known. */
  readonly misdescribed: ReadonlySet<string>
}

type Outputs = Readonly<Record<string, string>>

/**
 * The outputs that a service's templates may use: those of everything that it needs, directly or not. What is not direct is
 * collected only where some text may ask for it, because the closures of a long chain add up to its length squared.
 */
export function outputsBelow(request: OutputsRequest): Readonly<Record<string, Outputs>> {
  const { service, texts, graph, cyclic, rendered, incomplete } = request
  const outputsOf = (name: string): [string, Outputs] => [name, rendered.get(name)?.outputs ?? notYet(incomplete)]
  const mentioned = mentionedNames(texts)
  if (mentioned?.size === 0) return {}
  const direct = (graph.get(service.name) ?? []).map((edge) => edge.to)
  const known = new Set([service.name, ...direct])
  if (mentioned !== undefined && [...mentioned].every((name) => known.has(name))) {
    return Object.fromEntries(direct.filter((name) => mentioned.has(name)).map(outputsOf))
  }
  if (cyclic.has(service.name)) {
    // All on the cycle are below each other: to collect them for each would take as long as their number squared.
    const some = Object.fromEntries(direct.map(outputsOf))
    incomplete.add(some)
    return some
  }
  const below = [...closure(graph, [service.name]).keys()].filter((name) => name !== service.name).sort(compareNames)
  const all = Object.fromEntries(below.map(outputsOf))
  if ([service.name, ...below].some((name) => isCut(name, request))) incomplete.add(all)
  return all
}

/** The services whose outputs the texts name; `undefined` where it cannot be told which, as in `{{#each outputs}}`. */
function mentionedNames(texts: readonly string[]): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const text of texts) {
    if (!text.includes('outputs')) continue
    for (const [, name] of text.matchAll(/outputs(?:\.\[?([\w-]+))?/g)) {
      if (name === undefined) return undefined
      names.add(name)
    }
  }
  return names
}

/** Whether a service may need more than is known of it, which was told. */
function isCut(name: string, { services, graph, selected, misdescribed }: OutputsRequest): boolean {
  if (!selected.has(name)) return false
  const prerequisites = services.get(name)?.prerequisites ?? []
  // A prerequisite that is wrongly written, or does not exist, has no outputs here.
  const isLost = prerequisites.some(
    (edge) => !graph.has(edge.service) && !(edge.optional && services.has(edge.service)),
  )
  return isLost || misdescribed.has(name)
}

/** Those of a service that comes later, because the two need each other: of these nothing can be missed. */
function notYet(incomplete: Set<unknown>): Outputs {
  const outputs = {}
  incomplete.add(outputs)
  return outputs
}
