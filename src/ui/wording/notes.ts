import type { Diagnostic } from '../../model/diagnostic.ts'
import type { CycleEdge } from '../../model/diagnostics/graph.ts'
import { counted, quoted, shortList } from './lists.ts'

/** So many further places are shown with their source lines; programs are told all. */
export const MOST_PLACES = 30

/** What neither the title nor a shown place says. */
export function noteWords(diagnostic: Diagnostic): string[] {
  const { span, related = [] } = diagnostic
  if (diagnostic.code === 'no-project') return looked(diagnostic.data.searched)
  const placed = (span === undefined ? 0 : 1) + related.length
  if (diagnostic.code === 'cycle' && placed < diagnostic.data.edges.length) return bareEdges(diagnostic.data.edges)
  return notShown(related.length)
}

/** What the first place of a problem shows, where it is one of several of a kind. */
export function placeNote({ code, data }: Diagnostic): string | undefined {
  const [first] = code === 'cycle' ? data.edges : []
  return first && `${first.service} needs ${first.needs}`
}

/** The edges of a cycle that no file shows. */
const bareEdges = (edges: readonly CycleEdge[]): string[] => [
  ...edges.slice(0, MOST_PLACES).map(({ service, needs }) => `"${service}" needs "${needs}"`),
  ...notShown(edges.length),
]

function notShown(places: number): string[] {
  const hidden = places - MOST_PLACES
  if (hidden <= 0) return []
  return [`${counted(hidden, 'more place')} ${hidden === 1 ? 'is' : 'are'} not shown; "--output json" lists all`]
}

/** The title names the first directory only. */
const looked = (searched: readonly string[]): string[] =>
  searched.length < 2 ? [] : [`looked in ${shortList(searched.map(quoted))}`]
