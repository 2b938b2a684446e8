import { createDeclared } from '../../io/project/declared-file.ts'
import { deploymentFile } from '../../io/project/deployment-scan.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { SAFE_NAME } from '../../model/project.ts'
import { mayBeAlive } from '../../model/record.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { openProject } from '../project/project.ts'
import type { Site } from '../project/site.ts'
import { startServices } from '../service-run.ts'
import { createAgain } from './again.ts'
import { type AskedConfig, newDeploymentText, readAsked } from './draft.ts'
import { checkDrafts, declaredNow, isMoved, untilUnmoved, writeDeclared } from './files.ts'
import { placed } from './places.ts'
import type { DeclaredFile, DeploymentReport, OnWritten } from './report.ts'
import { type CreateRequest, startOf } from './request.ts'
import { completeDeployment, learnAsked } from './values.ts'

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
  if (request.prerequisites.includes(request.component)) return { kind: 'refused', diagnostics: [needsItsOwn(request)] }
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
      return await createAgain(invocation, { request, asked, project: opened.value, there }, conversation)
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
    const other = runsAsAnother(site, request)
    if (other !== undefined) return { kind: 'refused', diagnostics: [other] }
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

/** All deployments of the component precede it then, and whichever is created next would precede and follow it. */
function needsItsOwn({ name, component }: CreateRequest): Diagnostic {
  const message = `"${name}" cannot need "${component}", whose deployment it is: name the deployment that it needs`
  return diagnostic('bad-option', { message, command: 'paictl deployment create' })
}

/** What was started under a name, and may be alive, would be taken for what is created. */
function runsAsAnother({ cluster }: Site, { name, component }: CreateRequest): Diagnostic | undefined {
  const record = cluster.records.read(name)
  const runs = record?.applied?.component
  if (runs === undefined || runs === component || !mayBeAlive(record)) return undefined
  return diagnostic('name-in-use', { name, component: runs })
}
