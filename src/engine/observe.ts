import type { Observed, ProbeAnswer, ServiceState } from '../model/observed.ts'
import { type Applied, mayBeAlive, type ServiceRecord } from '../model/record.ts'
import type { ServiceKind } from '../model/service.ts'
import type { Clock, Prober } from './ports.ts'

/** What of the surroundings decides how far a record is to be believed. */
export interface Surroundings {
  /** Identifies this boot of this machine. */
  readonly boot: string
  /** Local services do not survive a reboot; others may. */
  readonly clusterType: string
  /** Whether another run is on that acts on a service now. */
  readonly runIsOn: (service: string) => boolean
}

/** A service to be observed: what is recorded, and what to ask. */
export interface Candidate {
  readonly name: string
  readonly kind: ServiceKind
  readonly record: ServiceRecord | undefined
  /** Whose scripts and readiness to ask with; `undefined`: there is nothing to ask. */
  readonly target: Applied | undefined
  /** Whether the project still declares it. */
  readonly declared: boolean
}

/** Probes one service and says what is true of it. */
export async function observe(
  candidate: Candidate,
  surroundings: Surroundings,
  ports: { readonly probes: Prober },
): Promise<Observed> {
  const answer = await askProbe(candidate, ports.probes)
  const { state, detail } = deriveState(candidate, answer, surroundings)
  return { name: candidate.name, record: candidate.record, answer, state, detail }
}

/** Probes many services side by side, `slots` at a time; the result is in the order of `candidates`. */
export async function observeAll(
  candidates: readonly Candidate[],
  surroundings: Surroundings,
  ports: { readonly probes: Prober; readonly clock?: Clock },
  slots = 32,
): Promise<Map<string, Observed>> {
  const results: Observed[] = new Array(candidates.length)
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < candidates.length; index = next++) {
      const candidate = candidates[index]
      if (candidate !== undefined) results[index] = await observe(candidate, surroundings, ports)
    }
  }
  await Promise.all(Array.from({ length: Math.min(slots, candidates.length) }, worker))
  return new Map(results.map((observed) => [observed.name, observed]))
}

/** The probe is the status-script, else the readiness probe where it can be asked; a job has its status-script only. */
export async function askProbe(
  { name, kind, record, target }: Omit<Candidate, 'declared'>,
  probes: Prober,
): Promise<ProbeAnswer | undefined> {
  if (target === undefined) return undefined
  const request = { service: name, applied: target, run: target.version }
  const probe = target.readiness?.probe
  if (target.scripts.status !== undefined) {
    const answer = await probes.status({ ...request, script: target.scripts.status })
    // That its process is there does not make a service ready that has not become so.
    const neverReady = record?.phase === 'failed' && record.failedStart === 'readiness' && probe !== undefined
    if (!neverReady || answer.status !== 'up') return answer
    if (probe.kind === 'log')
      return { status: 'down', dead: false, detail: record.problem ?? 'it did not become ready' }
    return probes.ready({ ...request, probe, log: null, logStart: 0 })
  }
  if (kind === 'job' || probe === undefined || probe.kind === 'log') return undefined
  return probes.ready({ ...request, probe, log: null, logStart: 0 })
}

interface Derived {
  readonly state: ServiceState
  readonly detail: string
}

/** The state that follows from a record and what the probe said; pure. */
export function deriveState(
  { name, kind, record, declared }: Pick<Candidate, 'name' | 'kind' | 'record' | 'declared'>,
  answer: ProbeAnswer | undefined,
  { boot, clusterType, runIsOn }: Surroundings,
): Derived {
  if (record === undefined || record.phase === 'never-started') return neverStarted(kind, answer)
  if (isTransient(record.phase) && runIsOn(name)) return { state: record.phase, detail: '' }
  const derived =
    kind === 'job'
      ? jobState(record, answer)
      : serviceState(record, answer, clusterType === 'local' && record.boot !== boot)
  // What was stopped or completed has nothing left to be an orphan, whoever answers in its place.
  if (!declared && mayBeAlive(record)) {
    return { state: 'orphan', detail: `no longer in the project; ${derived.detail || derived.state}` }
  }
  if (!declared) return { ...derived, detail: derived.detail || 'no longer in the project' }
  return derived
}

function neverStarted(kind: ServiceKind, answer: ProbeAnswer | undefined): Derived {
  if (kind === 'service' && answer?.status === 'up') {
    return { state: 'foreign', detail: `not started from here, yet ${answer.detail}` }
  }
  return { state: 'never-started', detail: '' }
}

function jobState(record: ServiceRecord, answer: ProbeAnswer | undefined): Derived {
  switch (record.phase) {
    case 'completed':
      if (answer?.status === 'down') return { state: 'stopped', detail: `its result is gone: ${answer.detail}` }
      return { state: 'completed', detail: record.problem ?? '' }
    case 'refreshing':
      // Its former result is there, whatever its refresh has come to.
      if (answer?.status === 'up') return { state: 'completed', detail: interruptedDetail(record) }
      return { state: 'interrupted', detail: interruptedDetail(record) }
    case 'failed':
      return { state: 'failed', detail: record.problem ?? '' }
    case 'stopped':
      return { state: record.held ? 'held' : 'stopped', detail: '' }
    default:
      return { state: 'interrupted', detail: interruptedDetail(record) }
  }
}

function serviceState(record: ServiceRecord, answer: ProbeAnswer | undefined, rebooted: boolean): Derived {
  const { phase, problem } = record
  if (phase === 'stopped') return stoppedState(record, answer)
  if (answer?.status === 'unknown') return { state: 'unknown', detail: answer.detail }
  if (phase === 'failed' && record.failedStart === 'script' && answer?.status === 'up') {
    // Its own start ended with an error, so that whoever answers was not started by it.
    return isOwnWitness(record)
      ? { state: 'running', detail: problem ?? '' }
      : { state: 'foreign', detail: `its start failed, yet ${answer.detail}` }
  }
  if (phase === 'failed' && answer?.status !== 'up') return { state: 'failed', detail: problem ?? '' }
  // That it answers does not say that what was begun is done: its script may even be at work.
  if (isTransient(phase)) return { state: 'interrupted', detail: interruptedDetail(record) }
  if (answer?.status === 'up') return { state: 'running', detail: problem ?? '' }
  if (phase === 'interrupted') return { state: 'interrupted', detail: problem ?? '' }
  if (answer?.status === 'down')
    return { state: 'failed', detail: `it was running and is not any more: ${answer.detail}` }
  if (rebooted) return { state: 'unknown', detail: 'the machine was restarted since, and it has no probe to ask' }
  return { state: 'running', detail: problem ?? 'by the record; it has no probe to ask' }
}

function interruptedDetail({ phase, problem }: ServiceRecord): string {
  return problem ?? (isTransient(phase) ? `its ${OPERATION[phase]} was interrupted` : '')
}

function stoppedState(record: ServiceRecord, answer: ProbeAnswer | undefined): Derived {
  if (answer?.status === 'up') return { state: 'foreign', detail: `it was stopped, yet ${answer.detail}` }
  return { state: record.held ? 'held' : 'stopped', detail: '' }
}

/** A status-script knows its own process; a port or a URL may be answered by anybody. */
const isOwnWitness = (record: ServiceRecord): boolean => record.applied?.scripts.status !== undefined

const OPERATION = { starting: 'start', stopping: 'stop', refreshing: 'refresh', deleting: 'delete' } as const

function isTransient(phase: ServiceRecord['phase']): phase is keyof typeof OPERATION {
  return phase in OPERATION
}
