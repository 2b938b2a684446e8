import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { YamlEntry, YamlMap, YamlNode } from '../yaml/yaml-node.ts'
import { isNothing, typeOfNode } from '../yaml/yaml-node.ts'

/**
 * Lays `over` on `base`: maps merge, lists and scalars replace. Each node of the result keeps its own span, so that a
 * complaint about it points to the file that supplied it. A map against something else is `merge-type`, and the base
 * stays; only nothing (`key:` without a value) below a map is replaced silently.
 */
export function mergeTrees(
  base: YamlNode,
  over: YamlNode,
  service?: string,
  /** Where in the whole configuration the two are, for messages. */
  at: readonly string[] = [],
): { tree: YamlNode; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []

  function merge(below: YamlNode, above: YamlNode, path: readonly string[]): YamlNode {
    if (below.kind === 'map' && above.kind === 'map') return mergeMaps(below, above, path)
    if ((below.kind === 'map' || above.kind === 'map') && !isNothing(below)) {
      diagnostics.push(
        diagnostic(
          'merge-type',
          { path: path.join('.'), expected: typeOfNode(below), found: typeOfNode(above) },
          { span: above.span, related: [{ span: below.span, note: 'the value that it would replace' }], service },
        ),
      )
      return below
    }
    return above
  }

  function mergeMaps(below: YamlMap, above: YamlMap, path: readonly string[]): YamlMap {
    const overriding = new Map(above.entries.map((entry) => [entry.key.value, entry]))
    const entries: YamlEntry[] = below.entries.map((entry) => {
      const other = overriding.get(entry.key.value)
      if (other === undefined) return entry
      overriding.delete(entry.key.value)
      return { key: other.key, value: merge(entry.value, other.value, [...path, entry.key.value]) }
    })
    return { kind: 'map', span: above.span, entries: [...entries, ...overriding.values()] }
  }

  const tree = merge(base, over, at)
  return { tree, diagnostics }
}
