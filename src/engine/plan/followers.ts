import { diagnostic } from '../../model/diagnostic.ts'
import type { WhyNotRefreshed } from '../../model/diagnostics/refusal.ts'
import type { Observed } from '../../model/observed.ts'
import type { Followed, Left, Selected, Step } from '../../model/plan.ts'
import type { Service } from '../../model/service.ts'
import type { Span } from '../../model/span.ts'
import { type Table, type TableDifference, tableDifference } from '../followed.ts'
import { topologicalOrder } from '../graph.ts'
import { dependentsAfter, endedAfter, gateOf, stoppedShortly, withRenderedStop } from './follower-order.ts'
import { isAlive, isRefreshInterrupted, type Planned, type Situation, sortedNames } from './situation.ts'
import { StepList } from './start.ts'
import { type Before, endedIn, isRenewing } from './step-order.ts'

/** What a request has to do with those who follow others. */
export interface Following {
  /** By name, those that follow something which the request is about, or that it is about itself. */
  readonly followers: ReadonlyMap<string, Follower>
  /** Untouched. */
  readonly skip: ReadonlySet<string>
  /** What is ended does not wait for those that follow it. */
  readonly force: boolean
  /** A hash of what followers see of a deployment as it was last started or refreshed. */
  readonly hashAsApplied: (deployment: string) => string
  /** The same as a step of the plan would have it. `deployments`: those of that step, where it is a follower itself. */
  readonly hashAsDeclared: (deployment: string, deployments: readonly string[] | undefined) => string
}

export interface Follower {
  /** The deployments that are declared or recorded of the components that it follows, sorted; it is none of them. */
  readonly followed: readonly string[]
  /** Why it cannot be rendered as the project has it; absent where it can. */
  readonly unable?: Unable
}

/** `span`: where the project keeps it from being rendered. */
export type Unable = WhyNotRefreshed & { readonly span?: Span | undefined }

/**
 * The plan with what it takes for those to know who follow what is started, changed or ended by it: each follower that runs is
 * refreshed at most once, after what it follows is there, and before that goes away. It comes last: whatever else decides
 * what is done with deployments must have done so.
 */
export function withFollowers(planned: Planned, situation: Situation, following: Following): Planned {
  const order = [...topologicalOrder(situation.declared), ...sortedNames(following.followers.keys())]
  const names = [...new Set(order)].filter((name) => following.followers.has(name))
  // A follower that others follow is refreshed before these.
  return names.reduce((before, name) => withFollower(name, before, situation, following), planned)
}

function withFollower(name: string, planned: Planned, situation: Situation, following: Following): Planned {
  const { plan, problems } = planned
  const own = plan.steps.filter((step) => step.service === name)
  const renewing = own.find(isRenewing)
  if (own.length > 0 && renewing === undefined) return planned
  const follower = following.followers.get(name) ?? { followed: [] }
  const observed = situation.observed.get(name)
  const was: Table = observed?.record?.applied?.followed ?? {}
  const is = tableAfter(follower, plan.steps, situation, following)
  const deployments = Object.keys(is)
  const gone = endedIn(plan.steps).filter(({ service }) => Object.hasOwn(was, service) && !Object.hasOwn(is, service))
  if (renewing !== undefined) {
    const steps = plan.steps.map((step) => (step === renewing ? { ...renewing, deployments } : step))
    const ended = endedAfter(gateOf(own, observed), gone, steps, following)
    return {
      plan: { ...plan, steps: withRenderedStop(name, stoppedShortly(observed, { ...plan, steps: ended })) },
      problems,
    }
  }
  const missing = ({ why, detail, span }: Unable, names: readonly string[], isRefused: boolean): Planned => {
    const data = { follower: name, deployments: sortedNames(names), verb: plan.verb, why, detail }
    const place = { service: name, severity: isRefused ? 'error' : 'warning', span } as const
    return { plan, problems: [...problems, diagnostic('follower-not-refreshed', data, place)] }
  }
  const namesGone = gone.map((step) => step.service)
  if (!isRunningFollower(observed)) {
    const mayRoute = gone.length > 0 && observed !== undefined && isAlive(observed) && isNotDown(observed)
    const state = observed?.state ?? 'unknown'
    return mayRoute ? missing({ why: 'state', detail: state }, namesGone, !following.force) : planned
  }
  const difference = withStarted(tableDifference(was, is), was, plan.steps)
  const all = [...difference.added, ...difference.removed, ...difference.changed]
  if (all.length === 0) return planned
  if (following.skip.has(name)) return missing({ why: 'skipped', detail: '' }, all, false)
  const service = situation.services.get(name)
  const unable = follower.unable ?? (service === undefined ? NOT_DECLARED : undefined)
  if (service === undefined || unable !== undefined) {
    return gone.length === 0 ? planned : missing(unable ?? NOT_DECLARED, namesGone, !following.force)
  }
  const trigger = { kind: 'followed', ...difference, changes: situation.changes?.(name) ?? [] } as const
  const left = plan.left.find((one) => one.service === name)
  const selected = left?.selected ?? { by: 'dependent', of: all[0] ?? name }
  const list = new StepList(situation)
  for (const step of plan.steps.filter(isRenewing)) list.add(step)
  const added = refreshSteps(service, { selected, trigger, before: list.stepsBefore(name), deployments })
  const [gate] = added
  const awaited = dependentsAfter(name, added.at(-1)?.id ?? '', [...plan.steps, ...added], situation)
  const steps = endedAfter(gate?.id, gone, awaited, following)
  return { plan: { ...plan, steps: withRenderedStop(name, steps), left: without(name, plan.left) }, problems }
}

/**
 * With those that the follower knows of and that are to be started: it may have noticed that they were gone, and is to do
 * without those that do not come up.
 */
function withStarted(difference: TableDifference, was: Table, steps: readonly Step[]): TableDifference {
  const started = steps.filter(({ operator, service }) => operator === 'start' && Object.hasOwn(was, service))
  return { ...difference, changed: sortedNames([...difference.changed, ...started.map((step) => step.service)]) }
}

const NOT_DECLARED: WhyNotRefreshed = { why: 'not-declared', detail: '' }

const without = (name: string, left: readonly Left[]): Left[] => left.filter((one) => one.service !== name)

function isRunningFollower(observed: Observed | undefined): boolean {
  if (observed?.state === 'running' || observed?.state === 'completed' || isRefreshInterrupted(observed)) return true
  const phase = observed?.record?.phase
  return observed?.state === 'orphan' && (phase === 'running' || phase === 'refreshing') && isNotDown(observed)
}

const isNotDown = ({ answer }: Observed): boolean => answer?.status !== 'down'

/** What a follower's templates are to see: of each deployment that the plan leaves running, a hash; sorted by name. */
function tableAfter(
  { followed }: Follower,
  steps: readonly Step[],
  { observed, services }: Situation,
  { hashAsApplied, hashAsDeclared }: Following,
): Table {
  const ended = new Set(endedIn(steps).map((step) => step.service))
  const renewed = new Map(steps.filter(isRenewing).map((step) => [step.service, step]))
  return Object.fromEntries(
    sortedNames(followed).flatMap((name) => {
      const step = renewed.get(name)
      if (step !== undefined) return [[name, hashAsDeclared(name, step.deployments)] as const]
      const isLeft = !ended.has(name) && isRunningDeployment(observed.get(name), services.has(name))
      return isLeft ? [[name, hashAsApplied(name)] as const] : []
    }),
  )
}

/** What runs, or is completed, as far as is known. What only the record knows of is believed, unless a probe denies it. */
function isRunningDeployment(observed: Observed | undefined, isDeclared: boolean): boolean {
  const phase = observed?.record?.phase
  if (observed?.record?.applied == null || phase === undefined) return false
  switch (observed.state) {
    case 'running':
    case 'refreshing':
      return true
    case 'completed':
      return isDeclared
    case 'interrupted':
      return isRefreshInterrupted(observed)
    case 'unknown':
    case 'orphan':
      return (phase === 'running' || phase === 'refreshing') && isNotDown(observed)
    default:
      return false
  }
}

/** The step that has a follower take in its table; without a refresh-script its stop and its start. */
function refreshSteps(
  { name, kind, scripts }: Service,
  {
    selected,
    trigger,
    before,
    deployments,
  }: {
    readonly selected: Selected
    readonly trigger: Followed
    readonly before: Before
    readonly deployments: readonly string[]
  },
): Step[] {
  const common = { service: name, adopt: false, cause: { selected, trigger } } as const
  const renewing = { ...common, source: 'tree', deployments } as const
  if (scripts.refresh !== undefined) return [{ id: `refresh:${name}`, operator: 'refresh', ...renewing, ...before }]
  const start = { id: `start:${name}`, operator: 'start', ...renewing, ...before } as const
  // A job takes in what is new by being run again.
  if (kind === 'job') return [start]
  const stop = { ...common, id: `stop:${name}`, operator: 'stop', source: 'applied' } as const
  return [
    // It is not down for longer than it takes.
    { ...stop, ...before },
    { ...start, needs: sortedNames([...before.needs, stop.id]) },
  ]
}
