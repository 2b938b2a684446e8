import { unlinkSync } from 'node:fs'
import type { HeldLease } from '../engine/leases.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { RunOwner } from '../model/run.ts'
import { replaceFile } from './atomic-file.ts'
import type { Owner } from './cluster-lock.ts'
import { guarded, isAbsent, StateError } from './state-error.ts'
import { parseObject, readText, setAside, stateText } from './state-file.ts'
import { leasesFile } from './state-layout.ts'
import { STATE_VERSION } from './state-versions.ts'

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
    else remove(path)
  })
}

/** What the file holds, or why it cannot be used. */
function parseFile(path: string): LeaseEntry[] | string {
  const read = readText(path)
  if (read === undefined) return []
  const parsed = 'problem' in read ? read.problem : parseObject(read.text)
  if (typeof parsed === 'string') return parsed
  const { v, leases } = parsed
  if (typeof v !== 'number') return 'it has no format version'
  if (v > STATE_VERSION) {
    const newer = diagnostic('state-newer', { path, found: v, supported: STATE_VERSION })
    throw new StateError(newer, `${path} is of a newer paictl`)
  }
  if (!Array.isArray(leases)) return '"leases" is missing'
  return leases.every(isEntry) ? leases : 'one of its leases is not whole'
}

function isEntry(value: unknown): value is LeaseEntry {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  const { pid, run, planning, exclusive, shared } = fields
  const texts = ['nonce', 'startTime', 'boot', 'host', 'command', 'since'].map((key) => fields[key])
  return (
    typeof pid === 'number' &&
    typeof planning === 'boolean' &&
    (run === null || typeof run === 'string') &&
    areTexts(texts) &&
    areTexts(exclusive) &&
    areTexts(shared)
  )
}

const areTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!isAbsent(error)) throw error
  }
}
