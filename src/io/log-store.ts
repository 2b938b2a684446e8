import type { LogStore } from '../engine/ports.ts'

/** One step's log. */
export interface LogFile {
  readonly path: string
  readonly run: string
  readonly operator: string
  readonly bytes: number
  readonly modifiedMs: number
}

export interface ClusterLogs extends LogStore {
  /** All logs of a service, the oldest run first. */
  list(service: string): LogFile[]
  /** The log that was written to last; `undefined` where there is none. */
  latestLog(service: string): string | undefined
  /** Cuts logs beyond 10 MiB (five older parts are kept), and removes those of all but the last ten runs. */
  capLogs(service: string): void
}

export interface FollowRequest {
  readonly path: string
  /** Bytes of the file that were shown before. */
  readonly from: number
  readonly onChunk: (text: string) => void
  readonly signal: AbortSignal
}

/** Opens the logs of a cluster. */
export function createLogStore(_cluster: string): ClusterLogs {
  throw new Error('not built yet')
}

/** Hands on what is appended to a log, until `signal` aborts. The file may be cut, or not exist yet. */
export function follow(_request: FollowRequest): Promise<void> {
  throw new Error('not built yet')
}
