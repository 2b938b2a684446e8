import type { RenderFollower } from '../../engine/execute/follow.ts'
import type { Graph } from '../../engine/graph.ts'
import type { Planned } from '../../engine/plan/situation.ts'
import type { Lease, LeaseNeeds, LeaseScope } from '../../engine/ports.ts'
import { type Diagnostic, diagnostic, isError } from '../../model/diagnostic.ts'
import { exitCodeOfDiagnostics } from '../../model/exit-code.ts'
import type { Observed } from '../../model/observed.ts'
import type { Plan, Verb } from '../../model/plan.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { OnFailure } from '../../model/run.ts'
import type { Service } from '../../model/service.ts'
import type { Confirmation } from '../../ui/prompt-text.ts'
import type { Declarations } from '../deployment/conclude-delete.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import { type Cluster, checkOwner, claim } from '../project/cluster.ts'
import { type Assignment, carryOut } from './carry-out.ts'
import { type Affected, alsoActingOn, covers, needsOf, plannedScope, type ScopeOf, shrinking } from './leased.ts'
import { migrate } from './migrate.ts'
import { interruptionWarnings, setBrokenJournalsAside } from './open-runs.ts'

/** What every verb that changes something can be told. */
export interface RunOptions {
  readonly dryRun: boolean
  /** Nobody is asked for a confirmation. */
  readonly yes: boolean
  /** How many scripts run side by side; `undefined`: as the project says. */
  readonly parallel: number | undefined
  readonly onFailure: OnFailure
  /** How long the run may take altogether; `undefined`: as long as it takes. */
  readonly timeoutMs: number | undefined
  /** Scripts that outlived their paictl are ended, not awaited. */
  readonly endSurvivors: boolean
  /** How long to wait for another command that works on the cluster. */
  readonly waitLockMs: number
  /** Make the cluster this project's though it belongs to another one. */
  readonly takeOver: boolean
}

/** What became of a request. */
export type RunReport =
  /** Nothing was run. */
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[]; readonly exitCode: number }
  /** `removals`: the files that would be removed in the end, of deployments by their names. */
  | {
      readonly kind: 'dry-run'
      readonly plan: Plan
      readonly removals?: Declarations | undefined
      readonly exitCode: 0
    }
  | {
      readonly kind: 'finished'
      readonly plan: Plan
      readonly cluster: Cluster
      readonly services: ReadonlyMap<string, Service>
      /** As it was before the run. */
      readonly observed: ReadonlyMap<string, Observed>
      readonly exitCode: number
    }

export interface Performance {
  readonly invocation: Invocation
  readonly conversation: Conversation
  readonly options: RunOptions
  readonly cluster: Cluster
  readonly verb: Verb
  readonly parallel: number
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly renderFollower: RenderFollower
  readonly declared: Graph
  readonly services: ReadonlyMap<string, Service>
  /** The services that may be acted on, as far as can be told by the records. */
  readonly affected: () => Affected
  readonly observe: () => Promise<ReadonlyMap<string, Observed>>
  readonly plan: (observed: ReadonlyMap<string, Observed>) => Planned
  /** What else there is to say of a plan. */
  readonly remarks?: (plan: Plan) => readonly Diagnostic[]
  /** A run that is gone on with, in the place of a new one, by what is true of its services now. */
  readonly resume?: (observed: ReadonlyMap<string, Observed>) => Assignment['resumed']
  /** Shows the plan before anybody is asked. */
  readonly present?: (plan: Plan, observed: ReadonlyMap<string, Observed>) => Promise<void> | void
  /** What a person has to agree to first; `undefined`: nothing. */
  readonly confirmation?: (plan: Plan) => Confirmation | undefined
  /** It is asked though there is nothing to run. */
  readonly asksAnyway?: boolean
  /** Held to the end, though no step may act on them: what `conclude` takes away. */
  readonly held?: readonly string[]
  /** What is to be done at the end of a run, while nobody else can act on what it has deleted. */
  readonly conclude?: Assignment['conclude']
  /** The files that it removes, of deployments by their names. */
  readonly declarations?: Assignment['declarations']
  /** Whether what is declared was changed by whoever was at work before. */
  readonly isStale?: () => boolean
  /**
   * Begins anew, where what was read is stale, or more is affected than was leased: the records have changed since they were
   * first read. Others are waited for only as long as `waitLockMs` says by now.
   */
  readonly again?: (waitLockMs: number) => Promise<RunReport>
}

/** Takes leases, observes, plans, asks, and carries the plan out: what all verbs that change something share. */
export async function perform(performance: Performance): Promise<RunReport> {
  const { cluster, options, invocation, conversation } = performance
  if (options.dryRun) {
    const taken = options.takeOver ? undefined : checkOwner(cluster)
    if (taken !== undefined) return refused([taken])
    const made = await makePlan(performance, needsOf(performance.affected()))
    if (!made.ok) return refused(made.error)
    await show(performance, made.value)
    return { kind: 'dry-run', plan: made.value.plan, removals: performance.declarations, exitCode: 0 }
  }
  const claimed = claim(cluster, options.takeOver)
  if (!claimed.ok) return refused([claimed.error])
  const waiting = {
    command: invocation.secrets.mask(invocation.commandLine),
    waitMs: options.waitLockMs,
    onWait: (held: Diagnostic) => conversation.warn([asWarning(held)]),
  }
  const upToDate = await migrate(cluster, waiting, conversation)
  if (!upToDate.ok) return refused([upToDate.error])
  return await performLeased(performance, cluster.clock.now() + options.waitLockMs)
}

/** `until`: how long others are waited for, in milliseconds since the epoch. `certain`: what an earlier plan acted on. */
async function performLeased(
  performance: Performance,
  until: number,
  certain: readonly string[] = [],
): Promise<RunReport> {
  const { cluster, invocation, conversation } = performance
  const affected = performance.affected()
  const needs = needsOf({ ...affected, certain: [...affected.certain, ...certain] })
  const gained = await cluster.leases.acquire({
    ...needs,
    command: invocation.secrets.mask(invocation.commandLine),
    waitMs: Math.max(0, until - cluster.clock.now()),
    onWait: (held) => conversation.warn([asWarning(held)]),
    onProblem: (problem) => conversation.warn([asWarning(problem)]),
  })
  if (!gained.ok) return refused([gained.error])
  const lease = gained.value
  let next: () => Promise<RunReport>
  try {
    // What was read before the lease was held may have been changed by its last owner.
    cluster.records.reread()
    const { again, isStale } = performance
    const needed = needsOf(performance.affected())
    if (again === undefined || (covers(needs, needed) && !isStale?.())) {
      const made = await makePlan(performance, needed)
      if (!made.ok) return refused(made.error)
      const scope = leaseScope(performance, made.value, needs)
      const narrowed = await lease.narrow({ ...scope([]), run: made.value.resumed?.plan.run ?? null })
      if (narrowed.ok) return await confirmAndRun(performance, made.value, { lease, scope })
      // What a person has taken away is not taken back.
      const isLost = narrowed.error.code !== 'locked'
      if (isLost || cluster.clock.now() >= until) return refused([narrowed.error])
      // Others rely on what is to be acted on: it is planned again when they no longer do.
      next = () => performLeased(performance, until, scope([]).exclusive)
    } else next = () => again(Math.max(0, until - cluster.clock.now()))
  } finally {
    await lease.release()
  }
  return await next()
}

/** What a run of `plan` has to hold when `settled` has settled. */
function leaseScope({ declared, options, held }: Performance, { plan, resumed }: Made, needs: LeaseNeeds): ScopeOf {
  const resumption = resumed?.resumption
  // What was settled may have to be taken back.
  const shrinks = options.onFailure !== 'rollback' && (resumption?.rollback ?? []).length === 0
  const before = shrinks ? [...(resumption?.outcomes.keys() ?? [])] : []
  const scope = (settled: Iterable<string>): LeaseScope =>
    plannedScope(plan, declared, needs, new Set([...before, ...(shrinks ? settled : [])]))
  return held === undefined ? scope : (settled) => alsoActingOn(held, scope(settled))
}

/** A plan, what it was made from, and what there is to say of it. */
interface Made {
  readonly plan: Plan
  readonly observed: ReadonlyMap<string, Observed>
  readonly warnings: readonly Diagnostic[]
  /** The run that is gone on with, in the place of a new one. */
  readonly resumed: Assignment['resumed']
}

/** `needs`: what may be acted on by it. */
async function makePlan(
  performance: Performance,
  { exclusive, possible }: LeaseNeeds,
): Promise<Result<Made, readonly Diagnostic[]>> {
  const { cluster, options } = performance
  const damaged = options.dryRun ? [] : setBrokenJournalsAside(cluster)
  const interrupted = performance.resume ? [] : interruptionWarnings(cluster, new Set([...exclusive, ...possible]))
  const observed = await performance.observe()
  const { plan, problems } = performance.plan(observed)
  const said = [...[...damaged, ...cluster.records.problems()].map(asWarning), ...interrupted]
  if (problems.some(isError)) return err([...said, ...problems])
  const remarks = performance.remarks?.(plan) ?? []
  const warnings = [...said, ...problems, ...remarks]
  return ok({ plan, observed, warnings, resumed: performance.resume?.(observed) })
}

/** Shows a plan with what there is to say of it. */
async function show({ conversation, present }: Performance, { plan, observed, warnings }: Made): Promise<void> {
  if (warnings.length > 0) conversation.warn(warnings)
  await present?.(plan, observed)
}

async function confirmAndRun(
  performance: Performance,
  made: Made,
  { lease, scope }: { readonly lease: Lease; readonly scope: ScopeOf },
): Promise<RunReport> {
  const { cluster, services, conversation, options } = performance
  const { plan, observed, resumed } = made
  await show(performance, made)
  const declined = await ask(performance, plan)
  if (declined !== undefined) return refused([declined])
  const { onFailure, timeoutMs, endSurvivors } = options
  const report = shrinking(lease, scope, conversation.report)
  const exitCode = await carryOut({
    ...performance,
    conversation: { ...conversation, report },
    plan,
    onFailure,
    timeoutMs,
    endSurvivors,
    resumed,
  })
  return { kind: 'finished', plan, cluster, services, observed, exitCode }
}

/** `undefined` when the person agreed, or nobody had to. */
async function ask(
  { confirmation, options, conversation, asksAnyway = false }: Performance,
  plan: Plan,
): Promise<Diagnostic | undefined> {
  const question = options.yes || (plan.steps.length === 0 && !asksAnyway) ? undefined : confirmation?.(plan)
  if (question === undefined) return undefined
  const answer = await conversation.confirm(question, plan)
  if (answer === 'yes') return undefined
  const asked = answer === 'no' ? 'declined' : 'no-terminal'
  const asking = 'services' in question ? question.services : []
  // A follower is only told of what the others are in for.
  const meant = plan.steps.filter(({ cause }) => cause.trigger.kind !== 'followed')
  const named = meant.length + asking.length > 0 ? meant : plan.steps
  const what = [...new Set([...named.map((step) => step.service), ...asking])]
  return diagnostic('unconfirmed', { verb: plan.verb, what, asked })
}

export function refused(diagnostics: readonly Diagnostic[]): RunReport & { readonly kind: 'refused' } {
  return { kind: 'refused', diagnostics, exitCode: exitCodeOfDiagnostics(diagnostics) }
}

/** What was set aside is no longer in the way. */
const asWarning = (problem: Diagnostic): Diagnostic => ({ ...problem, severity: 'warning' })
