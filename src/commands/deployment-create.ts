import { isSameJson } from '../config/yaml/yaml-edit.ts'
import { entryOf, toJson, type YamlNode } from '../config/yaml/yaml-node.ts'
import { inlineText } from '../config/yaml/yaml-text.ts'
import { parseYaml } from '../config/yaml/yaml-tree.ts'
import { createDeclared } from '../io/declared-file.ts'
import { deploymentFile } from '../io/deployment-scan.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { JsonValue } from '../model/json.ts'
import type { Plan } from '../model/plan.ts'
import { SAFE_NAME } from '../model/project.ts'
import { shellWord } from '../ui/wording/wording.ts'
import {
  type AskedConfig,
  type ConfigOptions,
  type NewDeployment,
  newDeploymentText,
  readAsked,
} from './deployment-draft.ts'
import { checkDrafts, declaredNow, isMoved, untilUnmoved, writeDeclared } from './deployment-files.ts'
import { placed } from './deployment-places.ts'
import { type AskValues, completeDeployment, learnAsked } from './deployment-values.ts'
import type { Conversation, Invocation } from './invocation.ts'
import type { RunOptions, RunReport } from './perform.ts'
import { openProject, type Project } from './project.ts'
import { startServices } from './service-run.ts'

export interface CreateRequest extends NewDeployment, ConfigOptions, RunOptions {
  readonly start: boolean
  /** Asks for required values that are missing; `undefined`: there is nobody to ask. */
  readonly ask: AskValues | undefined
}

/** What became of a deployment's file. */
export interface DeclaredFile {
  readonly name: string
  /** Absolute. */
  readonly file: string
  readonly text: string
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'planned'
}

/** What became of a request about deployments. */
export type DeploymentReport =
  /** Nothing was written, and nothing run. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'dry-run'; readonly files: readonly DeclaredFile[]; readonly plan: Plan | undefined }
  /** `run`: what became of the start or refresh; `undefined`: there was none. */
  | { readonly kind: 'done'; readonly files: readonly DeclaredFile[]; readonly run: RunReport | undefined }

/** Hears of files when they were written, before anything is run; `isRun`: something will be. */
export type OnWritten = (files: readonly DeclaredFile[], isRun: boolean) => void

/**
 * Declares a deployment and starts it. Everything is checked before anything is written, as if the file was there already.
 * One that is declared just so is only started; one that is declared otherwise is refused, with what is otherwise.
 */
export async function createDeployment(
  invocation: Invocation,
  request: CreateRequest,
  conversation: Conversation,
  onWritten: OnWritten,
): Promise<DeploymentReport> {
  const { name } = request
  if (!SAFE_NAME.test(name)) return { kind: 'refused', diagnostics: [diagnostic('bad-name', { name })] }
  const asked = readAsked(invocation, request)
  let answers: Parameters<typeof completeDeployment>[1]['answers'] = []
  const attempt = async (tries: number): Promise<DeploymentReport | 'moved'> => {
    const opened = openProject(invocation)
    if (!opened.ok) return { kind: 'refused', diagnostics: [opened.error] }
    const { settings } = opened.value
    learnAsked(opened.value, { ...request, tree: asked.tree }, invocation)
    const seen = declaredNow(settings)
    const file = deploymentFile(settings.clusterConfigDirectory, name)
    const there = seen.find((one) => one.name === name)
    if (there !== undefined)
      return await createAgain(
        invocation,
        { request, asked, project: opened.value, there: { file, text: there.text ?? '' } },
        conversation,
      )
    const draft = { file, text: newDeploymentText(settings, request, asked), asked: asked.tree, before: undefined }
    const completed = await completeDeployment(invocation, {
      name,
      file,
      text: draft.text,
      answers,
      // Nobody is asked twice.
      ask: asked.problems.length > 0 || tries > 0 ? undefined : request.ask,
    })
    if (!completed.ok && isMoved(settings, seen)) return 'moved'
    if (!completed.ok) return { kind: 'refused', diagnostics: withAsked(asked, placed(completed.error, [draft])) }
    answers = completed.value.answers
    const whole = { ...draft, text: completed.value.text }
    const { site, problems } = await checkDrafts(invocation, new Map([[name, whole]]))
    const all = [...asked.problems, ...problems]
    if (all.length > 0 && isMoved(settings, seen)) return 'moved'
    if (site === undefined || all.length > 0) return { kind: 'refused', diagnostics: all }
    const declared = (outcome: DeclaredFile['outcome']): DeclaredFile => ({ name, file, text: whole.text, outcome })
    // What is going to be done is known before anything is written.
    const drafted = { ...invocation, drafts: new Map([[name, whole.text]]) }
    const heard = request.dryRun ? conversation : { ...conversation, note: () => {}, warn: () => {} }
    const planned = request.start
      ? await startServices(drafted, { ...startOf(request), dryRun: true }, heard)
      : undefined
    // It reads everything anew, with what others have written by now.
    if (planned?.kind === 'refused' && isMoved(settings, seen)) return 'moved'
    if (planned?.kind === 'refused') return { kind: 'refused', diagnostics: placed(planned.diagnostics, [whole]) }
    if (request.dryRun) return { kind: 'dry-run', files: [declared('planned')], plan: planned?.plan }
    let isOurs = true
    const written = await writeDeclared({ invocation, conversation, site, seen, ...request }, () => {
      isOurs = createDeclared(file, whole.text)
    })
    if (!written.ok) return { kind: 'refused', diagnostics: [written.error] }
    if (written.value === 'moved' || !isOurs) return 'moved'
    onWritten([declared('created')], request.start)
    return {
      kind: 'done',
      files: [declared('created')],
      run: request.start ? await startServices(invocation, startOf(request), conversation) : undefined,
    }
  }
  const done = await untilUnmoved(attempt, request.waitLockMs)
  return done.ok ? done.value : { kind: 'refused', diagnostics: [done.error] }
}

/** What was not read cannot be said to be missing. */
const withAsked = ({ problems }: AskedConfig, found: readonly Diagnostic[]): readonly Diagnostic[] => [
  ...problems,
  ...found.filter(({ code }) => problems.length === 0 || code !== 'missing-values'),
]

const startOf = (request: CreateRequest): Parameters<typeof startServices>[1] => ({
  ...request,
  names: [request.name],
  all: false,
  skip: [],
  withPrerequisites: true,
  again: false,
  adopt: false,
})

/** What is asked for exists: it is started if it is declared just so, and left alone if not. */
async function createAgain(
  invocation: Invocation,
  {
    request,
    asked,
    project,
    there,
  }: {
    readonly request: CreateRequest
    readonly asked: AskedConfig
    readonly project: Project
    readonly there: { readonly file: string; readonly text: string }
  },
  conversation: Conversation,
): Promise<DeploymentReport> {
  if (asked.problems.length > 0) return { kind: 'refused', diagnostics: asked.problems }
  const { name } = request
  const { root, diagnostics } = parseYaml(there.file, there.text)
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }
  const { differences, update } = compare(request, asked, root)
  if (differences.length > 0) {
    const problem = diagnostic('deployment-exists', { name, differences, update: invocation.secrets.mask(update) })
    return {
      kind: 'refused',
      diagnostics: [{ ...problem, span: project.services.get(name)?.deployment?.span } as Diagnostic],
    }
  }
  const file = { name, ...there, outcome: 'unchanged' as const }
  if (!request.start)
    return request.dryRun
      ? { kind: 'dry-run', files: [file], plan: undefined }
      : { kind: 'done', files: [file], run: undefined }
  const run = await startServices(invocation, startOf(request), conversation)
  if (run.kind === 'dry-run') return { kind: 'dry-run', files: [file], plan: run.plan }
  return { kind: 'done', files: [file], run }
}

/** What of a request a declared deployment has otherwise, in words, and the command that would change it. */
function compare(
  { name, component, description, tags, prerequisites }: CreateRequest,
  asked: AskedConfig,
  root: YamlNode | undefined,
): { readonly differences: readonly string[]; readonly update: string } {
  const there = (key: string): JsonValue | undefined => {
    const node = entryOf(root, key)?.value
    return node && toJson(node)
  }
  const differences: string[] = []
  const isOf = there('component')
  if (isOf !== component)
    differences.push(`it is a deployment of ${JSON.stringify(isOf ?? null)}, not of "${component}"`)
  if (description !== undefined && there('description') !== description) differences.push('its description')
  const tagged = [there('tags') ?? []].flat()
  for (const tag of tags.filter((one) => !tagged.includes(one))) differences.push(`it has no tag "${tag}"`)
  const needed = [there('prerequisite') ?? []]
    .flat()
    .map((one) => (typeof one === 'object' && one !== null && 'service' in one ? one.service : one))
  for (const one of prerequisites.filter((other) => !needed.includes(other)))
    differences.push(`it does not need "${one}"`)
  const sets: string[] = []
  const compareValues = (wanted: YamlNode, found: YamlNode | undefined, path: readonly string[]): void => {
    if (wanted.kind === 'map' && (found === undefined || found.kind === 'map')) {
      for (const { key, value } of wanted.entries)
        compareValues(value, entryOf(found, key.value)?.value, [...path, key.value])
      return
    }
    const value = toJson(wanted)
    if (found !== undefined && isSameJson(toJson(found), value)) return
    const dotted = path.map((key) => key.replace(/[\\.]/g, '\\$&')).join('.')
    differences.push(`${dotted} is ${found === undefined ? 'not given' : 'another one'}`)
    sets.push(`--set ${shellWord(`${dotted}=${typeof value === 'string' ? value : inlineText(value)}`)}`)
  }
  compareValues(asked.tree, entryOf(root, 'config')?.value, [])
  const isMore = differences.length > sets.length
  return {
    differences,
    update: isMore
      ? `edit its file, or delete it first with "paictl deployment delete ${name}"`
      : `paictl deployment update ${name} ${sets.join(' ')}`,
  }
}
