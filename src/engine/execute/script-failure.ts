import type { FailureReason } from '../../model/outcome.ts'
import type { Applied } from '../../model/record.ts'
import { askProbe } from '../observe.ts'
import type { ScriptEnd } from '../ports.ts'
import { failureOf } from './failure.ts'
import type { StepRun } from './step.ts'

/**
 * Why a script did not do its work; `undefined` when it did, or was cancelled. Of a script that was out of time the service's
 * probe is asked once: what it says tells a service that came up from one that did not.
 */
export async function scriptFailure(
  run: StepRun,
  end: ScriptEnd,
  applied: Applied,
): Promise<FailureReason | undefined> {
  const reason = failureOf(end)
  if (reason?.kind !== 'timeout' || run.context.interruption.signal.aborted) return reason
  const { record, step } = run
  const candidate = { name: step.service, kind: record.kind, record, target: applied }
  const answer = await askProbe(candidate, run.context.ports.probes)
  return answer === undefined ? reason : { ...reason, lastAnswer: answer.detail }
}
