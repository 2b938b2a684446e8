import { parseYaml } from '../../config/yaml/yaml-tree.ts'
import type { ScannedDeployment } from '../../io/project/deployment-scan.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import type { Project } from '../project/project.ts'
import { startServices } from '../service-run.ts'
import { compareDeclared } from './differences.ts'
import type { AskedConfig } from './draft.ts'
import type { DeploymentReport } from './report.ts'
import { type CreateRequest, startOf } from './request.ts'
import { learnAsked } from './values.ts'

/** What is asked for exists: it is started if it is declared just so, and left alone if not. */
export async function createAgain(
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
    readonly there: ScannedDeployment
  },
  conversation: Conversation,
): Promise<DeploymentReport> {
  if (asked.problems.length > 0) return { kind: 'refused', diagnostics: asked.problems }
  const { name } = request
  const { file: path, text } = there
  if (text === undefined)
    return { kind: 'refused', diagnostics: project.diagnostics.filter((one) => one.service === name) }
  const { root, diagnostics } = parseYaml(path, text)
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }
  const { differences, update } = compareDeclared(request, asked, root)
  if (differences.length > 0) {
    const { secrets } = invocation
    // It may be a deployment of another component than the one that is asked for, with other secrets.
    learnAsked(project, { name, tree: asked.tree }, invocation)
    const otherwise = differences.map((one) => secrets.mask(one))
    const problem = diagnostic('deployment-exists', { name, differences: otherwise, update: secrets.mask(update) })
    return {
      kind: 'refused',
      diagnostics: [{ ...problem, span: project.services.get(name)?.deployment?.span } as Diagnostic],
    }
  }
  const file = { name, file: path, text, outcome: 'unchanged' as const }
  if (!request.start)
    return request.dryRun
      ? { kind: 'dry-run', files: [file], plan: undefined }
      : { kind: 'done', files: [file], run: undefined }
  const run = await startServices(invocation, startOf(request), conversation)
  if (run.kind === 'dry-run') return { kind: 'dry-run', files: [file], plan: run.plan }
  return { kind: 'done', files: [file], run }
}
