import { withoutConsequences } from '../config/cluster/consequences.ts'
import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Invocation } from './invocation.ts'
import { renderSelection } from './render-selection.ts'
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
  const rendering = await renderSelection(site, invocation, new Set(site.services.keys()), true)
  const all = withoutConsequences([...site.diagnostics, ...rendering.diagnostics], site.project)
  return { diagnostics: all, services: site.services.size, exitCode: all.some(isError) ? EXIT.usage : EXIT.done }
}
