import { type Configuration, resolveConfiguration } from '../../config/cluster/configuration.ts'
import { ASSIGNMENTS } from '../../config/cluster/overlays.ts'
import { checkGraph, existsOn } from '../../engine/check-graph.ts'
import { type Graph, graphOf } from '../../engine/graph.ts'
import { listOwners, stateProblem } from '../../io/state/cluster-file.ts'
import { type Diagnostic, diagnostic, isError } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Service } from '../../model/service.ts'
import { type Invocation, OVERLAY_OPTION } from '../invocation.ts'
import { concernsAll } from '../weigh.ts'
import { type Cluster, checkOwner, findCluster, openCluster, stateOf } from './cluster.ts'
import { loadConfiguration, readClusterTexts } from './configuration.ts'
import { checkKubeconfig } from './named-paths.ts'
import { openProject, type Project } from './project.ts'

/** A project with its configuration resolved, and the cluster that it describes. */
export interface Site {
  readonly project: Project
  readonly configuration: Configuration
  /** The services that exist on this cluster type, by name. */
  readonly services: ReadonlyMap<string, Service>
  readonly graph: Graph
  readonly cluster: Cluster
  /** All that is wrong with descriptions, graph and configuration. */
  readonly diagnostics: readonly Diagnostic[]
}

/** What remains to work with when the project may be invalid, or gone: the cluster, and what could be read. */
export interface BareSite {
  readonly cluster: Cluster
  readonly services: ReadonlyMap<string, Service>
  /** `undefined` where the cluster is addressed without its project. */
  readonly project: Project | undefined
}

/** Opens what start, refresh and every look at declarations need. Problems are for the caller to weigh. */
export async function openSite(invocation: Invocation): Promise<Result<Site, Diagnostic[]>> {
  const opened = openProject(invocation)
  return opened.ok ? await openSiteOf(opened.value, invocation) : err([opened.error])
}

/** The same for a project whose descriptions have been read already. */
export async function openSiteOf(project: Project, invocation: Invocation): Promise<Result<Site, Diagnostic[]>> {
  const absent = checkKubeconfig(invocation)
  if (absent !== undefined) return err([absent])
  const configuration = await loadConfiguration(project, invocation)
  const { clusterId, clusterType } = configuration
  if (invocation.cluster !== undefined && invocation.cluster !== clusterId) {
    const message = `this project describes the cluster "${clusterId}", not "${invocation.cluster}"; leave out --cluster, or name the other one's project with -C`
    const general = configuration.secrets.maskDiagnostics(configuration.diagnostics.filter(concernsAll))
    // A cluster-id that could not be read is not another one.
    return err(general.length > 0 ? general : [diagnostic('bad-option', { message })])
  }
  const services = new Map([...project.services].filter(([, service]) => existsOn(service, clusterType)))
  const { settings } = project
  const cluster = openCluster(invocation, { id: clusterId, type: clusterType, settings, root: settings.root })
  return ok({
    project,
    configuration,
    services,
    graph: graphOf(services.values()),
    cluster,
    diagnostics: configuration.secrets.maskDiagnostics([
      ...project.diagnostics,
      ...checkGraph(project.services, { name: clusterType, span: configuration.clusterTypeSpan }, [
        ...project.components.keys(),
      ]),
      ...configuration.diagnostics.map((one) => saidOfDraft(one, project)),
    ]),
  })
}

/** What is not declared yet cannot be looked at by its name. */
function saidOfDraft(problem: Diagnostic, { undeclared }: Project): Diagnostic {
  if (problem.code !== 'schema-violation' || !undeclared.has(problem.data.service)) return problem
  return { ...problem, data: { ...problem.data, isUndeclared: true } }
}

/**
 * Opens what stop, delete and looking at what runs need: the cluster. Descriptions, templates and components'
 * configurations may be broken; with `--cluster` there need not be a project at all.
 */
export async function openBareSite(invocation: Invocation): Promise<Result<BareSite, Diagnostic[]>> {
  const absent = checkKubeconfig(invocation)
  if (absent !== undefined) return err([absent])
  const opened = openProject(invocation)
  const project = opened.ok ? opened.value : undefined
  const state = stateOf(invocation, project?.settings)
  if (invocation.cluster !== undefined) {
    const found = findCluster(state, invocation.cluster)
    if (!found.ok) return err([found.error])
    return usable(bareSite(invocation, { ...found.value, type: 'local' }, project))
  }
  if (project === undefined) return err(opened.ok ? [] : [opened.error])
  const identity = await readIdentity(project, invocation, state)
  if (!identity.ok) return identity
  return usable(bareSite(invocation, { ...identity.value, project: project.settings.root }, project))
}

function usable(site: BareSite): Result<BareSite, Diagnostic[]> {
  const unsafe = stateProblem(site.cluster.directory)
  return unsafe === undefined ? ok(site) : err([unsafe])
}

/** As `openBareSite`, for who needs the cluster to be this project's own without making it so: another one's is refused. */
export async function openOwnSite(invocation: Invocation): Promise<Result<BareSite, readonly Diagnostic[]>> {
  const opened = await openBareSite(invocation)
  if (!opened.ok) return opened
  const taken = checkOwner(opened.value.cluster)
  return taken === undefined ? opened : err([taken])
}

function bareSite(
  invocation: Invocation,
  { id, type, project: root }: { readonly id: string; readonly type: string; readonly project: string },
  project: Project | undefined,
): BareSite {
  const own = project?.settings.root === root ? project : undefined
  return {
    cluster: openCluster(invocation, { id, type, settings: own?.settings, root }),
    services: own?.services ?? new Map(),
    project: own,
  }
}

/**
 * The cluster's id and type as configured; where that cannot be read, the id that is recorded for this project. An error is
 * that none is known: what the project would be called by default may be another cluster.
 */
async function readIdentity(
  project: Project,
  invocation: Invocation,
  state: string,
): Promise<Result<{ id: string; type: string }, Diagnostic[]>> {
  const { name, root } = project.settings
  const { servicesConfiguration, overlays, problems } = readClusterTexts(project, invocation)
  const resolved = await resolveConfiguration({ servicesConfiguration, overlays, projectName: name, components: [] })
  // Sections of services are unknown here, where no component was read: only what keeps the id from being read counts.
  const inTheWay = [
    ...project.diagnostics.filter(hidesIdentity),
    ...problems.filter(({ span }) => !span?.file.endsWith('/layout.yaml')),
    ...resolved.diagnostics.filter((one) => isError(one) && !IRRELEVANT.includes(one.code)),
  ]
  const typed = inTheWay.filter((one) => [one, ...(one.related ?? [])].some(isTyped))
  if (typed.length > 0) return err(typed)
  const { clusterId: id, clusterType: type, clusterIdSpan } = resolved
  // What cannot be read of an overlay or of the settings may have given another one.
  const isRead =
    clusterIdSpan && (isTyped({ span: clusterIdSpan }) || inTheWay.every(isOf(servicesConfiguration?.file)))
  if (inTheWay.length === 0 || isRead) return ok({ id, type })
  const [recorded, ...others] = listOwners(state).filter((cluster) => cluster.project === root)
  return recorded !== undefined && others.length === 0 ? ok({ id: recorded.id, type }) : err(inTheWay)
}

/** Whether paictl.yaml may say what the cluster is, and cannot be read there. */
function hidesIdentity({ service, span, code, data }: Diagnostic): boolean {
  if (service !== undefined || !span?.file.endsWith('/paictl.yaml')) return false
  if (code === 'unknown-key') return SAYS_IDENTITY.includes(data.nearest ?? '')
  const what = 'what' in data ? String(data.what) : ''
  return !/^(?:components|parallel|file-size-limit)\b/.test(what)
}

const SAYS_IDENTITY: readonly string[] = ['cluster-config', 'overlays', 'state']

const isOf =
  (file: string | undefined) =>
  ({ span }: Pick<Diagnostic, 'span'>): boolean =>
    span?.file === file

/** Whether something is a mistake of the command line itself, which is never passed over. */
const isTyped = ({ span }: Pick<Diagnostic, 'span'>): boolean =>
  span?.file === ASSIGNMENTS || span?.file === OVERLAY_OPTION

/** What has no bearing on a cluster's id: sections of services, and references, which are not read for it. */
const IRRELEVANT: readonly string[] = ['unknown-section', 'merge-type', 'unresolved-reference', 'bad-reference']
