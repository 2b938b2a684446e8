import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Span } from '../../model/span.ts'
import { nodeAt, type PortRange, portOf, portRanges } from '../schema/port-ranges.ts'
import type { ComponentConfiguration, ResolvedSection } from './section.ts'

/** One `port-taken` for each key of `x-paictl-port-range` whose value another such key has already, by the services' names. */
export function takenPorts(
  components: readonly ComponentConfiguration[],
  sections: ReadonlyMap<string, ResolvedSection>,
): Diagnostic[] {
  const ranges = new Map<string, readonly PortRange[]>()
  const holders = new Map<number, { readonly service: string; readonly span: Span }>()
  const problems: Diagnostic[] = []
  for (const { name, schema } of components.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (schema === undefined) continue
    // That of a component is read once, however many deployments it has.
    const known = ranges.get(schema.file) ?? portRanges(schema)
    ranges.set(schema.file, known)
    for (const { path } of known) {
      const node = nodeAt(sections.get(name)?.tree, path)
      const port = portOf(node)
      if (node === undefined || port === undefined) continue
      const holder = holders.get(port)
      if (holder === undefined) holders.set(port, { service: name, span: node.span })
      else {
        const data = { service: name, path: path.join('.'), port, other: holder.service }
        const related = [{ span: holder.span, note: `that of "${holder.service}"` }]
        problems.push(diagnostic('port-taken', data, { span: node.span, related, service: name }))
      }
    }
  }
  return problems
}
