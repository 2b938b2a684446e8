/** How often and when a failed operator is tried again. */
export interface Retry {
  /** How often it is tried altogether: 1 to 100. */
  readonly attempts: number
  /** Before the second attempt. */
  readonly delayMs: number
  /** What the delay is multiplied by from attempt to attempt; at least 1. */
  readonly backoff: number
  /** No delay is longer. */
  readonly maxDelayMs: number
  /** By which part of itself a delay is drawn longer or shorter: 0 to 1. */
  readonly jitter: number
  /** The exit codes that are worth another attempt, sorted; `null`: all. */
  readonly exitCodes: readonly number[] | null
}

/** What counts where `retry` does not say it. */
export const DEFAULT_RETRY: Retry = {
  attempts: 3,
  delayMs: 1000,
  backoff: 2,
  maxDelayMs: 60_000,
  jitter: 0.1,
  exitCodes: null,
}
