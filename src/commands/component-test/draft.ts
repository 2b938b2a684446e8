import { treeOfSchema } from '../../config/schema/bad-schema.ts'
import { type MissingValue, missingValues } from '../../config/schema/missing-values.ts'
import { toJson, type YamlNode } from '../../config/yaml/yaml-node.ts'
import { readComponentConfig } from '../../io/project/component-config.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Invocation } from '../invocation.ts'
import type { Project } from '../project/project.ts'
import { openSite, type Site } from '../project/site.ts'

export interface TestDraftRequest {
  /** A component of which there are many. */
  readonly name: string
  readonly prerequisites?: readonly string[] | undefined
  /** What the deployment is called that it is tried out as. */
  readonly triedOut: string
  readonly project: Project
}

/** What the file of the deployment would say that a component is tried out as. */
export interface TestDraft {
  readonly text: string
  /** The declared deployment whose configuration it has; `undefined`: none. */
  readonly like: string | undefined
  readonly lacking: Lacking
}

/** What nobody gave though it is required. */
interface Lacking {
  readonly problems: readonly Diagnostic[]
  /** Whether a problem only says that, too. */
  explains(problem: Diagnostic): boolean
}

/**
 * The deployment that a component is tried out as. Where values are required that nobody gave, it has the configuration of
 * the component's first declared deployment, but for what the command line says.
 */
export async function draftTest(invocation: Invocation, request: TestDraftRequest): Promise<TestDraft> {
  const { name, prerequisites = [], triedOut, project } = request
  const own = JSON.stringify({ component: name, prerequisite: prerequisites })
  const bare = await open(invocation, triedOut, own)
  const needed = bare === undefined ? [] : required(bare, triedOut)
  const model = [...project.deployments.values()]
    .filter(({ component }) => component?.value === name)
    .sort((a, b) => (a.name < b.name ? -1 : 1))[0]
  if (needed.length === 0 || bare === undefined || model === undefined) {
    return { text: own, like: undefined, lacking: lackingOf(request, needed) }
  }
  const typed = new Set(bare.configuration.sections.get(triedOut)?.commandLine.map(({ path }) => path))
  const text = JSON.stringify({
    component: name,
    prerequisite: [...new Set([...model.prerequisites.map(({ service }) => service), ...prerequisites])],
    config: model.config === undefined ? {} : (without(model.config.value, name, typed) ?? {}),
  })
  const filled = await open(invocation, triedOut, text)
  const still = filled === undefined ? [] : required(filled, triedOut)
  return { text, like: model.name, lacking: lackingOf(request, still) }
}

async function open(invocation: Invocation, triedOut: string, text: string): Promise<Site | undefined> {
  const opened = await openSite({ ...invocation, drafts: new Map([[triedOut, text]]) })
  return opened.ok ? opened.value : undefined
}

/** What is required of a deployment's configuration, and has no default. */
function required(site: Site, deployment: string): MissingValue[] {
  const service = site.services.get(deployment)
  const section = site.configuration.sections.get(deployment)
  if (service === undefined || section === undefined) return []
  const place = { name: service.component, directory: service.directory }
  const files = readComponentConfig(place, site.project.settings.fileSizeLimit)
  const schema = files.ok ? files.value.schema && treeOfSchema(files.value.schema) : undefined
  const missing = schema === undefined ? [] : missingValues(schema, section.tree)
  return missing.filter((value) => value.default === undefined)
}

/** A configuration but for what is laid on that of its component, which it would hide. `typed`: dotted, with the section. */
function without(node: YamlNode, path: string, typed: ReadonlySet<string>): JsonValue | undefined {
  if (typed.has(path)) return undefined
  if (node.kind !== 'map') return toJson(node)
  const entries = node.entries.flatMap(({ key, value }) => {
    const rest = without(value, `${path}.${key.value}`, typed)
    return rest === undefined ? [] : [[key.value, rest] as const]
  })
  return Object.fromEntries(entries)
}

function lackingOf({ name, triedOut }: TestDraftRequest, needed: readonly MissingValue[]): Lacking {
  const paths = needed.map(({ path }) => path.join('.'))
  const values = needed.map(({ isSecret }, index) => ({ path: paths[index] ?? '', isSecret }))
  const data = { deployment: triedOut, component: name, values, isTest: true } as const
  return {
    problems: needed.length === 0 ? [] : [diagnostic('missing-values', data, { service: triedOut })],
    explains({ code, data, service }) {
      if (needed.length === 0 || service !== triedOut) return false
      if (code === 'module-failed' || code === 'check-failed') return true
      const lacking = code === 'schema-violation' ? data.lacking : undefined
      return typeof lacking === 'string' && paths.some((path) => path === lacking || path.startsWith(`${lacking}.`))
    },
  }
}
