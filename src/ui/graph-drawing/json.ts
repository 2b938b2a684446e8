import { FORMAT_VERSION } from '../../model/event.ts'
import type { GraphService } from './graph-service.ts'

/** The graph as data: `service` needs `needs`, or only follows it. */
export function graphJson(services: readonly GraphService[]): string {
  const nodes = services.map(({ name, kind, state }) => ({ name, kind, ...(state !== undefined && { state }) }))
  const edges = services.flatMap(({ name, prerequisites }) =>
    prerequisites.map(({ service, optional, follows }) => ({
      service: name,
      needs: service,
      optional,
      ...(follows && { follows }),
    })),
  )
  return JSON.stringify({ v: FORMAT_VERSION, services: nodes, edges }, null, 2)
}
