import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { err, ok, type Result } from '../../model/result.ts'
import type { RunOwner } from '../../model/run.ts'
import { isAlive, ownIdentity } from '../scripts/process-info.ts'
import { createFile, replaceFile } from './atomic-file.ts'
import { unlinkThere } from './remove-tree.ts'
import { guarded, StateError } from './state-error.ts'
import { readStateFile, stateText } from './state-file.ts'
import { lockFile } from './state-layout.ts'

/** Who holds something of a cluster. */
export interface Owner extends RunOwner {
  /** The command line, for people. */
  readonly command: string
  /** ISO 8601, UTC. */
  readonly since: string
  /** Tells this hold from every other of the same process. */
  readonly nonce: string
}

/** Who holds the lock. */
export interface LockOwner extends Owner {
  /** Held for one change of a file. Absent: by a paictl that locked the cluster for as long as it worked on it. */
  readonly brief?: boolean
}

export interface LockRequest {
  /** The cluster's directory. */
  readonly cluster: string
  readonly command: string
}

const POLL_MS = 5

/** Longer than any change takes: who holds the lock so long is stopped, or on a machine that is gone. */
const PATIENCE_MS = 5000

/**
 * Runs `act`, which must not wait for anything, while nobody else on any machine runs theirs on the same cluster. Who holds
 * the lock is waited for; an error is who holds it and does not give it back.
 */
export async function underLock<T>(request: LockRequest, act: () => T): Promise<Result<T, LockOwner>> {
  const path = lockFile(request.cluster)
  const own = { ...ownerNow(request.command), brief: true }
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const held = guarded(path, () => take(path, own))
    if (held === undefined) break
    if (held.brief !== true || Date.now() >= deadline) return err(held)
    await sleep(POLL_MS * (1 + Math.random()))
  }
  try {
    return ok(act())
  } finally {
    release(path, own)
  }
}

/** Who holds the cluster's lock, and whether that process is (as far as can be told from here) alive. */
export function readLock(cluster: string): { readonly owner: LockOwner; readonly alive: boolean } | undefined {
  const path = lockFile(cluster)
  const owner = guarded(path, () => readOwner(path))
  return owner && { owner, alive: isOwnerAlive(owner) }
}

/** Takes the lock away from `owner`, for a person who knows better. */
export function breakLock(cluster: string, owner: LockOwner): void {
  release(lockFile(cluster), owner)
}

/** Whether an owner is there. Of a process on another machine nothing can be told; a person has to. */
export function isOwnerAlive(owner: RunOwner): boolean {
  return !isOfThisHost(owner) || isAlive(owner)
}

export const isOfThisHost = ({ host }: Pick<RunOwner, 'host'>): boolean => host === hostname()

/** This process, as the owner of something new. */
export function ownerNow(command: string): Owner {
  const nonce = randomBytes(8).toString('hex')
  return { ...ownIdentity(), host: hostname(), command, since: new Date().toISOString(), nonce }
}

/** Takes the lock at `path` for `own`; returns the living owner that it belongs to otherwise. */
function take(path: string, own: LockOwner): LockOwner | undefined {
  for (;;) {
    if (createFile(path, stateText(own))) return undefined
    const held = readOwner(path)
    if (held === undefined) continue
    if (isOwnerAlive(held)) return held
    const inTheWay = replaceDead(path, held, own)
    if (inTheWay !== 'gone') return inTheWay
  }
}

/**
 * Replaces the lock of a dead owner. The right to do so is itself a lock, named after the dead one, so that of all who
 * find it only one acts, and nobody takes away what another has just taken. Who dies holding that right is replaced in
 * the same way, by the holder of the right to that.
 */
function replaceDead(path: string, dead: LockOwner, own: LockOwner): LockOwner | undefined | 'gone' {
  const right = `${path.replace(/\.json$/, '')}.${dead.nonce}.json`
  const inTheWay = take(right, own)
  if (inTheWay !== undefined) return inTheWay
  try {
    // Between the look at it and the right to it, somebody else may have had the right, and used it.
    if (readOwner(path)?.nonce !== dead.nonce) return 'gone'
    replaceFile(path, stateText(own))
    return undefined
  } finally {
    unlinkThere(right)
  }
}

function release(path: string, own: LockOwner): void {
  guarded(path, () => {
    if (readOwner(path)?.nonce === own.nonce) unlinkThere(path)
  })
}

function readOwner(path: string): LockOwner | undefined {
  const found = readStateFile(path, 'lock')
  // One that makes no sense was set aside, so that nobody is kept out by it.
  if (found.ok) return found.value?.content as LockOwner | undefined
  if (found.error.code === 'state-newer') throw new StateError(found.error, `${path} is of a newer paictl`)
  return undefined
}
