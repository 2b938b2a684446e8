import type { Deployment } from '../config/files/deployment-file.ts'
import { readServiceFile } from '../config/files/service-file.ts'
import { nearest } from '../config/nearest.ts'
import type { Component } from '../model/component.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { groupBy } from '../model/group-by.ts'
import type { Prerequisite, Service } from '../model/service.ts'
import { startOfFile } from '../model/span.ts'
import { compareNames } from './graph.ts'

/** The nodes of a project's graph, sorted by name, and what is wrong with what they name. */
export interface Nodes {
  readonly services: ReadonlyMap<string, Service>
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * What components and deployments make of each other: a component of which there is one is a service, and so is each
 * deployment. A prerequisite on a component of which there are many becomes one on each of its deployments, and so does
 * each component that is followed. A deployment whose component is not known stays a node, which has nothing to run.
 */
export function nodesOf(
  components: ReadonlyMap<string, Component>,
  deployments: ReadonlyMap<string, Deployment>,
): Nodes {
  const diagnostics: Diagnostic[] = []
  const nodes = new Map<string, Service>()
  for (const { name, instances, service } of components.values()) if (instances === 'one') nodes.set(name, service)
  for (const deployment of deployments.values()) {
    const { node, problem } = nodeOf(deployment, components)
    if (problem !== undefined) diagnostics.push(problem)
    if (node !== undefined) nodes.set(deployment.name, node)
  }
  const sorted = [...nodes].sort(([a], [b]) => compareNames(a, b))
  const deployed = groupBy(
    sorted.flatMap(([, node]) => (node.deployment === undefined ? [] : [node])),
    (node) => node.component,
  )
  const namesOf = (name: string): readonly string[] | undefined =>
    components.get(name)?.instances === 'many' ? (deployed.get(name) ?? []).map((node) => node.name) : undefined
  for (const { service } of components.values()) diagnostics.push(...checkFollowed(service, components))
  return {
    services: new Map(sorted.map(([name, node]) => [name, withEdges(node, namesOf)])),
    diagnostics,
  }
}

function nodeOf(
  deployment: Deployment,
  components: ReadonlyMap<string, Component>,
): { readonly node: Service | undefined; readonly problem?: Diagnostic } {
  const { name, file, component: named, prerequisites, description, tags } = deployment
  const namesake = components.get(name)
  if (namesake !== undefined) {
    const related = [{ span: startOfFile(namesake.service.file), note: 'the component' }]
    const problem = diagnostic('name-taken', { name }, { span: startOfFile(file), related, service: name })
    return { node: undefined, problem }
  }
  const component = named && components.get(named.value)
  const place = { file, span: named?.span ?? startOfFile(file) }
  const base = component?.service ?? nothingOf(named?.value ?? '', file)
  const node: Service = {
    ...base,
    name,
    deployment: place,
    prerequisites: [...base.prerequisites, ...prerequisites],
    description: description ?? base.description,
    tags: [...new Set([...base.tags, ...tags])],
  }
  // That it names none was said of its file.
  if (named === undefined) return { node }
  if (component === undefined) {
    const data = { component: named.value, by: name, nearest: nearestOfMany(named.value, components) }
    return { node, problem: diagnostic('unknown-component', data, { span: named.span, service: name }) }
  }
  if (component.instances === 'many') return { node }
  const data = { component: named.value, by: name, doing: 'deploys' as const }
  const related = [{ span: startOfFile(component.service.file), note: 'the component' }]
  return { node, problem: diagnostic('single-component', data, { span: named.span, related, service: name }) }
}

/** `namesOf`: the deployments of a component of which there are many, `undefined` for anything else. */
function withEdges(node: Service, namesOf: (name: string) => readonly string[] | undefined): Service {
  const edges = new Map<string, Prerequisite>()
  const add = (edge: Prerequisite): void => {
    const other = edges.get(edge.service)
    // One that is needed is needed, whoever else would only like to have it.
    if (other === undefined || (other.optional && !edge.optional)) edges.set(edge.service, edge)
  }
  for (const edge of node.prerequisites) {
    const names = namesOf(edge.service)
    if (names === undefined) add(edge)
    // A deployment that names its own component means the others.
    else for (const service of names) if (service !== node.name) add({ ...edge, service })
  }
  for (const { value, span } of node.follows) {
    for (const service of namesOf(value) ?? []) {
      if (service !== node.name) add({ service, optional: true, follows: true, span })
    }
  }
  const prerequisites = [...edges.values()]
  const isSame = prerequisites.length === node.prerequisites.length
  return isSame && prerequisites.every((edge, index) => edge === node.prerequisites[index])
    ? node
    : { ...node, prerequisites }
}

function checkFollowed(service: Service, components: ReadonlyMap<string, Component>): Diagnostic[] {
  return service.follows.flatMap(({ value: component, span }) => {
    const place = { span, service: service.name }
    const found = components.get(component)
    if (found === undefined) {
      const data = { component, by: service.name, nearest: nearestOfMany(component, components) }
      return [diagnostic('unknown-component', data, place)]
    }
    if (found.instances === 'many') return []
    const related = [{ span: startOfFile(found.service.file), note: 'the component' }]
    return [diagnostic('single-component', { component, by: service.name, doing: 'follows' }, { ...place, related })]
  })
}

/** The nearest of the components that can be deployed; of all, where none of these is near. */
function nearestOfMany(name: string, components: ReadonlyMap<string, Component>): string | null {
  const many = [...components.values()].filter(({ instances }) => instances === 'many').map((one) => one.name)
  return nearest(name, many) ?? nearest(name, [...components.keys()])
}

/** What is known of a deployment whose component is not. */
const nothingOf = (component: string, file: string): Service =>
  readServiceFile({ component, directory: '', file, text: undefined }).service
