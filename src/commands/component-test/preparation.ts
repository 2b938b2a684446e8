import { ASSIGNMENTS, assignmentsText } from '../../config/cluster/overlays.ts'
import { nearest } from '../../config/nearest.ts'
import { closure } from '../../engine/graph.ts'
import { deploymentFile } from '../../io/project/deployment-scan.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'
import type { Invocation } from '../invocation.ts'
import { openProject, type Project } from '../project/project.ts'
import { openSite, type Site } from '../project/site.ts'
import { renderSelection } from '../rendering/render-selection.ts'
import { concernsAll, weigh } from '../weigh.ts'
import { draftTest } from './draft.ts'
import { freePorts } from './ports.ts'

export interface ComponentTestRequest {
  /** A component, or a deployment. */
  readonly name: string
  /** What the deployment needs that a component of which there are many is tried out as. */
  readonly prerequisites?: readonly string[] | undefined
  /** The scratch state is left where it is. */
  readonly keep: boolean
}

export interface Prepared {
  readonly site: Site
  /** What stands for the component: itself, or a deployment of it. */
  readonly service: Service
  /** What commands are to be called with, but for the scratch state. */
  readonly adapted: Invocation
  readonly rendered: ReadonlyMap<string, RenderedService>
  /** The deployment whose configuration it has been given, as values were required and nobody gave them. */
  readonly like: string | undefined
}

export interface Unprepared {
  readonly problems: readonly Diagnostic[]
}

/** The project as it will be tested, or all that keeps the component from being started. */
export async function prepareTest(
  invocation: Invocation,
  request: ComponentTestRequest,
): Promise<Prepared | Unprepared> {
  const project = openProject(invocation)
  if (!project.ok) return { problems: [project.error] }
  const triedOut = deploymentOf(project.value, request)
  if (triedOut === undefined && (request.prerequisites ?? []).length > 0) {
    const message = `--prerequisite is for a component with "instances: many": what "${request.name}" needs is declared`
    return { problems: [diagnostic('bad-option', { message, command: 'paictl component test' })] }
  }
  if (triedOut === undefined) return await prepareFor(invocation, request.name)
  const { text, like, lacking } = await draftTest(invocation, { ...request, triedOut, project: project.value })
  const prepared = await prepareFor({ ...invocation, drafts: new Map([[triedOut, text]]) }, triedOut)
  if (!('problems' in prepared)) return { ...prepared, like }
  const file = deploymentFile(project.value.settings.clusterConfigDirectory, triedOut)
  const others = prepared.problems.filter((one) => !lacking.explains(one))
  return { problems: [...lacking.problems, ...others.map((one) => withoutOwnPlace(one, invocation, file))] }
}

/** `tested`: what stands for the component. */
async function prepareFor(extended: Invocation, tested: string): Promise<Prepared | Unprepared> {
  const opened = await openSite(extended)
  if (!opened.ok) return { problems: opened.error }
  const problem = untestable(opened.value, extended, tested)
  if (problem !== undefined) return { problems: [problem] }
  const ports = await freePorts(opened.value, neededBy(opened.value, tested))
  const adapted: Invocation = { ...extended, assignments: [...(extended.assignments ?? []), ...ports] }
  const again = await openSite(adapted)
  if (!again.ok) return { problems: again.error }
  const site = again.value
  const general = site.diagnostics.filter(concernsAll)
  const service = site.services.get(tested)
  if (general.length > 0 || service === undefined) return { problems: general }
  const { rendered, concerned, diagnostics } = await renderSelection(site, adapted, new Set(neededBy(site, tested)))
  const { blocking } = weigh([...site.diagnostics, ...diagnostics], concerned, site.project)
  return blocking.length > 0 ? { problems: blocking } : { site, service, adapted, rendered, like: undefined }
}

/** What was never typed is no place to point at. `file`: of the deployment that no file declares. */
function withoutOwnPlace(problem: Diagnostic, { assignments = [] }: Invocation, file: string): Diagnostic {
  const { span, ...rest } = problem
  const typed = assignments.length === 0 ? 0 : assignmentsText(assignments).split(/\r\n?|\n/).length
  const isOwn = span?.file === ASSIGNMENTS ? span.start.line > typed : span?.file === file
  return isOwn ? (rest as Diagnostic) : problem
}

/** What a component of which there are many is tried out as: one more deployment, which nothing else is called like. */
function deploymentOf(
  { components, services }: Project,
  { name: component }: ComponentTestRequest,
): string | undefined {
  if (components.get(component)?.instances !== 'many') return undefined
  const stem = component.slice(0, LONGEST_STEM).replace(/-$/, '')
  let name = `${stem}-test`
  for (let next = 2; components.has(name) || services.has(name); next++) name = `${stem}-test-${next}`
  return name
}

const LONGEST_STEM = 50

/** A service, and all that is started with it. */
export const neededBy = ({ graph }: Site, name: string): string[] => [
  ...closure(graph, [name], (edge) => !edge.optional).keys(),
]

/** Why a component cannot be tested at all. */
function untestable(
  { services, project, cluster }: Site,
  invocation: Invocation,
  name: string,
): Diagnostic | undefined {
  const declared = project.services.get(name)
  if (declared === undefined) {
    const known = [...services.keys(), ...project.components.keys()]
    return diagnostic('unknown-service', { name, nearest: nearest(name, known) })
  }
  if (!services.has(name)) {
    const data = { name, nearest: null, excludedFrom: cluster.type }
    return diagnostic('unknown-service', data, { span: declared.clusterTypesSpan })
  }
  // Of another cluster than this machine, nothing is apart but what is called otherwise.
  if (cluster.type === 'local' || invocation.kubeconfig !== undefined) return undefined
  return diagnostic('no-scratch-cluster', { service: name, clusterType: cluster.type }, { service: name })
}
