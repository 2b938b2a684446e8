import { printable } from '../printable.ts'
import { edgeNote, type GraphService } from './graph-service.ts'

/** How deep a branch is indented before it goes on as a tree of its own further down. */
const DEEPEST = 20

/** One line still to be written. */
interface Pending {
  readonly name: string
  /** What is said of the way to it. */
  readonly note: string | undefined
  readonly depth: number
  /** What stands before the name, and before the names below it. */
  readonly indent: string
  readonly indentBelow: string
}

/**
 * The graph as trees: at the left what nobody needs, below it what it needs. What has been shown with all that it needs is
 * not shown so again, but marked `(see above)`. Without recursion, for chains of any length.
 */
export function drawTree(services: readonly GraphService[]): string {
  if (services.length === 0) return 'There are no services.'
  const byName = new Map(services.map((service) => [service.name, service]))
  const needed = new Set(services.flatMap((service) => service.prerequisites.map(({ service: name }) => name)))
  const roots = services.map((service) => service.name).filter((name) => !needed.has(name))
  const shown = new Set<string>()
  const lines: string[] = []
  // Roots first, then branches that were too deep; what is left then is only reachable from within a cycle.
  const queue = [...roots]
  for (let next = 0; next < queue.length; next += 1) writeTree(queue[next] ?? '', { byName, shown, lines, queue })
  for (const { name } of services) {
    for (let next = queue.push(name) - 1; next < queue.length; next += 1) {
      writeTree(queue[next] ?? '', { byName, shown, lines, queue })
    }
  }
  return lines.join('\n')
}

interface Drawing {
  readonly byName: ReadonlyMap<string, GraphService>
  /** Services whose line has all that they need below it. */
  readonly shown: Set<string>
  readonly lines: string[]
  /** Further trees to write. */
  readonly queue: string[]
}

function writeTree(root: string, { byName, shown, lines, queue }: Drawing): void {
  if (shown.has(root)) return
  const stack: Pending[] = [{ name: root, note: undefined, depth: 0, indent: '', indentBelow: '' }]
  for (let pending = stack.pop(); pending !== undefined; pending = stack.pop()) {
    const { name, note, depth, indent, indentBelow } = pending
    const service = byName.get(name)
    const below = service?.prerequisites ?? []
    const seen = below.length > 0 && shown.has(name)
    const tooDeep = below.length > 0 && !seen && depth >= DEEPEST
    const mark = seen ? ' (see above)' : tooDeep ? ' (see below)' : ''
    lines.push(`${indent}${label(name, service, note)}${mark}`)
    if (tooDeep) queue.push(name)
    if (seen || tooDeep) continue
    shown.add(name)
    for (let index = below.length - 1; index >= 0; index -= 1) {
      const child = below[index]
      if (child === undefined) continue
      const last = index === below.length - 1
      stack.push({
        name: child.service,
        note: edgeNote(child),
        depth: depth + 1,
        indent: `${indentBelow}${last ? '`-- ' : '|-- '}`,
        indentBelow: `${indentBelow}${last ? '    ' : '|   '}`,
      })
    }
  }
}

function label(name: string, service: GraphService | undefined, note: string | undefined): string {
  const notes = []
  if (service === undefined) notes.push('missing')
  if (service?.kind === 'job') notes.push('job')
  if (note !== undefined) notes.push(note)
  if (service?.state !== undefined) notes.push(printable(service.state))
  return notes.length === 0 ? printable(name) : `${printable(name)} (${notes.join(', ')})`
}
