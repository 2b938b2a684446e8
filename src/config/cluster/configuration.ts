import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic, isError } from '../../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { CommandLineValue } from '../../model/record.ts'
import { err } from '../../model/result.ts'
import { Secrets } from '../../model/secrets.ts'
import type { Span } from '../../model/span.ts'
import type { Deadline } from '../deadline.ts'
import { createSchemaChecker } from '../schema/config-schema.ts'
import { createSecretFinder } from '../schema/secret-values.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { deepestNode, jsonObject, toJson } from '../yaml/yaml-node.ts'
import type { ClusterFiles } from './cluster-files.ts'
import { readClusterFiles } from './cluster-files.ts'
import type { CheckFailure, ConfigModule } from './config-module.ts'
import { placeOf, runCheck } from './config-module.ts'
import type { Overlays } from './overlays.ts'
import { NO_OVERLAYS } from './overlays.ts'
import { frozenCopy } from './plain-json.ts'
import type { ReadReference } from './references.ts'
import type { ComponentConfiguration, MergedSection, ResolvedSection } from './section.ts'
import { resolveSection } from './section.ts'
import { takenPorts } from './taken-ports.ts'

export type { TextFile } from '../text-file.ts'
export type { ConfigModule } from './config-module.ts'
export { type OverlayFile, type Overlays, valueAt } from './overlays.ts'
export type { ReadReference } from './references.ts'
export type { ComponentConfiguration, DeploymentConfiguration, ResolvedSection } from './section.ts'

export interface ConfigurationInput {
  readonly layout?: TextFile | undefined
  readonly servicesConfiguration?: TextFile | undefined
  readonly overlays?: Overlays | undefined
  /** Some of these files could not be read, which was reported. */
  readonly isPartial?: boolean
  /** Where there is none, references have no value. */
  readonly readReference?: ReadReference | undefined
  /** Hears of secrets as they are found. */
  readonly learn?: ((secrets: readonly string[]) => void) | undefined
  /** For schemas, which may say what takes for ever to check. */
  readonly deadline?: Deadline | undefined
  /** A safe name: the cluster-id where none is given. */
  readonly projectName: string
  /** Prerequisites before their dependents. */
  readonly components: readonly ComponentConfiguration[]
  /** Components that may have sections though they are no services: their deployments have them in common. */
  readonly shared?: readonly string[]
}

export interface Configuration {
  /** `cluster`, `layout`, and the resolved section of every service. */
  readonly clusterCfg: JsonObject
  /** By service name. */
  readonly sections: ReadonlyMap<string, ResolvedSection>
  /** What could be read of `cluster` and `layout`, with places, by these names. */
  readonly trees: ReadonlyMap<string, YamlNode>
  /** An empty map where there is no layout.yaml. */
  readonly layout: JsonValue
  readonly clusterId: string
  /** Where services-configuration.yaml gives it. */
  readonly clusterIdSpan?: Span
  /** The project's name is used, because no cluster-id is given. */
  readonly clusterIdDefaulted: boolean
  readonly clusterType: string
  /** Where the configuration gives it. */
  readonly clusterTypeSpan?: Span
  /** All sections as files and command line give them, before defaults and references. */
  readonly given: JsonValue
  /** What the command line supplied of `cluster`, which all services see. */
  readonly commandLine: readonly CommandLineValue[]
  /** Services whose modules did not derive anything, because something that they may rely on has errors. */
  readonly underived: ReadonlySet<string>
  /** The values that references stand for, and those that schemas call secret. */
  readonly secrets: Secrets
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Resolves the configuration of a whole project; all problems at once. A section is the component's defaults with its
 * part of services-configuration.yaml and its overlays laid on, then what its module derives, then its schema's
 * defaults. Modules see the sections of services before theirs, and can change none but their own.
 */
export async function resolveConfiguration(input: ConfigurationInput): Promise<Configuration> {
  const { overlays = NO_OVERLAYS, readReference = unreadable } = input
  const files = readClusterFiles({ ...input, overlays, readReference })
  const diagnostics = [...files.diagnostics]
  const secrets = new Secrets()
  secrets.add(files.secrets)
  const learn = (values: readonly string[]): void => {
    secrets.add(values)
    input.learn?.(values)
  }
  const findSecrets = createSecretFinder()
  const checkSchema = input.components.some(({ schema }) => schema)
    ? await createSchemaChecker(input.deadline)
    : undefined
  const sections = new Map<string, ResolvedSection>()
  const shown = new Map<string, JsonValue>([
    ['cluster', frozenCopy(files.cluster)],
    ['layout', frozenCopy(files.layout)],
  ])
  const hasModules = input.components.some(({ module }) => module)
  const failed = new Set<string>()
  const underived = new Set<string>()
  const shared = new Map<string, MergedSection>()
  for (const component of input.components) {
    const isSound = files.isReadable && component.prerequisites.every((name) => !failed.has(name))
    const laid = { component, files, overlays, readReference, shared }
    const { section, problems } = await resolveSection({ ...laid, shown, isSound, checkSchema, findSecrets, learn })
    sections.set(component.name, section)
    if (hasModules) shown.set(component.name, frozenCopy(section.config))
    append(diagnostics, problems)
    if (!isSound || problems.some(isError)) failed.add(component.name)
    if (!isSound && component.module?.derive) underived.add(component.name)
  }
  const view = Object.freeze(jsonObject(shown))
  for (const component of input.components) {
    // A check may rely on the schema, its own and those of its prerequisites: what it says without is noise.
    if (!component.module?.check || failed.has(component.name)) continue
    append(diagnostics, await check(component, component.module, view, sections, files))
  }
  append(diagnostics, takenPorts(input.components, sections))
  const resolved = [...sections].map(([name, { config }]) => [name, config] as const)
  const { layout, clusterId, clusterIdSpan, clusterIdDefaulted, clusterType, clusterTypeSpan } = files
  const { trees, given, commandLine } = files
  return {
    clusterCfg: jsonObject([['cluster', files.cluster], ['layout', layout], ...resolved]),
    sections,
    trees,
    layout,
    clusterId,
    ...(clusterIdSpan && { clusterIdSpan }),
    clusterIdDefaulted,
    clusterType,
    ...(clusterTypeSpan && { clusterTypeSpan }),
    given: given === undefined ? {} : toJson(given),
    commandLine,
    underived,
    secrets,
    diagnostics,
  }
}

const unreadable: ReadReference = () => err({ reason: 'nothing can be read here', nearest: null })

async function check(
  { name: service, component = service }: ComponentConfiguration,
  module: ConfigModule,
  clusterCfg: JsonObject,
  sections: ReadonlyMap<string, ResolvedSection>,
  files: ClusterFiles,
): Promise<Diagnostic[]> {
  const checked = await runCheck(module, clusterCfg, { name: service, component })
  if (!checked.ok) return [checked.error]
  return checked.value.map(({ path, message }) => {
    const span = locateFailure({ path, message }, service, sections, files) ?? placeOf(module, 'check')
    return diagnostic('check-failed', { service, path, message }, { span, service })
  })
}

/** A path counts from the whole configuration, which a check is shown, else from the service's own section. */
function locateFailure(
  { path }: CheckFailure,
  service: string,
  sections: ReadonlyMap<string, ResolvedSection>,
  files: ClusterFiles,
): Span | undefined {
  if (path === '') return undefined
  const segments = path.split('.')
  const [first = '', ...rest] = segments
  const other = sections.get(first)?.tree ?? files.trees.get(first)
  if (other !== undefined) return deepestNode(other, rest).node.span
  const own = sections.get(service)?.tree
  return own && deepestNode(own, segments).node.span
}
