import type { Applied } from '../../model/record.ts'
import { failureOf, problemLine } from './failure.ts'
import { awaitSilence } from './silence.ts'
import type { StepRun } from './step.ts'

/**
 * Runs the stop-script before another attempt at a start, so that nothing of the one before is in its way. Whatever comes of
 * it is written into the step's log, and the attempt may be made all the same.
 */
export async function clearTheWay(run: StepRun, applied: Applied): Promise<void> {
  const script = applied.scripts.stop
  if (script === undefined) return run.note('there is no stop-script to run before the start')
  run.note(`running ${script} before the start`)
  const end = await run.script('stop', script, applied, applied.timeouts.stop)
  if (end.kind === 'cancelled') return
  const reason = failureOf(end)
  if (reason !== undefined) return run.note(`${problemLine('stop', reason)}; the start comes all the same`)
  run.context.ports.workspace.clearRunDirectory(run.step.service)
  const answer = await awaitSilence(run, applied, 'stop')
  if (typeof answer === 'object') {
    run.note(`its stop script is done, but it still answers: ${answer.detail}; the start comes all the same`)
  }
}
