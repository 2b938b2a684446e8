import { append } from '../../model/append.ts'
import type { Instances } from '../../model/component.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { parseDuration } from '../../model/duration.ts'
import { SAFE_NAME } from '../../model/project.ts'
import type { Prerequisite, ReadinessDeclaration, Retries, ScriptRole, Service, Timeouts } from '../../model/service.ts'
import { DEFAULT_TIMEOUTS, OPERATORS } from '../../model/service.ts'
import type { Located } from '../../model/span.ts'
import { startOfFile } from '../../model/span.ts'
import { nearest } from '../nearest.ts'
import { PROBE_KEYS } from '../shape/readiness-keys.ts'
import { safeRelativePath } from '../shape/relative-path.ts'
import { SERVICE_SHAPE } from '../shape/service-keys.ts'
import { checkShape, textOf } from '../shape/shape.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf, isNothing, itemsOf } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { readPrerequisites } from './read-prerequisites.ts'
import { readRetries } from './read-retry.ts'
import { RESERVED_NAMES } from './reserved-names.ts'

export interface ServiceFileInput {
  /** The directory's name under components/. */
  readonly component: string
  /** components/<name>, absolute. */
  readonly directory: string
  /** components/<name>/deploy/service.yaml, absolute. */
  readonly file: string
  /** `undefined`: it could not be read, which was said; what remains is its place in the graph. */
  readonly text: string | undefined
}

export interface ServiceFileReading {
  /** Always there, with what could be read, so that the graph can be built and all its problems found too. */
  readonly service: Service
  readonly instances: Instances
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a component's description. Whether the files that it names exist is checked by `checkServiceFiles`. */
export function readServiceFile(input: ServiceFileInput): ServiceFileReading {
  const { component, file, text } = input
  const { root: document, diagnostics: syntax } = parseYaml(file, text ?? '')
  const root = isNothing(document) ? undefined : document
  const diagnostics = syntax.map((problem): Diagnostic => ({ ...problem, service: component }))
  const place = { span: startOfFile(file), service: component }
  if (!SAFE_NAME.test(component)) diagnostics.push(diagnostic('bad-name', { name: component }, place))
  else if (RESERVED_NAMES.has(component)) {
    const expected = 'another name: templates and services-configuration.yaml use this one for something else'
    diagnostics.push(diagnostic('bad-value', { what: 'component', value: component, expected, nearest: null }, place))
  }
  if (root === undefined) {
    const expected = 'a description of the service, such as `start-script: start.sh`'
    if (text !== undefined && syntax.length === 0) diagnostics.push(diagnostic('yaml-empty', { expected }, place))
  } else append(diagnostics, checkShape({ shape: SERVICE_SHAPE, node: root, name: 'service.yaml', service: component }))
  const { prerequisites, problems } = readPrerequisites(component, entryOf(root, 'prerequisite')?.value)
  const { retries, problems: retryProblems } = readRetries(entryOf(root, 'retry')?.value, component)
  return {
    service: buildService(input, root, prerequisites, retries),
    instances: readInstances(entryOf(root, 'instances')?.value),
    diagnostics: [...diagnostics, ...problems, ...retryProblems],
  }
}

function buildService(
  { component, directory, file }: ServiceFileInput,
  root: YamlNode | undefined,
  prerequisites: readonly Prerequisite[],
  retries: Retries,
): Service {
  const at = (key: string): YamlNode | undefined => entryOf(root, key)?.value
  const kind = textOf(at('kind')) === 'job' ? 'job' : 'service'
  const clusterTypes = texts(at('cluster-type')).map(toText)
  return {
    name: component,
    component,
    kind,
    directory,
    file,
    description: textOf(at('description')),
    tags: texts(at('tags')).map(toText),
    protected: isTrue(at('protected')),
    clusterTypes: clusterTypes.length > 0 ? clusterTypes : undefined,
    ...(clusterTypes.length > 0 && { clusterTypesSpan: at('cluster-type')?.span }),
    prerequisites,
    follows: distinct(texts(at('follows'))),
    templateList: isNothing(at('template-list')) ? undefined : paths(at('template-list')),
    scripts: readScripts(root),
    readiness: readReadiness(at('readiness')),
    timeouts: readTimeouts(at('timeout'), kind === 'job'),
    retries,
    strictShell: isTrue(at('strict-shell')),
    restartWithPrerequisites: isTrue(at('restart-with-prerequisites')),
    inputs: paths(at('inputs')),
    outputs: readOutputs(at('outputs')),
  }
}

/** Whoever misspells it does not mean the default. */
function readInstances(node: YamlNode | undefined): Instances {
  const given = textOf(node)
  return given === undefined || nearest(given, ['many', 'one']) === 'one' ? 'one' : 'many'
}

function readScripts(root: YamlNode | undefined): Partial<Record<ScriptRole, Located<string>>> {
  const scripts: Partial<Record<ScriptRole, Located<string>>> = {}
  for (const role of [...OPERATORS, 'status', 'describe'] as const) {
    const [script] = paths(entryOf(root, `${role}-script`)?.value)
    if (script !== undefined) scripts[role] = script
  }
  return scripts
}

function readReadiness(node: YamlNode | undefined): ReadinessDeclaration | undefined {
  const kind = PROBE_KEYS.find((key) => located(entryOf(node, key)?.value) !== undefined)
  const target = kind && located(entryOf(node, kind)?.value)
  if (kind === undefined || target === undefined) return undefined
  const interval = located(entryOf(node, 'interval')?.value)
  const timeout = located(entryOf(node, 'timeout')?.value)
  const successThreshold = located(entryOf(node, 'success-threshold')?.value)
  return {
    kind,
    target,
    ...(interval && { interval }),
    ...(timeout && { timeout }),
    ...(successThreshold && { successThreshold }),
  }
}

function readTimeouts(node: YamlNode | undefined, isJob: boolean): Timeouts {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...(isJob && { start: undefined }) }
  for (const operator of OPERATORS) {
    const milliseconds = parseDuration(textOf(entryOf(node, operator)?.value) ?? '')
    if (milliseconds !== undefined && milliseconds > 0) timeouts[operator] = milliseconds
  }
  return timeouts
}

function readOutputs(node: YamlNode | undefined): Record<string, Located<string>> {
  const entries = node?.kind === 'map' ? node.entries : []
  const read = entries.flatMap(({ key, value }) => {
    const text = located(value)
    return text === undefined ? [] : [[key.value, text] as const]
  })
  return Object.fromEntries(read.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function located(node: YamlNode | undefined): Located<string> | undefined {
  const value = textOf(node, true)
  return node === undefined || value === undefined ? undefined : { value, span: node.span }
}

function texts(node: YamlNode | undefined): Located<string>[] {
  return itemsOf(node).flatMap((item) => {
    const value = textOf(item)
    return value === undefined ? [] : [{ value, span: item.span }]
  })
}

/** The first of those that say the same. */
const distinct = (all: readonly Located<string>[]): Located<string>[] =>
  [...new Map([...all].reverse().map((one) => [one.value, one])).values()].reverse()

/** Those that stay inside their directory, `./` taken off. */
function paths(node: YamlNode | undefined): Located<string>[] {
  return texts(node).flatMap(({ value, span }) => {
    const path = safeRelativePath(value)
    return path ? [{ value: path, span }] : []
  })
}

const toText = ({ value }: Located<string>): string => value
const isTrue = (node: YamlNode | undefined): boolean => node?.kind === 'scalar' && node.value === true
