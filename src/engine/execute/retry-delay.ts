import type { FailureReason } from '../../model/outcome.ts'
import type { Retry } from '../../model/retry.ts'

/**
 * How long to wait before the next attempt, in whole milliseconds.
 * @param failed how many attempts have failed so far, at least one
 * @param random from 0 up to 1, 1 itself left out: where within its jitter the delay falls
 */
export function retryDelayMs(retry: Retry, failed: number, random: number): number {
  const { delayMs, backoff, maxDelayMs, jitter } = retry
  // A power may be beyond all numbers; the longest delay is not.
  const plain = Math.min(delayMs * backoff ** (failed - 1), maxDelayMs)
  return Math.round(Math.min(plain * (1 + jitter * (2 * random - 1)), maxDelayMs))
}

/** Whether another attempt may come out differently: `on-exit-codes` chooses among exit codes, and among nothing else. */
export function isWorthAnother(reason: FailureReason, { exitCodes }: Retry): boolean {
  switch (reason.kind) {
    case 'exit':
      return exitCodes?.includes(reason.exitCode) ?? true
    case 'signal':
    case 'timeout':
    case 'not-ready':
    case 'died':
    case 'still-running':
    case 'not-known-down':
      return true
    case 'no-stop-script':
    case 'system':
      return false
  }
}
