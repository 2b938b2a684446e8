import { unreachable } from '../../model/result.ts'
import { drawDot } from './dot.ts'
import type { GraphService } from './graph-service.ts'
import { graphJson } from './json.ts'
import { drawMermaid } from './mermaid.ts'
import { drawTree } from './tree.ts'

export type { GraphService } from './graph-service.ts'

export const GRAPH_FORMATS = ['tree', 'dot', 'mermaid', 'json'] as const
export type GraphFormat = (typeof GRAPH_FORMATS)[number]

/** The service graph in one of the formats, without a line break at its end; sorted by name, whatever the order given. */
export function drawGraph(services: readonly GraphService[], format: GraphFormat): string {
  const sorted = [...services].sort(byName).map((service) => ({
    ...service,
    prerequisites: [...service.prerequisites].sort((a, b) => compare(a.service, b.service)),
  }))
  switch (format) {
    case 'tree':
      return drawTree(sorted)
    case 'dot':
      return drawDot(sorted)
    case 'mermaid':
      return drawMermaid(sorted)
    case 'json':
      return graphJson(sorted)
    default:
      return unreachable(format)
  }
}

const byName = (a: GraphService, b: GraphService): number => compare(a.name, b.name)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
