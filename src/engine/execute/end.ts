import type { ProbeAnswer } from '../../model/observed.ts'
import type { FailureReason, Outcome, StepWarning } from '../../model/outcome.ts'
import type { Applied, Phase } from '../../model/record.ts'
import { PortFailure } from '../ports.ts'
import { type FailedAttempt, makeAttempts } from './attempts.ts'
import { scriptFailure } from './script-failure.ts'
import { awaitSilence } from './silence.ts'
import type { StepRun } from './step.ts'

/** Runs the stop script and sees to it that the probe falls silent. Data stays. */
export async function stopStep(run: StepRun): Promise<Outcome> {
  const applied = appliedFor(run)
  // So that it is known whether it was to be held, also where nobody sees its end.
  run.save(isHalfDeleted(run) ? 'deleting' : 'stopping', { held: isToHold(run) })
  const finish = (): Outcome => settleStopped(run, applied)
  return await end(run, { operator: 'stop', applied, script: applied?.scripts.stop, otherwise: 'failed', finish })
}

/** Records that a service was stopped, with the scripts of `applied`. `durations`: what each operator took last time. */
export function settleStopped(run: StepRun, applied: Applied | null, durations = run.durations()): Outcome {
  const { step, context } = run
  context.ports.workspace.clearRunDirectory(step.service)
  const held = isToHold(run)
  if (isHalfDeleted(run))
    run.save('deleting', { durations, problem: 'its delete was interrupted, and it was stopped since' })
  else run.save('stopped', { held, durations })
  return run.done(applied?.scripts.stop === undefined ? nothingRun(run, 'stop') : null)
}

/** A restart that goes no further than its stop wanted the service to run: only a stop for its own sake holds it. */
const isToHold = ({ context, step }: StepRun): boolean =>
  (context.verb === 'stop' || context.verb === 'delete') && step.cause.trigger.kind !== 'followed'

/** Runs the delete script (without one the stop script), then removes the service's data. */
export async function deleteStep(run: StepRun): Promise<Outcome> {
  const { step, context } = run
  const { workspace } = context.ports
  const applied = appliedFor(run)
  const wasStopped = run.record.phase === 'stopped'
  // An earlier try came that far; its script may well need what is partly gone by now.
  const { onlyDataLeft = false } = run.record
  run.save('deleting')
  const script = onlyDataLeft ? undefined : endingScript(applied?.scripts ?? {}, 'delete', wasStopped)
  const finish = (): Outcome => {
    run.save('deleting', { onlyDataLeft: true })
    try {
      workspace.clearRunDirectory(step.service)
      workspace.removeData(step.service)
    } catch (error) {
      if (!(error instanceof PortFailure)) throw error
      const reason = { kind: 'system', message: error.message } as const
      run.save('deleting', { problem: run.problem(reason) })
      return run.failed(reason, null)
    }
    run.save('never-started', {
      held: false,
      applied: null,
      startedVersion: null,
      dataGeneration: run.record.dataGeneration + 1,
      prerequisiteGenerations: {},
    })
    workspace.prune(step.service, [])
    return run.done(script === undefined && !wasStopped && !onlyDataLeft ? nothingRun(run, 'delete') : null)
  }
  // What was stopped has not been seen to start since: who answers in its place may be a stranger.
  const otherwise = onlyDataLeft ? 'deleting' : wasStopped ? 'stopped' : 'failed'
  return await end(run, { operator: 'delete', applied, script, otherwise, finish })
}

/** A delete that was begun stays one: what is left of the service must not be taken for all of it. */
const isHalfDeleted = (run: StepRun): boolean => run.before.phase === 'deleting'

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
  /** What it is when its script has done its work, and it still answers. */
  readonly otherwise: Phase
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
  const { operator, applied, script, otherwise, finish } = ending
  if (applied === null) return finish()
  if (script !== undefined) {
    const exit = await run.script(operator, script, applied, applied.timeouts[operator])
    if (exit.kind === 'cancelled') return interrupted(run, operator)
    const reason = await scriptFailure(run, exit, applied)
    if (reason !== undefined) return notEnded(run, reason, script)
  }
  const answer = await awaitSilence(run, applied, operator)
  if (answer === 'silent') return finish()
  if (answer === 'cancelled') return interrupted(run, operator)
  const reason = { kind: whyNot(answer, script), answer: answer.detail }
  return notEnded(run, reason, script ?? null, otherwise)
}

function whyNot(
  { status }: ProbeAnswer,
  script: string | undefined,
): 'still-running' | 'no-stop-script' | 'not-known-down' {
  if (status === 'unknown') return 'not-known-down'
  return script === undefined ? 'no-stop-script' : 'still-running'
}

function interrupted(run: StepRun, operator: 'stop' | 'delete'): Outcome {
  const phase = operator === 'delete' || isHalfDeleted(run) ? 'deleting' : 'interrupted'
  run.save(phase, { problem: `its ${operator} was interrupted`, held: run.before.held })
  return run.cancelled()
}

function notEnded(run: StepRun, reason: FailureReason, script: string | null, phase: Phase = 'failed'): FailedAttempt {
  const settle = (): Outcome => {
    run.save(phase, { problem: run.problem(reason), held: run.before.held })
    return run.failed(reason, script)
  }
  return { reason, settle }
}

/** The scripts to end a service with: those that it was started with, or the project's own where that was asked. */
function appliedFor(run: StepRun): Applied | null {
  const { version, ports } = run.context
  const current = run.rendered
  if (run.step.source === 'applied' || current === undefined) return run.record.applied
  return ports.workspace.stage(current, version)
}
