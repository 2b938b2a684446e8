import { readdirSync, readFileSync } from 'node:fs'
import type { Survivor, Survivors } from '../engine/ports.ts'
import type { RunPlan } from '../model/run.ts'
import type { ScriptRole } from '../model/service.ts'
import { GroupEnding } from './group-ending.ts'
import { type InterruptedRun, interruptedRuns } from './interrupted-runs.ts'
import { bootId, isAlive, isGroupLeader, startTimeOf } from './process-info.ts'
import type { RunStore } from './run-store.ts'
import { GRACE_MS } from './script-processes.ts'
import { copyName } from './staged-copies.ts'

export interface ClusterSurvivors extends Survivors {
  /** Those of a run that still run. */
  ofRun(run: string): readonly Survivor[]
  /** Looks again now: before a run that is gone on with counts as one that is on. */
  reread(): void
}

/** Looks for what interrupted runs have left running; nothing is read before it is asked for. */
export function createSurvivors(runs: RunStore, clusterId: string): ClusterSurvivors {
  let known: readonly Survivor[] | undefined
  const alive = (): Survivor[] => {
    known ??= findSurvivors(interruptedRuns(runs), clusterId)
    return known.filter(isAlive)
  }
  return {
    of: (service) => alive().filter((survivor) => survivor.service === service),
    ofRun: (run) => alive().filter((survivor) => survivor.run === run),
    reread() {
      known = findSurvivors(interruptedRuns(runs), clusterId)
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
export function findSurvivors(interrupted: readonly InterruptedRun[], clusterId: string): Survivor[] {
  const recorded = interrupted.flatMap(({ plan: { run, fingerprints }, progress }) =>
    [...(progress?.inFlight ?? [])].flatMap(([step, scripts]) =>
      scripts
        .filter(isAlive)
        .map((script) => ({ ...script, run, service: serviceOf(step), fingerprint: fingerprints[serviceOf(step)] })),
    ),
  )
  // Between its beginning and the line about it, paictl may have died; a journal that makes no sense says nothing at all.
  const open = interrupted.filter(({ progress }) => progress === undefined || progress.inFlight.size > 0)
  if (open.length === 0) return recorded
  const known = new Set(recorded.map((survivor) => survivor.pid))
  const unrecorded = scriptsOf(new Map(open.map(({ plan }) => [plan.run, plan])), clusterId)
  return [...recorded, ...unrecorded.filter((survivor) => !known.has(survivor.pid))]
}

/** A step's id is `<operator>:<service>`. */
const serviceOf = (step: string): string => step.slice(step.indexOf(':') + 1)

/** Scripts of these runs, by what their processes say of themselves. Only Linux lets others read that. */
function scriptsOf(runs: ReadonlyMap<string, RunPlan>, clusterId: string): Survivor[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry) || !isGroupLeader(Number(entry))) return []
    const pid = Number(entry)
    const env = environmentOf(pid)
    const { PAICTL_RUN_ID: run = '', PAICTL_SERVICE: service = '', PAICTL_OPERATOR: role = '' } = env
    const plan = runs.get(run)
    if (env.PAICTL_CLUSTER_ID !== clusterId || plan === undefined) return []
    // What a script has left behind has its environment too, but is no script of the staged copy.
    if (!commandOf(pid).includes(`/${copyName(service, '')}`)) return []
    const startTime = startTimeOf(pid)
    if (startTime === undefined) return []
    const identity = { pid, startTime, boot: bootId() }
    const script = { step: `${role}:${service}`, role: role as ScriptRole, script: '', attempt: 1, timeoutMs: null }
    return [{ ...identity, ...script, service, run, time: Date.now(), fingerprint: plan.fingerprints[service] }]
  })
}

function environmentOf(pid: number): Readonly<Record<string, string | undefined>> {
  const entries = procText(pid, 'environ').split('\0')
  return Object.fromEntries(
    entries.filter((entry) => entry.startsWith('PAICTL_')).map((entry) => cutAt(entry, entry.indexOf('='))),
  )
}

const cutAt = (text: string, at: number): [string, string] => [text.slice(0, at), text.slice(at + 1)]

const commandOf = (pid: number): string => procText(pid, 'cmdline')

/** Empty where it may not be read, or the process is gone. */
function procText(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return ''
  }
}
