import type { FailureReason, Outcome } from '../../model/outcome.ts'
import type { Applied, ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { closure, type Graph } from '../graph.ts'
import type { RecordStore } from '../ports.ts'
import { type FailedAttempt, makeAttempts } from './attempts.ts'
import { clearTheWay } from './clear-way.ts'
import { recordedMeanwhile } from './follow.ts'
import { awaitReady } from './readiness.ts'
import { scriptFailure } from './script-failure.ts'
import type { StepRun } from './step.ts'

/** Stages the service, runs its start script and awaits its readiness, as often as it may; adopting, it runs nothing. */
export async function startStep(run: StepRun): Promise<Outcome> {
  const { step, context, before } = run
  const { ports, version } = context
  const rendered = renderedOf(run)
  if ((step.stopFirst || wasHalfDone(run)) && before.applied !== null) {
    await clearTheWay(run, before.applied)
    if (context.interruption.signal.aborted) return interrupted(run)
    run.beginOutput()
  }
  const applied = ports.workspace.stage(rendered, version)
  const kind = rendered.service.kind
  // What its script has not done to the end is not recorded as done: the fingerprint waits for that.
  const unconfirmed = { ...applied, fingerprint: '' }
  // What was forgotten and comes again has other data than before.
  const dataGeneration = before.run === '' ? ports.clock.now() : before.dataGeneration
  const startedAs = applied.fingerprint
  const begun = { kind, applied: unconfirmed, startedAs, startedVersion: version, held: false, dataGeneration }
  run.save('starting', begun)
  const script = step.adopt ? undefined : applied.scripts.start
  return await makeAttempts(run, {
    retry: script === undefined ? undefined : applied.retries.start,
    once: () => startOnce(run, applied, script),
    between: () => clearTheWay(run, applied),
    interrupted: () => interrupted(run),
  })
}

/** Whether an earlier process of this run had begun this very start: what it has left is ended before the next attempt. */
const wasHalfDone = ({ step, context, before }: StepRun): boolean =>
  context.inFlight.has(step.id) && before.run === context.run && before.phase !== 'stopped'

/** `script`: what is run, if anything. */
async function startOnce(run: StepRun, applied: Applied, script: string | undefined): Promise<Outcome | FailedAttempt> {
  const failed = (reason: FailureReason, changes: Partial<ServiceRecord>): FailedAttempt => ({
    reason,
    settle: () => {
      run.save('failed', { problem: run.problem(reason), ...changes })
      return run.failed(reason, applied.scripts.start ?? null)
    },
  })
  if (script !== undefined) {
    const end = await run.script('start', script, applied, applied.timeouts.start)
    if (end.kind === 'cancelled') return interrupted(run)
    const reason = await scriptFailure(run, end, applied)
    if (reason !== undefined) return failed(reason, { failedStart: 'script' })
  }
  // A job is done when its script is, unless it says how to see its result.
  if (run.record.kind === 'service' || applied.readiness !== null) {
    const ready = await awaitReady(run, applied)
    if (ready.kind === 'cancelled') return interrupted(run, { applied })
    if (ready.kind === 'failed') return failed(ready.reason, { applied, failedStart: 'readiness' })
  }
  return settleStarted(run, applied)
}

/** Records that a start was done with `applied`. `durations`: what each operator took last time. */
export function settleStarted(run: StepRun, applied: Applied, durations = run.durations()): Outcome {
  const { step, context, before } = run
  const { ports } = context
  const { kind } = run.record
  run.save(kind === 'job' ? 'completed' : 'running', {
    applied,
    durations,
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
  const rendered = renderedOf(run)
  const applied = ports.workspace.stage(rendered, version)
  const script = applied.scripts.refresh
  run.save('refreshing', recordedMeanwhile(before, rendered))
  // Until the refresh has succeeded, the service counts as running what it ran before.
  const settled = before.kind === 'job' ? 'completed' : 'running'
  // It stays one, so that it is done again: how far it has come is not known.
  const cut = (): Outcome => {
    run.save('refreshing', { problem: 'its refresh was interrupted' })
    return run.cancelled()
  }
  const failed = (reason: FailureReason, phase: 'running' | 'completed' | 'failed'): FailedAttempt => ({
    reason,
    settle: () => {
      run.save(phase, { problem: run.problem(reason), failedStart: phase === 'failed' ? 'readiness' : null })
      return run.failed(reason, script ?? null)
    },
  })
  const once = async (): Promise<Outcome | FailedAttempt> => {
    if (script !== undefined) {
      const end = await run.script('refresh', script, applied, applied.timeouts.refresh)
      if (end.kind === 'cancelled') return cut()
      const reason = await scriptFailure(run, end, applied)
      if (reason !== undefined) return failed(reason, settled)
    }
    if (rendered.service.kind === 'service' || applied.readiness !== null) {
      const ready = await awaitReady(run, applied)
      if (ready.kind === 'cancelled') return cut()
      if (ready.kind === 'failed') return failed(ready.reason, 'failed')
    }
    run.save(settled, { applied, durations: run.durations() })
    const kept = [version, before.startedVersion].filter((one) => one !== null)
    ports.workspace.prune(step.service, kept)
    return run.done()
  }
  const retry = script === undefined ? undefined : applied.retries.refresh
  return await makeAttempts(run, { retry, once, interrupted: cut })
}

function renderedOf({ step, rendered }: StepRun): RenderedService {
  if (rendered === undefined) throw new Error(`step ${step.id} was planned without a rendered service`)
  return rendered
}

function interrupted(step: StepRun, changes: Partial<ServiceRecord> = {}): Outcome {
  step.save('interrupted', { problem: `its ${step.step.operator} was interrupted`, ...changes })
  return step.cancelled()
}

/** Of everything that a job stands on, which generation of its data the result was computed from. */
function generations(job: string, declared: Graph, records: RecordStore): Record<string, number> {
  const below = [...closure(declared, [job]).keys()].filter((name) => name !== job).sort()
  return Object.fromEntries(
    below.flatMap((name) => {
      const record = records.read(name)
      return record === undefined ? [] : [[name, record.dataGeneration]]
    }),
  )
}
