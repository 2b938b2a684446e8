import { topologicalOrder } from '../engine/graph.ts'
import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Invocation } from './invocation.ts'
import { renderServices } from './render.ts'
import { openSite } from './site.ts'

export interface Validation {
  readonly diagnostics: readonly Diagnostic[]
  /** How many services were looked at. */
  readonly services: number
  readonly exitCode: number
}

/** Everything that is wrong with a whole project: descriptions, graph, configuration, templates. Nothing is run. */
export async function validateProject(invocation: Invocation): Promise<Validation> {
  const opened = await openSite(invocation)
  if (!opened.ok) return { diagnostics: opened.error, services: 0, exitCode: EXIT.usage }
  const { project, configuration, graph, cluster, services, diagnostics } = opened.value
  // Without an order nothing can be rendered: the cycles come first.
  const order = diagnostics.some((one) => one.code === 'cycle') ? [] : topologicalOrder(graph)
  const { env } = invocation
  const request = { project, configuration, graph, clusterDirectory: cluster.directory, env, order }
  const rendering = await renderServices(request)
  const all = [...diagnostics, ...rendering.diagnostics]
  return { diagnostics: all, services: services.size, exitCode: all.some(isError) ? EXIT.usage : EXIT.done }
}
