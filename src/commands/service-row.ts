import { appliedEdges } from '../engine/plan/situation.ts'
import type { Selectable } from '../engine/selection.ts'
import type { Observed } from '../model/observed.ts'
import type { Service } from '../model/service.ts'
import type { ServiceRow } from '../ui/tables.ts'
import type { Cluster } from './project/cluster.ts'

/** Where a service may be known from: the project's declarations and the cluster's records. */
interface Known {
  readonly cluster: Cluster
  readonly services: ReadonlyMap<string, Service>
}

/** What selectors can ask of a service, declared or only recorded. */
export function selectableOf(
  name: string,
  { cluster, services }: Known,
  observed: ReadonlyMap<string, Observed> | undefined,
): Selectable {
  const service = services.get(name)
  const record = cluster.records.read(name)
  return {
    name,
    component: service?.component ?? record?.applied?.component ?? name,
    kind: service?.kind ?? record?.kind ?? 'service',
    tags: service?.tags ?? record?.applied?.tags ?? [],
    state: observed?.get(name)?.state,
  }
}

/** What tables and documents show of a service: what is declared, and what it runs with. */
export function rowOf({ name, state, detail }: Observed, { cluster, services }: Known): ServiceRow {
  const service = services.get(name)
  const record = cluster.records.read(name)
  const applied = record?.applied ?? undefined
  const since = record?.since ?? ''
  return {
    name,
    component: service?.component ?? applied?.component ?? name,
    kind: service?.kind ?? record?.kind ?? 'service',
    state,
    since: since === '' || record?.phase === 'never-started' ? null : since,
    outputs: applied?.outputs ?? {},
    detail,
    description: service?.description ?? applied?.description ?? null,
    prerequisites: service?.prerequisites.map((edge) => edge.service) ?? appliedEdges(applied).map((edge) => edge.to),
    tags: service?.tags ?? applied?.tags ?? [],
  }
}
