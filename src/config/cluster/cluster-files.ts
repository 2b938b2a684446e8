import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import { SAFE_NAME } from '../../model/project.ts'
import type { CommandLineValue } from '../../model/record.ts'
import type { Span } from '../../model/span.ts'
import { misspeltKey, nearest } from '../nearest.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlEntry, YamlMap, YamlNode } from '../yaml/yaml-node.ts'
import { entryOf, isNothing, jsonObject, toJson, typeOfNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import type { Overlays } from './overlays.ts'
import { commandLineValues, layOverlays } from './overlays.ts'
import type { ReadReference } from './references.ts'
import { resolveReferences } from './references.ts'

/** What layout.yaml, services-configuration.yaml and its overlays say, before any component's defaults. */
export interface ClusterFiles {
  /** The path of services-configuration.yaml; empty where there is none. */
  readonly file: string
  readonly layout: JsonValue
  /** The `cluster` section, with `common.cluster-id` and `common.cluster-type` in any case. */
  readonly cluster: JsonObject
  readonly clusterId: string
  readonly clusterIdSpan: Span | undefined
  readonly clusterIdDefaulted: boolean
  readonly clusterType: string
  readonly clusterTypeSpan: Span | undefined
  /** The sections of services. */
  readonly sections: ReadonlyMap<string, YamlEntry>
  /** `cluster` and `layout`, where they are given. */
  readonly trees: ReadonlyMap<string, YamlNode>
  /** All could be parsed: what is missing in them is missing indeed. */
  readonly isReadable: boolean
  /** The sections of all, overlays laid on, references in them not resolved. */
  readonly given: YamlMap | undefined
  /** What the command line supplied of `cluster`. */
  readonly commandLine: readonly CommandLineValue[]
  /** The values of references in `cluster` and `layout`. */
  readonly secrets: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
}

export interface ClusterFilesInput {
  readonly layout?: TextFile | undefined
  readonly servicesConfiguration?: TextFile | undefined
  readonly overlays: Overlays
  /** Some of these files could not be read. */
  readonly isPartial?: boolean
  readonly readReference: ReadReference
  readonly projectName: string
  readonly components: readonly { readonly name: string }[]
  /** What may have a section besides. */
  readonly shared?: readonly string[]
}

const DEFAULT_CLUSTER_TYPE = 'local'

export function readClusterFiles(input: ClusterFilesInput): ClusterFiles {
  const { layout, servicesConfiguration, overlays, readReference, projectName, components } = input
  const diagnostics: Diagnostic[] = []
  const secrets: string[] = []
  const resolve = <T extends YamlNode>(tree: T | undefined): T | undefined => {
    if (tree === undefined) return undefined
    const resolved = resolveReferences(tree, readReference)
    append(secrets, resolved.secrets)
    append(diagnostics, resolved.diagnostics)
    return resolved.tree as T
  }
  const layoutRead = readMap(layout, 'layout.yaml', diagnostics)
  const servicesRead = readMap(servicesConfiguration, 'services-configuration.yaml', diagnostics)
  const names = new Set([...components.map(({ name }) => name), ...(input.shared ?? [])])
  const { tree: services, diagnostics: overlaid } = layOverlays(servicesRead, overlays)
  append(
    diagnostics,
    overlaid.map((problem) => ofSection(problem, names)),
  )
  const isReadable = !input.isPartial && !diagnostics.some((problem) => problem.code !== 'merge-type')
  const layoutTree = resolve(layoutRead)
  const sections = new Map<string, YamlEntry>()
  for (const entry of services?.entries ?? []) {
    const section = entry.key.value
    if (names.has(section)) sections.set(section, entry)
    else if (section !== 'cluster') {
      const near = nearest(section, [...names, 'cluster'])
      // A section that was meant for a service is that service's problem, and nobody else's.
      const service = near !== null && names.has(near) ? near : undefined
      diagnostics.push(diagnostic('unknown-section', { section, nearest: near }, { span: entry.key.span, service }))
    }
  }
  const clusterGiven = readOptionalMap('cluster', entryOf(services, 'cluster')?.value, diagnostics)
  const cluster = resolve(clusterGiven)
  append(diagnostics, misspelt(cluster, 'cluster', ['common']))
  append(diagnostics, misplaced(cluster))
  const common = readOptionalMap('cluster.common', entryOf(cluster, 'common')?.value, diagnostics)
  // Directories are named after it: a reference there would make a secret's value public.
  const commonGiven = entryOf(clusterGiven, 'common')?.value
  append(diagnostics, misspelt(common, 'cluster.common', NAMED))
  const id = readName(commonGiven, 'cluster-id', diagnostics)
  const type = readName(commonGiven, 'cluster-type', diagnostics)
  const clusterId = id?.value ?? projectName
  const clusterType = type?.value ?? DEFAULT_CLUSTER_TYPE
  const trees = new Map<string, YamlNode>()
  if (layoutTree !== undefined) trees.set('layout', layoutTree)
  if (cluster !== undefined) trees.set('cluster', cluster)
  return {
    file: servicesConfiguration?.file ?? '',
    layout: layoutTree === undefined ? {} : toJson(layoutTree),
    cluster: withValues(cluster, {
      common: withValues(common, { 'cluster-id': clusterId, 'cluster-type': clusterType }),
    }),
    clusterId,
    clusterIdSpan: id?.span,
    clusterIdDefaulted: isNothing(entryOf(common, 'cluster-id')?.value),
    clusterType,
    clusterTypeSpan: type?.span,
    sections,
    trees,
    isReadable,
    given: services,
    commandLine: commandLineValues('cluster', clusterGiven, overlays),
    secrets,
    diagnostics,
  }
}

/** A conflict inside the section of a service is that service's problem, and nobody else's. */
function ofSection(problem: Diagnostic, services: ReadonlySet<string>): Diagnostic {
  if (problem.code !== 'merge-type') return problem
  const [section = ''] = problem.data.path.split('.')
  return services.has(section) ? { ...problem, service: section } : problem
}

function readMap(source: TextFile | undefined, what: string, diagnostics: Diagnostic[]): YamlMap | undefined {
  if (source === undefined) return undefined
  const { root, diagnostics: syntax } = parseYaml(source.file, source.text)
  append(diagnostics, syntax)
  if (root === undefined || root.kind === 'map') return root
  diagnostics.push(wrongType(root, what, 'a map'))
  return undefined
}

function readOptionalMap(what: string, node: YamlNode | undefined, diagnostics: Diagnostic[]): YamlMap | undefined {
  if (node === undefined || node.kind === 'map') return node
  if (!isNothing(node)) diagnostics.push(wrongType(node, what, 'a map'))
  return undefined
}

const NAMED: readonly string[] = ['cluster-id', 'cluster-type']

/** What belongs into `cluster.common` and stands beside it would be read by nobody. */
function misplaced(cluster: YamlMap | undefined): Diagnostic[] {
  return NAMED.flatMap((key) => {
    const entry = entryOf(cluster, key)
    const data = { key, where: 'cluster', nearest: `common.${key}`, known: ['common'] }
    return entry === undefined ? [] : [diagnostic('unknown-key', data, { span: entry.key.span })]
  })
}

/** Keys of one's own are welcome here; a misspelt `common` or `cluster-id` would silently make another cluster. */
function misspelt(map: YamlMap | undefined, where: string, known: readonly string[]): Diagnostic[] {
  return (map?.entries ?? []).flatMap(({ key }) => {
    const near = misspeltKey(key.value, known)
    const data = { key: key.value, where, nearest: near, known }
    return near === null ? [] : [diagnostic('unknown-key', data, { span: key.span })]
  })
}

/** The plain value of a map, some of its keys set. */
function withValues(map: YamlMap | undefined, values: JsonObject): JsonObject {
  const given = map?.entries.map(({ key, value }) => [key.value, toJson(value)] as const) ?? []
  return jsonObject([...given, ...Object.entries(values)])
}

/** A value of `cluster.common` that becomes part of paths and of names in a cluster. */
function readName(
  cluster: YamlNode | undefined,
  key: string,
  diagnostics: Diagnostic[],
): { value: string; span: Span } | undefined {
  const node = entryOf(cluster, key)?.value
  if (node === undefined || isNothing(node)) return undefined
  const what = `cluster.common.${key}`
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    diagnostics.push(wrongType(node, what, 'a name'))
  } else if (!SAFE_NAME.test(node.value)) {
    const expected = 'at most 63 lower-case letters, digits and dashes, with no dash at either end'
    const data = { what, value: node.value, expected, nearest: null }
    diagnostics.push(diagnostic('bad-value', data, { span: node.span }))
  } else return { value: node.value, span: node.span }
  return undefined
}

function wrongType(node: YamlNode, what: string, expected: string): Diagnostic {
  return diagnostic('wrong-type', { what, expected, found: typeOfNode(node) }, { span: node.span })
}
