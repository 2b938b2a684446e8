import type { ClusterName } from '../../model/event.ts'
import { exitCodeOfRun } from '../../model/exit-code.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan, Step } from '../../model/plan.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { OnFailure } from '../../model/run.ts'
import type { Graph } from '../graph.ts'
import { PortFailure, type Ports } from '../ports.ts'
import { walk } from '../walk.ts'
import { deleteStep, stopStep } from './end.ts'
import type { RenderFollower } from './follow.ts'
import type { Interruption } from './interruption.ts'
import { mayBeUnderWay, outliveSurvivors, recoverStep } from './recover.ts'
import { rollBack } from './rollback.ts'
import { refreshStep, startStep } from './start.ts'
import { type StepContext, StepRun } from './step.ts'
import { writeDown } from './write-down.ts'

/** All that carrying out a plan takes. The executor decides nothing: what is not in the plan is not done. */
export interface Execution {
  readonly plan: Plan
  readonly cluster: ClusterName
  /** `null` for a plan without steps, which makes no run. */
  readonly run: string | null
  /** The services whose steps run the project's own scripts. */
  readonly rendered: ReadonlyMap<string, RenderedService>
  /** For steps with `deployments`: what they are rendered with is known when they begin. */
  readonly renderFollower?: RenderFollower | undefined
  readonly declared: Graph
  /** Identifies this boot of this machine. */
  readonly boot: string
  /** How many scripts run side by side. */
  readonly parallel: number
  readonly onFailure: OnFailure
  readonly interruption: Interruption
  /** Scripts that outlived their paictl are ended, not awaited. */
  readonly endSurvivors?: boolean
  /** How far an earlier process had come with this run; `undefined`: it begins now. */
  readonly resumed?: Resumption | undefined
}

/** What is known of a run that is gone on with. */
export interface Resumption {
  /** Of the steps that are over, by step id. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  /** Ids of steps that were begun, and whose outcome nobody has seen. */
  readonly inFlight: ReadonlySet<string>
  /** Steps that were added to take back what the run had done; empty where that had not begun. */
  readonly rollback: readonly Step[]
  /** What staged copies of this resumption are called. */
  readonly version: string
}

export interface RunResult {
  /** By step id, in the order in which they settled. */
  readonly outcomes: ReadonlyMap<string, Outcome>
  readonly exitCode: number
  readonly durationMs: number
}

/** Carries out a plan, step by step along its edges, and reports all that happens. */
export async function execute(execution: Execution, ports: Ports): Promise<RunResult> {
  const { plan, run, interruption } = execution
  const begun = ports.clock.now()
  const { resumed } = execution
  const settled = resumed?.outcomes ?? new Map<string, Outcome>()
  const before = resumed && { done: settled.size, inFlight: [...resumed.inFlight].sort() }
  const { cluster } = execution
  ports.report({
    time: begun,
    type: 'run-started',
    run,
    verb: plan.verb,
    cluster,
    plan,
    ...(before && { resumed: before }),
  })
  for (const left of plan.left) ports.report({ time: ports.clock.now(), type: 'service-left', left })
  const context: StepContext = {
    ...execution,
    run: run ?? '',
    version: resumed?.version ?? run ?? '',
    inFlight: resumed?.inFlight ?? new Set(),
    endSurvivors: execution.endSurvivors ?? false,
    verb: plan.verb,
    acting: new Set(plan.steps.map((step) => step.service)),
    ports,
  }
  const ended = (step: Step, outcome: Outcome): void => {
    const { id, service, operator } = step
    const time = ports.clock.now()
    writeDown({ time, type: 'outcome', step: id, outcome }, ports)
    ports.report({ time, type: 'step-ended', step: id, service, operator, outcome })
  }
  const carry = async (steps: readonly Step[], onFailure: 'continue' | 'stop'): Promise<ReadonlyMap<string, Outcome>> =>
    walk(
      steps.map((step) => ({ ...step, name: step.service })),
      {
        slots: execution.parallel,
        weight: (step) => ports.records.read(step.service)?.durations[step.operator] ?? UNKNOWN_DURATION_MS,
        onFailure,
        cancelled: interruption.signal,
        settled,
        begun: context.inFlight,
        run: async (step) => {
          const outcome = await runStep(step, context)
          ended(step, outcome)
          return outcome
        },
        notRun: ended,
      },
    )
  const walked = await carry(plan.steps, execution.onFailure === 'continue' ? 'continue' : 'stop')
  const takenBack = await rollBack(execution, walked, ports, (steps) => carry(steps, 'continue'))
  const outcomes = new Map([...walked, ...takenBack])
  const exitCode = exitCodeOfRun(outcomes.values(), plan.left, interruption.signalNumber)
  const durationMs = ports.clock.now() - begun
  ports.report({ time: ports.clock.now(), type: 'run-ended', run, verb: plan.verb, durationMs, exitCode })
  return { outcomes, exitCode, durationMs }
}

/** What a step without a recorded duration is taken to weigh: a path of more steps goes before one of fewer. */
const UNKNOWN_DURATION_MS = 1000

async function runStep(step: Step, context: StepContext): Promise<Outcome> {
  const { clock } = context.ports
  const begun = clock.now()
  let run: StepRun | undefined
  try {
    context.ports.journal.append({ time: begun, type: 'intent', step: step.id })
    run = new StepRun(step, context)
    const survivors = context.ports.survivors.of(step.service)
    if (survivors.length > 0 && (await outliveSurvivors(run, survivors)) === 'cancelled') return run.cancelled()
    const problem = run.follow()
    if (problem !== undefined) return run.failed({ kind: 'system', message: problem }, null)
    const recovered = mayBeUnderWay(run, survivors) ? await recoverStep(run, survivors) : undefined
    return recovered ?? (await OPERATE[step.operator](run))
  } catch (error) {
    return systemFailure(error, run, clock.now() - begun)
  }
}

/** A port that cannot do its work fails the step that asked for it, and nothing else. */
function systemFailure(error: unknown, run: StepRun | undefined, durationMs: number): Outcome {
  if (!(error instanceof PortFailure)) throw error
  const reason = { kind: 'system', message: error.message } as const
  try {
    if (run !== undefined) return run.failed(reason, null)
  } catch (unreadable) {
    // The log may be as much out of reach as what has failed.
    if (!(unreadable instanceof PortFailure)) throw unreadable
  }
  return { status: 'failed', durationMs, failure: { reason, script: null, log: null, tail: [] } }
}

const OPERATE = { start: startStep, refresh: refreshStep, stop: stopStep, delete: deleteStep } as const
