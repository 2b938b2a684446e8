import { resolve } from 'node:path'
import type { SavedPlan } from '../config/files/plan-file.ts'
import { closure, reverse } from '../engine/graph.ts'
import { planApply } from '../engine/plan/apply.ts'
import { withCanary } from '../engine/plan/canary.ts'
import { outlookOf } from '../engine/plan/outlook.ts'
import { reachedByApply } from '../engine/plan/reached-by-apply.ts'
import { type Planned, recordedGraph } from '../engine/plan/situation.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Observed } from '../model/observed.ts'
import type { Followed, Plan } from '../model/plan.ts'
import type { ApplySelection, PlanReport } from '../model/plan-report.ts'
import { mayBeAlive } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import { err, ok, type Result } from '../model/result.ts'
import { choose, type NamesRequest } from './choose.ts'
import { comparable, followerRenderer, planWithFollowers } from './followers/plan-followers.ts'
import { type OpenFollowing, openFollowing } from './followers/request-followers.ts'
import type { Conversation, Invocation } from './invocation.ts'
import { fileDifferences } from './plan-difference.ts'
import { isDeclaredOtherwise } from './project/project.ts'
import { openSite, type Site } from './project/site.ts'
import { renderSelection } from './rendering/render-selection.ts'
import { changesIn } from './running/changes.ts'
import { type Performance, perform, type RunOptions, type RunReport, refused } from './running/perform.ts'
import { survey } from './running/survey.ts'
import { factsOf, whatMoved } from './saved-plan.ts'
import { concernsAll, weigh } from './weigh.ts'

export interface ApplyRequest extends NamesRequest, RunOptions {
  /** Orphans are stopped. */
  readonly prune: boolean
  /** So many refreshes are done and ready before any other one begins. */
  readonly canary: number | undefined
  /** What the files of the changed services differ in is found out, too. */
  readonly diff: boolean
  /** A plan that was made before: it is carried out, or nothing is. */
  readonly saved?: SavedPlan | undefined
}

/** Makes what runs be what is declared. Without names: all that is declared. */
export async function applyProject(
  invocation: Invocation,
  request: ApplyRequest,
  conversation: Conversation,
): Promise<RunReport> {
  const prepared = await prepare(invocation, request, conversation, (report) => conversation.plan(report))
  if (!prepared.ok) return refused(prepared.error)
  // What was noted once is not noted again.
  const quiet = { ...conversation, note: () => {} }
  const again = (waitLockMs: number): Promise<RunReport> => applyProject(invocation, { ...request, waitLockMs }, quiet)
  return await perform({ ...prepared.value, again })
}

/** What `applyProject` would do; nothing is changed. */
export async function planProject(
  invocation: Invocation,
  request: Omit<ApplyRequest, 'dryRun'>,
  conversation: Conversation,
): Promise<Result<PlanReport, readonly Diagnostic[]>> {
  let report: PlanReport | undefined
  const prepared = await prepare(invocation, { ...request, dryRun: true }, conversation, (made) => {
    report = made
  })
  if (!prepared.ok) return prepared
  const performed = await perform(prepared.value)
  if (performed.kind === 'refused') return err(performed.diagnostics)
  if (report === undefined) throw new Error('a plan was made and not shown')
  return ok(report)
}

/** Reads, validates and renders all that may have to do with the request; the plan is made when it is performed. */
async function prepare(
  invocation: Invocation,
  request: ApplyRequest,
  conversation: Conversation,
  show: (report: PlanReport) => Promise<void> | void,
): Promise<Result<Performance, readonly Diagnostic[]>> {
  const opened = await openSite(invocation)
  if (!opened.ok) return opened
  const site = opened.value
  const { cluster, services, graph: declared, configuration } = site
  const plannedFor = request.saved?.cluster.id ?? cluster.id
  if (plannedFor !== cluster.id) return err([diagnostic('plan-elsewhere', { cluster: plannedFor, here: cluster.id })])
  const chosen = await chooseForApply(site, request)
  const reached = reachedByApply(declared, services, chosen)
  const { skip, orphans } = chosen
  const follow = (): OpenFollowing => openFollowing(site, { selected: new Set([...reached, ...orphans]), skip })
  const told = follow()
  const { deploymentsFor } = told
  const all = new Set([...reached, ...told.rendered])
  const rendering = await renderSelection(site, invocation, all, { deploymentsFor })
  const found = [...chosen.problems, ...site.diagnostics, ...rendering.diagnostics]
  const { blocking, warnings, elsewhere } = weigh(found, rendering.concerned, site.project)
  if (blocking.length > 0) return err([...blocking, ...warnings])
  if (warnings.length + elsewhere > 0) conversation.note({ kind: 'problems', warnings: warnings.length, elsewhere })
  if (configuration.clusterIdDefaulted) conversation.note({ kind: 'cluster-id', clusterId: cluster.id })
  const rendered = new Map(rendering.rendered)
  const following = { ...told, cluster, skip, force: false, rendering, rendered }
  const compared = comparable(rendered, following)
  const fingerprints = fingerprintsOf(compared, all)
  return ok({
    invocation,
    conversation,
    options: request,
    cluster,
    verb: 'apply',
    parallel: request.parallel ?? site.project.settings.parallel,
    rendered,
    renderFollower: followerRenderer(following),
    declared,
    services,
    affected: () => {
      const now = follow()
      return {
        certain: [],
        possible: [...reached, ...now.rendered, ...(request.prune ? orphans : [])],
        relied: [...skip, ...now.watched],
      }
    },
    observe: () => {
      const asked = [...involved(site, [...reached, ...orphans]), ...skip]
      const all = new Set([...asked, ...follow().watched])
      return survey({ cluster, services, names: all, rendered, alone: !request.dryRun })
    },
    plan: (observed): Planned => {
      const changes = changesIn(compared, cluster, configuration)
      const situation = { services, declared, observed, fingerprints, changes }
      const { followers } = follow()
      const planFor = (stale?: ReadonlyMap<string, Followed>): Planned => {
        const applied = planApply({ ...situation, ...(stale && { stale }) }, { ...request, ...chosen })
        const gated = request.canary === undefined ? applied.plan : withCanary(applied.plan, request.canary)
        return planWithFollowers({ ...applied, plan: gated }, situation, { ...following, followers })
      }
      const first = planFor()
      const stale = restartedFollowers(first.plan)
      // Who is to be restarted with such a one is found by planning with that.
      const { plan, problems } = stale.size === 0 ? first : planFor(stale)
      const moved = request.saved === undefined ? [] : whatMoved(request.saved, { fingerprints, observed, plan })
      return { plan, problems: moved.length > 0 ? moved : problems }
    },
    isStale: () => isDeclaredOtherwise(site.project, [...reached, ...told.rendered]),
    present: (plan, observed) => show(reportOf({ plan, observed, site, rendered, request, invocation, fingerprints })),
    confirmation: ({ steps }) => ({ kind: 'apply', steps: steps.length, cluster: cluster.id }),
  })
}

interface Chosen {
  readonly names: readonly string[]
  readonly orphans: readonly string[]
  readonly skip: ReadonlySet<string>
  readonly problems: readonly Diagnostic[]
}

/** Without names all that is declared is meant, and all orphans; orphans can be named, too. */
async function chooseForApply(site: Site, request: NamesRequest): Promise<Chosen> {
  const { records } = site.cluster
  const orphans = records.names().filter((name) => !site.services.has(name) && mayBeAlive(records.read(name)))
  const isBlocked = site.diagnostics.some(concernsAll)
  if (request.all || request.names.length === 0) {
    const chosen = await choose('apply', site, { ...request, names: [], all: true }, isBlocked)
    return { ...chosen, orphans: orphans.filter((name) => !chosen.skip.has(name)) }
  }
  const named = orphans.filter((name) => request.names.includes(name))
  const others = request.names.filter((name) => !named.includes(name))
  if (others.length === 0) return { names: [], orphans: named, skip: new Set(), problems: [] }
  return { ...(await choose('apply', site, { ...request, names: others }, isBlocked)), orphans: named }
}

/** What is named, all that it needs, and all who run with one of those. */
function involved({ graph, cluster: { records } }: Site, names: readonly string[]): string[] {
  const known = new Map(records.names().map((name) => [name, { record: records.read(name) }]))
  const needed = [...closure(graph, names).keys(), ...names]
  return [...new Set([...needed, ...closure(reverse(recordedGraph(known)), needed).keys()])]
}

/** The followers that a plan stops and starts for what they follow, each with why. */
const restartedFollowers = ({ steps }: Plan): ReadonlyMap<string, Followed> =>
  new Map(
    steps.flatMap(({ operator, service, cause: { trigger } }) =>
      operator === 'stop' && trigger.kind === 'followed' ? [[service, trigger]] : [],
    ),
  )

const fingerprintsOf = (
  rendered: ReadonlyMap<string, RenderedService>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, string> =>
  new Map([...rendered].flatMap(([name, one]) => (names.has(name) ? [[name, one.fingerprint] as const] : [])))

function reportOf(input: {
  readonly plan: Plan
  readonly observed: ReadonlyMap<string, Observed>
  readonly site: Site
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly request: ApplyRequest
  readonly invocation: Invocation
  readonly fingerprints: ReadonlyMap<string, string>
}): PlanReport {
  const { plan, observed, site, rendered, request, invocation, fingerprints } = input
  const { cluster } = site
  const { overlays = [], assignments = [], cwd } = invocation
  return {
    cluster: { id: cluster.id, type: cluster.type },
    selection: selectionOf(request),
    overlays: overlays.map((path) => resolve(cwd, path)),
    assignments: assignments.map((text) => cluster.secrets.mask(text)),
    plan,
    outlook: outlookOf(plan, observed),
    fingerprints: Object.fromEntries([...fingerprints].sort(([a], [b]) => (a < b ? -1 : 1))),
    observed: factsOf(observed),
    ...(request.diff && { differences: fileDifferences(plan, rendered, cluster) }),
  }
}

const selectionOf = ({ names, all, skip, prune, canary }: ApplyRequest): ApplySelection => ({
  names,
  all: all || names.length === 0,
  skip,
  prune,
  canary: canary ?? null,
})
