import { nearest } from '../../config/nearest.ts'
import { needsStates, select } from '../../engine/selection.ts'
import { type Diagnostic, diagnostic, isError } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { DeploymentRow } from '../../ui/deployment-table.ts'
import type { Invocation } from '../invocation.ts'
import { type BareSite, openOwnSite } from '../project/site.ts'
import { interruptionWarnings } from '../running/open-runs.ts'
import { see } from '../service-look.ts'
import { rowOf } from '../service-row.ts'
import { unknownDeployment } from './files.ts'
import { deploymentNames, selectableDeployments } from './names.ts'

/** Deployments as they are now. */
export interface DeploymentLook {
  readonly rows: readonly DeploymentRow[]
  /** What is wrong with the project, which keeps nobody from looking. */
  readonly problems: readonly Diagnostic[]
  readonly warnings: readonly Diagnostic[]
}

/** Observes deployments: those that are named, or all; of one component only, where one is given. */
export async function listDeployments(
  invocation: Invocation,
  request: { readonly names: readonly string[]; readonly component: string | undefined },
): Promise<Result<DeploymentLook, readonly Diagnostic[]>> {
  const opened = await openOwnSite(invocation)
  if (!opened.ok) return opened
  const bare = opened.value
  const absent = absentComponent(bare, request.component)
  if (absent !== undefined) return err([absent])
  const isOfComponent = (name: string): boolean =>
    request.component === undefined ||
    selectableDeployments(bare, [name], undefined)[0]?.component === request.component
  const all = deploymentNames(bare).filter(isOfComponent)
  const { project } = bare
  const chosen = request.names.length === 0 || needsStates(request.names) ? ok(all) : byName(bare, all, request.names)
  if (!chosen.ok) return chosen
  if (chosen.value.length === 0)
    return ok({ rows: [], problems: project?.diagnostics.filter(isError) ?? [], warnings: [] })
  const seen = await see(invocation, chosen.value)
  if (!seen.ok) return seen
  const { observed, site } = seen.value
  const known = seen.value.bare
  const named = needsStates(request.names) ? byName(known, all, request.names, observed) : ok(chosen.value)
  if (!named.ok) return named
  const rows = [...observed.values()]
    .filter(({ name }) => named.value.includes(name))
    .map(
      (one): DeploymentRow => ({
        ...rowOf(one, known),
        startedAt: startedAt(one.record?.startedVersion),
        declared: project?.deployments.has(one.name) === true,
      }),
    )
  const damaged = known.cluster.records.problems().map((one): Diagnostic => ({ ...one, severity: 'warning' }))
  const problems = site?.diagnostics.filter(isError) ?? []
  return ok({ rows, problems, warnings: [...damaged, ...interruptionWarnings(known.cluster)] })
}

function byName(
  bare: BareSite,
  all: readonly string[],
  names: readonly string[],
  observed?: Parameters<typeof selectableDeployments>[2],
): Result<readonly string[], readonly Diagnostic[]> {
  const { names: found, problems } = select({ names, all: false }, selectableDeployments(bare, all, observed))
  if (problems.length === 0) return ok(found)
  const { project } = bare
  return err(
    problems.map((one) =>
      one.code === 'unknown-service' && project !== undefined ? unknownDeployment(one.data.name, project, all) : one,
    ),
  )
}

function absentComponent({ project }: BareSite, component: string | undefined): Diagnostic | undefined {
  if (component === undefined || project === undefined || project.components.has(component)) return undefined
  const message = `there is no component "${component}"`
  return diagnostic('bad-option', { message, nearest: nearest(component, [...project.components.keys()]) })
}

/** When the run began that started a service, ISO 8601: its id says so. */
function startedAt(version: string | null | undefined): string | null {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)-/.exec(version ?? '') ?? []
  return year === undefined ? null : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`
}
