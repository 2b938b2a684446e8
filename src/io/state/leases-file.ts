import type { HeldLease } from '../../engine/leases.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { RunOwner } from '../../model/run.ts'
import { replaceFile } from './atomic-file.ts'
import type { Owner } from './cluster-lock.ts'
import { unlinkThere } from './remove-tree.ts'
import { guarded, StateError } from './state-error.ts'
import { lookAtStateFile, setAside, stateText } from './state-file.ts'
import { leasesFile } from './state-layout.ts'

/** One lease of `leases.json`. */
export interface LeaseEntry extends Owner, HeldLease {
  /** `null` before there is one. */
  readonly run: string | null
}

/**
 * The leases of a cluster as they are written, those of dead owners included. For those who hold the cluster's lock: what
 * makes no sense is set aside, which `onProblem` is told, and then nobody holds anything.
 */
export function readLeases(cluster: string, onProblem: (problem: Diagnostic) => void): LeaseEntry[] {
  const path = leasesFile(cluster)
  const found = guarded(path, () => parseFile(path))
  if (typeof found !== 'string') return found
  onProblem(setAside(path, found))
  return []
}

/** The same for those who only look: nothing is changed, and what makes no sense tells nothing. */
export function peekLeases(cluster: string): LeaseEntry[] {
  const path = leasesFile(cluster)
  const found = guarded(path, () => parseFile(path))
  return typeof found === 'string' ? [] : found
}

/** Whether the process `owner` holds anything, as far as can be seen without the lock. */
export function holdsLease(cluster: string, owner: RunOwner): boolean {
  const { pid, startTime, host } = owner
  return peekLeases(cluster).some((one) => one.pid === pid && one.startTime === startTime && one.host === host)
}

/** Replaces the leases; where there are none left, there is no file. */
export function writeLeases(cluster: string, leases: readonly LeaseEntry[]): void {
  const path = leasesFile(cluster)
  guarded(path, () => {
    if (leases.length > 0) replaceFile(path, stateText({ leases }))
    else unlinkThere(path)
  })
}

/** What the file holds, or why it cannot be used. */
function parseFile(path: string): LeaseEntry[] | string {
  const found = lookAtStateFile(path, 'leases')
  if (typeof found === 'string') return found
  if (!found.ok) throw new StateError(found.error, `${path} is of a newer paictl`)
  return (found.value?.content.leases ?? []) as LeaseEntry[]
}
