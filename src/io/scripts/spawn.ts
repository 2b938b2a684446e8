import type { Command } from './script-command.ts'
import type { Environment } from './script-environment.ts'

/** A script to be started, its log's directory made. */
export interface SpawnRequest {
  readonly command: Command
  readonly directory: string
  readonly env: Environment
  /** Takes all output; made if it is not there. */
  readonly log: string
  /** Whether the log keeps what was in it. */
  readonly append: boolean
}

/** How a process ended: `exitCode` is undefined where a signal ended it. */
export interface ProcessEnd {
  readonly exitCode: number | undefined
  readonly signal: string | undefined
}

/** A script's first process, leader of a group of its own. */
export interface Spawned {
  readonly pid: number
  readonly ended: Promise<ProcessEnd>
}

/** Starts scripts. An error is one line for people. */
export type Spawn = (request: SpawnRequest) => Promise<Spawned | { readonly error: string }>
