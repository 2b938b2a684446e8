import { closure, stronglyConnected, withoutFollowed } from '../../engine/graph.ts'
import { isError } from '../../model/diagnostic.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { type DeploymentsFor, knownRows } from '../followers/table-rows.ts'
import type { Invocation } from '../invocation.ts'
import type { Site } from '../project/site.ts'
import { type Rendering, type RenderRequest, renderServices } from './render.ts'
import { usedSections } from './used-sections.ts'

export interface SelectionRendering extends Rendering {
  /** The services whose errors keep the selected ones from being started. */
  readonly concerned: ReadonlySet<string>
}

/**
 * Renders what is selected, and before it all that its templates may take outputs from. Where services need each other in
 * a cycle there is no such order among them: they come out in some order, and the others in theirs.
 * What is followed is not rendered for its followers' sake.
 */
export async function renderSelection(
  site: Site,
  invocation: Invocation,
  selected: ReadonlySet<string>,
  { problemsOnly = false, deploymentsFor }: Pick<RenderRequest, 'problemsOnly' | 'deploymentsFor'> = {},
): Promise<SelectionRendering> {
  const graph = withoutFollowed(site.graph)
  const needed = closure(graph, selected)
  const concerned = concernedBy({ ...site, graph }, selected)
  // What is followed comes first, where it is rendered at all.
  const groups = stronglyConnected(site.graph)
  const rendering = await renderServices({
    project: site.project,
    configuration: site.configuration,
    graph,
    clusterDirectory: site.cluster.directory,
    env: invocation.env,
    selected: withComponents(concerned, site),
    problemsOnly,
    deploymentsFor,
    cyclic: new Set(groups.filter((group) => group.length > 1).flat()),
    order: groups.flat().filter((name) => needed.has(name)),
  })
  return { ...rendering, concerned: withComponents(concerned, site) }
}

/** With those of deployments: what is wrong with a component is wrong with each of its deployments. */
const withComponents = (names: ReadonlySet<string>, { project }: Pick<Site, 'project'>): ReadonlySet<string> =>
  new Set([...names, ...[...names].flatMap((name) => project.services.get(name)?.component ?? [])])

/**
 * The selected services, those whose sections their templates use, and those that all of these rely on for the values that
 * their modules derive: where these have errors, there is nothing to start the others with, though only they are selected.
 */
function concernedBy({ project, configuration, graph }: Site, selected: ReadonlySet<string>): ReadonlySet<string> {
  const { underived, diagnostics } = configuration
  const failed = new Set(diagnostics.filter(isError).flatMap((one) => one.service ?? []))
  const others = [...failed, ...underived].filter((name) => !selected.has(name))
  const users = [...selected].flatMap((name) => project.services.get(name) ?? [])
  const concerned = new Set([...selected, ...usedSections(project, users, new Set(others))])
  const relying = [...concerned].filter((name) => underived.has(name))
  if (relying.length === 0) return concerned
  return new Set([...concerned, ...[...closure(graph, relying).keys()].filter((name) => failed.has(name))])
}

/** Those of the services that can be rendered without an error, for who can do without the others. */
export async function renderSound(
  site: Site,
  invocation: Invocation,
  names: ReadonlySet<string>,
  deploymentsFor: DeploymentsFor = knownRows(site.cluster),
): Promise<Pick<Rendering, 'rendered' | 'renderAgain'>> {
  if (names.size === 0 || hasCycle(site)) return { rendered: new Map(), renderAgain: () => undefined }
  const { rendered, incomplete, diagnostics, renderAgain } = await renderSelection(site, invocation, names, {
    deploymentsFor,
  })
  const broken = new Set([...site.diagnostics, ...diagnostics].filter(isError).map((one) => one.service))
  const isSound = ([name, { service }]: readonly [string, RenderedService]): boolean =>
    names.has(name) && !broken.has(name) && !broken.has(service.component) && !incomplete.has(name)
  return { rendered: new Map([...rendered].filter(isSound)), renderAgain }
}

/** Whether the graph has no order, without which nothing can be rendered. */
const hasCycle = ({ diagnostics }: Pick<Site, 'diagnostics'>): boolean =>
  diagnostics.some((one) => one.code === 'cycle')
