import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic, isError } from '../../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { CommandLineValue } from '../../model/record.ts'
import { SHORTEST_SECRET } from '../../model/secrets.ts'
import type { Span } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import type { SchemaChecker } from '../schema/config-schema.ts'
import type { FindSecrets, SecretValue } from '../schema/secret-values.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts'
import { isNothing, jsonObject, toJson, typeOfNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { gluedKey, missingColon } from '../yaml/yaml-words.ts'
import type { ClusterFiles } from './cluster-files.ts'
import type { ConfigModule } from './config-module.ts'
import { placeOf, runDerive } from './config-module.ts'
import { mergeTrees } from './merge.ts'
import type { Overlays } from './overlays.ts'
import { commandLineValues } from './overlays.ts'
import { treeOf } from './plain-json.ts'
import type { ReadReference } from './references.ts'
import { hasReference, resolveReferences } from './references.ts'

/** What the configuration of one service is made of. */
export interface ComponentConfiguration {
  /** The service's. */
  readonly name: string
  /** Where it is another one than the service: of a deployment, whose part is laid on that of its component. */
  readonly component?: string | undefined
  readonly deployment?: DeploymentConfiguration | undefined
  readonly defaults?: TextFile | undefined
  readonly schema?: TextFile | undefined
  readonly module?: ConfigModule | undefined
  /** Names of its direct prerequisites. */
  readonly prerequisites: readonly string[]
}

/** What a deployment's own file says of its configuration. */
export interface DeploymentConfiguration {
  /** Where what it lacks is pointed at. */
  readonly span: Span
  /** Its `config`. */
  readonly config: YamlEntry | undefined
}

/** The configuration of one service. */
export interface ResolvedSection {
  /** The component's name. */
  readonly component: string
  readonly config: JsonObject
  /** The same values with the places that supplied them. */
  readonly tree: YamlNode
  /** Nothing could keep a name from being there, but what problems say of single values. */
  readonly isWhole: boolean
  /** What the command line supplied of it. */
  readonly commandLine: readonly CommandLineValue[]
}

export interface SectionInput {
  readonly component: ComponentConfiguration
  readonly files: ClusterFiles
  readonly overlays: Overlays
  readonly readReference: ReadReference
  /** What its module is shown: frozen copies of `cluster`, `layout` and the sections before it. */
  readonly shown: ReadonlyMap<string, JsonValue>
  /** Whether the sections that its module may rely on are without errors. */
  readonly isSound: boolean
  readonly checkSchema: SchemaChecker | undefined
  readonly findSecrets: FindSecrets
  /** Hears of secrets as they are found: modules may print what they are given. */
  readonly learn: (secrets: readonly string[]) => void
  /** What the deployments of a component have in common, by its name: merged once, and taken up here. */
  readonly shared: Map<string, MergedSection>
}

/** A component's defaults with the cluster's part laid on. */
export interface MergedSection {
  readonly tree: YamlNode
  /** Nothing of it is missing. */
  readonly isWhole: boolean
}

/**
 * Resolves one section: the component's defaults with the cluster's part laid on, references resolved, then what its
 * module derives, then its schema's defaults.
 */
export async function resolveSection(input: SectionInput): Promise<{
  readonly section: ResolvedSection
  readonly problems: readonly Diagnostic[]
}> {
  const { component, files, overlays, readReference, shown, isSound, checkSchema, learn } = input
  const { name, schema, module } = component
  // What does not fit is quoted, and is not in what is merged.
  for (const layer of [component.deployment?.config?.value, files.sections.get(name)?.value]) {
    const found = schema === undefined || layer === undefined ? [] : input.findSecrets(schema.text, layer)
    if (found.length > 0) learn(found.flatMap(({ text }) => (hasReference(text) ? [] : [text])))
  }
  const { tree: merged, problems, isWhole } = mergeAll(component, files, input.shared)
  const { tree: resolved, secrets, unresolved, diagnostics } = resolveReferences(merged, readReference, name)
  append(problems, diagnostics)
  learn(secrets)
  const learnDeclared = (node: YamlNode): readonly SecretValue[] => {
    const found = schema === undefined ? [] : input.findSecrets(schema.text, node)
    if (found.length > 0) learn(found.map(({ text }) => text))
    return found
  }
  append(problems, tooShort(learnDeclared(resolved), secrets, name))
  let config = toJson(resolved) as JsonObject
  let tree = resolved
  // Without what could not be read or derived, a schema would only complain that it is missing.
  let isComplete = isWhole && files.isReadable
  // Where two values do not fit together the first one stays, and is sound.
  const conflicts = problems.filter(({ code }) => code === 'merge-type')
  const errors = problems.filter(isError)
  if (module?.derive) {
    if (!isSound || errors.length > conflicts.length) isComplete = false
    else {
      const service = { name, component: component.component ?? name }
      const view = { layout: shown.get('layout') ?? {}, cluster_cfg: Object.freeze(jsonObject(shown)), service }
      const derived = await runDerive(module, config, view, name)
      if (derived.ok) {
        config = derived.value
        tree = treeOf(config, placeOf(module, 'derive'), tree)
        learnDeclared(tree)
      } else {
        if (conflicts.length === 0) problems.push(derived.error)
        isComplete = false
      }
    }
  }
  if (schema && checkSchema && isComplete) {
    const checked = checkSchema({ service: name, schema, config, tree })
    const paths = conflicts.map(pathOf)
    const follows = (one: Diagnostic): boolean =>
      isOneOf(one.span, unresolved) ||
      // What is derived may be wrong because of the value that stayed.
      (paths.length > 0 && one.span?.file === module?.file) ||
      paths.some((path) => isAtOrBelow(`${name}.${pathOf(one)}`, path))
    append(
      problems,
      checked.diagnostics.filter((one) => !follows(one)),
    )
    config = checked.config
    tree = treeOf(config, startOfFile(schema.file), tree)
  }
  const commandLine = commandLineOf(component, merged, files, overlays)
  const section = { component: component.component ?? name, config, tree, isWhole: isComplete, commandLine }
  return { section, problems }
}

/** Warnings for what is called secret and cannot be masked; of references that was said. */
function tooShort(found: readonly SecretValue[], referenced: readonly string[], service: string): Diagnostic[] {
  return found.flatMap(({ text, path, node: { span } }) => {
    const { length } = text
    if (length === 0 || length >= SHORTEST_SECRET || referenced.includes(text)) return []
    const data = { reference: `${service}.${path}`, length, least: SHORTEST_SECRET }
    return [diagnostic('short-secret', data, { span, service, severity: 'warning' })]
  })
}

/** What of a deployment the command line supplied may be given to it, or to its component. */
function commandLineOf(
  { name, component }: ComponentConfiguration,
  merged: YamlNode,
  { sections }: ClusterFiles,
  overlays: Overlays,
): CommandLineValue[] {
  if (component === undefined) return commandLineValues(name, merged, overlays)
  return [component, name].flatMap((section) => commandLineValues(section, sections.get(section)?.value, overlays))
}

const pathOf = ({ data }: Diagnostic): string => ('path' in data ? data.path : '')

const isAtOrBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`)

/** Spans are handed on as they are: the same place is the same object. */
const isOneOf = (span: Span | undefined, spans: ReadonlySet<Span>): boolean => span !== undefined && spans.has(span)

type Merged = MergedSection & { readonly problems: Diagnostic[] }

/** All layers of a service's configuration: a map, whatever they are. */
function mergeAll(component: ComponentConfiguration, files: ClusterFiles, shared: Map<string, MergedSection>): Merged {
  const { name, component: of, deployment } = component
  if (of === undefined) return mergeSection(component, files)
  const known = shared.get(of)
  const common = known === undefined ? mergeSection({ ...component, name: of }, files) : { ...known, problems: [] }
  // What is wrong with it is told once.
  if (known === undefined) shared.set(of, { tree: common.tree, isWhole: common.isWhole })
  const own = lay(
    { ...common, tree: { ...common.tree, span: deployment?.span ?? common.tree.span } },
    deployment?.config,
    name,
  )
  return lay(own, files.sections.get(name), name)
}

/** A component's defaults with its section laid on. */
function mergeSection({ name, defaults, schema }: ComponentConfiguration, files: ClusterFiles): Merged {
  const problems: Diagnostic[] = []
  const section = files.sections.get(name)
  const file = defaults?.file ?? schema?.file ?? files.file
  let tree: YamlNode = { kind: 'map', span: section?.key.span ?? startOfFile(file), entries: [] }
  if (defaults !== undefined) {
    const { root, diagnostics } = parseYaml(defaults.file, defaults.text)
    append(
      problems,
      diagnostics.map((problem): Diagnostic => ({ ...problem, service: name })),
    )
    if (root?.kind === 'map') tree = root
    else if (root !== undefined) problems.push(notMap(root, 'the default configuration', name))
  }
  return lay({ tree, problems, isWhole: !problems.some(isError) }, section, name)
}

/** Lays a part of a configuration on what is below it. `name`: whose problems are its own. */
function lay(below: Merged, entry: YamlEntry | undefined, name: string): Merged {
  const over = entry?.value
  if (entry === undefined || over === undefined || isNothing(over)) return below
  if (over.kind !== 'map') {
    return { ...below, problems: [...below.problems, notMap(over, entry.key.value, name)], isWhole: false }
  }
  const { tree, diagnostics } = mergeTrees(below.tree, over, name, [name])
  // What the whole section lacks is best said where the section is named.
  const span = entry.key.span
  return { tree: { ...tree, span }, problems: [...below.problems, ...diagnostics], isWhole: below.isWhole }
}

function notMap(node: YamlNode, what: string, service: string): Diagnostic {
  const text = node.kind === 'scalar' && typeof node.value === 'string' ? node.value : ''
  const message = gluedKey(text) ?? missingColon(text)
  if (message !== undefined) return diagnostic('yaml-syntax', { message }, { span: node.span, service })
  return diagnostic('wrong-type', { what, expected: 'a map', found: typeOfNode(node) }, { span: node.span, service })
}
