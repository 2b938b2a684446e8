import type { Diagnostic } from '../model/diagnostic.ts'
import { diagnostic, isError } from '../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Span } from '../model/span.ts'
import { startOfFile } from '../model/span.ts'
import type { ClusterFiles } from './cluster-files.ts'
import { readClusterFiles } from './cluster-files.ts'
import type { CheckFailure, ConfigModule } from './config-module.ts'
import { runCheck, runDerive } from './config-module.ts'
import type { SchemaChecker } from './config-schema.ts'
import { createSchemaChecker } from './config-schema.ts'
import { mergeTrees } from './merge.ts'
import { frozenCopy, treeOf } from './plain-json.ts'
import type { TextFile } from './text-file.ts'
import type { YamlNode } from './yaml-node.ts'
import { deepestNode, isNothing, jsonObject, toJson } from './yaml-node.ts'
import { parseYaml } from './yaml-tree.ts'

export type { ConfigModule } from './config-module.ts'
export type { TextFile } from './text-file.ts'

export interface ComponentConfiguration {
  readonly name: string
  readonly defaults?: TextFile | undefined
  readonly schema?: TextFile | undefined
  readonly module?: ConfigModule | undefined
  /** Names of its direct prerequisites. */
  readonly prerequisites: readonly string[]
}

export interface ConfigurationInput {
  readonly layout?: TextFile | undefined
  readonly servicesConfiguration?: TextFile | undefined
  /** A safe name: the cluster-id where none is given. */
  readonly projectName: string
  /** Prerequisites before their dependents. */
  readonly components: readonly ComponentConfiguration[]
}

export interface ResolvedSection {
  readonly config: JsonObject
  /** The same values with the places that supplied them. */
  readonly tree: YamlNode
}

export interface Configuration {
  /** `cluster`, `layout`, and the resolved section of every service. */
  readonly clusterCfg: JsonObject
  /** By service name. */
  readonly sections: ReadonlyMap<string, ResolvedSection>
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
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Resolves the configuration of a whole project; all problems at once. A section is the component's defaults with its
 * part of services-configuration.yaml laid on, then what its module derives, then its schema's defaults. Modules see
 * the sections of services before theirs, and can change none but their own.
 */
export async function resolveConfiguration(input: ConfigurationInput): Promise<Configuration> {
  const files = readClusterFiles(input)
  const diagnostics = [...files.diagnostics]
  const checkSchema = input.components.some(({ schema }) => schema) ? await createSchemaChecker() : undefined
  const sections = new Map<string, ResolvedSection>()
  const shown = new Map<string, JsonValue>([
    ['cluster', frozenCopy(files.cluster)],
    ['layout', frozenCopy(files.layout)],
  ])
  const hasModules = input.components.some(({ module }) => module)
  const failed = new Set<string>()
  for (const component of input.components) {
    const isSound = files.isReadable && component.prerequisites.every((name) => !failed.has(name))
    const { section, problems } = await resolveSection({ component, files, shown, isSound, checkSchema })
    sections.set(component.name, section)
    if (hasModules) shown.set(component.name, frozenCopy(section.config))
    diagnostics.push(...problems)
    if (!isSound || problems.some(isError)) failed.add(component.name)
  }
  const view = Object.freeze(jsonObject(shown))
  for (const component of input.components) {
    // A check may rely on the schema, its own and those of its prerequisites: what it says without is noise.
    if (!component.module?.check || failed.has(component.name)) continue
    diagnostics.push(...(await check(component.name, component.module, view, sections, files)))
  }
  const resolved = [...sections].map(([name, { config }]) => [name, config] as const)
  const { layout, clusterId, clusterIdSpan, clusterIdDefaulted, clusterType, clusterTypeSpan } = files
  return {
    clusterCfg: jsonObject([['cluster', files.cluster], ['layout', layout], ...resolved]),
    sections,
    layout,
    clusterId,
    ...(clusterIdSpan && { clusterIdSpan }),
    clusterIdDefaulted,
    clusterType,
    ...(clusterTypeSpan && { clusterTypeSpan }),
    diagnostics,
  }
}

interface SectionInput {
  readonly component: ComponentConfiguration
  readonly files: ClusterFiles
  /** What its module is shown: frozen copies of `cluster`, `layout` and the sections before it. */
  readonly shown: ReadonlyMap<string, JsonValue>
  /** Whether the sections that its module may rely on are without errors. */
  readonly isSound: boolean
  readonly checkSchema: SchemaChecker | undefined
}

async function resolveSection({
  component: { name, defaults, schema, module },
  files,
  shown,
  isSound,
  checkSchema,
}: SectionInput): Promise<{ section: ResolvedSection; problems: Diagnostic[] }> {
  const { tree: merged, problems } = mergeSection(name, defaults, schema, files)
  let config = toJson(merged) as JsonObject
  let tree = merged
  let isComplete = !problems.some(isError)
  if (module?.derive && isSound && isComplete) {
    const view = { layout: shown.get('layout') ?? {}, cluster_cfg: Object.freeze(jsonObject(shown)) }
    const derived = await runDerive(module, config, view, name)
    if (derived.ok) {
      config = derived.value
      tree = treeOf(config, startOfFile(module.file), tree)
    } else {
      problems.push(derived.error)
      isComplete = false
    }
  }
  // Without what could not be read or derived, a schema would only complain that it is missing.
  if (schema && checkSchema && isComplete && files.isReadable && (isSound || !module?.derive)) {
    const checked = checkSchema({ service: name, schema, config, tree })
    problems.push(...checked.diagnostics)
    config = checked.config
    tree = treeOf(config, startOfFile(schema.file), tree)
  }
  return { section: { config, tree }, problems }
}

/** A component's defaults with its section of services-configuration.yaml laid on: a map, whatever they are. */
function mergeSection(
  name: string,
  defaults: TextFile | undefined,
  schema: TextFile | undefined,
  files: ClusterFiles,
): { tree: YamlNode; problems: Diagnostic[] } {
  const problems: Diagnostic[] = []
  const section = files.sections.get(name)
  const file = defaults?.file ?? schema?.file ?? files.file
  const nothing: YamlNode = { kind: 'map', span: section?.key.span ?? startOfFile(file), entries: [] }
  let base = nothing
  if (defaults !== undefined) {
    const { root, diagnostics } = parseYaml(defaults.file, defaults.text)
    problems.push(...diagnostics.map((problem): Diagnostic => ({ ...problem, service: name })))
    if (root?.kind === 'map') base = root
    else if (root !== undefined) problems.push(notMap(root, 'the default configuration', name))
  }
  const over = section?.value
  if (section === undefined || over === undefined || isNothing(over)) return { tree: base, problems }
  if (over.kind !== 'map') return { tree: base, problems: [...problems, notMap(over, name, name)] }
  const { tree, diagnostics } = mergeTrees(base, over, name)
  // What the whole section lacks is best said where the section is named.
  return { tree: { ...tree, span: section.key.span }, problems: [...problems, ...diagnostics] }
}

async function check(
  service: string,
  module: ConfigModule,
  clusterCfg: JsonObject,
  sections: ReadonlyMap<string, ResolvedSection>,
  files: ClusterFiles,
): Promise<Diagnostic[]> {
  const checked = await runCheck(module, clusterCfg, service)
  if (!checked.ok) return [checked.error]
  return checked.value.map(({ path, message }) => {
    const span = locateFailure({ path, message }, service, sections, files) ?? startOfFile(module.file)
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

function notMap(node: YamlNode, what: string, service: string): Diagnostic {
  const found = node.kind === 'list' ? 'a list' : 'a single value'
  return diagnostic('wrong-type', { what, expected: 'a map', found }, { span: node.span, service })
}
