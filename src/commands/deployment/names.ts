import type { Selectable } from '../../engine/selection.ts'
import type { Observed } from '../../model/observed.ts'
import type { BareSite } from '../project/site.ts'
import { selectableOf } from '../service-row.ts'

/** The names of all deployments, sorted: those that are declared, and those that are recorded and whose file is gone. */
export function deploymentNames({ cluster, project }: BareSite): readonly string[] {
  const declared = project?.deployments.keys() ?? []
  const recorded = cluster.records.names().filter((name) => {
    const record = cluster.records.read(name)
    const component = record?.applied?.component
    return record?.phase !== 'never-started' && component !== undefined && component !== name
  })
  return [...new Set([...declared, ...recorded])].sort()
}

/** Deployments as selectors see them. */
export const selectableDeployments = (
  { cluster, services }: BareSite,
  names: readonly string[],
  states: ReadonlyMap<string, Observed> | undefined,
): Selectable[] => names.map((name) => selectableOf(name, { cluster, services }, states))
