import { setTimeout as sleep } from 'node:timers/promises'
import { type HeldLease, type InTheWay, weighNeeds } from '../../engine/leases.ts'
import type { Lease, LeaseNeeds, LeaseRequest, Leases, RunScope } from '../../engine/ports.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { isOfThisHost, isOwnerAlive, type LockOwner, type Owner, ownerNow, underLock } from './cluster-lock.ts'
import { type LeaseEntry, peekLeases, readLeases, writeLeases } from './leases-file.ts'
import { StateError } from './state-error.ts'

/** The leases of a cluster, kept in its `leases.json`. */
export function createLeases(cluster: string): Leases {
  const own = new Set<string>()
  return {
    async acquire(request) {
      const gained = await acquire(cluster, request)
      if (!gained.ok) return gained
      own.add(gained.value.nonce)
      return ok(createLease(cluster, gained.value, request.onProblem))
    },
    actedOn() {
      const others = peekLeases(cluster).filter(({ nonce, planning }) => !planning && !own.has(nonce))
      return new Set(living(others).flatMap((lease) => lease.exclusive))
    },
    runs: () => new Set(living(peekLeases(cluster)).flatMap(({ run }) => run ?? [])),
  }
}

const POLL_MS = 100

/** How long those are waited for who are only planning: as long as some probes take that give no answer. */
const PLANNING_MS = 15_000

/** How long of that nobody is told: most plans are made by then. */
const SILENCE_MS = 1000

async function acquire(cluster: string, request: LeaseRequest): Promise<Result<LeaseEntry, Diagnostic>> {
  const { command, onProblem = () => {} } = request
  const own = ownerNow(command)
  const take = (): LeaseEntry | Blocked => {
    const others = living(readLeases(cluster, onProblem))
    const weighed = weighNeeds(request, others)
    if (weighed.kind === 'blocked') return blockedBy(weighed.by)
    const entry: LeaseEntry = { ...own, run: null, planning: true, ...weighed.scope }
    writeLeases(cluster, [...others, entry])
    return entry
  }
  // The lock is only for those who are likely to get what they want.
  return await patiently(request, async () => obstacle(cluster, request) ?? (await locked(cluster, request, take)))
}

/** Takes leases away, whoever holds them. */
export async function removeLeases(
  cluster: string,
  { command, nonces }: { readonly command: string; readonly nonces: ReadonlySet<string> },
): Promise<Result<void, Diagnostic>> {
  const blocked = await locked(cluster, { command }, (): Blocked | undefined => {
    const leases = readLeases(cluster, () => {})
    writeLeases(
      cluster,
      leases.filter((lease) => !nonces.has(lease.nonce)),
    )
    return undefined
  })
  return blocked === undefined ? ok(undefined) : err(blocked.refusal)
}

/** How to wait for others. */
export type Waiting = Pick<LeaseRequest, 'command' | 'waitMs' | 'onWait'>

/** Runs `act`, which must not wait for anything, while no other run changes its leases, or begins. */
export function aloneIn<T extends object>(
  cluster: string,
  waiting: Waiting,
  act: () => T,
): Promise<Result<T, Diagnostic>> {
  return patiently(waiting, () => locked(cluster, waiting, act))
}

/** Tries until it is no longer blocked, as long as is to be waited. */
async function patiently<T extends object>(
  { waitMs, onWait }: Waiting,
  attempt: () => Promise<T | Blocked>,
): Promise<Result<T, Diagnostic>> {
  const begun = Date.now()
  let told = false
  for (;;) {
    const found = await attempt()
    if (!('refusal' in found)) return ok(found)
    const left = begun + (found.planning ? Math.max(waitMs, PLANNING_MS) : waitMs) - Date.now()
    if (left <= 0) return err(found.refusal)
    const isToBeSaid = !found.planning || Date.now() - begun >= SILENCE_MS
    if (isToBeSaid && !told) onWait?.(found.refusal)
    told ||= isToBeSaid
    await sleep(Math.min(POLL_MS, left))
  }
}

/** Why something is not to be had now. */
interface Blocked {
  readonly refusal: Diagnostic
  /** Only by those who are planning. */
  readonly planning: boolean
}

/** Who is in the way of `needs` as far as can be seen without the lock. */
function obstacle(cluster: string, needs: LeaseNeeds): Blocked | undefined {
  const weighed = weighNeeds(needs, living(peekLeases(cluster)))
  return weighed.kind === 'blocked' ? blockedBy(weighed.by) : undefined
}

const living = (leases: readonly LeaseEntry[]): LeaseEntry[] => leases.filter(isOwnerAlive)

async function locked<T>(
  cluster: string,
  { command }: Pick<LeaseRequest, 'command'>,
  act: () => T,
): Promise<T | Blocked> {
  const done = await underLock({ cluster, command }, act)
  return done.ok ? done.value : { refusal: lockRefusal(done.error), planning: false }
}

function blockedBy(by: readonly InTheWay<LeaseEntry>[]): Blocked {
  const isPlanning = ({ lease }: InTheWay<HeldLease>): boolean => lease.planning
  // Who stays longest is whom to know of.
  const [first, ...others] = [...by].sort((a, b) => Number(isPlanning(a)) - Number(isPlanning(b)))
  if (first === undefined) throw new Error('blocked by nobody')
  const { lease, services } = first
  const acts = services.some((name) => lease.exclusive.includes(name))
  const refusal = refusalOf(lease, { services, holds: acts ? 'acts' : 'relies', others: others.length })
  return { refusal, planning: by.every(isPlanning) }
}

const lockRefusal = (owner: LockOwner): Diagnostic => refusalOf(owner, { services: [], holds: 'all', others: 0 })

function refusalOf(
  owner: Owner,
  what: { readonly services: readonly string[]; readonly holds: 'acts' | 'relies' | 'all'; readonly others: number },
): Diagnostic {
  const { pid, host, command, since } = owner
  return diagnostic('locked', { pid, host, command, since, isHere: isOfThisHost(owner), ...what })
}

/** How long what a run has settled may still be held; longer where writing it down takes more than its share of the time. */
const SHRINK_MS = 250
const SHRINK_SHARE = 1 / 50

function createLease(cluster: string, entry: LeaseEntry, onProblem: LeaseRequest['onProblem'] = () => {}): Lease {
  const { nonce, command } = entry
  let held: RunScope = entry
  let rest: (() => RunScope) | undefined
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  let isReleased = false
  let pause = SHRINK_MS

  /** Puts `change` in the place of this lease; a lease that a person has taken away stays away. */
  const replace = (change: (own: LeaseEntry) => LeaseEntry | undefined): Promise<unknown> =>
    locked(cluster, { command }, () => {
      const leases = living(readLeases(cluster, onProblem))
      writeLeases(
        cluster,
        leases.flatMap((one) => (one.nonce === nonce ? (change(one) ?? []) : one)),
      )
    }).catch(ignoreState)

  const write = async (): Promise<void> => {
    const begun = performance.now()
    const scope = rest?.()
    rest = undefined
    // It only ever shrinks.
    if (scope === undefined || isAsBefore(scope, held)) return
    held = scope
    await replace((own) => ({ ...own, ...scope }))
    pause = Math.max(SHRINK_MS, (performance.now() - begun) / SHRINK_SHARE)
  }

  return {
    async narrow({ exclusive, shared, run }) {
      const found = await locked(cluster, { command }, (): Blocked | undefined => {
        const leases = living(readLeases(cluster, onProblem))
        const others = leases.filter((one) => one.nonce !== nonce)
        if (others.length === leases.length)
          return { refusal: diagnostic('lease-lost', { services: exclusive }), planning: false }
        const weighed = weighNeeds({ exclusive, shared, possible: [] }, others)
        if (weighed.kind === 'blocked') return blockedBy(weighed.by)
        held = { run, ...weighed.scope }
        writeLeases(cluster, [...others, { ...entry, planning: false, ...held }])
        return undefined
      })
      return found === undefined ? ok(undefined) : err(found.refusal)
    },
    shrink(next) {
      if (isReleased) return
      rest = next
      timer ??= setTimeout(() => {
        timer = undefined
        writing = writing.then(write)
      }, pause).unref()
    },
    async release() {
      if (isReleased) return
      isReleased = true
      clearTimeout(timer)
      rest = undefined
      await writing
      await replace(() => undefined)
    },
  }
}

const isAsBefore = (now: RunScope, before: RunScope): boolean =>
  now.run === before.run &&
  now.exclusive.length === before.exclusive.length &&
  now.shared.length === before.shared.length

/** A lease that cannot be given back is its owner's for as long as that lives, and in nobody's way after. */
function ignoreState(error: unknown): void {
  if (!(error instanceof StateError)) throw error
}
