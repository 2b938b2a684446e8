import type { Diagnostic } from '../model/diagnostic.ts'
import type { Result } from '../model/result.ts'

export interface LockRequest {
  /** The cluster's directory. */
  readonly cluster: string
  /** The services that the run acts on; today every run excludes every other. */
  readonly exclusive: readonly string[]
  /** The services that it relies on. */
  readonly shared: readonly string[]
  /** The command line, for those who are kept out. */
  readonly command: string
  /** How long to wait for the present owner; 0: not at all. */
  readonly waitMs: number
  /** Called once, before waiting, with what the refusal would be. */
  readonly onWait?: (held: Diagnostic) => void
  /** Ends the waiting, with the refusal. */
  readonly signal?: AbortSignal
}

export interface Lock {
  release(): void
}

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number
  readonly startTime: string
  readonly boot: string
  readonly host: string
  readonly command: string
  /** ISO 8601, UTC. */
  readonly since: string
  /** Tells this lock from every other that the same process ever held. */
  readonly nonce: string
}

/** Takes the lock that runs of a cluster exclude each other with; `locked` when it is held, and stays so. */
export async function acquireLock(_request: LockRequest): Promise<Result<Lock, Diagnostic>> {
  throw new Error('not built yet')
}

/** Who holds the cluster's lock, and whether that process is (as far as can be told from here) alive. */
export function readLock(_cluster: string): { readonly owner: LockOwner; readonly alive: boolean } | undefined {
  throw new Error('not built yet')
}

/** Removes the lock whoever holds it: for a person who knows better. Returns who held it. */
export function breakLock(_cluster: string): LockOwner | undefined {
  throw new Error('not built yet')
}
