import { needsStates, select } from '../engine/selection.ts'
import { type Diagnostic, isError } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Observed, ServiceState } from '../model/observed.ts'
import type { RenderedService } from '../model/rendered.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Service } from '../model/service.ts'
import type { ServiceRow } from '../ui/tables.ts'
import type { Invocation } from './invocation.ts'
import { type BareSite, openOwnSite, openSiteOf, type Site } from './project/site.ts'
import { renderSound } from './rendering/render-selection.ts'
import { interruptionWarnings } from './running/open-runs.ts'
import { survey } from './running/survey.ts'
import { rowOf, selectableOf } from './service-row.ts'

/** Services as they are now. */
export interface Look {
  readonly rows: readonly ServiceRow[]
  /** 3 where something that should run does not; held and completed are no reason. */
  readonly exitCode: number
  /** What is wrong with the project, which keeps nobody from looking. */
  readonly problems: readonly Diagnostic[]
  /** Runs that were interrupted, and files of the state that make no sense, as warnings. */
  readonly warnings: readonly Diagnostic[]
}

/** Everything that a look at a cluster found out. */
export interface Seen {
  readonly bare: BareSite
  /** `undefined` where the project is gone or cannot be read. */
  readonly site: Site | undefined
  readonly observed: ReadonlyMap<string, Observed>
  readonly rendered: ReadonlyMap<string, RenderedService>
}

/** Observes the named services; all declared and all recorded ones when no name is given. */
export async function lookAtServices(
  invocation: Invocation,
  names: readonly string[],
): Promise<Result<Look, readonly Diagnostic[]>> {
  const seen = await see(invocation, names)
  if (!seen.ok) return seen
  const { observed, site } = seen.value
  const rows = [...observed.values()].map((one) => rowOf(one, seen.value.bare))
  const missing = rows.some((row) => !NO_REASON.includes(row.state))
  const problems = site?.diagnostics.filter(isError) ?? []
  const { cluster } = seen.value.bare
  const damaged = cluster.records.problems().map((one): Diagnostic => ({ ...one, severity: 'warning' }))
  const warnings = [...damaged, ...interruptionWarnings(cluster)]
  return ok({ rows, exitCode: missing ? EXIT.notRunning : EXIT.done, problems, warnings })
}

/** States in which nothing that should run is missing. */
const NO_REASON: readonly ServiceState[] = ['running', 'completed', 'held', 'orphan']

/** Opens a cluster for readers and observes services; unknown names are an error. */
export async function see(
  invocation: Invocation,
  names: readonly string[],
): Promise<Result<Seen, readonly Diagnostic[]>> {
  const opened = await openOwnSite(invocation)
  if (!opened.ok) return opened
  const bare = opened.value
  const { cluster } = bare
  const full = bare.project === undefined ? undefined : await openSiteOf(bare.project, invocation)
  const site = full?.ok && full.value.cluster.id === cluster.id ? full.value : undefined
  cluster.logs.capWritten(cluster.records.names().flatMap((name) => cluster.records.read(name) ?? []))
  const services = site?.services ?? bare.services
  const known = [...new Set([...services.keys(), ...cluster.records.names().filter((name) => isKept(name, bare))])]
  const rendered = await renderNeverStarted(invocation, site, known, bare)
  const observedAll = (chosen: Iterable<string>): Promise<Map<string, Observed>> =>
    survey({ cluster, services, names: [...chosen].sort(), rendered, alone: false })
  if (names.length === 0) {
    return ok({ bare: { ...bare, services }, site, observed: await observedAll(known), rendered })
  }
  const all = needsStates(names) ? await observedAll(known) : undefined
  const selection = select(
    { names, all: false },
    known.map((name) => selectableOf(name, { cluster, services }, all)),
  )
  if (selection.problems.length > 0) return err(selection.problems)
  const observed = await observedAll(selection.names)
  return ok({ bare: { ...bare, services }, site, observed, rendered })
}

/** Whether a recorded service that is no longer declared is still to be shown: its deleted remains are not. */
const isKept = (name: string, { cluster }: BareSite): boolean => {
  const phase = cluster.records.read(name)?.phase
  return phase !== undefined && phase !== 'never-started'
}

/** What has no record is asked with what it would be started with, as far as that can be rendered. */
async function renderNeverStarted(
  invocation: Invocation,
  site: Site | undefined,
  known: readonly string[],
  { cluster }: BareSite,
): Promise<ReadonlyMap<string, RenderedService>> {
  if (site === undefined) return new Map()
  const asked = known.filter((name) => {
    const service = site.services.get(name)
    const phase = cluster.records.read(name)?.phase ?? 'never-started'
    return phase === 'never-started' && service !== undefined && hasDeclaredProbe(service)
  })
  return (await renderSound(site, invocation, new Set(asked))).rendered
}

const hasDeclaredProbe = ({ kind, scripts, readiness }: Service): boolean =>
  kind === 'service' && (scripts.status !== undefined || (readiness !== undefined && readiness.kind !== 'log'))
