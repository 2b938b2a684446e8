import { closure, reverse } from '../engine/graph.ts'
import { recordedGraph } from '../engine/plan/situation.ts'
import { isNeeded } from '../engine/plan/stop.ts'
import { mayBeAlive } from '../model/record.ts'
import type { Cluster } from './project/cluster.ts'

/** What may be alive and needs one of `names`, by the prerequisites that it was started with. */
export function aliveDependents({ records }: Pick<Cluster, 'records'>, names: readonly string[]): string[] {
  const known = new Map(records.names().map((name) => [name, { record: records.read(name) }]))
  return [...closure(reverse(recordedGraph(known)), names, isNeeded).keys()].filter((name) =>
    mayBeAlive(records.read(name)),
  )
}
