import { listClusters } from '../io/state/cluster-file.ts'
import { createRunStore } from '../io/state/run-store.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { ClusterRow } from '../ui/clusters-table.ts'
import type { Invocation } from './invocation.ts'
import { stateOf } from './project/cluster.ts'
import { openProject } from './project/project.ts'

/** All clusters that the state directory knows, whatever became of their projects. */
export function readClusters(invocation: Invocation): {
  readonly rows: readonly ClusterRow[]
  readonly problems: readonly Diagnostic[]
} {
  const opened = openProject(invocation)
  const { clusters, problems } = listClusters(stateOf(invocation, opened.ok ? opened.value.settings : undefined))
  const rows = clusters.map((cluster) => {
    const { id, project, projectExists, services, phases, directory } = cluster
    const runs = createRunStore(directory)
    const newest = runs.list().at(-1)
    const plan = newest === undefined ? undefined : runs.readPlan(newest)
    return {
      id,
      services,
      running: phases.running ?? 0,
      lastRun: plan?.ok ? (plan.value?.startedAt ?? null) : null,
      project,
      projectExists,
    }
  })
  return { rows, problems }
}
