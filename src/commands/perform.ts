import type { Graph } from '../engine/graph.ts'
import type { Planned } from '../engine/plan/situation.ts'
import { type Diagnostic, diagnostic, isError } from '../model/diagnostic.ts'
import { exitCodeOfDiagnostics } from '../model/exit-code.ts'
import type { Observed } from '../model/observed.ts'
import type { Plan, Verb } from '../model/plan.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { OnFailure } from '../model/run.ts'
import type { Service } from '../model/service.ts'
import type { Confirmation } from '../ui/prompt-text.ts'
import { type Assignment, carryOut } from './carry-out.ts'
import { type Cluster, checkOwner, claim } from './cluster.ts'
import type { Conversation, Invocation } from './invocation.ts'
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
  | { readonly kind: 'dry-run'; readonly plan: Plan; readonly exitCode: 0 }
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
  readonly declared: Graph
  readonly services: ReadonlyMap<string, Service>
  /** The services that may be acted on. */
  readonly affected: Iterable<string>
  readonly observe: () => Promise<ReadonlyMap<string, Observed>>
  readonly plan: (observed: ReadonlyMap<string, Observed>) => Planned
  /** What else there is to say of a plan. */
  readonly remarks?: (plan: Plan) => readonly Diagnostic[]
  /** A run that is gone on with, in the place of a new one, by what is true of its services now. */
  readonly resume?: (observed: ReadonlyMap<string, Observed>) => Assignment['resumed']
  /** Shows the plan before anybody is asked. */
  readonly present?: (plan: Plan, observed: ReadonlyMap<string, Observed>) => void
  /** What a person has to agree to first; `undefined`: nothing. */
  readonly confirmation?: (plan: Plan) => Confirmation | undefined
}

/** Takes the cluster, observes, plans, asks, and carries the plan out: what all verbs that change something share. */
export async function perform(performance: Performance): Promise<RunReport> {
  const { cluster, options, invocation, conversation } = performance
  if (options.dryRun) {
    const taken = options.takeOver ? undefined : checkOwner(cluster)
    return taken === undefined ? await planAndRun(performance) : refused([taken])
  }
  const claimed = claim(cluster, options.takeOver)
  if (!claimed.ok) return refused([claimed.error])
  const waiting = {
    command: invocation.secrets.mask(invocation.commandLine),
    waitMs: options.waitLockMs,
    onWait: (held: Diagnostic) => conversation.warn([{ ...held, severity: 'warning' }]),
  }
  const upToDate = await migrate(cluster, waiting, conversation)
  if (!upToDate.ok) return refused([upToDate.error])
  const lease = await cluster.leases.acquire({ exclusive: [...performance.affected].sort(), shared: [], ...waiting })
  if (!lease.ok) return refused([lease.error])
  // What was read before the lease was held may have been changed by its last owner.
  cluster.records.reread()
  try {
    return await planAndRun(performance)
  } finally {
    lease.value.release()
  }
}

async function planAndRun(performance: Performance): Promise<RunReport> {
  const { options, cluster, conversation } = performance
  const damaged = options.dryRun ? [] : setBrokenJournalsAside(cluster)
  const interrupted = performance.resume ? [] : interruptionWarnings(cluster, new Set(performance.affected))
  const said = [...damaged.map(asWarning), ...interrupted]
  if (said.length > 0) conversation.warn(said)
  const observed = await performance.observe()
  const { plan, problems } = performance.plan(observed)
  if (problems.some(isError)) return refused(problems)
  const warnings = [...problems, ...(performance.remarks?.(plan) ?? []), ...cluster.records.problems().map(asWarning)]
  if (warnings.length > 0) conversation.warn(warnings)
  performance.present?.(plan, observed)
  if (options.dryRun) return { kind: 'dry-run', plan, exitCode: 0 }
  const declined = await ask(performance, plan)
  if (declined !== undefined) return refused([declined])
  const { onFailure, endSurvivors } = options
  const resumed = performance.resume?.(observed)
  const exitCode = await carryOut({ ...performance, plan, onFailure, endSurvivors, resumed })
  const { services } = performance
  return { kind: 'finished', plan, cluster, services, observed, exitCode }
}

/** `undefined` when the person agreed, or nobody had to. */
async function ask({ confirmation, options, conversation }: Performance, plan: Plan): Promise<Diagnostic | undefined> {
  const question = options.yes || plan.steps.length === 0 ? undefined : confirmation?.(plan)
  if (question === undefined) return undefined
  const answer = await conversation.confirm(question, plan)
  if (answer === 'yes') return undefined
  const asked = answer === 'no' ? 'declined' : 'no-terminal'
  const what = [...new Set(plan.steps.map((step) => step.service))]
  return diagnostic('unconfirmed', { verb: plan.verb, what, asked })
}

export function refused(diagnostics: readonly Diagnostic[]): RunReport & { readonly kind: 'refused' } {
  return { kind: 'refused', diagnostics, exitCode: exitCodeOfDiagnostics(diagnostics) }
}

/** What was set aside is no longer in the way. */
const asWarning = (problem: Diagnostic): Diagnostic => ({ ...problem, severity: 'warning' })
