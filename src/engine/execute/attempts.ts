import { formatDuration } from '../../model/duration.ts'
import type { FailureReason, Outcome } from '../../model/outcome.ts'
import type { Retry } from '../../model/retry.ts'
import { isWorthAnother, retryDelayMs } from './retry-delay.ts'
import type { StepRun } from './step.ts'

/** An attempt that came to nothing, and may be the last one. */
export interface FailedAttempt {
  readonly reason: FailureReason
  /** Records the failure, and says it. */
  readonly settle: () => Outcome
}

export interface Attempts {
  /** `undefined`: there is one attempt. */
  readonly retry: Retry | undefined
  readonly once: () => Promise<Outcome | FailedAttempt>
  /** What comes before each further attempt. */
  readonly between?: () => Promise<unknown>
  /** Records that the run was told to end while an attempt was waited for, and says it. */
  readonly interrupted: () => Outcome
}

/** Tries until it works, no attempt is left, another one could not help, or the run is told to end. */
export async function makeAttempts(run: StepRun, { retry, once, between, interrupted }: Attempts): Promise<Outcome> {
  const { clock, random } = run.context.ports
  const cancelled = run.context.interruption.signal
  for (;;) {
    const result = await once()
    if ('status' in result) return result
    const { reason, settle } = result
    const isLast = retry === undefined || run.attempt >= retry.attempts || !isWorthAnother(reason, retry)
    if (isLast || cancelled.aborted) return withRetriedOn(settle(), run.attempt, retry)
    const delayMs = retryDelayMs(retry, run.attempt, random())
    run.retrying(reason, retry.attempts, delayMs)
    run.note(`${run.problem(reason)}; attempt ${run.attempt + 1} of ${retry.attempts} in ${formatDuration(delayMs)}`)
    await clock.sleep(delayMs, cancelled)
    if (!cancelled.aborted) await between?.()
    if (cancelled.aborted) return interrupted()
    run.nextAttempt()
  }
}

/** Says of a failure that more attempts were left, and that its exit code kept them from being made. */
function withRetriedOn(outcome: Outcome, attempt: number, retry: Retry | undefined): Outcome {
  if (outcome.status !== 'failed' || outcome.failure.reason.kind !== 'exit') return outcome
  if (!retry?.exitCodes || attempt >= retry.attempts || isWorthAnother(outcome.failure.reason, retry)) return outcome
  return { ...outcome, failure: { ...outcome.failure, retriedOn: retry.exitCodes } }
}
