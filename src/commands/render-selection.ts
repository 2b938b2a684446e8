import { closure, topologicalOrder } from '../engine/graph.ts'
import type { Invocation } from './invocation.ts'
import { type Rendering, renderServices } from './render.ts'
import type { Site } from './site.ts'

/** Renders what is selected, and before it all that its templates may take outputs from. */
export function renderSelection(site: Site, invocation: Invocation, selected: ReadonlySet<string>): Promise<Rendering> {
  const needed = closure(site.graph, selected)
  return renderServices({
    project: site.project,
    configuration: site.configuration,
    graph: site.graph,
    clusterDirectory: site.cluster.directory,
    env: invocation.env,
    order: topologicalOrder(site.graph).filter((name) => needed.has(name)),
  })
}
