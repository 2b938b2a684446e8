import { join } from 'node:path'
import { type Configuration, resolveConfiguration } from '../config/cluster/configuration.ts'
import { checkGraph, existsOn } from '../engine/check-graph.ts'
import { type Graph, graphOf } from '../engine/graph.ts'
import { listClusters } from '../io/cluster-file.ts'
import { readOptional } from '../io/project-file.ts'
import { type Diagnostic, diagnostic, isError } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Service } from '../model/service.ts'
import { type Cluster, findCluster, openCluster, stateOf } from './cluster.ts'
import { loadConfiguration } from './configuration.ts'
import type { Invocation } from './invocation.ts'
import { checkKubeconfig } from './named-paths.ts'
import { readOverlays } from './overlays.ts'
import { openProject, type Project } from './project.ts'
import { concernsAll } from './weigh.ts'

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
      ...checkGraph(project.services, { name: clusterType, span: configuration.clusterTypeSpan }),
      ...configuration.diagnostics,
    ]),
  })
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
    return ok(bareSite(invocation, { ...found.value, type: 'local' }, project))
  }
  if (project === undefined) return err(opened.ok ? [] : [opened.error])
  const identity = await readIdentity(project, invocation, state)
  return ok(bareSite(invocation, { ...identity, project: project.settings.root }, project))
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

/** The cluster's id and type as configured; where that cannot be read, as recorded for this project before. */
async function readIdentity(
  project: Project,
  invocation: Invocation,
  state: string,
): Promise<{ id: string; type: string }> {
  const { clusterConfigDirectory, name, root, fileSizeLimit } = project.settings
  const file = join(clusterConfigDirectory, 'services-configuration.yaml')
  const text = readOptional(file, fileSizeLimit)
  const servicesConfiguration = text.ok && text.value !== undefined ? { file, text: text.value } : undefined
  const { overlays, problems } = readOverlays(project, invocation)
  const resolved = await resolveConfiguration({ servicesConfiguration, overlays, projectName: name, components: [] })
  // Sections of services are unknown here, where no component was read: only what keeps the id from being read counts.
  const unreadable =
    !text.ok ||
    problems.length > 0 ||
    resolved.diagnostics.some((one) => isError(one) && !IRRELEVANT.includes(one.code))
  const identity = { id: resolved.clusterId, type: resolved.clusterType }
  if (!unreadable || resolved.clusterIdSpan !== undefined) return identity
  const [recorded, ...others] = listClusters(state).clusters.filter((cluster) => cluster.project === root)
  return recorded !== undefined && others.length === 0 ? { id: recorded.id, type: identity.type } : identity
}

/** What has no bearing on a cluster's id: sections of services, and references, which are not read for it. */
const IRRELEVANT: readonly string[] = ['unknown-section', 'merge-type', 'unresolved-reference', 'bad-reference']
