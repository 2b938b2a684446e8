import { join } from 'node:path'
import {
  type ComponentConfiguration,
  type ConfigModule,
  type Configuration,
  type Overlays,
  resolveConfiguration,
  type TextFile,
} from '../../config/cluster/configuration.ts'
import { graphOf, stronglyConnected } from '../../engine/graph.ts'
import { withDeadline } from '../../io/deadline.ts'
import { loadConfigModule, readComponentConfig } from '../../io/project/component-config.ts'
import { isThere, readOptional } from '../../io/project/project-file.ts'
import { createReferenceReader } from '../../io/project/reference-reader.ts'
import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Service } from '../../model/service.ts'
import type { Invocation } from '../invocation.ts'
import { checkClusterConfig, missing } from './named-paths.ts'
import { readOverlays } from './overlays.ts'
import type { Project } from './project.ts'

/** Reads and resolves the configuration of a whole project; all problems are in its diagnostics. */
export async function loadConfiguration(project: Project, invocation: Invocation): Promise<Configuration> {
  const problems: Diagnostic[] = []
  const { name, fileSizeLimit: limit } = project.settings
  const { layout, servicesConfiguration, overlays, problems: unread } = readClusterTexts(project, invocation)
  // Groups of a cycle come out in some order; that there is one is complained about elsewhere.
  const order = stronglyConnected(graphOf(project.services.values())).flat()
  const files = componentReader(limit, problems)
  const components: ComponentConfiguration[] = []
  for (const one of order) {
    const service = project.services.get(one)
    if (service !== undefined) components.push(await readComponent(service, project, files))
  }
  const resolved = await resolveConfiguration({
    layout,
    servicesConfiguration,
    overlays,
    isPartial: unread.length > 0,
    // Learnt as they are read: modules may print what they are given.
    readReference: createReferenceReader(invocation, invocation.secrets),
    learn: (secrets) => invocation.secrets.add(secrets),
    deadline: withDeadline,
    projectName: name,
    components,
    shared: [...project.components.values()].flatMap(({ name, instances }) => (instances === 'many' ? [name] : [])),
  })
  return { ...resolved, diagnostics: [...unread, ...problems, ...resolved.diagnostics] }
}

/** What is configured for the whole cluster, as texts. */
export interface ClusterTexts {
  readonly layout: TextFile | undefined
  readonly servicesConfiguration: TextFile | undefined
  readonly overlays: Overlays
  readonly problems: readonly Diagnostic[]
}

/** Reads the files of the cluster's configuration, and what is laid on them. */
export function readClusterTexts(project: Project, invocation: Invocation): ClusterTexts {
  const { clusterConfigDirectory: directory, fileSizeLimit: limit } = project.settings
  const { overlays, problems: unread } = readOverlays(project, invocation)
  const unusable = checkClusterConfig(project.settings, project.places, invocation)
  if (unusable !== undefined) {
    return { layout: undefined, servicesConfiguration: undefined, overlays, problems: [unusable, ...unread] }
  }
  const problems: Diagnostic[] = []
  const layout = readText(join(directory, 'layout.yaml'), limit, problems)
  const servicesConfiguration = readText(join(directory, 'services-configuration.yaml'), limit, problems)
  const isEmpty = layout === undefined && servicesConfiguration === undefined && problems.length === 0
  if (invocation.clusterConfig !== undefined && isEmpty) {
    const what = isThere(directory) ? 'services-configuration.yaml or layout.yaml' : '-p'
    problems.push(missing(what, directory, undefined))
  }
  return { layout, servicesConfiguration, overlays, problems: [...problems, ...unread] }
}

function readText(file: string, limit: number, problems: Diagnostic[]): TextFile | undefined {
  const text = readOptional(file, limit)
  if (!text.ok) problems.push(text.error)
  return text.ok && text.value !== undefined ? { file, text: text.value } : undefined
}

type ComponentFiles = Pick<ComponentConfiguration, 'defaults' | 'schema' | 'module'>

async function readComponent(
  service: Service,
  { deployments }: Project,
  filesOf: (service: Service) => Promise<ComponentFiles>,
): Promise<ComponentConfiguration> {
  const { name, component, deployment } = service
  // Who follows another one relies on nothing of its configuration.
  const needed = service.prerequisites.filter((edge) => !edge.follows)
  const own = {
    name,
    prerequisites: needed.map((edge) => edge.service),
    ...(deployment && { component, deployment: { span: deployment.span, config: deployments.get(name)?.config } }),
  }
  // The component of a deployment may not exist.
  return service.directory === '' ? own : { ...own, ...(await filesOf(service)) }
}

/** Reads the configuration files of components, those of each once; what is wrong with them is the component's problem. */
function componentReader(limit: number, problems: Diagnostic[]): (service: Service) => Promise<ComponentFiles> {
  const known = new Map<string, ComponentFiles>()
  const read = async ({ component, directory }: Service): Promise<ComponentFiles> => {
    const files = readComponentConfig({ name: component, directory }, limit)
    if (!files.ok) {
      append(
        problems,
        files.error.map((problem): Diagnostic => ({ ...problem, service: component })),
      )
      return {}
    }
    const { defaults, schema, module } = files.value
    return { defaults, schema, module: await readModule(component, module, problems) }
  }
  return async (service) => {
    const found = known.get(service.component) ?? (await read(service))
    known.set(service.component, found)
    return found
  }
}

async function readModule(
  service: string,
  file: string | undefined,
  problems: Diagnostic[],
): Promise<ConfigModule | undefined> {
  if (file === undefined) return undefined
  const loaded = await loadConfigModule(file)
  if (loaded.ok) return loaded.value
  problems.push({ ...loaded.error, service })
  return undefined
}
