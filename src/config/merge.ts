import type { Diagnostic } from '../model/diagnostic.ts'
import type { YamlNode } from './yaml-node.ts'

/**
 * Lays `over` on `base`: maps merge, lists and scalars replace. Each node of the result keeps its own span, so that a
 * complaint about it points to the file that supplied it.
 */
export function mergeTrees(
  _base: YamlNode,
  _over: YamlNode,
  _service?: string,
): { tree: YamlNode; diagnostics: readonly Diagnostic[] } {
  throw new Error('not written yet')
}
