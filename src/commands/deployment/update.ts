import { readRemoval } from '../../config/cluster/assignment.ts'
import { mergeTrees } from '../../config/cluster/merge.ts'
import { nearest } from '../../config/nearest.ts'
import { editYaml, type YamlEdit } from '../../config/yaml/yaml-edit.ts'
import { entryOf, isNothing, toJson, type YamlNode } from '../../config/yaml/yaml-node.ts'
import { parseYaml } from '../../config/yaml/yaml-tree.ts'
import type { Lease } from '../../engine/ports.ts'
import { replaceAllDeclared } from '../../io/project/declared-file.ts'
import { append } from '../../model/append.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Plan } from '../../model/plan.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { openProject, type Project } from '../project/project.ts'
import type { Site } from '../project/site.ts'
import type { RunOptions } from '../running/perform.ts'
import { type RefreshRequest, refreshServices } from '../service-run.ts'
import { type AskedConfig, type ConfigOptions, readAsked } from './draft.ts'
import {
  checkDrafts,
  type Declared,
  declaredNow,
  isMoved,
  leaseDeployments,
  unknownDeployment,
  untilUnmoved,
  writeDeclared,
} from './files.ts'
import { type Draft, placed } from './places.ts'
import type { DeclaredFile, DeploymentReport, OnWritten } from './report.ts'
import { isHidden, learnAsked } from './values.ts'

export interface UpdateRequest extends ConfigOptions, RunOptions {
  readonly names: readonly string[]
  /** --unset: dotted keys of `config` to remove. */
  readonly unset: readonly string[]
}

/**
 * Changes values in the files of deployments, and refreshes those of them that run. Everything is checked before anything is
 * written, while nobody else is at work on them; all else in the files stays as it is, to the byte.
 */
export async function updateDeployments(
  invocation: Invocation,
  request: UpdateRequest,
  conversation: Conversation,
  onWritten: OnWritten,
): Promise<DeploymentReport> {
  const held: Held = { lease: undefined, agreed: undefined }
  const asked = { ...readAsked(invocation, request), removed: readRemovals(request.unset) }
  let written: DeploymentReport | Written
  try {
    const done = await untilUnmoved(
      () => write(invocation, { ...request, asked }, conversation, held),
      request.waitLockMs,
    )
    if (!done.ok) return refusedBy([done.error])
    written = done.value
  } finally {
    await held.lease?.release()
  }
  if ('kind' in written) return written
  const { files, refresh, isRefreshed } = written
  onWritten(files, isRefreshed)
  const run = isRefreshed ? await refreshServices(invocation, refresh, conversation) : undefined
  return { kind: 'done', files, run }
}

/** What is kept from one attempt to the next. */
interface Held {
  lease: Lease | undefined
  /** The plan that a person has agreed to. */
  agreed: string | undefined
}

/** The files are as was asked for, and nothing was run yet. */
interface Written {
  readonly files: readonly DeclaredFile[]
  readonly refresh: RefreshRequest
  readonly isRefreshed: boolean
}

/** Decides what is to become of the files, has it agreed to, and writes. */
async function write(
  invocation: Invocation,
  request: UpdateRequest & { readonly asked: Asked },
  conversation: Conversation,
  held: Held,
): Promise<DeploymentReport | Written | 'moved'> {
  const opened = openProject(invocation)
  if (!opened.ok) return refusedBy([opened.error])
  const project = opened.value
  const seen = declaredNow(project.settings)
  const { drafts, problems, warnings } = draftsOf(invocation, { project, seen }, request)
  if (problems.length > 0) return refusedBy([...problems, ...warnings])
  const checked = await checkDrafts(invocation, drafts)
  const { site } = checked
  if (checked.problems.length > 0 && isMoved(project.settings, seen)) return 'moved'
  if (site === undefined || checked.problems.length > 0) return refusedBy([...checked.problems, ...warnings])
  const names = [...drafts.keys()]
  const writing = { invocation, conversation, site, seen, ...request }
  if (held.lease === undefined && !request.dryRun) {
    const gained = await leaseDeployments(names, writing)
    if (!gained.ok) return refusedBy([gained.error])
    held.lease = gained.value
    // Whoever was waited for may have changed what was decided by.
    if (isMoved(project.settings, seen)) return 'moved'
  }
  append(warnings, hiddenValues(site, drafts, request.asked))
  const changed = [...drafts].filter(([, { text, before }]) => text !== before)
  const files = [...drafts].map(([name, { file, text, before }]): DeclaredFile => {
    const outcome = text === before ? 'unchanged' : request.dryRun ? 'planned' : 'changed'
    return { name, file, text, outcome }
  })
  const refresh = refreshOf(request, names)
  const drafted = { ...invocation, drafts: new Map(changed.map(([name, { text }]) => [name, text])) }
  const quiet = { ...conversation, note: () => {}, warn: () => {} }
  // What is going to be done is known before anything is written.
  const planned = await refreshServices(drafted, { ...refresh, dryRun: true }, request.dryRun ? conversation : quiet)
  if (planned.kind === 'refused' && isMoved(project.settings, seen)) return 'moved'
  if (planned.kind === 'refused') return refusedBy(placed(planned.diagnostics, [...drafts.values()]))
  const { plan } = planned
  const isAgreed = held.agreed === JSON.stringify(plan)
  if (warnings.length > 0 && !isAgreed) conversation.warn(warnings)
  if (request.dryRun) return { kind: 'dry-run', files, plan }
  const declined = isAgreed ? undefined : await ask(plan, request, conversation)
  if (declined !== undefined) return refusedBy([declined])
  held.agreed = JSON.stringify(plan)
  if (changed.length > 0) {
    const done = await writeDeclared(writing, () =>
      replaceAllDeclared(new Map(changed.map(([, { file, text }]) => [file, text]))),
    )
    if (!done.ok) return refusedBy([done.error])
    if (done.value === 'moved') return 'moved'
  }
  return { files, refresh, isRefreshed: plan.steps.length > 0 }
}

type Asked = AskedConfig & { readonly removed: ReturnType<typeof readRemovals> }

/** The files as they would be, by the deployments' names. */
function draftsOf(
  invocation: Invocation,
  { project, seen }: { readonly project: Project; readonly seen: Declared },
  { names, asked }: UpdateRequest & { readonly asked: Asked },
): {
  readonly drafts: ReadonlyMap<string, Draft>
  readonly problems: readonly Diagnostic[]
  readonly warnings: Diagnostic[]
} {
  const drafts = new Map<string, Draft>()
  const problems = [...asked.problems, ...asked.removed.problems]
  const warnings: Diagnostic[] = []
  for (const name of new Set(names)) {
    const there = seen.find((one) => one.name === name)
    if (there?.text === undefined) {
      problems.push(...(there === undefined ? [unknownDeployment(name, project)] : ofFile(project, name)))
      continue
    }
    learnAsked(project, { name, tree: asked.tree }, invocation)
    const { file, text } = there
    const edited = edit(name, { file, text }, asked, asked.removed.paths)
    append(warnings, edited.warnings)
    append(problems, edited.problems)
    drafts.set(name, { file, text: edited.text, asked: asked.tree, before: text })
  }
  return { drafts, problems, warnings }
}

const refusedBy = (diagnostics: readonly Diagnostic[]): DeploymentReport => ({ kind: 'refused', diagnostics })

const ofFile = ({ diagnostics }: Project, name: string): Diagnostic[] =>
  diagnostics.filter(({ service }) => service === name)

const refreshOf = (request: UpdateRequest, names: readonly string[]): RefreshRequest => ({
  ...request,
  names,
  all: false,
  skip: [],
  withPrerequisites: true,
  changedOnly: true,
})

/** A service without a refresh-script is stopped and started, which is more than was asked for. */
async function ask(plan: Plan, { yes }: UpdateRequest, conversation: Conversation): Promise<Diagnostic | undefined> {
  const stopped = plan.steps.filter(({ operator }) => operator === 'stop').map(({ service }) => service)
  if (yes || stopped.length === 0) return undefined
  const answer = await conversation.confirm({ kind: 'interrupt', services: [...new Set(stopped)] }, plan)
  if (answer === 'yes') return undefined
  return diagnostic('unconfirmed', {
    verb: 'update',
    what: stopped,
    asked: answer === 'no' ? 'declined' : 'no-terminal',
  })
}

function readRemovals(unset: readonly string[]): {
  readonly paths: readonly (readonly string[])[]
  readonly problems: readonly Diagnostic[]
} {
  const paths: (readonly string[])[] = []
  const problems: Diagnostic[] = []
  let line = 1
  for (const text of unset) {
    const read = readRemoval(text, line)
    if (read.ok) paths.push(read.value)
    else problems.push(read.error)
    line += text.split(/\r\n?|\n/).length
  }
  return { paths, problems }
}

interface Edited {
  readonly text: string
  readonly problems: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

function edit(
  name: string,
  { file, text }: { readonly file: string; readonly text: string },
  asked: AskedConfig,
  unset: readonly (readonly string[])[],
): Edited {
  const { root } = parseYaml(file, text)
  const config = entryOf(root, 'config')?.value
  const warnings: Diagnostic[] = []
  const removals = unset.map((keys): YamlEdit => {
    const near = absentKey(config, keys)
    if (near !== undefined) {
      const data = { path: keys.join('.'), deployment: name, nearest: near.nearest }
      warnings.push(diagnostic('nothing-to-unset', data, { severity: 'warning', service: name }))
    }
    return { kind: 'unset', path: ['config', ...keys] }
  })
  const removed = editYaml({ file, text }, removals)
  if (!removed.ok) return { text, problems: removed.error, warnings }
  const left = entryOf(parseYaml(file, removed.value).root, 'config')?.value
  const conflicts = left === undefined || isNothing(left) ? [] : mergeTrees(left, asked.tree, name).diagnostics
  if (conflicts.length > 0) return { text, problems: conflicts, warnings }
  const sets = asked.tree.entries.map(
    ({ key, value }): YamlEdit => ({ kind: 'set', path: ['config', key.value], value: toJson(value) }),
  )
  const edited = editYaml({ file, text: removed.value }, sets)
  return edited.ok ? { text: edited.value, problems: [], warnings } : { text, problems: edited.error, warnings }
}

/** The key of a path that is not there, with the one that was probably meant; `undefined`: all are. */
function absentKey(config: YamlNode | undefined, keys: readonly string[]): { nearest: string | null } | undefined {
  let node = config
  for (const [index, key] of keys.entries()) {
    const next = entryOf(node, key)?.value
    if (next === undefined) {
      const near = nearest(key, node?.kind === 'map' ? node.entries.map((entry) => entry.key.value) : [])
      return { nearest: near === null ? null : [...keys.slice(0, index), near].join('.') }
    }
    node = next
  }
  return undefined
}

/** What is written into a file and has no effect, because something that is laid on it says otherwise. */
function hiddenValues(site: Site, drafts: ReadonlyMap<string, Draft>, asked: AskedConfig): Diagnostic[] {
  return [...drafts].flatMap(([name, { file }]) =>
    leavesOf(asked.tree, []).flatMap((path) => {
      const by = isHidden(site, name, path, file)
      if (by === undefined) return []
      const data = { path: path.join('.'), deployment: name, isFrom: by.span.file.split('/').at(-1) ?? '' }
      return [diagnostic('hidden-value', data, { span: by.span, severity: 'warning', service: name })]
    }),
  )
}

const leavesOf = (node: YamlNode, path: readonly string[]): string[][] =>
  node.kind === 'map' && node.entries.length > 0
    ? node.entries.flatMap(({ key, value }) => leavesOf(value, [...path, key.value]))
    : path.length === 0
      ? []
      : [[...path]]
