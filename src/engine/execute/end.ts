import type { ProbeAnswer } from '../../model/observed.ts'
import type { FailureReason, Outcome } from '../../model/outcome.ts'
import type { Step } from '../../model/plan.ts'
import type { Applied } from '../../model/record.ts'
import { failureOf, problemLine, type StepContext, StepRun } from './step.ts'

/** How long a service may take to fall silent after its stop script has ended. */
const SILENCE_TIMEOUT_MS = 5000
const SILENCE_INTERVAL_MS = 100

/** Runs the stop script and sees to it that the probe falls silent. Data stays; the service is held from now on. */
export async function stopStep(step: Step, context: StepContext): Promise<Outcome> {
  const run = new StepRun(step, context)
  const applied = appliedFor(run)
  run.save('stopping')
  const ended = await end(run, applied, applied?.scripts.stop, 'stop')
  if (ended.kind !== 'ended') return ended.outcome
  context.ports.workspace.clearRunDirectory(step.service)
  run.save('stopped', { held: true, durations: run.durations() })
  return run.done(applied?.scripts.stop === undefined && run.record.kind === 'service' ? NO_STOP_SCRIPT : null)
}

/** Runs the delete script (without one the stop script), then removes the service's data. */
export async function deleteStep(step: Step, context: StepContext): Promise<Outcome> {
  const { workspace } = context.ports
  const run = new StepRun(step, context)
  const applied = appliedFor(run)
  run.save('deleting')
  const ended = await end(run, applied, applied?.scripts.delete ?? applied?.scripts.stop, 'delete')
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
  return run.done()
}

const NO_STOP_SCRIPT = { kind: 'no-script', operator: 'stop' } as const

type Ended = { readonly kind: 'ended' } | { readonly kind: 'not'; readonly outcome: Outcome }

async function end(
  run: StepRun,
  applied: Applied | null,
  script: string | undefined,
  operator: 'stop' | 'delete',
): Promise<Ended> {
  if (applied === null) return { kind: 'ended' }
  if (script !== undefined) {
    const ending = await run.script(operator, script, applied, applied.timeouts[operator])
    if (ending.kind === 'cancelled') {
      run.save('interrupted', { problem: `its ${operator} was interrupted` })
      return { kind: 'not', outcome: run.cancelled() }
    }
    const reason = failureOf(ending)
    if (reason !== undefined) return notEnded(run, reason, script, operator)
  }
  const answer = await awaitSilence(run, applied)
  if (answer === undefined) return { kind: 'ended' }
  const kind = script === undefined ? 'no-stop-script' : 'still-running'
  return notEnded(run, { kind, answer: answer.detail }, script ?? null, operator)
}

function notEnded(run: StepRun, reason: FailureReason, script: string | null, operator: 'stop' | 'delete'): Ended {
  run.save('failed', { problem: problemLine(operator, reason) })
  return { kind: 'not', outcome: run.failed(reason, script) }
}

/** Asks the service's probe until it says that nothing runs; returns its answer if it still does at the end. */
async function awaitSilence(run: StepRun, applied: Applied): Promise<ProbeAnswer | undefined> {
  const { clock, probes } = run.context.ports
  if (run.record.kind === 'job') return undefined
  const request = { service: run.step.service, applied, run: run.context.run }
  const status = applied.scripts.status
  const probe = applied.readiness?.probe
  const begun = clock.now()
  let said = false
  for (;;) {
    let answer: ProbeAnswer
    if (status !== undefined) answer = await probes.status({ ...request, script: status })
    else if (probe === undefined || probe.kind === 'log') return undefined
    else answer = await probes.ready({ ...request, probe, log: null, logStart: 0 })
    if (answer.status !== 'up') return undefined
    if (clock.now() - begun >= SILENCE_TIMEOUT_MS || run.context.interruption.signal.aborted) return answer
    if (!said) run.waiting('it to fall silent')
    said = true
    await clock.sleep(SILENCE_INTERVAL_MS, run.context.interruption.signal)
  }
}

/** The scripts to end a service with: those that it was started with, or the project's own where that was asked. */
function appliedFor(run: StepRun): Applied | null {
  const { rendered, run: version, ports } = run.context
  const current = rendered.get(run.step.service)
  if (run.step.source === 'applied' || current === undefined) return run.record.applied
  return ports.workspace.stage(current, version)
}
