import type { FailureReason, Outcome } from '../../model/outcome.ts'
import type { Step } from '../../model/plan.ts'
import type { Applied, ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { closure, type Graph } from '../graph.ts'
import type { RecordStore } from '../ports.ts'
import { awaitReady } from './readiness.ts'
import { failureOf, problemLine, type StepContext, type StepRun } from './step.ts'

/** Stages the service, runs its start script and awaits its readiness; adopting, it runs nothing. */
export async function startStep(run: StepRun): Promise<Outcome> {
  const { step, context } = run
  const { ports, version } = context
  const rendered = renderedOf(step, context)
  const applied = ports.workspace.stage(rendered, version)
  const kind = rendered.service.kind
  // What its script has not done to the end is not recorded as done: the fingerprint waits for that.
  const unconfirmed = { ...applied, fingerprint: '' }
  run.save('starting', { kind, applied: unconfirmed, startedVersion: version, held: false })

  const script = applied.scripts.start
  if (script !== undefined && !step.adopt) {
    const end = await run.script('start', script, applied, applied.timeouts.start)
    if (end.kind === 'cancelled') return interrupted(run)
    const reason = failureOf(end)
    if (reason !== undefined) return startFailed(run, reason, script, { failedStart: 'script' })
  }
  // A job is done when its script is, unless it says how to see its result.
  if (kind === 'service' || applied.readiness !== null) {
    const ready = await awaitReady(run, applied)
    if (ready.kind === 'cancelled') return interrupted(run, { applied })
    if (ready.kind === 'failed') {
      return startFailed(run, ready.reason, script ?? null, { applied, failedStart: 'readiness' })
    }
  }
  return settleStarted(run, applied)
}

/** Records that a start was done with `applied`. */
export function settleStarted(run: StepRun, applied: Applied): Outcome {
  const { step, context, before } = run
  const { ports } = context
  const { kind } = run.record
  run.save(kind === 'job' ? 'completed' : 'running', {
    applied,
    durations: run.durations(),
    prerequisiteGenerations: kind === 'job' ? generations(step.service, context.declared, ports.records) : {},
  })
  if (before.applied !== null) ports.workspace.prune(step.service, [applied.version])
  if (step.adopt) return run.done({ kind: 'adopted' })
  return run.done(applied.scripts.start === undefined ? { kind: 'no-script', operator: 'start' } : null)
}

/** Stages the service anew, runs its refresh script there and awaits its readiness. */
export async function refreshStep(run: StepRun): Promise<Outcome> {
  const { step, context, before } = run
  const { ports, version } = context
  const rendered = renderedOf(step, context)
  const applied = ports.workspace.stage(rendered, version)
  const script = applied.scripts.refresh
  run.save('refreshing')
  // Until the refresh has succeeded, the service counts as running what it ran before.
  const settled = before.kind === 'job' ? 'completed' : 'running'
  const failed = (reason: FailureReason, phase: 'running' | 'completed' | 'failed'): Outcome => {
    run.save(phase, {
      problem: problemLine('refresh', reason),
      failedStart: phase === 'failed' ? 'readiness' : null,
    })
    return run.failed(reason, script ?? null)
  }
  if (script !== undefined) {
    const end = await run.script('refresh', script, applied, applied.timeouts.refresh)
    if (end.kind === 'cancelled') return interrupted(run)
    const reason = failureOf(end)
    if (reason !== undefined) return failed(reason, settled)
  }
  if (rendered.service.kind === 'service' || applied.readiness !== null) {
    const ready = await awaitReady(run, applied)
    if (ready.kind === 'cancelled') return interrupted(run)
    if (ready.kind === 'failed') return failed(ready.reason, 'failed')
  }
  run.save(settled, { applied, durations: run.durations() })
  ports.workspace.prune(
    step.service,
    [version, before.startedVersion].filter((one) => one !== null),
  )
  return run.done()
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
