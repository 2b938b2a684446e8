import { needsStates, select } from '../../engine/selection.ts'
import { modifiedAt, notRemovable } from '../../io/project/declared-file.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { type BareSite, openBareSite } from '../project/site.ts'
import { type RunOptions, type RunReport, refused } from '../running/perform.ts'
import { survey } from '../running/survey.ts'
import { deleteServices } from '../service-end.ts'
import type { Declarations } from './conclude-delete.ts'
import { unknownDeployment } from './files.ts'
import { deploymentNames, selectableDeployments } from './names.ts'

export interface DeleteRequest extends RunOptions {
  /** Names, globs and selectors. */
  readonly names: readonly string[]
  readonly withDependents: boolean
  readonly force: boolean
}

/**
 * Stops deployments, deletes what they keep, and removes their files last, of each when nothing else is left of it; after a
 * confirmation. One that never was started has only its file, one whose file is gone only what is recorded. A name that
 * nothing is called is a warning: it may have been deleted before.
 */
export async function deleteDeployments(
  invocation: Invocation,
  request: DeleteRequest,
  conversation: Conversation,
): Promise<RunReport | 'nothing'> {
  if (request.names.length === 0) return refused([diagnostic('no-names', { command: 'deployment delete' })])
  const opened = await openBareSite(invocation)
  if (!opened.ok) return refused(opened.error)
  const site = opened.value
  const { names, unknown, problems } = await chosen(site, request.names)
  if (problems.length > 0) return refused(problems)
  const needed = stillNeeded(site, new Set(names))
  if (needed.length > 0 && !request.force) return refused([...needed, ...unknown])
  const files = filesOf(site, names)
  const unfit = notFiles(site, files)
  if (unfit.length > 0) return refused([...unfit, ...unknown])
  const stuck = Object.values(files).flatMap((file) => notRemovable(file) ?? [])
  if (stuck.length > 0) return refused([...stuck, ...unknown])
  const warnings = [...unknown, ...needed.map((one): Diagnostic => ({ ...one, severity: 'warning' }))]
  if (warnings.length > 0) conversation.warn(warnings)
  if (names.length === 0) return 'nothing'
  const ends = { ...request, names, all: false, skip: [], fromTree: false }
  return await deleteServices(invocation, { ...ends, declarations: files }, conversation)
}

/** The files of deployments, by name, as far as they have any. */
const filesOf = ({ project }: BareSite, names: readonly string[]): Declarations =>
  Object.fromEntries(
    names.flatMap((name) => {
      const file = project?.deployments.get(name)?.file
      return file === undefined ? [] : [[name, file] as const]
    }),
  )

/** What is wrong with files that are none: nobody knows what would go with them. What cannot be made sense of can go. */
const notFiles = ({ project }: BareSite, files: Declarations): readonly Diagnostic[] =>
  (project?.diagnostics ?? []).filter(({ code, service = '', span }) => {
    const file = files[service]
    if (file === undefined || span?.file !== file) return false
    return code === 'not-a-file' || (code === 'unreadable-file' && modifiedAt(file) === undefined)
  })

async function chosen(
  site: BareSite,
  typed: readonly string[],
): Promise<{ names: readonly string[]; unknown: readonly Diagnostic[]; problems: readonly Diagnostic[] }> {
  const { cluster, services, project } = site
  const all = deploymentNames(site)
  const states = needsStates(typed)
    ? await survey({ cluster, services, names: all, rendered: new Map(), alone: false })
    : undefined
  const { names, problems } = select({ names: typed, all: false }, selectableDeployments(site, all, states))
  const unknown = problems.flatMap((one) => (one.code === 'unknown-service' ? [one.data.name] : []))
  const asUnknown = (name: string): Diagnostic =>
    project === undefined
      ? diagnostic('unknown-deployment', { name, nearest: null, isComponent: false })
      : unknownDeployment(name, project, all)
  const said = unknown.map(asUnknown)
  const isComponent = (one: Diagnostic): boolean => one.code === 'unknown-deployment' && one.data.isComponent
  return {
    names,
    unknown: said.filter((one) => !isComponent(one)).map((one): Diagnostic => ({ ...one, severity: 'warning' })),
    problems: [...problems.filter((one) => one.code !== 'unknown-service'), ...said.filter(isComponent)],
  }
}

/** Declarations that name a deployment which is to go: without it they would name nothing. */
function stillNeeded({ project }: BareSite, names: ReadonlySet<string>): Diagnostic[] {
  const edges = (project === undefined ? [] : [...project.components.values()]).flatMap(({ service }) =>
    service.prerequisites.map((edge) => ({ by: service.name, ...edge })),
  )
  const others = (project === undefined ? [] : [...project.deployments.values()])
    .filter(({ name }) => !names.has(name))
    .flatMap(({ name, prerequisites }) => prerequisites.map((edge) => ({ by: name, ...edge })))
  const place = (span: Span): { span: Span } => ({ span })
  return [...edges, ...others]
    .filter(({ service }) => names.has(service))
    .map(({ by, service, span }) => diagnostic('still-needed', { deployment: service, by }, place(span)))
}
