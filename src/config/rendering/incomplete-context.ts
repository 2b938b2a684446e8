import type { Diagnostic, DiagnosticCode } from '../../model/diagnostic.ts'
import { isError } from '../../model/diagnostic.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Configuration } from '../cluster/configuration.ts'

type Resolved = Pick<Configuration, 'clusterCfg' | 'layout' | 'sections' | 'underived' | 'diagnostics'>

/** What leaves nothing of a file. */
const WHOLE_FILE: ReadonlySet<DiagnosticCode> = new Set([
  'unreadable-file',
  'file-too-large',
  'not-text',
  'not-a-file',
  'yaml-syntax',
  'wrong-type',
])

/**
 * The maps of a configuration, by identity, that lack what could not be read or resolved, which was reported: that a
 * template misses a name there follows from it.
 *
 * @param isShown whether a problem is told, and so keeps what follows from it from being carried out
 * @param isToldOf whether the problems of a service are, and of all that it relies on
 */
export function incompleteMaps(
  { clusterCfg, layout, sections, underived, diagnostics }: Resolved,
  isShown: (problem: Diagnostic) => boolean,
  isToldOf: (service: string) => boolean,
): Set<unknown> {
  const incomplete = new Set<unknown>()
  for (const problem of diagnostics.filter((one) => isError(one) && isShown(one))) {
    const { service, code } = problem
    if (service !== undefined) addMaps(sections.get(service)?.config, incomplete)
    else if (fileOf(problem)?.endsWith('/layout.yaml')) addMaps(layout, incomplete)
    else if (WHOLE_FILE.has(code)) addMaps(clusterCfg, incomplete)
    else addMaps(clusterCfg.cluster, incomplete)
  }
  for (const name of underived) if (isToldOf(name)) addMaps(sections.get(name)?.config, incomplete)
  return incomplete
}

function fileOf({ span, data }: Diagnostic): string | undefined {
  return span?.file ?? ('path' in data && typeof data.path === 'string' ? data.path : undefined)
}

/** A value with all maps and lists in it. */
function addMaps(value: JsonValue | undefined, maps: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || maps.has(value)) return
  maps.add(value)
  for (const item of Object.values(value)) addMaps(item, maps)
}
