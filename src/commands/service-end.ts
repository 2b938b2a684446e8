import { closure, reverse } from '../engine/graph.ts'
import { recordedGraph, type Situation } from '../engine/plan/situation.ts'
import { planStop } from '../engine/plan/stop.ts'
import { needsStates, select } from '../engine/selection.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Observed } from '../model/observed.ts'
import type { Plan } from '../model/plan.ts'
import { DEFAULT_PARALLEL } from '../model/project.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Confirmation } from '../ui/prompt-text.ts'
import { aliveDependents } from './alive-dependents.ts'
import { appliedDifferences } from './applied-difference.ts'
import type { NamesRequest } from './choose.ts'
import { concludeDelete, type Declarations } from './deployment/conclude-delete.ts'
import { openFollowers } from './followers/ending-followers.ts'
import { followerRenderer, planWithFollowers } from './followers/plan-followers.ts'
import { knownRows } from './followers/table-rows.ts'
import type { Conversation, Invocation } from './invocation.ts'
import type { Cluster } from './project/cluster.ts'
import { type BareSite, openBareSite, openSite } from './project/site.ts'
import { renderSelection } from './rendering/render-selection.ts'
import { perform, type RunOptions, type RunReport, refused } from './running/perform.ts'
import { survey } from './running/survey.ts'
import { selectableOf } from './service-row.ts'
import { weigh } from './weigh.ts'

export interface EndRequest extends NamesRequest, RunOptions {
  readonly withDependents: boolean
  readonly force: boolean
  /** Run the project's present scripts instead of those that the services were started with. */
  readonly fromTree: boolean
  /** For who tries a component out: its stop-script is run though it is stopped. */
  readonly anyway?: boolean | undefined
  /** Deployments are deleted with their files, which are removed last. */
  readonly declarations?: Declarations | undefined
}

/** Stops services, dependents first; their data stays. Needs no valid project. */
export const stopServices = (
  invocation: Invocation,
  request: EndRequest,
  conversation: Conversation,
): Promise<RunReport> => endServices('stop', invocation, request, conversation)

/** Stops services, dependents first, and removes what they keep, after a confirmation. Needs no valid project. */
export const deleteServices = (
  invocation: Invocation,
  request: EndRequest,
  conversation: Conversation,
): Promise<RunReport> => endServices('delete', invocation, request, conversation)

async function endServices(
  verb: 'stop' | 'delete',
  invocation: Invocation,
  request: EndRequest,
  conversation: Conversation,
): Promise<RunReport> {
  const opened = await openBareSite(invocation)
  if (!opened.ok) return refused(opened.error)
  const site = opened.value
  if (request.names.length === 0 && !request.all) {
    return refused([diagnostic('no-names', { command: `service ${verb}` })])
  }
  const { names, skip, problems } = await choose(site, request)
  if (problems.length > 0) return refused(problems)
  const current = await currentScripts(invocation, site, names, request.fromTree)
  if (current.problems.length > 0) return refused(current.problems)
  const { cluster } = site
  const affectedNames = (): readonly string[] => {
    const named = (request.all ? [...names, ...startedServices(cluster)] : names).filter((name) => !skip.has(name))
    const dependents = request.withDependents ? aliveDependents(cluster, named) : []
    return [...named, ...dependents.filter((name) => !skip.has(name))]
  }
  const told = await openFollowers(invocation, site, { names: affectedNames(), skip })
  if (!request.fromTree) {
    const differences = await appliedDifferences(invocation, site, names, verb)
    if (differences.length > 0) conversation.warn(differences)
  }
  const rendered = new Map([...told.rendering.rendered, ...current.rendered])
  const following = { ...told, cluster, skip, force: request.force, rendered, followers: new Map() }
  return await perform({
    invocation,
    conversation,
    options: request,
    cluster,
    verb,
    parallel: request.parallel ?? site.project?.settings.parallel ?? DEFAULT_PARALLEL,
    rendered,
    renderFollower: followerRenderer(following),
    declared: told.declared,
    services: site.services,
    affected: () => {
      const certain = affectedNames()
      const { refreshed, watched } = told.now(certain)
      return { certain, possible: refreshed, relied: watched }
    },
    again: (waitLockMs) => endServices(verb, invocation, { ...request, waitLockMs }, conversation),
    observe: () => observeAffected(site, { ended: names, watched: told.now(affectedNames()).watched }, !request.dryRun),
    plan: (observed) => {
      const situation: Situation = { services: new Map(), declared: new Map(), observed, fingerprints: new Map() }
      const source = request.fromTree ? 'tree' : 'applied'
      const planned = planStop(situation, verb, { ...request, names, skip, source })
      const seen = { ...situation, services: told.services, declared: told.declared, changes: told.changes }
      return planWithFollowers(planned, seen, { ...following, followers: told.now(affectedNames()).followers })
    },
    remarks: (plan) => told.remarks(plan),
    ...(verb === 'delete' && {
      confirmation: (plan) => confirmDelete(plan, site, request),
      asksAnyway: request.declarations !== undefined,
      declarations: request.declarations,
      held: Object.keys(request.declarations ?? {}),
      conclude: (plan, removals) => concludeDelete(site, { plan, removals }, conversation),
    }),
  })
}

/** Resolves names to what is recorded or declared: what was never started can be named, and is left alone. */
async function choose(
  { cluster, services }: BareSite,
  request: NamesRequest,
): Promise<{ names: readonly string[]; skip: ReadonlySet<string>; problems: readonly Diagnostic[] }> {
  const recorded = cluster.records.names()
  const all = [...new Set([...services.keys(), ...recorded])]
  const states = needsStates([...request.names, ...request.skip])
    ? await survey({ cluster, services, names: all, rendered: new Map(), alone: false })
    : new Map<string, Observed>()
  const selectable = all.map((name) => selectableOf(name, { cluster, services }, states))
  const named = request.all ? { names: startedServices(cluster), problems: [] } : select(request, selectable)
  const skipped = select({ names: request.skip, all: false }, selectable)
  return { names: named.names, skip: new Set(skipped.names), problems: [...named.problems, ...skipped.problems] }
}

/** With --all, a service that never was started is not worth a word. */
const startedServices = ({ records }: Cluster): string[] =>
  records.names().filter((name) => records.read(name)?.phase !== 'never-started')

/** Observes what is named and everything recorded that needs it, with what their followers follow, without asking probes that do not matter. */
function observeAffected(
  site: BareSite,
  { ended, watched }: { readonly ended: readonly string[]; readonly watched: readonly string[] },
  alone: boolean,
): Promise<ReadonlyMap<string, Observed>> {
  const { cluster, services } = site
  const records = cluster.records.names().map((name) => [name, { record: cluster.records.read(name) }] as const)
  const graph = recordedGraph(new Map(records))
  const affected = closure(reverse(graph), ended)
  const involved = new Set([...ended, ...affected.keys(), ...watched])
  return survey({ cluster, services, names: involved, rendered: new Map(), alone })
}

/** The project's present scripts of the named services, where those were asked for. */
async function currentScripts(
  invocation: Invocation,
  bare: BareSite,
  names: readonly string[],
  wanted: boolean,
): Promise<{ rendered: ReadonlyMap<string, RenderedService>; problems: readonly Diagnostic[] }> {
  if (!wanted) return { rendered: new Map(), problems: [] }
  const opened = await openSite(invocation)
  if (!opened.ok) return { rendered: new Map(), problems: opened.error }
  const selected = new Set(names.filter((name) => bare.services.has(name)))
  const rendering = await renderSelection(opened.value, invocation, selected, {
    deploymentsFor: knownRows(bare.cluster),
  })
  const found = [...opened.value.diagnostics, ...rendering.diagnostics]
  const { blocking } = weigh(found, rendering.concerned, opened.value.project)
  return { rendered: rendering.rendered, problems: blocking }
}

/** y/N for a few by name; the cluster-id typed for all, or where something is protected. */
function confirmDelete(
  plan: Plan,
  { cluster, services }: BareSite,
  { all, declarations }: EndRequest,
): Confirmation | undefined {
  const stepped = plan.steps.filter((step) => step.operator === 'delete').map((step) => step.service)
  const deleted = [...new Set([...stepped, ...Object.keys(declarations ?? {})])]
  if (deleted.length === 0) return undefined
  const files = Object.values(declarations ?? {})
  const isProtected = (name: string): boolean =>
    (services.get(name)?.protected ?? false) || (cluster.records.read(name)?.applied?.protected ?? false)
  return all || deleted.some(isProtected)
    ? { kind: 'delete-typed', services: deleted, files, cluster: cluster.id }
    : { kind: 'delete', services: deleted, files }
}
