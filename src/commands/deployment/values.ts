import { treeOf } from '../../config/cluster/plain-json.ts'
import { hasReference } from '../../config/cluster/references.ts'
import { treeOfSchema } from '../../config/schema/bad-schema.ts'
import { createSchemaChecker } from '../../config/schema/config-schema.ts'
import { type MissingValue, missingValues } from '../../config/schema/missing-values.ts'
import { nodeAt } from '../../config/schema/port-ranges.ts'
import { createSecretFinder } from '../../config/schema/secret-values.ts'
import type { TextFile } from '../../config/text-file.ts'
import { editYaml, type YamlEdit } from '../../config/yaml/yaml-edit.ts'
import { jsonObject, type YamlNode } from '../../config/yaml/yaml-node.ts'
import { withDeadline } from '../../io/deadline.ts'
import { readComponentConfig } from '../../io/project/component-config.ts'
import { type Diagnostic, diagnostic, isError } from '../../model/diagnostic.ts'
import type { JsonObject, JsonValue } from '../../model/json.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Service } from '../../model/service.ts'
import { startOfFile } from '../../model/span.ts'
import type { Invocation } from '../invocation.ts'
import type { Project } from '../project/project.ts'
import { openSite, type Site } from '../project/site.ts'
import { concernsAll } from '../weigh.ts'
import { choosePorts, isOfChosen, rangesToChoose } from './ports.ts'

/** A value that a person is asked for. */
export interface AskedValue extends MissingValue {
  /** Why a value would not do; `undefined`: it would. */
  problemOf(value: JsonValue): string | undefined
}

/** Asks a person for values; the answers are in the same order. Throws `EndedBySignal` where they would rather not. */
export type AskValues = (values: readonly AskedValue[]) => Promise<readonly JsonValue[]>

export interface CompletionRequest {
  readonly name: string
  /** cluster-config/deployments/<name>.yaml, absolute. */
  readonly file: string
  readonly text: string
  /** Answers that were given before: they are not asked for again. */
  readonly answers: readonly YamlEdit[]
  readonly ask: AskValues | undefined
}

export interface Completed {
  readonly text: string
  /** What somebody has answered by now. */
  readonly answers: readonly YamlEdit[]
}

/**
 * Adds to the text of a new deployment what it lacks: ports of the ranges that its schema says, the lowest that no declared
 * service uses; and required values, which are asked for. Without anybody to ask they are an error, `missing-values`.
 */
export async function completeDeployment(
  invocation: Invocation,
  request: CompletionRequest,
): Promise<Result<Completed, readonly Diagnostic[]>> {
  const { name, file, ask } = request
  const begun = editYaml({ file, text: request.text }, request.answers)
  if (!begun.ok) return begun
  const opened = await openSite({ ...invocation, drafts: new Map([[name, begun.value]]) })
  if (!opened.ok) return err(opened.error)
  const site = opened.value
  const service = site.project.services.get(name)
  const schema = service && schemaOf(service, site.project.settings)
  const chosen = schema === undefined ? [] : rangesToChoose(site, name, schema)
  const ports = choosePorts(site, name, chosen)
  const tree = schema && treeOfSchema(schema)
  const section = site.configuration.sections.get(name)
  const lacking = tree === undefined || section === undefined ? [] : missingValues(tree, section.tree)
  const needed = lacking.filter((value) => value.default === undefined)
  const awaited = [...needed, ...chosen].map(({ path }) => path.join('.'))
  const problems = [
    ...site.diagnostics.filter(
      (one) =>
        isError(one) &&
        (one.service === name || concernsAll(one)) &&
        !followsFrom(one, awaited) &&
        !isOfChosen(one, chosen),
    ),
    ...(ports.ok ? [] : ports.error),
  ]
  if (problems.length > 0 || !ports.ok || schema === undefined) {
    const missing = needed.length > 0 && ask === undefined ? [missingDiagnostic(site, name, needed)] : []
    return problems.length + missing.length > 0 || !ports.ok
      ? err([...problems, ...missing])
      : ok({ text: begun.value, answers: request.answers })
  }
  if (ask === undefined && needed.length > 0) return err([missingDiagnostic(site, name, needed)])
  const answers = ask === undefined || lacking.length === 0 ? [] : await askFor(lacking, schema, ask)
  const edited = editYaml({ file, text: begun.value }, [...ports.value, ...answers])
  return edited.ok ? ok({ text: edited.value, answers: [...request.answers, ...answers] }) : edited
}

/** Whether a problem may only be there because values are missing that are asked for, chosen, or said to be missing: dotted paths. */
function followsFrom({ code, data }: Diagnostic, awaited: readonly string[]): boolean {
  if (awaited.length === 0) return false
  if (code === 'module-failed' || code === 'check-failed') return true
  const lacking = code === 'schema-violation' ? data.lacking : undefined
  return typeof lacking === 'string' && awaited.some((path) => path === lacking || path.startsWith(`${lacking}.`))
}

function missingDiagnostic(site: Site, name: string, needed: readonly MissingValue[]): Diagnostic {
  const component = site.project.services.get(name)?.component ?? ''
  const values = needed.map(({ path, isSecret }) => ({ path: path.join('.'), isSecret }))
  const related = needed.map(({ path, title, description, type, choices, span }) => {
    const kind = choices?.map((one) => JSON.stringify(one)).join(' or ') ?? type
    const about = [title, kind, description].filter((one) => one !== undefined).join('; ')
    return { span, note: about === '' ? `${path.join('.')} is required here` : `${path.join('.')}: ${about}` }
  })
  return diagnostic('missing-values', { deployment: name, component, values }, { related, service: name })
}

async function askFor(lacking: readonly MissingValue[], schema: TextFile, ask: AskValues): Promise<YamlEdit[]> {
  const check = await createSchemaChecker(withDeadline)
  const problemOf = ({ path }: MissingValue, value: JsonValue): string | undefined => {
    const config = path.reduceRight<JsonValue>((inner, key) => jsonObject([[key, inner]]), value) as JsonObject
    const tree = treeOf(config, startOfFile(schema.file), undefined)
    const at = path.join('.')
    const found = check({ service: at, schema, config, tree }).diagnostics.find(
      (one) => one.code === 'schema-violation' && (one.data.path === at || one.data.path.startsWith(`${at}.`)),
    )
    return found?.code === 'schema-violation' ? `${found.data.path} ${found.data.message}` : undefined
  }
  // What is only a reference to a value is checked when it is there.
  const isReference = (value: JsonValue): boolean => typeof value === 'string' && value.startsWith('${')
  const asked = lacking.map((value) => ({
    ...value,
    problemOf: (answer: JsonValue) => (isReference(answer) ? undefined : problemOf(value, answer)),
  }))
  const answers = await ask(asked)
  return lacking.flatMap(({ path, default: fallback }, index): YamlEdit[] => {
    const value = answers[index] ?? null
    // What is the default anyway need not be written down.
    if (fallback !== undefined && JSON.stringify(value) === JSON.stringify(fallback)) return []
    return [{ kind: 'set', path: ['config', ...path], value }]
  })
}

/**
 * Learns what the schema of a deployment's component calls secret of what is asked for and of what its file says: both may be
 * quoted before any configuration is resolved. What a reference stands for is learnt there.
 */
export function learnAsked(
  { components, deployments, services, settings }: Project,
  asked: { readonly name: string; readonly component?: string; readonly tree: YamlNode },
  { secrets }: Invocation,
): void {
  const owner = components.get(asked.component ?? services.get(asked.name)?.component ?? '')
  const schema = owner && schemaOf(owner.service, settings)
  if (schema === undefined) return
  const find = createSecretFinder()
  for (const tree of [asked.tree, deployments.get(asked.name)?.config?.value]) {
    const found = tree === undefined ? [] : find(schema.text, tree)
    secrets.add(found.flatMap(({ text }) => (hasReference(text) ? [] : [text])))
  }
}

/** The schema of a service's component. */
function schemaOf({ component: name, directory }: Service, { fileSizeLimit }: ProjectSettings): TextFile | undefined {
  const files = directory === '' ? undefined : readComponentConfig({ name, directory }, fileSizeLimit)
  return files?.ok ? files.value.schema : undefined
}

/** The value that is used in the place of the one that a deployment's own file gives; `undefined`: that one is used. */
export function isHidden(site: Site, name: string, path: readonly string[], file: string): YamlNode | undefined {
  const node = nodeAt(site.configuration.sections.get(name)?.tree, path)
  return node === undefined || node.span.file === file ? undefined : node
}
