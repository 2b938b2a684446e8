import type { Configuration } from '../../config/cluster/configuration.ts'
import { servicesLacking } from '../../config/cluster/consequences.ts'
import { type ContextGaps, incompleteMaps } from '../../config/rendering/incomplete-context.ts'
import {
  type DeployFileSource,
  environmentOf,
  renderService,
  templateContext,
} from '../../config/rendering/render-service.ts'
import { findSupplier } from '../../config/rendering/template-suppliers.ts'
import { createRenderer, type Renderer } from '../../config/template/renderer.ts'
import type { ContextNotes } from '../../config/template/supplier.ts'
import { closure, type Graph } from '../../engine/graph.ts'
import { dataDirectory, runDirectory } from '../../io/state/state-layout.ts'
import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject } from '../../model/json.ts'
import type { FollowedDeployment, RenderedService } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'
import { type DeploymentsFor, declaredRows } from '../followers/table-rows.ts'
import { ComponentFiles } from '../project/component-files.ts'
import type { Project } from '../project/project.ts'
import { concernsAll } from '../weigh.ts'
import { outputsBelow } from './outputs-below.ts'
import { checkRendering, digestRendering } from './rendered-digest.ts'

export interface RenderRequest {
  readonly project: Project
  readonly configuration: Configuration
  readonly graph: Graph
  /** The cluster's state directory: templates are told where a service's data lies. */
  readonly clusterDirectory: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Prerequisites before dependents; what a service's templates see as `outputs` must be among them. */
  readonly order: readonly string[]
  /** Those of them that need each other. */
  readonly cyclic: ReadonlySet<string>
  /** Those of them whose errors keep the request from being carried out. */
  readonly selected: ReadonlySet<string>
  /** What followers see; without it, what of their deployments is rendered before them. */
  readonly deploymentsFor?: DeploymentsFor | undefined
  /** Only what is wrong is asked for: nothing is hashed, and what is rendered has no files. */
  readonly problemsOnly?: boolean
}

export interface Rendering {
  /** Of all services that could be rendered, by name. */
  readonly rendered: ReadonlyMap<string, RenderedService>
  /** Those of them that lack something which another's error, and none of their own, keeps them from having. */
  readonly incomplete: ReadonlySet<string>
  readonly diagnostics: readonly Diagnostic[]
  /** Renders a follower once more, with other deployments; `undefined` for what was not rendered before. */
  readonly renderAgain: (
    name: string,
    deployments: readonly FollowedDeployment[],
  ) => { readonly service: RenderedService; readonly diagnostics: readonly Diagnostic[] } | undefined
}

/** Renders services in memory: all their templates, outputs and readiness. Nothing is written. */
export async function renderServices(request: RenderRequest): Promise<Rendering> {
  const renderer = await createRenderer()
  const { configuration, project, selected } = request
  const isShown = (one: Diagnostic): boolean =>
    one.service === undefined ? concernsAll(one) : selected.has(one.service)
  const known: Known = {
    env: environmentOf(request.env),
    rendered: new Map(),
    incomplete: incompleteMaps(configuration, isShown, (name) => selected.has(name)),
    files: new ComponentFiles(project),
    misdescribed: servicesLacking(project.diagnostics.filter(isShown), ['prerequisite', 'outputs']),
  }
  const incomplete = new Set<string>()
  const diagnostics: Diagnostic[] = []
  for (const name of request.order) {
    const service = project.services.get(name)
    if (service === undefined) continue
    if (!project.components.has(service.component)) {
      // Of what it is a deployment is not known, which was said.
      incomplete.add(name)
      continue
    }
    const one = renderOne(service, request, renderer, known)
    append(diagnostics, one.diagnostics)
    if (!one.isComplete) incomplete.add(name)
    known.rendered.set(name, one.service)
  }
  const renderAgain: Rendering['renderAgain'] = (name, deployments) => {
    const service = known.rendered.get(name)?.service
    if (service === undefined) return undefined
    const one = renderOne(service, request, renderer, known, deployments)
    return { service: one.service, diagnostics: configuration.secrets.maskDiagnostics(one.diagnostics) }
  }
  const told = configuration.secrets.maskDiagnostics(diagnostics)
  return { rendered: known.rendered, incomplete, diagnostics: told, renderAgain }
}

/** What is known so far. */
interface Known {
  /** As templates see it. */
  readonly env: JsonObject
  readonly rendered: Map<string, RenderedService>
  readonly files: ComponentFiles
  /** Maps, by identity, that lack what could not be had: templates may miss names there. */
  readonly incomplete: ContextGaps
  /** The services, and components, whose prerequisites or outputs may not all be known. */
  readonly misdescribed: ReadonlySet<string>
}

function renderOne(
  service: Service,
  request: RenderRequest,
  renderer: Renderer,
  known: Known,
  given?: readonly FollowedDeployment[],
): { service: RenderedService; isComplete: boolean; diagnostics: readonly Diagnostic[] } {
  const { configuration, clusterDirectory, project } = request
  const problems: Diagnostic[] = []
  const sources = known.files.sources(service, problems)
  const { deploymentsFor = declaredRows } = request
  const deployments = service.follows.length > 0 ? (given ?? deploymentsFor(service, known.rendered)) : undefined
  const config = configuration.sections.get(service.name)?.config ?? {}
  const texts = textsOf(service, sources)
  const outputsOfOthers = outputsBelow({ service, texts, ...request, services: project.services, ...known })
  const context = templateContext({
    clusterCfg: configuration.clusterCfg,
    layout: configuration.layout,
    service,
    config,
    dataDirectory: dataDirectory(clusterDirectory, service.name),
    runDirectory: runDirectory(clusterDirectory, service.name),
    outputs: outputsOfOthers,
    deployments,
    env: known.env,
  })
  const { clusterType } = configuration
  const description = project.descriptions.get(service.component)
  const rendering = renderService({
    service,
    clusterType,
    config,
    context,
    notes: notesOf(service, request, known),
    renderer,
    deployFiles: sources,
    description,
    secrets: configuration.secrets,
  })
  const { outputs, readiness, isComplete } = rendering
  const isMisdescribed = known.misdescribed.has(service.name) || known.misdescribed.has(service.component)
  const lacksOutputs = !rendering.hasAllOutputs || isMisdescribed
  if (lacksOutputs && request.selected.has(service.name)) known.incomplete.add(outputs)
  const digestible = { service, config, files: rendering.files, description: description ?? '' }
  const { files, fingerprint, manifest } = (request.problemsOnly ? checkRendering : digestRendering)(
    digestible,
    known.files,
    problems,
  )
  const commandLine = [...configuration.commandLine, ...(configuration.sections.get(service.name)?.commandLine ?? [])]
  const resolved = { clusterType, config, commandLine, secrets: configuration.secrets }
  const following = deployments && { deployments }
  const done = { service, ...resolved, files, ...following, outputs, readiness, fingerprint, manifest }
  return { service: done, isComplete, diagnostics: [...problems, ...rendering.diagnostics] }
}

function notesOf(service: Service, { project, graph }: RenderRequest, { incomplete }: Known): ContextNotes {
  const { clusterConfigDirectory } = project.settings
  const needs = (name: string): boolean => closure(graph, [service.name]).has(name)
  const input = { service, services: project.services, needs, clusterConfigDirectory }
  return { incomplete, supplierOf: (origin) => findSupplier(origin, input) }
}

/** Everything of a service in which a template may mention something. */
export const textsOf = (service: Service, sources: readonly DeployFileSource[]): string[] => [
  ...sources.map((source) => source.text ?? ''),
  ...Object.values(service.outputs).map((one) => one.value),
  ...Object.values(service.readiness ?? {}).map((one) => (typeof one === 'string' ? '' : one.value)),
]
