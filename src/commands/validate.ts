import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Invocation } from './invocation.ts'
import { hasCycle, renderSelection } from './render-selection.ts'
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
  const site = opened.value
  // Without an order nothing can be rendered: the cycles come first.
  const names = new Set(hasCycle(site) ? [] : site.services.keys())
  const rendering = names.size === 0 ? { diagnostics: [] } : await renderSelection(site, invocation, names)
  const all = [...site.diagnostics, ...rendering.diagnostics]
  return { diagnostics: all, services: site.services.size, exitCode: all.some(isError) ? EXIT.usage : EXIT.done }
}
