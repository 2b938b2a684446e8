import { resolve } from 'node:path'
import { execute, type Resumption } from '../../engine/execute/execute.ts'
import type { RenderFollower } from '../../engine/execute/follow.ts'
import { Interruption } from '../../engine/execute/interruption.ts'
import type { Graph } from '../../engine/graph.ts'
import { scopeOf } from '../../engine/leases.ts'
import type { Journal } from '../../engine/ports.ts'
import { sweepHalfWritten } from '../../io/state/half-written.ts'
import type { JournalWriter } from '../../io/state/journal.ts'
import { newRunId, ownRunOwner } from '../../io/state/run-store.ts'
import { StateError } from '../../io/state/state-error.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan } from '../../model/plan.ts'
import { mayBeAlive, type ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { OnFailure, RunPlan } from '../../model/run.ts'
import { type Declarations, removalsLeft, removalsOf } from '../deployment/conclude-delete.ts'
import type { Conversation, Invocation } from '../invocation.ts'
import type { Cluster } from '../project/cluster.ts'
import { closeRuns } from './close-runs.ts'
import { resumable } from './resumable.ts'
import { watchRun } from './run-ends.ts'

/** A plan that is decided, with all that it takes to carry it out. */
export interface Assignment {
  readonly invocation: Invocation
  readonly conversation: Conversation
  readonly cluster: Cluster
  readonly plan: Plan
  readonly parallel: number
  readonly onFailure: OnFailure
  /** How long the run may take altogether; `undefined`: as long as it takes. */
  readonly timeoutMs: number | undefined
  /** Scripts that outlived their paictl are ended, not awaited. */
  readonly endSurvivors: boolean
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly renderFollower: RenderFollower
  readonly declared: Graph
  /** The files that are removed last, of deployments by their names. */
  readonly declarations?: Declarations | undefined
  /**
   * What is to be done before the run counts as ended.
   * @param removals those of the files whose deployments are gone
   */
  readonly conclude?: ((plan: Plan, removals: Declarations) => void) | undefined
  /** A run that is gone on with: its plan as it was written, and how far it had come. */
  readonly resumed?: { readonly plan: RunPlan; readonly resumption: Resumption } | undefined
}

/** Carries a plan out as a run, with its journal; returns the exit code. A plan without steps makes no run. */
export async function carryOut(assignment: Assignment): Promise<number> {
  const { cluster, conversation, plan, rendered, declared, parallel, onFailure, endSurvivors, resumed } = assignment
  const written = plan.steps.length === 0 ? undefined : (resumed?.plan ?? runPlan(assignment))
  cluster.scripts.expect(plan.steps.length)
  cluster.workspace.expect(plan.steps.flatMap((step) => rendered.get(step.service)?.service.component ?? []))
  const known = new Set(plan.steps.map((step) => step.service).filter((name) => cluster.records.read(name)?.applied))
  const interruption = new Interruption()
  const { report, stop } = watchRun({ cluster, conversation, interruption, timeoutMs: assignment.timeoutMs })
  let letGrow: (() => void) | undefined
  let journal: JournalWriter | undefined
  try {
    letGrow = cluster.logs.keepCapped(writers(assignment))
    cluster.survivors.reread()
    journal =
      written && (resumed === undefined ? cluster.runs.begin(written) : cluster.runs.reopen(written.run, onFailure))
    const execution = {
      plan,
      cluster: { id: cluster.id, type: cluster.type },
      run: written?.run ?? null,
      rendered,
      renderFollower: assignment.renderFollower,
      declared,
      boot: cluster.boot,
      parallel,
      onFailure,
      interruption,
      endSurvivors,
      resumed: resumed?.resumption,
    }
    const goOn = (): void => {
      cluster.scripts.allow()
      cluster.probes.allow()
    }
    const ports = { ...cluster, journal: journal ?? NO_JOURNAL, report, goOn }
    const { exitCode, outcomes } = await execute(execution, ports)
    // Whoever's lease was taken away from outside takes nothing from who acts on it now.
    if (assignment.conclude !== undefined) {
      cluster.records.reread()
      assignment.conclude(plan, removalsBy(assignment, written, outcomes))
    }
    // What was awaited in vain is known by its journal, as long as the run counts as interrupted.
    if (written !== undefined && cluster.survivors.ofRun(written.run).length === 0) {
      const { run, verb, startedAt } = written
      const endedAt = new Date(cluster.clock.now()).toISOString()
      const ended = {
        run,
        verb,
        startedAt,
        endedAt,
        exitCode,
        onFailure,
        outcomes: Object.fromEntries(outcomes),
        left: plan.left,
      }
      cluster.runs.writeSummary(ended)
      await afterwards(conversation, () => tidy(cluster, plan, known))
    }
    await afterwards(conversation, () => cluster.commit.flush())
    return exitCode
  } finally {
    stop()
    letGrow?.()
    journal?.close()
  }
}

/** The files that are to be removed; of a run that is gone on with, those that were not touched in the meantime. */
function removalsBy(
  { cluster: { records }, plan, declarations, resumed }: Assignment,
  written: RunPlan | undefined,
  outcomes: ReadonlyMap<string, Outcome>,
): Declarations {
  if (resumed !== undefined) return removalsLeft(records, resumed.plan, outcomes)
  const taken = (name: string): boolean => {
    const record = records.read(name)
    return (
      written !== undefined && record !== undefined && record.run !== written.run && record.since > written.startedAt
    )
  }
  const removals = Object.entries(removalsOf(records, { plan, declarations }, outcomes))
  return Object.fromEntries(removals.filter(([name]) => !taken(name)))
}

/** Of what the run acts on and relies on, what may be writing to its log. */
function writers({ cluster, plan, declared }: Assignment): ServiceRecord[] {
  const { exclusive, shared } = scopeOf(plan, declared)
  const records = [...exclusive, ...shared].flatMap((name) => cluster.records.read(name) ?? [])
  return records.filter(mayBeAlive)
}

/** Does what comes after a run: where the disk refuses it, the run has ended all the same, and as it did. */
async function afterwards({ warn }: Conversation, act: () => void | Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof StateError)) throw error
    warn([{ ...error.diagnostic, severity: 'warning' }])
  }
}

/** A plan without steps has nothing to write down. */
const NO_JOURNAL: Journal = { append: () => {} }

function runPlan({ cluster, invocation, plan, parallel, onFailure, rendered, declarations = {} }: Assignment): RunPlan {
  const { secrets, commandLine, overlays = [], assignments = [] } = invocation
  const now = cluster.clock.now()
  const fromTree = plan.steps.filter((step) => step.source === 'tree').map((step) => step.service)
  return {
    run: newRunId(now),
    verb: plan.verb,
    command: secrets.mask(commandLine),
    startedAt: new Date(now).toISOString(),
    owner: ownRunOwner(),
    parallel,
    onFailure,
    // It may be gone on with from elsewhere.
    overlays: overlays.map((path) => resolve(invocation.cwd, path)),
    assignments: assignments.map((text) => secrets.mask(text)),
    fingerprints: Object.fromEntries(fromTree.map((name) => [name, rendered.get(name)?.fingerprint ?? ''])),
    plan,
    ...(Object.keys(declarations).length > 0 && { declarations }),
  }
}

/** Removes what earlier runs left and nobody will ask for again. */
function tidy(cluster: Cluster, plan: Plan, known: ReadonlySet<string>): void {
  const { survivors } = cluster
  const on = cluster.leases.runs()
  closeRuns(cluster)
  const isNeeded = (run: string): boolean =>
    on.has(run) || survivors.ofRun(run).length > 0 || resumable(cluster, run, undefined).ok
  cluster.runs.prune({ isNeeded })
  const services = new Set(plan.steps.map((step) => step.service))
  sweepHalfWritten(cluster.directory, services)
  // What was started for the first time has no older logs.
  for (const service of services) {
    if (known.has(service)) cluster.logs.capLogs(service)
  }
}
