import type { Resumption } from '../engine/execute/execute.ts'
import { buildGraph, closure, type Graph } from '../engine/graph.ts'
import { isSettled } from '../engine/replay.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Observed, ServiceState } from '../model/observed.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Plan, Verb } from '../model/plan.ts'
import type { RenderedService } from '../model/rendered.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { OnFailure, RunPlan } from '../model/run.ts'
import { concludeDelete, type Declarations } from './deployment/conclude-delete.ts'
import { followerRenderer } from './followers/plan-followers.ts'
import { knownRows, plannedRows, type RowsAsApplied, rowsAsApplied } from './followers/table-rows.ts'
import type { Conversation, Invocation } from './invocation.ts'
import type { Cluster } from './project/cluster.ts'
import { openBareSite, openSite, type Site } from './project/site.ts'
import type { Rendering } from './rendering/render.ts'
import { renderSelection, renderSound } from './rendering/render-selection.ts'
import type { OpenRun } from './running/open-runs.ts'
import { perform, type RunOptions, type RunReport, refused } from './running/perform.ts'
import { newestResumable, notResumable, resumable } from './running/resumable.ts'
import { survey } from './running/survey.ts'
import { concernsAll, weigh } from './weigh.ts'

export interface ResumeRequest extends Omit<RunOptions, 'onFailure' | 'yes'> {
  /** The run's id; the newest that can be gone on with where it is not given. */
  readonly run: string | undefined
  /** As the run was begun with, or gone on with last, where it is not given. */
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
  const { cluster, services } = opened.value
  const newest = request.run === undefined ? newestResumable(cluster, request.onFailure) : undefined
  if (newest !== undefined && newest.run === undefined) {
    return { kind: 'nothing', replaced: newest.replaced, exitCode: 0 }
  }
  const chosen = newest?.run === undefined ? resumable(cluster, request.run ?? '', request.onFailure) : ok(newest.run)
  if (!chosen.ok) return refused([chosen.error])
  let run = chosen.value
  const { plan } = run
  const unfit = checkOnFailure(request.onFailure, plan.verb)
  if (unfit !== undefined) return refused([unfit])
  const asBegun = withItsValues(invocation, plan)
  const sources = await sourcesOf(asBegun, run, cluster)
  if (!sources.ok) return refused(sources.error)
  const { site } = sources.value
  const rendered = new Map(sources.value.rendered)
  const { asApplied } = sources.value
  const renderings = [sources.value.rendering]
  const rendering: Sources['rendering'] = {
    renderAgain: (name, rows) => renderings.map((one) => one.renderAgain(name, rows)).find((one) => one !== undefined),
  }
  const declared = site?.graph ?? buildGraph([])
  let problems: readonly Diagnostic[] = []
  return await perform({
    invocation,
    conversation,
    options: { ...request, yes: true, onFailure: run.onFailure },
    cluster,
    verb: plan.verb,
    parallel: request.parallel ?? plan.parallel,
    rendered,
    renderFollower: followerRenderer({ rendering, asApplied }),
    declared,
    services,
    affected: () => ({
      certain: [...acted(run), ...Object.keys(run.removals)],
      possible: started(run),
      relied: relied(declared, run),
    }),
    observe: async () => {
      // Somebody else may have gone on with it in the meantime, or begun something else.
      const now = resumable(cluster, plan.run, request.onFailure)
      problems = now.ok ? [] : [now.error]
      if (now.ok) run = now.value
      const names = started(run)
      const observed = await survey({ cluster, services, names, rendered: new Map(), alone: !request.dryRun })
      const again = new Set(down(run, observed))
      if (site !== undefined && again.size > 0) {
        const once = await renderSound(
          site,
          asBegun,
          again,
          plannedRows(deploymentsIn(plan.plan), new Set(), asApplied),
        )
        for (const [name, one] of once.rendered) rendered.set(name, one)
        renderings.push(once)
      }
      problems = [...problems, ...changedSince(plan, again, rendered)]
      return observed
    },
    plan: (observed) => ({ plan: request.dryRun ? restOf(run, observed) : plan.plan, problems }),
    ...(plan.verb === 'delete' && {
      declarations: stillDeclared(run),
      held: Object.keys(run.removals),
      conclude: (concluded: Plan, removals: Declarations) =>
        concludeDelete(opened.value, { plan: concluded, removals }, conversation),
    }),
    resume: (observed) => ({ plan, resumption: resumptionOf(run, observed) }),
  })
}

/** As for a stop and a delete that are typed anew. */
function checkOnFailure(onFailure: OnFailure | undefined, verb: Verb): Diagnostic | undefined {
  if (onFailure !== 'rollback' || (verb !== 'stop' && verb !== 'delete')) return undefined
  const message = `--on-failure rollback is for what starts something: what a ${verb} has done is not taken back`
  return diagnostic('bad-option', { message })
}

/** With the values of the command line that the run was begun with, unless others are given. */
function withItsValues(invocation: Invocation, { overlays, assignments }: RunPlan): Invocation {
  const isGiven = (invocation.overlays ?? []).length + (invocation.assignments ?? []).length > 0
  return isGiven ? invocation : { ...invocation, overlays, assignments }
}

interface Sources {
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly rendering: Pick<Rendering, 'renderAgain'>
  readonly asApplied: RowsAsApplied
  /** `undefined` where nothing is to be started, or only what has gone down and the project cannot be read. */
  readonly site: Site | undefined
}

/** What is left to be started, rendered anew, and that it comes to the same as when the plan was made. */
async function sourcesOf(
  invocation: Invocation,
  run: OpenRun,
  cluster: Cluster,
): Promise<Result<Sources, readonly Diagnostic[]>> {
  const asApplied = rowsAsApplied(cluster)
  const nothing = { rendered: new Map(), rendering: NO_RENDERING, asApplied, site: undefined }
  const fromTree = run.open.filter((step) => step.source === 'tree')
  const names = new Set(fromTree.map((step) => step.service))
  if (names.size + started(run).length === 0) return ok(nothing)
  const opened = await openSite(invocation)
  if (run.isTakenBack) return ok({ ...nothing, ...(opened.ok && (await ofRollback(opened.value, invocation, names))) })
  if (names.size === 0) return ok({ ...nothing, site: opened.ok ? opened.value : undefined })
  if (!opened.ok) return opened
  const site = opened.value
  const missing = [...names].filter((name) => !site.services.has(name))
  if (missing.length > 0) return err([notResumable(run.plan.run, { why: 'changed', services: missing.sort() })])
  const deployments = deploymentsIn(run.plan.plan)
  const renewed = renewedBy(
    run.plan,
    [...names].flatMap((name) => deployments.get(name) ?? []),
  ).filter((name) => site.services.has(name))
  const rendering = await renderSelection(site, invocation, new Set([...names, ...renewed]), {
    deploymentsFor: plannedRows(deployments, new Set(renewed), asApplied),
  })
  // What they follow was started by this run already: they are only to be as they would be with it.
  const concerned = new Set([...rendering.concerned].filter((name) => names.has(name) || !renewed.includes(name)))
  const { blocking } = weigh([...site.diagnostics, ...rendering.diagnostics], concerned, site.project)
  if (blocking.length > 0) return err(blocking)
  const { rendered } = rendering
  const changed = changedSince(run.plan, names, rendered)
  return changed.length > 0 ? err(changed) : ok({ rendered, rendering, asApplied, site })
}

/** What tells those who follow what is taken back, as far as the project can be read. */
async function ofRollback(
  site: Site,
  invocation: Invocation,
  names: ReadonlySet<string>,
): Promise<Pick<Sources, 'rendered' | 'rendering'>> {
  const known = new Set([...names].filter((name) => site.services.has(name)))
  if (known.size === 0 || site.diagnostics.some(concernsAll)) return { rendered: new Map(), rendering: NO_RENDERING }
  const rendering = await renderSelection(site, invocation, known, { deploymentsFor: knownRows(site.cluster) })
  return { rendered: rendering.rendered, rendering }
}

const NO_RENDERING: Sources['rendering'] = { renderAgain: () => undefined }

/** What each follower of a plan is to see, by its name. */
const deploymentsIn = ({ steps }: Plan): ReadonlyMap<string, readonly string[]> =>
  new Map(steps.flatMap(({ service, deployments }) => (deployments === undefined ? [] : [[service, deployments]])))

/** Those of the names that the run starts or refreshes with the project's own scripts. */
function renewedBy({ plan }: RunPlan, names: readonly string[]): string[] {
  const renewed = new Set(plan.steps.filter((step) => step.source === 'tree').map((step) => step.service))
  return [...new Set(names)].filter((name) => renewed.has(name))
}

/** That services can no longer be started as they were planned to be. */
function changedSince(
  { run, fingerprints }: RunPlan,
  names: Iterable<string>,
  rendered: ReadonlyMap<string, RenderedService>,
): Diagnostic[] {
  const changed = [...names].filter((name) => rendered.get(name)?.fingerprint !== fingerprints[name])
  return changed.length > 0 ? [notResumable(run, { why: 'changed', services: changed.sort() })] : []
}

/** The services that are still acted on. */
const acted = ({ open, rollback }: OpenRun): Set<string> => new Set([...open, ...rollback].map((step) => step.service))

/** The files that are still to be removed, also of what is still to be deleted. */
const stillDeclared = ({ plan, open, removals }: OpenRun): Declarations => {
  const left = new Set([...open.map((step) => step.service), ...Object.keys(removals)])
  return Object.fromEntries(Object.entries(plan.declarations ?? {}).filter(([name]) => left.has(name)))
}

const relied = (declared: Graph, run: OpenRun): Iterable<string> => [
  ...closure(declared, acted(run), (edge) => !edge.optional).keys(),
  ...[...run.open, ...run.rollback].flatMap((step) => step.deployments ?? []),
]

/** The services that the run had started, in their order; of one that is being taken back, none are started once more. */
function started({ plan, progress, isTakenBack }: OpenRun): string[] {
  if (isTakenBack) return []
  const steps = plan.plan.steps.filter(({ id, operator }) => {
    return operator === 'start' && progress?.outcomes.get(id)?.status === 'done'
  })
  return steps.map((step) => step.service)
}

const UP: readonly ServiceState[] = ['running', 'completed']

/** What has gone down since is started once more: what needs it is still to come. */
const down = (run: OpenRun, observed: ReadonlyMap<string, Observed>): string[] =>
  started(run).filter((name) => !UP.includes(observed.get(name)?.state ?? 'unknown'))

/** The steps that are still to be carried out, waiting for each other only. */
function restOf(run: OpenRun, observed: ReadonlyMap<string, Observed>): Plan {
  const { plan } = run.plan
  const again = new Set(down(run, observed).map((name) => `start:${name}`))
  const isOpen = new Set(run.open.map((step) => step.id))
  const steps = run.isTakenBack
    ? run.rollback.filter(({ id }) => !isSettled(run.progress?.outcomes.get(id)))
    : plan.steps.filter(({ id }) => isOpen.has(id) || again.has(id))
  const left = new Set(steps.map((step) => step.id))
  const kept = (ids: readonly string[]): string[] => ids.filter((id) => left.has(id))
  return { ...plan, steps: steps.map((step) => ({ ...step, needs: kept(step.needs), after: kept(step.after) })) }
}

function resumptionOf(run: OpenRun, observed: ReadonlyMap<string, Observed>): Resumption {
  const { progress, open } = run
  const rollback = progress?.rollback ?? []
  const again = new Set(down(run, observed).map((name) => `start:${name}`))
  const isOpen = new Set(open.map((step) => step.id))
  // Of a run that is being taken back, what was not begun is not begun any more.
  const isOver = ([id, outcome]: readonly [string, Outcome]): boolean =>
    rollback.length > 0 ? !isOpen.has(id) : isSettled(outcome) && !again.has(id)
  const outcomes = [...(progress?.outcomes ?? [])].filter(isOver)
  // Of a journal that is lost, every step may have been in flight.
  const inFlight = new Set(progress?.inFlight.keys() ?? open.map((step) => step.id))
  return { outcomes: new Map(outcomes), inFlight, rollback, version: versionOf(run) }
}

/** What this session's staged copies are called; where nobody knows how many there were before, by the second. */
const versionOf = ({ plan, progress }: OpenRun): string =>
  `${plan.run}-${progress === undefined ? Math.floor(Date.now() / 1000) : progress.sessions + 1}`
