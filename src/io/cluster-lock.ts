import { randomBytes } from 'node:crypto'
import { unlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Lease, LeaseRequest, Leases } from '../engine/ports.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import { createFile, replaceFile } from './atomic-file.ts'
import { isAlive, ownIdentity } from './process-info.ts'
import { guarded, isAbsent, StateError } from './state-error.ts'
import { readStateFile, stateText } from './state-file.ts'
import { lockFile } from './state-layout.ts'

/** One lock on a whole cluster, in the place of leases: every run excludes every other, whatever it acts on. */
export function clusterLock(cluster: string): Leases {
  return { acquire: (request) => acquireLock({ cluster, ...request }) }
}

export interface LockRequest extends LeaseRequest {
  /** The cluster's directory. */
  readonly cluster: string
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

const POLL_MS = 100

/** Takes the lock that runs of a cluster exclude each other with; `locked` when it is held, and stays so. */
export async function acquireLock(request: LockRequest): Promise<Result<Lease, Diagnostic>> {
  const { cluster, command, waitMs, signal, onWait } = request
  const path = lockFile(cluster)
  const deadline = Date.now() + waitMs
  let told = false
  for (;;) {
    const own = ownerNow(command)
    const held = guarded(path, () => take(path, own))
    if (held === undefined) return ok({ release: () => release(path, own) })
    const refusal = diagnostic('locked', { pid: held.pid, host: held.host, command: held.command, since: held.since })
    const left = deadline - Date.now()
    if (left <= 0 || signal?.aborted) return err(refusal)
    if (!told) onWait?.(refusal)
    told = true
    await sleep(Math.min(POLL_MS, left), undefined, signal && { signal }).catch(() => undefined)
  }
}

/** Who holds the cluster's lock, and whether that process is (as far as can be told from here) alive. */
export function readLock(cluster: string): { readonly owner: LockOwner; readonly alive: boolean } | undefined {
  const path = lockFile(cluster)
  const owner = guarded(path, () => readOwner(path))
  return owner && { owner, alive: isOwnerAlive(owner) }
}

/** Removes the lock whoever holds it: for a person who knows better. Returns who held it. */
export function breakLock(cluster: string): LockOwner | undefined {
  const path = lockFile(cluster)
  return guarded(path, () => {
    const owner = readOwner(path)
    remove(path)
    return owner
  })
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
    remove(right)
  }
}

function release(path: string, own: LockOwner): void {
  guarded(path, () => {
    if (readOwner(path)?.nonce === own.nonce) remove(path)
  })
}

function isOwnerAlive(owner: LockOwner): boolean {
  // Of a process on another machine nothing can be told; a person has to.
  return owner.host !== hostname() || isAlive(owner)
}

function ownerNow(command: string): LockOwner {
  const nonce = randomBytes(8).toString('hex')
  return { ...ownIdentity(), host: hostname(), command, since: new Date().toISOString(), nonce }
}

function readOwner(path: string): LockOwner | undefined {
  const found = readStateFile(path, 'lock')
  // One that makes no sense was set aside, so that nobody is kept out by it.
  if (found.ok) return found.value?.content as LockOwner | undefined
  if (found.error.code === 'state-newer') throw new StateError(found.error, `${path} is of a newer paictl`)
  return undefined
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}
