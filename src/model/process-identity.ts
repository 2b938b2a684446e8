/** What tells a process from every other one, later processes with the same number included. */
export interface ProcessIdentity {
  readonly pid: number
  /** When it was started, in a form that only compares; empty where it cannot be told. */
  readonly startTime: string
  /** Which boot of the machine it lives in; empty where it cannot be told. */
  readonly boot: string
}
