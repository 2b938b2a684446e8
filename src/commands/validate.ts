import { withoutConsequences, withoutRepetitions } from '../config/cluster/consequences.ts'
import { checkGraphElsewhere } from '../engine/check-graph.ts'
import { graphOf } from '../engine/graph.ts'
import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Invocation } from './invocation.ts'
import { ComponentFiles } from './project/component-files.ts'
import type { Project } from './project/project.ts'
import { openSite, type Site } from './project/site.ts'
import { renderSelection } from './rendering/render-selection.ts'

export interface Validation {
  readonly diagnostics: readonly Diagnostic[]
  /** How many services were looked at. */
  readonly services: number
  /** How many of them do not exist on this cluster type. */
  readonly elsewhere: number
  readonly clusterType: string
  readonly exitCode: number
}

/** Everything that is wrong with a whole project: descriptions, graph, configuration, templates. Nothing is run. */
export async function validateProject(invocation: Invocation): Promise<Validation> {
  const opened = await openSite(invocation)
  if (!opened.ok) {
    return { diagnostics: opened.error, services: 0, elsewhere: 0, clusterType: '', exitCode: EXIT.usage }
  }
  const site = opened.value
  const { services } = site.project
  const { clusterType } = site.configuration
  const rendering = await renderSelection(site, invocation, new Set(site.services.keys()), { problemsOnly: true })
  const elsewhereFound = await checkElsewhere(site, invocation)
  const found = [...site.diagnostics, ...rendering.diagnostics, ...elsewhereFound, ...checkUndeployed(site.project)]
  const all = withoutRepetitions(withoutConsequences(found, site.project), services)
  const elsewhere = services.size - site.services.size
  const exitCode = all.some(isError) ? EXIT.usage : EXIT.done
  return { diagnostics: all, services: services.size, elsewhere, clusterType, exitCode }
}

/** What can be said of the services that exist on other cluster types only: as if they existed on this one. */
async function checkElsewhere(site: Site, invocation: Invocation): Promise<Diagnostic[]> {
  const { services } = site.project
  const elsewhere = new Set([...services.keys()].filter((name) => !site.services.has(name)))
  if (elsewhere.size === 0) return []
  const complete = { ...site, services, graph: graphOf(services.values()) }
  const { diagnostics } = await renderSelection(complete, invocation, elsewhere, { problemsOnly: true })
  return [
    ...checkGraphElsewhere(services, site.configuration.clusterType),
    ...diagnostics.filter((one) => one.service !== undefined && elsewhere.has(one.service) && !isOfCluster(one)),
  ]
}

/** What is wrong with the files of components that nobody has deployed yet. */
function checkUndeployed(project: Project): Diagnostic[] {
  const deployed = new Set([...project.services.values()].map((service) => service.component))
  const problems: Diagnostic[] = []
  const files = new ComponentFiles(project)
  for (const { name, service } of project.components.values()) if (!deployed.has(name)) files.sources(service, problems)
  return problems
}

/** Whether a name is missed of what the whole cluster is given, which on another cluster type may be more. */
const isOfCluster = ({ code, data }: Diagnostic): boolean =>
  code === 'template-unknown-name' && /^(?:layout|env|cluster_cfg\.(?:cluster|layout))\b/.test(data.name)
