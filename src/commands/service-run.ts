import { closure } from '../engine/graph.ts'
import { withCanary } from '../engine/plan/canary.ts'
import { planRefresh, planRestart } from '../engine/plan/restart.ts'
import { isRefreshInterrupted, type Planned, type Situation } from '../engine/plan/situation.ts'
import { planStart, reachedByStart } from '../engine/plan/start.ts'
import type { Verb } from '../model/plan.ts'
import { aliveDependents } from './alive-dependents.ts'
import { choose, type NamesRequest } from './choose.ts'
import { comparable, followerRenderer, planWithFollowers } from './followers/plan-followers.ts'
import { openFollowing } from './followers/request-followers.ts'
import type { Conversation, Invocation } from './invocation.ts'
import { isDeclaredOtherwise } from './project/project.ts'
import { openSite, type Site } from './project/site.ts'
import { renderSelection } from './rendering/render-selection.ts'
import { changesIn } from './running/changes.ts'
import type { Affected } from './running/leased.ts'
import { perform, type RunOptions, type RunReport, refused } from './running/perform.ts'
import { survey } from './running/survey.ts'
import { valuesTakenBack } from './running/taken-back.ts'
import { concernsAll, weigh } from './weigh.ts'

export interface StartRequest extends NamesRequest, RunOptions {
  readonly withPrerequisites: boolean
  readonly again: boolean
  readonly adopt: boolean
  /** For who tries a component out: its start-script is run though it runs, since start scripts are idempotent. */
  readonly anyway?: boolean | undefined
}

export interface RestartRequest extends NamesRequest, RunOptions {
  readonly withPrerequisites: boolean
  readonly withDependents: boolean
}

export interface RefreshRequest extends NamesRequest, RunOptions {
  readonly withPrerequisites: boolean
  /** So many refreshes are done and ready before any other one begins; all alike without it. */
  readonly canary?: number | undefined
  /** Only what runs with something else than it would be refreshed with; what does not run is left without a complaint. */
  readonly changedOnly?: boolean | undefined
}

/** Starts services with all that they need, in dependency order. */
export function startServices(
  invocation: Invocation,
  request: StartRequest,
  conversation: Conversation,
): Promise<RunReport> {
  return runFromTree('start', invocation, request, conversation, (situation, names, skip) =>
    planStart(situation, { ...request, names, skip }),
  )
}

/** Stops and starts services, and their dependents where asked. */
export function restartServices(
  invocation: Invocation,
  request: RestartRequest,
  conversation: Conversation,
): Promise<RunReport> {
  return runFromTree('restart', invocation, request, conversation, (situation, names, skip) =>
    planRestart(situation, { ...request, names, skip }),
  )
}

/** Lets running services take in their current configuration, starting what they need. */
export function refreshServices(
  invocation: Invocation,
  request: RefreshRequest,
  conversation: Conversation,
): Promise<RunReport> {
  const { canary } = request
  return runFromTree('refresh', invocation, request, conversation, (situation, names, skip) => {
    const { changedOnly = false } = request
    const chosen = changedOnly ? names.filter((name) => isChanged(situation, name)) : names
    const planned = planRefresh(situation, { ...request, names: chosen, skip, named: !request.all && !changedOnly })
    return canary === undefined ? planned : { ...planned, plan: withCanary(planned.plan, canary) }
  })
}

/** Whether a service was last started or refreshed with something else than it would be now, or may not have been. */
function isChanged({ observed, fingerprints }: Situation, name: string): boolean {
  const now = observed.get(name)
  return isRefreshInterrupted(now) || now?.record?.applied?.fingerprint !== fingerprints.get(name)
}

type Planner = (situation: Situation, names: readonly string[], skip: ReadonlySet<string>) => Planned

/**
 * What the verbs share that run the project's own scripts: the closure of the selected services is read, validated and
 * rendered with nothing touched; only then the cluster is taken and the plan made.
 */
async function runFromTree(
  verb: Verb,
  invocation: Invocation,
  request: NamesRequest & RunOptions & { readonly withPrerequisites: boolean; readonly withDependents?: boolean },
  conversation: Conversation,
  planner: Planner,
): Promise<RunReport> {
  const opened = await openSite(invocation)
  if (!opened.ok) return refused(opened.error)
  const site = opened.value
  const isBlocked = site.diagnostics.some(concernsAll)
  const { names, skip, problems } = await choose(verb, site, request, isBlocked)
  const selected = selectedBy(site, { ...request, names, skip })
  const told = openFollowing(site, { selected, skip })
  // They get ready while the services are being rendered.
  if (!isBlocked && problems.length === 0) site.cluster.scripts.expect(selected.size)
  const { deploymentsFor } = told
  const rendering = await renderSelection(site, invocation, new Set([...selected, ...told.rendered]), {
    deploymentsFor,
  })
  const found = [...problems, ...site.diagnostics, ...rendering.diagnostics]
  const { blocking, warnings, elsewhere } = weigh(found, rendering.concerned, site.project)
  if (blocking.length > 0) return refused([...blocking, ...warnings])
  if (warnings.length + elsewhere > 0) conversation.note({ kind: 'problems', warnings: warnings.length, elsewhere })
  if (site.configuration.clusterIdDefaulted) conversation.note({ kind: 'cluster-id', clusterId: site.cluster.id })
  const { cluster, services, graph: declared } = site
  const rendered = new Map(rendering.rendered)
  const following = { ...told, cluster, skip, force: false, rendering, rendered }
  const compared = comparable(rendered, following)
  const fingerprints = new Map([...compared].map(([name, one]) => [name, one.fingerprint]))
  const affected = (): Affected => affectedBy(site, { ...request, names, skip }, verb !== 'start')
  return perform({
    invocation,
    conversation,
    options: request,
    cluster,
    verb,
    parallel: request.parallel ?? site.project.settings.parallel,
    rendered,
    renderFollower: followerRenderer(following),
    declared,
    services,
    affected,
    isStale: () => isDeclaredOtherwise(site.project, affected().possible),
    // What was noted once is not noted again.
    again: (waitLockMs) =>
      runFromTree(verb, invocation, { ...request, waitLockMs }, { ...conversation, note: () => {} }, planner),
    observe: () => {
      const involved = [...closure(declared, selected).keys(), ...skip]
      const all = new Set([...involved, ...openFollowing(site, { selected, skip }).watched])
      return survey({ cluster, services, names: all, rendered, alone: !request.dryRun })
    },
    remarks: (plan) => valuesTakenBack(plan, cluster, rendered, site.configuration),
    plan: (observed) => {
      const changes = changesIn(compared, cluster, site.configuration)
      const situation = { services, declared, observed, fingerprints, changes }
      const { followers } = openFollowing(site, { selected, skip })
      return planWithFollowers(planner(situation, names, skip), situation, { ...following, followers })
    },
  })
}

interface Chosen {
  readonly names: readonly string[]
  readonly skip: ReadonlySet<string>
  readonly withPrerequisites: boolean
  readonly withDependents?: boolean
}

/** Every service that the request may have to run scripts of. */
function selectedBy({ graph, cluster }: Site, request: Chosen): ReadonlySet<string> {
  const names = [...request.names, ...(request.withDependents ? aliveDependents(cluster, request.names) : [])]
  return new Set(reachedByStart(graph, { ...request, names }).keys())
}

/** What the request is about, by the records as they are now. `isCertain`: whether what is named is acted on anyway. */
function affectedBy(site: Site, request: Chosen, isCertain: boolean): Affected {
  const { names, skip, withDependents } = request
  const selected = selectedBy(site, request)
  const told = openFollowing(site, { selected, skip })
  const possible = new Set([...selected, ...told.rendered])
  const acted = isCertain ? [...names, ...(withDependents ? aliveDependents(site.cluster, names) : [])] : []
  const needed = [...possible].flatMap((name) => site.graph.get(name) ?? []).filter((edge) => !edge.optional)
  return {
    certain: acted.filter((name) => possible.has(name)),
    possible,
    relied: [...needed.map((edge) => edge.to).filter((name) => skip.has(name)), ...told.watched],
  }
}
