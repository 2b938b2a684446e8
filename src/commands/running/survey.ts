import { type Candidate, observeAll } from '../../engine/observe.ts'
import type { Observed } from '../../model/observed.ts'
import type { Applied, ServiceRecord } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import type { Service } from '../../model/service.ts'
import type { Cluster } from '../project/cluster.ts'
import { attended } from './attended.ts'

export interface SurveyRequest {
  readonly cluster: Cluster
  /** The services to observe. */
  readonly names: Iterable<string>
  /** What the project declares, by name. */
  readonly services: ReadonlyMap<string, Service>
  /** By name; those that were never started are asked with what they would be started with. */
  readonly rendered: ReadonlyMap<string, RenderedService>
  /** Whether this command holds leases on the services, so that it may change the state. */
  readonly alone: boolean
}

/** Probes services and says what is true of each; by name, in the order of `names`. */
export async function survey(request: SurveyRequest): Promise<Map<string, Observed>> {
  const { cluster, services, rendered } = request
  // Who only looks leaves the state as it is.
  const look = request.alone ? undefined : cluster.openLook()
  const copies: { dispose(): void }[] = []
  const target = (name: string, record: ServiceRecord | undefined): Applied | undefined => {
    if (record !== undefined && record.phase !== 'never-started') return record.applied ?? undefined
    const current = rendered.get(name)
    if (current === undefined || !hasProbe(current)) return undefined
    const copy = (look ?? cluster.workspace).stageTransient(current)
    copies.push(copy)
    return copy.applied
  }
  try {
    const candidates: Candidate[] = [...request.names].map((name) => {
      const record = cluster.records.read(name)
      const kind = services.get(name)?.kind ?? record?.kind ?? 'service'
      return { name, kind, record, target: target(name, record), declared: services.has(name) }
    })
    const actedOn = cluster.leases.actedOn()
    const runIsOn = (name: string): boolean => actedOn.has(name)
    const surroundings = { boot: cluster.boot, clusterType: cluster.type, runIsOn }
    const observed = await attended(cluster, () => observeAll(candidates, surroundings, cluster))
    return new Map([...observed].map(([name, one]) => [name, withSurvivor(one, cluster)]))
  } finally {
    for (const copy of copies) copy.dispose()
    look?.dispose()
  }
}

/** That a script of it outlived an interrupted run, where one did, whatever its state. */
function withSurvivor(observed: Observed, { survivors }: Cluster): Observed {
  const [survivor] = survivors.of(observed.name)
  if (survivor === undefined) return observed
  const interrupted = `its ${survivor.role} was interrupted`
  const isSaid = observed.detail.includes(interrupted)
  const said = isSaid ? observed.detail : [observed.detail, interrupted].filter(Boolean).join('; ')
  return { ...observed, detail: `${said}; its script still runs (process ${survivor.pid})` }
}

/** Whether there is something to ask of a service that was never started; a job has no result before its first run. */
function hasProbe({ service, readiness }: RenderedService): boolean {
  if (service.kind === 'job') return false
  return service.scripts.status !== undefined || (readiness !== undefined && readiness.probe.kind !== 'log')
}
