import type { ServiceRecord } from './record.ts'

/** What a probe said. `detail` is one line for people. */
export type ProbeAnswer =
  | { readonly status: 'up'; readonly detail: string }
  /** `dead`: it was there and has died (LSB exit codes 1 and 2), rather than not being there (3, connection refused). */
  | { readonly status: 'down'; readonly dead: boolean; readonly detail: string }
  | { readonly status: 'unknown'; readonly detail: string }

export const SERVICE_STATES = [
  'running',
  'stopped',
  'held',
  'failed',
  'completed',
  'interrupted',
  'unknown',
  'never-started',
  'foreign',
  'orphan',
  'starting',
  'stopping',
  'refreshing',
  'deleting',
] as const
export type ServiceState = (typeof SERVICE_STATES)[number]

/** What is true now of one service: the record, corrected by the service's own probe. */
export interface Observed {
  readonly name: string
  readonly record: ServiceRecord | undefined
  /** `undefined` where there is nothing to ask. */
  readonly answer: ProbeAnswer | undefined
  readonly state: ServiceState
  /** One line that says why the state is not what the record alone would say; empty when there is nothing to add. */
  readonly detail: string
}
