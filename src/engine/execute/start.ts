import type { FailureReason, Outcome } from '../../model/outcome.ts'
import type { Step } from '../../model/plan.ts'
import type { ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { closure, type Graph } from '../graph.ts'
import type { RecordStore } from '../ports.ts'
import { awaitReady } from './readiness.ts'
import { failureOf, problemLine, type StepContext, StepRun } from './step.ts'

/** Stages the service, runs its start script and awaits its readiness; adopting, it runs nothing. */
export async function startStep(step: Step, context: StepContext): Promise<Outcome> {
  const rendered = renderedOf(step, context)
  const { ports, run } = context
  const step_ = new StepRun(step, context)
  const before = step_.record
  const applied = ports.workspace.stage(rendered, run)
  const kind = rendered.service.kind
  // What its script has not done to the end is not recorded as done: the fingerprint waits for that.
  const unconfirmed = { ...applied, fingerprint: '' }
  step_.save('starting', { kind, applied: unconfirmed, startedVersion: run, held: false })

  const script = applied.scripts.start
  if (script !== undefined && !step.adopt) {
    const end = await step_.script('start', script, applied, applied.timeouts.start)
    if (end.kind === 'cancelled') return interrupted(step_)
    const reason = failureOf(end)
    if (reason !== undefined) return startFailed(step_, reason, script, { failedStart: 'script' })
  }
  // A job is done when its script is, unless it says how to see its result.
  if (kind === 'service' || applied.readiness !== null) {
    const ready = await awaitReady(step_, applied)
    if (ready.kind === 'cancelled') return interrupted(step_, { applied })
    if (ready.kind === 'failed') {
      return startFailed(step_, ready.reason, script ?? null, { applied, failedStart: 'readiness' })
    }
  }
  step_.save(kind === 'job' ? 'completed' : 'running', {
    applied,
    durations: step_.durations(),
    prerequisiteGenerations: kind === 'job' ? generations(step.service, context.declared, ports.records) : {},
  })
  if (before.applied !== null) ports.workspace.prune(step.service, [run])
  if (step.adopt) return step_.done({ kind: 'adopted' })
  return step_.done(script === undefined ? { kind: 'no-script', operator: 'start' } : null)
}

/** Stages the service anew, runs its refresh script there and awaits its readiness. */
export async function refreshStep(step: Step, context: StepContext): Promise<Outcome> {
  const rendered = renderedOf(step, context)
  const { ports, run } = context
  const step_ = new StepRun(step, context)
  const before = step_.record
  const applied = ports.workspace.stage(rendered, run)
  const script = applied.scripts.refresh
  step_.save('refreshing')
  // Until the refresh has succeeded, the service counts as running what it ran before.
  const settled = before.kind === 'job' ? 'completed' : 'running'
  const failed = (reason: FailureReason, phase: 'running' | 'completed' | 'failed'): Outcome => {
    step_.save(phase, {
      problem: problemLine('refresh', reason),
      failedStart: phase === 'failed' ? 'readiness' : null,
    })
    return step_.failed(reason, script ?? null)
  }
  if (script !== undefined) {
    const end = await step_.script('refresh', script, applied, applied.timeouts.refresh)
    if (end.kind === 'cancelled') return interrupted(step_)
    const reason = failureOf(end)
    if (reason !== undefined) return failed(reason, settled)
  }
  if (rendered.service.kind === 'service' || applied.readiness !== null) {
    const ready = await awaitReady(step_, applied)
    if (ready.kind === 'cancelled') return interrupted(step_)
    if (ready.kind === 'failed') return failed(ready.reason, 'failed')
  }
  step_.save(settled, { applied, durations: step_.durations() })
  ports.workspace.prune(
    step.service,
    [run, before.startedVersion].filter((version) => version !== null),
  )
  return step_.done()
}

function renderedOf(step: Step, { rendered }: StepContext): RenderedService {
  const found = rendered.get(step.service)
  if (found === undefined) throw new Error(`step ${step.id} was planned without a rendered service`)
  return found
}

function interrupted(step: StepRun, changes: Partial<ServiceRecord> = {}): Outcome {
  step.save('interrupted', { problem: `its ${step.step.operator} was interrupted`, ...changes })
  return step.cancelled()
}

function startFailed(
  step: StepRun,
  reason: FailureReason,
  script: string | null,
  changes: Partial<ServiceRecord>,
): Outcome {
  step.save('failed', { problem: problemLine('start', reason), ...changes })
  return step.failed(reason, script)
}

/** Of everything that a job stands on, which generation of its data the result was computed from. */
function generations(job: string, declared: Graph, records: RecordStore): Record<string, number> {
  const below = [...closure(declared, [job]).keys()].filter((name) => name !== job).sort()
  return Object.fromEntries(below.map((name) => [name, records.read(name)?.dataGeneration ?? 0]))
}
