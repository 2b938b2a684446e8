import type { ProbeAnswer } from '../../model/observed.ts'
import type { FailureReason, Outcome, StepWarning } from '../../model/outcome.ts'
import type { Applied } from '../../model/record.ts'
import { failureOf, problemLine, type StepRun } from './step.ts'

/** How long a service may take to fall silent after its stop script has ended. */
const SILENCE_TIMEOUT_MS = 5000
const SILENCE_INTERVAL_MS = 100

/** Runs the stop script and sees to it that the probe falls silent. Data stays. */
export async function stopStep(run: StepRun): Promise<Outcome> {
  const applied = appliedFor(run)
  run.save('stopping')
  const ended = await end(run, applied, applied?.scripts.stop, 'stop')
  if (ended.kind !== 'ended') return ended.outcome
  return settleStopped(run, applied)
}

/** Records that a service was stopped, with the scripts of `applied`. */
export function settleStopped(run: StepRun, applied: Applied | null): Outcome {
  const { step, context } = run
  context.ports.workspace.clearRunDirectory(step.service)
  // A restart that goes no further than this wanted the service to run: only a stop for its own sake holds it.
  const held = context.verb === 'stop' || context.verb === 'delete'
  run.save('stopped', { held, durations: run.durations() })
  return run.done(applied?.scripts.stop === undefined ? nothingRun(run, 'stop') : null)
}

/** Runs the delete script (without one the stop script), then removes the service's data. */
export async function deleteStep(run: StepRun): Promise<Outcome> {
  const { step, context } = run
  const { workspace } = context.ports
  const applied = appliedFor(run)
  const wasStopped = run.record.phase === 'stopped'
  run.save('deleting')
  const script = endingScript(applied?.scripts ?? {}, 'delete', wasStopped)
  const ended = await end(run, applied, script, 'delete', wasStopped)
  if (ended.kind !== 'ended') return ended.outcome
  workspace.clearRunDirectory(step.service)
  workspace.removeData(step.service)
  run.save('never-started', {
    held: false,
    applied: null,
    startedVersion: null,
    dataGeneration: run.record.dataGeneration + 1,
    prerequisiteGenerations: {},
  })
  workspace.prune(step.service, [])
  return run.done(script === undefined && !wasStopped ? nothingRun(run, 'delete') : null)
}

/** The script that ends a service. What was stopped before is not stopped once more in the name of a delete. */
export function endingScript(
  scripts: Applied['scripts'],
  operator: 'stop' | 'delete',
  wasStopped: boolean,
): string | undefined {
  const stop = wasStopped ? undefined : scripts.stop
  return operator === 'delete' ? (scripts.delete ?? stop) : stop
}

/** A job that has ended leaves nothing behind that a script would have to end. */
const nothingRun = (run: StepRun, operator: 'stop' | 'delete'): StepWarning | null =>
  run.record.kind === 'job' ? null : { kind: 'no-script', operator }

type Ended = { readonly kind: 'ended' } | { readonly kind: 'not'; readonly outcome: Outcome }

async function end(
  run: StepRun,
  applied: Applied | null,
  script: string | undefined,
  operator: 'stop' | 'delete',
  wasStopped = false,
): Promise<Ended> {
  if (applied === null) return { kind: 'ended' }
  if (script !== undefined) {
    const ending = await run.script(operator, script, applied, applied.timeouts[operator])
    if (ending.kind === 'cancelled') return interrupted(run, operator)
    const reason = failureOf(ending)
    if (reason !== undefined) return notEnded(run, reason, script, operator)
  }
  const answer = await awaitSilence(run, applied, operator)
  if (answer === 'silent') return { kind: 'ended' }
  if (answer === 'cancelled') return interrupted(run, operator)
  const reason = { kind: whyNot(answer, script), answer: answer.detail }
  // What was stopped has not been seen to start since: who answers in its place may be a stranger.
  return notEnded(run, reason, script ?? null, operator, wasStopped ? 'stopped' : 'failed')
}

function whyNot(
  { status }: ProbeAnswer,
  script: string | undefined,
): 'still-running' | 'no-stop-script' | 'not-known-down' {
  if (status === 'unknown') return 'not-known-down'
  return script === undefined ? 'no-stop-script' : 'still-running'
}

function interrupted(run: StepRun, operator: 'stop' | 'delete'): Ended {
  run.save('interrupted', { problem: `its ${operator} was interrupted` })
  return { kind: 'not', outcome: run.cancelled() }
}

function notEnded(
  run: StepRun,
  reason: FailureReason,
  script: string | null,
  operator: 'stop' | 'delete',
  phase: 'stopped' | 'failed' = 'failed',
): Ended {
  run.save(phase, { problem: problemLine(operator, reason) })
  return { kind: 'not', outcome: run.failed(reason, script) }
}

/**
 * Asks the service's probe until it is silent; returns its last answer where it is not so in time. A stop takes a probe
 * that knows nothing for silent; what removes data wants to be told that nothing runs.
 */
async function awaitSilence(
  run: StepRun,
  applied: Applied,
  operator: 'stop' | 'delete',
): Promise<ProbeAnswer | 'silent' | 'cancelled'> {
  const { clock, probes } = run.context.ports
  const cancelled = run.context.interruption.signal
  if (run.record.kind === 'job') return 'silent'
  const request = { service: run.step.service, applied, run: run.context.run }
  const status = applied.scripts.status
  const probe = applied.readiness?.probe
  const begun = clock.now()
  let said = false
  for (;;) {
    let answer: ProbeAnswer
    if (status !== undefined) answer = await probes.status({ ...request, script: status })
    else if (probe === undefined || probe.kind === 'log') return 'silent'
    else answer = await probes.ready({ ...request, probe, log: null, logStart: 0 })
    // The end of a run ends its probes too: only a clear "no" is an answer then.
    if (cancelled.aborted) return answer.status === 'down' ? 'silent' : 'cancelled'
    if (answer.status === 'down' || (answer.status === 'unknown' && operator === 'stop')) return 'silent'
    if (clock.now() - begun >= SILENCE_TIMEOUT_MS) return answer
    if (!said) run.waiting('it to fall silent')
    said = true
    await clock.sleep(SILENCE_INTERVAL_MS, cancelled)
  }
}

/** The scripts to end a service with: those that it was started with, or the project's own where that was asked. */
function appliedFor(run: StepRun): Applied | null {
  const { rendered, version, ports } = run.context
  const current = rendered.get(run.step.service)
  if (run.step.source === 'applied' || current === undefined) return run.record.applied
  return ports.workspace.stage(current, version)
}
