import type { Graph } from '../../engine/graph.ts'
import type { Follower, Unable } from '../../engine/plan/followers.ts'
import type { Situation } from '../../engine/plan/situation.ts'
import { type Diagnostic, isError } from '../../model/diagnostic.ts'
import type { Plan } from '../../model/plan.ts'
import { mayBeAlive } from '../../model/record.ts'
import type { Service } from '../../model/service.ts'
import { wordDiagnostic } from '../../ui/wording.ts'
import type { Invocation } from '../invocation.ts'
import { type BareSite, openSiteOf, type Site } from '../project/site.ts'
import type { Rendering } from '../rendering/render.ts'
import { renderSelection } from '../rendering/render-selection.ts'
import { changesIn } from '../running/changes.ts'
import { valuesTakenBack } from '../running/taken-back.ts'
import { weigh } from '../weigh.ts'
import { comparable } from './plan-followers.ts'
import { expectedRows, type RowsAsApplied, rowsAsApplied } from './table-rows.ts'
import { type Followings, followersOf, followingsOf, knownTo, watchedFor } from './who-follows.ts'

/** What it takes to refresh those who follow what is ended; nothing of it has to be there for who is followed by nobody. */
export interface EndingFollowers {
  /** As the project has them, as far as it can be read. */
  readonly services: ReadonlyMap<string, Service>
  readonly declared: Graph
  readonly rendering: Pick<Rendering, 'rendered' | 'renderAgain'>
  readonly asApplied: RowsAsApplied
  readonly changes: NonNullable<Situation['changes']>
  readonly remarks: (plan: Plan) => readonly Diagnostic[]
  /** Who has to do with what is ended, by the records as they are now. */
  readonly now: (ended: readonly string[]) => {
    readonly followers: ReadonlyMap<string, Follower>
    readonly refreshed: readonly string[]
    readonly watched: readonly string[]
  }
}

/** Finds out who follows what is to be ended; the project is opened only where somebody does who may be alive. */
export async function openFollowers(
  invocation: Invocation,
  bare: BareSite,
  { names, skip }: { readonly names: readonly string[]; readonly skip: ReadonlySet<string> },
): Promise<EndingFollowers> {
  const { cluster } = bare
  const asApplied = rowsAsApplied(cluster)
  const byRecords = alive(recordedFollowings(bare), names, bare)
  const opened = byRecords.length === 0 ? undefined : await openAt(bare, invocation)
  const site = opened?.site
  const followings = site === undefined ? recordedFollowings(bare) : followingsOf(site.services, cluster)
  const told = site === undefined ? [] : alive(followings, names, bare).filter((name) => site.services.has(name))
  const found = await renderThem(site, invocation, { told, followings, ended: new Set(names), asApplied })
  const { rendering, problems } = found
  const compared = comparable(rendering.rendered, { cluster, rendering })
  const unableOf = (name: string): Unable | undefined => {
    if (site === undefined) return opened?.problem ?? { why: 'invalid', detail: 'its project is not here' }
    if (!site.services.has(name)) return { why: 'not-declared', detail: '' }
    return problems.get(name)
  }
  return {
    services: site?.services ?? new Map(),
    declared: site?.graph ?? new Map(),
    rendering,
    asApplied,
    changes: site === undefined ? () => [] : changesIn(compared, cluster, site.configuration),
    remarks: (plan) =>
      site === undefined ? [] : valuesTakenBack(plan, cluster, rendering.rendered, site.configuration),
    now: (ended) => {
      const followers = alive(followings, ended, bare)
      const follower = (name: string): Follower => {
        const unable = unableOf(name)
        return { followed: followings.get(name) ?? [], ...(unable && { unable }) }
      }
      return {
        followers: new Map(followers.map((name) => [name, follower(name)])),
        refreshed: followers.filter((name) => !skip.has(name) && !ended.includes(name)),
        watched: watchedFor(followers, followings, cluster),
      }
    },
  }
}

/** Who follows what, by the records alone: also what is declared is known there, once it was started. */
const recordedFollowings = ({ cluster }: BareSite): Followings => followingsOf(new Map(), cluster)

/** Those of the followers that know of what is ended, and may be alive; and who follows these. */
function alive(followings: Followings, ended: readonly string[], { cluster }: BareSite): readonly string[] {
  const { records } = cluster
  const gone = new Set(ended)
  const knowing = [...followings.keys()].filter((name) => knownTo(records.read(name)).some((one) => gone.has(one)))
  return followersOf(knowing, followings, cluster).filter((name) => mayBeAlive(records.read(name)))
}

async function openAt(
  { project, cluster }: BareSite,
  invocation: Invocation,
): Promise<{ readonly site?: Site; readonly problem?: Unable }> {
  if (project === undefined) return {}
  const opened = await openSiteOf(project, invocation)
  // What is read of the records is what this command has leases for.
  if (opened.ok && opened.value.cluster.id === cluster.id) return { site: { ...opened.value, cluster } }
  const [problem] = opened.ok ? [] : opened.error
  return problem === undefined ? {} : { problem: invalid(problem) }
}

/** Renders the followers, and says of each that has problems the first of them. */
async function renderThem(
  site: Site | undefined,
  invocation: Invocation,
  {
    told,
    followings,
    ended,
    asApplied,
  }: {
    readonly told: readonly string[]
    readonly followings: Followings
    readonly ended: ReadonlySet<string>
    readonly asApplied: RowsAsApplied
  },
): Promise<{
  readonly rendering: Pick<Rendering, 'rendered' | 'renderAgain'>
  readonly problems: ReadonlyMap<string, Unable>
}> {
  const nothing = { rendering: { rendered: new Map(), renderAgain: () => undefined }, problems: new Map() }
  if (site === undefined || told.length === 0) return nothing
  const expected = expectedRows(followings, new Set(), { cluster: site.cluster, asApplied })
  const rendering = await renderSelection(site, invocation, new Set(told), {
    deploymentsFor: (follower, rendered) => expected(follower, rendered).filter(({ name }) => !ended.has(name)),
  })
  const problems = new Map<string, Unable>()
  const found = [...site.diagnostics, ...rendering.diagnostics].filter(isError)
  for (const name of told) {
    const concerned = rendering.incomplete.has(name) ? rendering.concerned : withComponent(name, site)
    const [problem] = weigh(found, concerned, site.project).blocking
    if (problem !== undefined) problems.set(name, invalid(problem))
  }
  return { rendering, problems }
}

/** A service's problems, and those of its component. */
const withComponent = (name: string, { services }: Site): ReadonlySet<string> =>
  new Set([name, services.get(name)?.component ?? name])

const invalid = (problem: Diagnostic): Unable => ({
  why: 'invalid',
  detail: wordDiagnostic(problem).title,
  span: problem.span,
})
