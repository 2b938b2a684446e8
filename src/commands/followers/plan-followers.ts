import type { RenderFollower } from '../../engine/execute/follow.ts'
import { deploymentHash } from '../../engine/followed.ts'
import { type Follower, withFollowers } from '../../engine/plan/followers.ts'
import type { Planned, Situation } from '../../engine/plan/situation.ts'
import { type Diagnostic, isError } from '../../model/diagnostic.ts'
import type { Plan } from '../../model/plan.ts'
import type { FollowedDeployment, RenderedService } from '../../model/rendered.ts'
import { err, ok } from '../../model/result.ts'
import { wordDiagnostic } from '../../ui/wording.ts'
import type { Cluster } from '../project/cluster.ts'
import type { Rendering } from '../rendering/render.ts'
import { knownRows, type RowsAsApplied, rowAsDeclared } from './table-rows.ts'

/** All that following takes, from the plan on. */
export interface FollowRequest {
  readonly cluster: Pick<Cluster, 'records'>
  readonly asApplied: RowsAsApplied
  /** By name, those that the request has to do with. */
  readonly followers: ReadonlyMap<string, Follower>
  readonly skip: ReadonlySet<string>
  readonly force: boolean
  readonly rendering: Pick<Rendering, 'renderAgain'>
  /** What is carried out: followers are put into it as the plan would have them. */
  readonly rendered: Map<string, RenderedService>
}

/** A plan with what followers take, each of them rendered with what it leaves running. */
export function planWithFollowers(planned: Planned, situation: Situation, request: FollowRequest): Planned {
  const { followers, skip, force, rendered, asApplied } = request
  const problems: Diagnostic[] = []
  const isDeclared = (name: string): boolean => rendered.has(name)
  const hashOf = (row: FollowedDeployment | undefined): string => (row === undefined ? UNREADABLE : deploymentHash(row))
  const asDeclared = (name: string): FollowedDeployment | undefined => {
    const one = rendered.get(name)
    return one && rowAsDeclared(one)
  }
  const renewed = new Set(fromTree(planned.plan))
  const renderOf = (name: string, deployments: readonly string[]): void => {
    const rows = deployments.flatMap((one) => (renewed.has(one) ? asDeclared(one) : asApplied(one)) ?? [])
    const again = request.rendering.renderAgain(name, rows)
    if (again === undefined) return
    rendered.set(name, again.service)
    problems.push(...again.diagnostics.filter(isError))
  }
  const made = withFollowers(planned, situation, {
    followers,
    skip,
    force,
    hashAsApplied: (name) => hashOf(asApplied(name)),
    hashAsDeclared: (name, deployments) => {
      // What others see of a follower may follow from what it sees itself.
      if (deployments !== undefined && isDeclared(name)) renderOf(name, deployments)
      renewed.add(name)
      return hashOf(asDeclared(name))
    },
  })
  for (const name of fromTree(made.plan)) renewed.add(name)
  problems.length = 0
  for (const { service, source, deployments } of made.plan.steps) {
    if (source === 'tree' && deployments !== undefined) renderOf(service, deployments)
  }
  return { plan: made.plan, problems: [...made.problems, ...problems] }
}

const fromTree = ({ steps }: Plan): string[] =>
  steps.filter((step) => step.source === 'tree').map((step) => step.service)

/** What cannot be read of a deployment is as good as nothing, and is not the same as anything. */
const UNREADABLE = ''

/** Renders followers with what is recorded of their deployments by then. */
export function followerRenderer({
  asApplied,
  rendering,
}: Pick<FollowRequest, 'asApplied' | 'rendering'>): RenderFollower {
  return (service, deployments) => {
    const rows = deployments.map((name) => asApplied(name))
    const lost = deployments.filter((_, index) => rows[index] === undefined)
    if (lost.length > 0) return err(`what ${lost.join(', ')} runs with cannot be read: refresh or restart it`)
    const again = rendering.renderAgain(service, rows as FollowedDeployment[])
    if (again === undefined) return err('it cannot be rendered: the project does not have it any more')
    const [problem] = again.diagnostics.filter(isError)
    return problem === undefined ? ok(again.service) : err(`it cannot be rendered: ${problemLine(problem)}`)
  }
}

/** A problem in one line, with its place. */
function problemLine(problem: Diagnostic): string {
  const { span } = problem
  const { title } = wordDiagnostic(problem, (file) => file)
  return span === undefined ? title : `${span.file}:${span.start.line}:${span.start.column}: ${title}`
}

/**
 * What is compared with how services were last started or refreshed: of followers what they would be with the deployments of
 * then, so that only what else has changed is seen to have. That others are to be followed now is for `withFollowers`.
 */
export function comparable(
  rendered: ReadonlyMap<string, RenderedService>,
  { cluster, rendering }: Pick<FollowRequest, 'cluster' | 'rendering'>,
): ReadonlyMap<string, RenderedService> {
  const before = knownRows(cluster)
  return new Map(
    [...rendered].map(([name, one]) => {
      if (one.deployments === undefined || cluster.records.read(name)?.applied?.followed === undefined)
        return [name, one]
      const again = rendering.renderAgain(name, before(one.service, rendered))
      const isSound = again !== undefined && !again.diagnostics.some(isError)
      return [name, isSound ? again.service : one]
    }),
  )
}
