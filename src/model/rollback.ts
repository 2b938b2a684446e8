/** What a run has done and its rollback does not take back: it would not be known how, or it was there before. */
export interface Kept {
  readonly service: string
  readonly reason: KeptReason
}

export type KeptReason =
  /** Started by the run, without a script to stop it. */
  | 'no-stop-script'
  /** It ran before, and was taken over, started again or refreshed. */
  | 'adopted'
  | 'restarted'
  | 'refreshed'
  /** Stopped by the run, and not started again. */
  | 'stopped'
  | 'deleted'
