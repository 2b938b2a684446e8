import { nearest } from '../config/nearest.ts'
import type { Resumption } from '../engine/execute/execute.ts'
import { buildGraph, closure, type Graph } from '../engine/graph.ts'
import { isSettled, replay } from '../engine/replay.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Observed, ServiceState } from '../model/observed.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RenderedService } from '../model/rendered.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { OnFailure, RunPlan } from '../model/run.ts'
import type { Cluster } from './cluster.ts'
import type { Conversation, Invocation } from './invocation.ts'
import { type OpenRun, openRunOf, openRuns, wasCutShort } from './open-runs.ts'
import { perform, type RunOptions, type RunReport, refused } from './perform.ts'
import { renderSelection } from './render-selection.ts'
import { openBareSite, openSite } from './site.ts'
import { survey } from './survey.ts'
import { weigh } from './weigh.ts'

export interface ResumeRequest extends Omit<RunOptions, 'onFailure' | 'yes'> {
  /** The run's id; the newest that can be gone on with where it is not given. */
  readonly run: string | undefined
  /** As the run was begun with, where it is not given. */
  readonly onFailure: OnFailure | undefined
}

/** `nothing`: no run was interrupted, or later ones have acted on the same services; `replaced` is the newest of those. */
export type ResumeReport =
  | RunReport
  | { readonly kind: 'nothing'; readonly replaced: string | null; readonly exitCode: 0 }

/** Goes on with a run that was interrupted: the same plan, from where its journal ends. */
export async function resumeRun(
  invocation: Invocation,
  request: ResumeRequest,
  conversation: Conversation,
): Promise<ResumeReport> {
  const opened = await openBareSite(invocation)
  if (!opened.ok) return refused(opened.error)
  const site = opened.value
  const { cluster } = site
  const chosen = choose(cluster, request.run)
  if (!chosen.ok) return refused([chosen.error])
  const run = chosen.value
  if (run === undefined) return { kind: 'nothing', replaced: newestReplaced(cluster), exitCode: 0 }
  const { plan } = run
  const sources = await sourcesOf(asBegun(invocation, plan), run)
  if (!sources.ok) return refused(sources.error)
  const services = new Set(run.open.map((step) => step.service))
  const prerequisites = closure(sources.value.declared, services, (edge) => !edge.optional)
  return await perform({
    invocation,
    conversation,
    options: { ...request, yes: true, onFailure: request.onFailure ?? plan.onFailure },
    cluster,
    verb: plan.verb,
    parallel: request.parallel ?? plan.parallel,
    rendered: sources.value.rendered,
    declared: sources.value.declared,
    services: site.services,
    affected: () => ({ certain: services, possible: started(run), relied: prerequisites.keys() }),
    observe: () => survey({ cluster, services: site.services, names: started(run), rendered: new Map(), alone: true }),
    // Somebody else may have gone on with it in the meantime, or begun something else.
    plan: () => ({ plan: plan.plan, problems: stillOpen(cluster, run) }),
    resume: (observed) => ({ plan, resumption: resumptionOf(run, observed) }),
  })
}

/** With the values of the command line that the run was begun with, unless others are given. */
function asBegun(invocation: Invocation, { overlays, assignments }: RunPlan): Invocation {
  const isGiven = (invocation.overlays ?? []).length + (invocation.assignments ?? []).length > 0
  return isGiven ? invocation : { ...invocation, overlays, assignments }
}

function choose(cluster: Cluster, id: string | undefined): Result<OpenRun | undefined, Diagnostic> {
  const interrupted = [...openRuns(cluster), ...endedBySignal(cluster)].sort(byId)
  if (id === undefined) return ok(interrupted.findLast(({ touched }) => touched.length === 0))
  const run = interrupted.find(({ plan }) => plan.run === id)
  if (run === undefined) return err(whyNot(cluster, id))
  if (run.touched.length > 0) return err(notResumable(id, { why: 'replaced', services: run.touched }))
  return ok(run)
}

const newestReplaced = (cluster: Cluster): string | null => openRuns(cluster).at(-1)?.plan.run ?? null

const byId = (a: OpenRun, b: OpenRun): number => (a.plan.run < b.plan.run ? -1 : 1)

/** Runs that a signal or a total time limit ended in order: they say so themselves, and have steps left. */
function endedBySignal(cluster: Cluster): OpenRun[] {
  const { runs } = cluster
  const unfinished = new Set(runs.unfinished())
  return runs.list().flatMap((id) => {
    const summary = unfinished.has(id) ? undefined : runs.readSummary(id)
    if (!summary?.ok || summary.value === undefined) return []
    const plan = runs.readPlan(id)
    if (!plan.ok || plan.value === undefined || !wasCutShort(plan.value, summary.value)) return []
    const journal = runs.readJournal(id)
    if (!journal.ok || journal.value === undefined) return []
    const run = openRunOf(cluster, { plan: plan.value, progress: replay(journal.value) })
    // What was taken back to its end leaves nothing to go on with.
    return run.open.length > 0 ? [run] : []
  })
}

type Reason = { readonly why: 'replaced' | 'changed'; readonly services: readonly string[] }

const notResumable = (run: string, reason: Reason): Diagnostic => diagnostic('not-resumable', { run, ...reason })

function whyNot({ runs }: Cluster, id: string): Diagnostic {
  const known = runs.list()
  if (!known.includes(id)) return diagnostic('unknown-run', { run: id, nearest: nearest(id, known) })
  const why = runs.unfinished().includes(id) ? 'running' : 'over'
  return diagnostic('not-resumable', { run: id, why, services: [] })
}

/** What is to be rendered anew, and that it comes to the same as when the plan was made. */
async function sourcesOf(
  invocation: Invocation,
  run: OpenRun,
): Promise<Result<{ rendered: ReadonlyMap<string, RenderedService>; declared: Graph }, readonly Diagnostic[]>> {
  const { plan, open } = run
  const fromTree = open.filter((step) => step.source === 'tree').map((step) => step.service)
  const names = new Set([...fromTree, ...started(run)])
  if (names.size === 0) return ok({ rendered: new Map(), declared: buildGraph([]) })
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const site = opened.value
  const missing = [...names].filter((name) => !site.services.has(name))
  if (missing.length > 0) return err([notResumable(plan.run, { why: 'changed', services: missing })])
  const rendering = await renderSelection(site, invocation, names)
  const { blocking } = weigh([...site.diagnostics, ...rendering.diagnostics], rendering.concerned, site.project)
  if (blocking.length > 0) return err(blocking)
  const changed = [...names].filter((name) => rendering.rendered.get(name)?.fingerprint !== plan.fingerprints[name])
  if (changed.length > 0) return err([notResumable(plan.run, { why: 'changed', services: changed.sort() })])
  return ok({ rendered: rendering.rendered, declared: site.graph })
}

const UP: readonly ServiceState[] = ['running', 'completed']

function stillOpen(cluster: Cluster, before: OpenRun): Diagnostic[] {
  const { run } = before.plan
  const now = [...openRuns(cluster), ...endedBySignal(cluster)].find(({ plan }) => plan.run === run)
  if (now === undefined) return [whyNot(cluster, run)]
  return now.touched.length > 0 ? [notResumable(run, { why: 'replaced', services: now.touched })] : []
}

/** The services that the run had started, in their order; of one that is being taken back, none are started once more. */
function started({ plan, progress }: OpenRun): string[] {
  if (progress !== undefined && progress.rollback.length > 0) return []
  const steps = plan.plan.steps.filter(({ id, operator }) => {
    return operator === 'start' && progress?.outcomes.get(id)?.status === 'done'
  })
  return steps.map((step) => step.service)
}

function resumptionOf(run: OpenRun, observed: ReadonlyMap<string, Observed>): Resumption {
  const { plan, progress, open } = run
  const rollback = progress?.rollback ?? []
  // What has gone down since is started once more: what needs it is still to come.
  const down = started(run).filter((name) => !UP.includes(observed.get(name)?.state ?? 'unknown'))
  const isUndone = (step: string): boolean => down.some((name) => step === `start:${name}`)
  const isOpen = new Set(open.map((step) => step.id))
  // Of a run that is being taken back, what was not begun is not begun any more.
  const isOver = ([id, outcome]: readonly [string, Outcome]): boolean =>
    rollback.length > 0 ? !isOpen.has(id) : isSettled(outcome) && !isUndone(id)
  const outcomes = [...(progress?.outcomes ?? [])].filter(isOver)
  // Of a journal that is lost, every step may have been in flight.
  const inFlight = new Set(progress?.inFlight.keys() ?? open.map((step) => step.id))
  return { outcomes: new Map(outcomes), inFlight, rollback, version: `${plan.run}-${(progress?.sessions ?? 1) + 1}` }
}
