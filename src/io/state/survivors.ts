import { readFileSync } from 'node:fs'
import type { Survivor, Survivors } from '../../engine/ports.ts'
import type { Applied } from '../../model/record.ts'
import type { RunOwner, RunPlan } from '../../model/run.ts'
import type { Operator, ScriptRole } from '../../model/service.ts'
import { GroupEnding } from '../scripts/group-ending.ts'
import { bootId, isAlive, isGroupLeader, processIds, startTimeOf } from '../scripts/process-info.ts'
import { GRACE_MS } from '../scripts/script-processes.ts'
import { copyName } from '../staging/staged-copies.ts'
import { isOfThisHost } from './cluster-lock.ts'
import { type InterruptedRun, interruptedRuns } from './interrupted-runs.ts'
import type { RunStore } from './run-store.ts'

export interface ClusterSurvivors extends Survivors {
  /** Those of a run that still run. */
  ofRun(run: string): readonly Survivor[]
  /** Looks again now: before a run that is gone on with counts as one that is on. */
  reread(): void
}

/** The scripts that a service was last started or refreshed with, and how long each may take; `undefined`: none is known. */
export type AppliedOf = (service: string) => Pick<Applied, 'scripts' | 'timeouts'> | undefined

export interface SurvivorSources {
  readonly runs: RunStore
  readonly clusterId: string
  readonly appliedOf: AppliedOf
  /** Whether a living owner holds anything. */
  readonly isLeased: (owner: RunOwner) => boolean
}

/** Looks for what interrupted runs have left running; nothing is read before it is asked for. */
export function createSurvivors({ runs, isLeased, ...sources }: SurvivorSources): ClusterSurvivors {
  let known: readonly Survivor[] | undefined
  // From whom everything was taken away, nobody is kept out any more, though its scripts run.
  const isUnlocked = (owner: RunOwner): boolean => isOfThisHost(owner) && owner.pid !== process.pid && !isLeased(owner)
  const isGone = (owner: RunOwner, run: string): boolean => !runs.isOn(run, owner) || isUnlocked(owner)
  const look = (): readonly Survivor[] => findSurvivors(interruptedRuns(runs, isGone), sources)
  const alive = (): Survivor[] => {
    known ??= look()
    return known.filter(isAlive)
  }
  return {
    of: (service) => alive().filter((survivor) => survivor.service === service),
    ofRun: (run) => alive().filter((survivor) => survivor.run === run),
    reread() {
      known = look()
    },
    isAlive,
    async end(survivor) {
      const group = new GroupEnding(survivor.pid)
      group.terminate(GRACE_MS)
      await group.gone()
    },
  }
}

/** All scripts of interrupted runs that still run. */
export function findSurvivors(
  interrupted: readonly InterruptedRun[],
  sources: Pick<SurvivorSources, 'clusterId' | 'appliedOf'>,
): readonly Survivor[] {
  const recorded = interrupted.flatMap(({ plan: { run, fingerprints }, progress }) =>
    [...(progress?.inFlight ?? [])].flatMap(([step, scripts]) =>
      scripts
        .filter(isAlive)
        .map((script) => ({ ...script, run, service: serviceOf(step), fingerprint: fingerprints[serviceOf(step)] })),
    ),
  )
  // Between its beginning and the line about it, paictl may have died; a lost journal says nothing at all.
  const written = new Set(recorded.map(({ run, service }) => `${run} ${service}`))
  const unwritten = interrupted.flatMap(({ plan, progress }) => {
    const services = progress === undefined ? servicesOf(plan) : [...progress.inFlight.keys()].map(serviceOf)
    return services.filter((service) => !written.has(`${plan.run} ${service}`)).map((service) => ({ plan, service }))
  })
  return unwritten.length === 0 ? recorded : [...recorded, ...unwrittenScripts(unwritten, sources)]
}

/** A step's id is `<operator>:<service>`. */
const serviceOf = (step: string): string => step.slice(step.indexOf(':') + 1)

const servicesOf = ({ plan }: RunPlan): string[] => [...new Set(plan.steps.map((step) => step.service))]

/** Scripts of these services, by what their processes say of themselves. Only Linux lets others read that. */
function unwrittenScripts(
  services: readonly { readonly plan: RunPlan; readonly service: string }[],
  { clusterId, appliedOf }: Pick<SurvivorSources, 'clusterId' | 'appliedOf'>,
): Survivor[] {
  if (process.platform !== 'linux') return []
  const plans = new Map(services.map(({ plan, service }) => [`${plan.run} ${service}`, plan]))
  return processIds().flatMap((pid) => {
    if (!isGroupLeader(pid)) return []
    const env = environmentOf(pid)
    const { PAICTL_RUN_ID: run = '', PAICTL_SERVICE: service = '', PAICTL_OPERATOR: role = '' } = env
    const plan = plans.get(`${run} ${service}`)
    const startTime = startTimeOf(pid)
    if (env.PAICTL_CLUSTER_ID !== clusterId || plan === undefined || startTime === undefined) return []
    const applied = appliedOf(service)
    const script = applied?.scripts[role as ScriptRole]
    // What a script has left behind has its environment too, but is not that script of a staged copy.
    if (script === undefined || !isScript(pid, service, script)) return []
    const timeoutMs = applied?.timeouts[role as Operator] ?? null
    const started = { step: `${role}:${service}`, role: role as ScriptRole, script, attempt: 1, timeoutMs }
    const identity = { pid, startTime, boot: bootId() }
    return [{ ...identity, ...started, service, run, time: Date.now(), fingerprint: plan.fingerprints[service] }]
  })
}

/** Whether a process is a shell, or what a script's first line names, with a staged copy of the script. */
function isScript(pid: number, service: string, script: string): boolean {
  const copy = `/${copyName(service, '')}`
  return procText(pid, 'cmdline')
    .split('\0')
    .some((word) => word.includes(copy) && word.endsWith(`/${script}`))
}

function environmentOf(pid: number): Readonly<Record<string, string | undefined>> {
  const entries = procText(pid, 'environ').split('\0')
  return Object.fromEntries(
    entries.filter((entry) => entry.startsWith('PAICTL_')).map((entry) => cutAt(entry, entry.indexOf('='))),
  )
}

const cutAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)]

/** Empty where it may not be read, or the process is gone. */
function procText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
