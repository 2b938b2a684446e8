import type { Diagnostic } from '../../model/diagnostic.ts'
import type { CycleEdge } from '../../model/diagnostics/graph.ts'
import { unreachable } from '../../model/result.ts'
import { counted, quoted, shortList } from './lists.ts'
import { foldedItem, suggestion, type Wording, words } from './wording.ts'

type GraphDiagnostic = Extract<
  Diagnostic,
  {
    code:
      | 'unknown-prerequisite'
      | 'self-prerequisite'
      | 'duplicate-prerequisite'
      | 'excluded-prerequisite'
      | 'cycle'
      | 'more-cycles'
  }
>

/** From here on, a cycle's title only counts; its edges are shown one by one below it. */
const LONGEST_TRAIL = 8

/** So many services of cycles that are not shown are named; programs are told all. */
const MOST_NAMED = 50

/** Words for what is wrong with the service graph. */
export function wordGraph(diagnostic: GraphDiagnostic): Wording {
  switch (diagnostic.code) {
    case 'unknown-prerequisite': {
      const { service, prerequisite, nearest } = diagnostic.data
      return words(
        `"${service}" needs "${prerequisite}", which is not a service`,
        foldedItem(prerequisite) ?? suggestion(nearest, 'see "paictl service list" for the services that there are'),
      )
    }
    case 'self-prerequisite':
      return words(`"${diagnostic.data.service}" needs itself`, 'take its own name out of its prerequisites')
    case 'duplicate-prerequisite': {
      const { service, prerequisite } = diagnostic.data
      return words(`"${service}" names the prerequisite "${prerequisite}" twice`, 'take one of them out')
    }
    case 'excluded-prerequisite': {
      const { service, prerequisite, clusterType } = diagnostic.data
      return words(
        `"${service}" needs "${prerequisite}", which does not exist on cluster type "${clusterType}"`,
        `make the prerequisite optional, or add "${clusterType}" to the cluster-type of "${prerequisite}"`,
      )
    }
    case 'cycle':
      return words(
        `services need each other in a cycle: ${trail(diagnostic.data.edges)}`,
        'take one of these edges out',
      )
    case 'more-cycles': {
      const { count, isAtLeast, services } = diagnostic.data
      const named = services.length === 0 ? '' : `; on them are also ${shortList(services.map(quoted), MOST_NAMED)}`
      return words(`${moreCycles(count, isAtLeast)}${named}`, 'break the ones that are shown first')
    }
    default:
      return unreachable(diagnostic)
  }
}

function moreCycles(count: number, isAtLeast: boolean): string {
  if (count === 0) return 'there may be more cycles: the search was ended'
  const are = count === 1 ? 'is' : 'are'
  return `${isAtLeast ? 'at least ' : ''}${counted(count, 'more cycle')} ${are} not shown`
}

function trail(edges: readonly CycleEdge[]): string {
  if (edges.length > LONGEST_TRAIL) return `${edges.length} services, from "${edges[0]?.service}" to itself`
  return [...edges.map((edge) => `"${edge.service}"`), `"${edges.at(-1)?.needs}"`].join(' -> ')
}
