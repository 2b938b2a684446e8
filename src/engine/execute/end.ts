import type { ProbeAnswer } from '../../model/observed.ts'
import type { FailureReason, Outcome, StepWarning } from '../../model/outcome.ts'
import type { Applied } from '../../model/record.ts'
import { type FailedAttempt, makeAttempts } from './attempts.ts'
import { awaitSilence } from './silence.ts'
import { failureOf, type StepRun } from './step.ts'

/** Runs the stop script and sees to it that the probe falls silent. Data stays. */
export async function stopStep(run: StepRun): Promise<Outcome> {
  const applied = appliedFor(run)
  run.save('stopping')
  const finish = (): Outcome => settleStopped(run, applied)
  return await end(run, { operator: 'stop', applied, script: applied?.scripts.stop, wasStopped: false, finish })
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
  const finish = (): Outcome => {
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
  return await end(run, { operator: 'delete', applied, script, wasStopped, finish })
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

interface Ending {
  readonly operator: 'stop' | 'delete'
  readonly applied: Applied | null
  readonly script: string | undefined
  readonly wasStopped: boolean
  /** Records that it has ended. */
  readonly finish: () => Outcome
}

/** Runs what ends a service, as often as it may. */
const end = (run: StepRun, ending: Ending): Promise<Outcome> =>
  makeAttempts(run, {
    retry: ending.script === undefined ? undefined : ending.applied?.retries[ending.operator],
    once: () => endOnce(run, ending),
    interrupted: () => interrupted(run, ending.operator),
  })

async function endOnce(run: StepRun, ending: Ending): Promise<Outcome | FailedAttempt> {
  const { operator, applied, script, wasStopped, finish } = ending
  if (applied === null) return finish()
  if (script !== undefined) {
    const exit = await run.script(operator, script, applied, applied.timeouts[operator])
    if (exit.kind === 'cancelled') return interrupted(run, operator)
    const reason = failureOf(exit)
    if (reason !== undefined) return notEnded(run, reason, script)
  }
  const answer = await awaitSilence(run, applied, operator)
  if (answer === 'silent') return finish()
  if (answer === 'cancelled') return interrupted(run, operator)
  const reason = { kind: whyNot(answer, script), answer: answer.detail }
  // What was stopped has not been seen to start since: who answers in its place may be a stranger.
  return notEnded(run, reason, script ?? null, wasStopped ? 'stopped' : 'failed')
}

function whyNot(
  { status }: ProbeAnswer,
  script: string | undefined,
): 'still-running' | 'no-stop-script' | 'not-known-down' {
  if (status === 'unknown') return 'not-known-down'
  return script === undefined ? 'no-stop-script' : 'still-running'
}

function interrupted(run: StepRun, operator: 'stop' | 'delete'): Outcome {
  // A delete that was begun stays one: whatever is left of the service must not be taken for all of it.
  const phase = operator === 'delete' ? 'deleting' : 'interrupted'
  run.save(phase, { problem: `its ${operator} was interrupted` })
  return run.cancelled()
}

function notEnded(
  run: StepRun,
  reason: FailureReason,
  script: string | null,
  phase: 'stopped' | 'failed' = 'failed',
): FailedAttempt {
  const settle = (): Outcome => {
    run.save(phase, { problem: run.problem(reason) })
    return run.failed(reason, script)
  }
  return { reason, settle }
}

/** The scripts to end a service with: those that it was started with, or the project's own where that was asked. */
function appliedFor(run: StepRun): Applied | null {
  const { rendered, version, ports } = run.context
  const current = rendered.get(run.step.service)
  if (run.step.source === 'applied' || current === undefined) return run.record.applied
  return ports.workspace.stage(current, version)
}
