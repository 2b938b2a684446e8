import { setTimeout as sleep } from 'node:timers/promises'
import { select } from '../engine/selection.ts'
import {
  breakLock,
  isOfThisHost,
  isOwnerAlive,
  type LockOwner,
  type Owner,
  readLock,
} from '../io/state/cluster-lock.ts'
import { removeLeases } from '../io/state/leases.ts'
import { type LeaseEntry, peekLeases } from '../io/state/leases-file.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { LeaseRow } from '../model/lease-row.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { Invocation } from './invocation.ts'
import { type BareSite, openOwnSite } from './project/site.ts'
import { selectableOf } from './service-row.ts'

export interface UnlockRequest {
  /** Whoever holds one of these services; empty: whoever holds anything. */
  readonly names: readonly string[]
  /** Nobody is asked; refused where an owner is known to be at work. */
  readonly yes: boolean
  /** Where nobody is asked, also what belongs to those that are at work. */
  readonly force: boolean
}

/** Shows who is about to lose what, and asks; `no-terminal` where nobody can be asked. */
export type Agree = (rows: readonly LeaseRow[]) => Promise<'yes' | 'no' | 'no-terminal'>

/** Takes away what commands hold, whoever they are: for a person who knows that they are gone. Returns what was held. */
export async function unlock(
  invocation: Invocation,
  request: UnlockRequest,
  agree: Agree,
): Promise<Result<readonly LeaseRow[], readonly Diagnostic[]>> {
  const opened = await openOwnSite(invocation)
  if (!opened.ok) return opened
  const site = opened.value
  const { cluster } = site
  const chosen = choose(site, peekLeases(cluster.directory), request.names)
  if (!chosen.ok) return chosen
  const leases = chosen.value
  const lock = await stuckLock(cluster.directory)
  const rows = [...leases.map(rowOf), ...(lock === undefined ? [] : [rowOfLock(lock)])]
  if (rows.length === 0) return ok([])
  const alive = rows.filter((row) => row.owner === 'alive')
  const answer = request.yes ? 'yes' : await agree(rows)
  const isUnasked = request.yes || answer === 'no-terminal'
  if (isUnasked && alive.length > 0 && !(request.yes && request.force)) {
    return err([diagnostic('owner-alive', { owners: alive.map(({ pid, command: by }) => ({ pid, command: by })) })])
  }
  if (answer !== 'yes') {
    const what = [...new Set(leases.flatMap(namesOf))].sort()
    const asked = answer === 'no' ? 'declined' : 'no-terminal'
    return err([diagnostic('unconfirmed', { verb: 'unlock', what: what.length > 0 ? what : [cluster.id], asked })])
  }
  if (lock !== undefined) breakLock(cluster.directory, lock)
  const command = invocation.secrets.mask(invocation.commandLine)
  const removed = await removeLeases(cluster.directory, { command, nonces: new Set(leases.map((one) => one.nonce)) })
  return removed.ok ? ok(rows) : err([removed.error])
}

/** The leases that hold something of what is named. */
function choose(
  { cluster, services }: BareSite,
  leases: readonly LeaseEntry[],
  names: readonly string[],
): Result<readonly LeaseEntry[], readonly Diagnostic[]> {
  if (names.length === 0) return ok(leases)
  const known = new Set([...services.keys(), ...cluster.records.names(), ...leases.flatMap(namesOf)])
  const selectable = [...known].map((name) => selectableOf(name, { cluster, services }, new Map()))
  const { names: selected, problems } = select({ names, all: false }, selectable)
  if (problems.length > 0) return err(problems)
  const held = new Set(selected)
  return ok(leases.filter((lease) => namesOf(lease).some((name) => held.has(name))))
}

const namesOf = ({ exclusive, shared }: LeaseEntry): string[] => [...exclusive, ...shared]

/** Longer than a change takes that is going on just now. */
const CHANGE_MS = 1000

/** The owner of a lock that is not given back soon. */
async function stuckLock(cluster: string): Promise<LockOwner | undefined> {
  const before = readLock(cluster)?.owner
  if (before?.brief !== true) return before
  await sleep(CHANGE_MS)
  return readLock(cluster)?.owner.nonce === before.nonce ? before : undefined
}

function rowOf(lease: LeaseEntry): LeaseRow {
  const { run, planning, exclusive, shared } = lease
  return { ...ownerOf(lease), run, planning, all: false, exclusive, shared }
}

const rowOfLock = (owner: LockOwner): LeaseRow => ({
  ...ownerOf(owner),
  run: null,
  planning: false,
  all: true,
  exclusive: [],
  shared: [],
})

function ownerOf(owner: Owner): Pick<LeaseRow, 'pid' | 'host' | 'command' | 'since' | 'owner'> {
  const { pid, host, command, since } = owner
  const state = !isOfThisHost(owner) ? 'unknown' : isOwnerAlive(owner) ? 'alive' : 'dead'
  return { pid, host, command, since, owner: state }
}
