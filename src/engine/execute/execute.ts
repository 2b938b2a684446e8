import type { ClusterName } from '../../model/event.ts'
import { exitCodeOfRun } from '../../model/exit-code.ts'
import type { Outcome } from '../../model/outcome.ts'
import type { Plan, Step } from '../../model/plan.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Graph } from '../graph.ts'
import { PortFailure, type Ports } from '../ports.ts'
import { walk } from '../walk.ts'
import { deleteStep, stopStep } from './end.ts'
import type { Interruption } from './interruption.ts'
import { refreshStep, startStep } from './start.ts'
import type { StepContext } from './step.ts'

/** All that carrying out a plan takes. The executor decides nothing: what is not in the plan is not done. */
export interface Execution {
  readonly plan: Plan
  readonly cluster: ClusterName
  /** `null` for a plan without steps, which makes no run. */
  readonly run: string | null
  /** The services whose steps run the project's own scripts. */
  readonly rendered: ReadonlyMap<string, RenderedService>
  readonly declared: Graph
  /** Identifies this boot of this machine. */
  readonly boot: string
  /** How many scripts run side by side. */
  readonly parallel: number
  readonly onFailure: 'continue' | 'stop'
  readonly interruption: Interruption
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
  ports.report({ time: begun, type: 'run-started', run, verb: plan.verb, cluster: execution.cluster, plan })
  for (const left of plan.left) ports.report({ time: ports.clock.now(), type: 'service-left', left })
  const nodes = plan.steps.map((step) => ({ ...step, name: step.service }))
  const context: StepContext = { ...execution, run: run ?? '', verb: plan.verb, ports }
  const ended = (step: Step, outcome: Outcome): void => {
    const { id, service, operator } = step
    ports.report({ time: ports.clock.now(), type: 'step-ended', step: id, service, operator, outcome })
  }
  const outcomes = await walk(nodes, {
    slots: execution.parallel,
    weight: (step) => ports.records.read(step.service)?.durations[step.operator] ?? UNKNOWN_DURATION_MS,
    onFailure: execution.onFailure,
    cancelled: interruption.signal,
    run: async (step) => {
      const outcome = await runStep(step, context).catch((error) => systemFailure(error))
      ended(step, outcome)
      return outcome
    },
    notRun: ended,
  })
  const exitCode = exitCodeOfRun(outcomes.values(), plan.left, interruption.signalNumber)
  const durationMs = ports.clock.now() - begun
  ports.report({ time: ports.clock.now(), type: 'run-ended', run, verb: plan.verb, durationMs, exitCode })
  return { outcomes, exitCode, durationMs }
}

/** What a step without a recorded duration is taken to weigh: a path of more steps goes before one of fewer. */
const UNKNOWN_DURATION_MS = 1000

/** A port that cannot do its work fails the step that asked for it, and nothing else. */
function systemFailure(error: unknown): Outcome {
  if (!(error instanceof PortFailure)) throw error
  const reason = { kind: 'system', message: error.message } as const
  return { status: 'failed', durationMs: 0, failure: { reason, script: null, log: null, tail: [] } }
}

async function runStep(step: Step, context: StepContext): Promise<Outcome> {
  switch (step.operator) {
    case 'start':
      return startStep(step, context)
    case 'refresh':
      return refreshStep(step, context)
    case 'stop':
      return stopStep(step, context)
    case 'delete':
      return deleteStep(step, context)
  }
}
