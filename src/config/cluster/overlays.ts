import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { JsonValue } from '../../model/json.ts'
import { isJsonObject } from '../../model/json.ts'
import type { CommandLineValue } from '../../model/record.ts'
import type { TextFile } from '../text-file.ts'
import type { YamlMap, YamlNode } from '../yaml/yaml-node.ts'
import { toJson, typeOfNode } from '../yaml/yaml-node.ts'
import { parseYaml } from '../yaml/yaml-tree.ts'
import { ASSIGNMENTS, readAssignment } from './assignment.ts'
import { mergeTrees } from './merge.ts'

export { ASSIGNMENTS } from './assignment.ts'

/** What is laid on services-configuration.yaml, in the order in which it is: files of the same form, then single values. */
export interface Overlays {
  readonly files: readonly OverlayFile[]
  /** `service.key=value`, as given on the command line. */
  readonly assignments: readonly string[]
}

export interface OverlayFile extends TextFile {
  /** Named on the command line, and not in paictl.yaml too. */
  readonly fromCommandLine: boolean
}

export const NO_OVERLAYS: Overlays = { files: [], assignments: [] }

/** The text that spans in `ASSIGNMENTS` point into. */
export const assignmentsText = (assignments: readonly string[]): string => assignments.join('\n')

/** Lays overlays on the sections of services-configuration.yaml; each value keeps the place that supplied it. */
export function layOverlays(
  base: YamlMap | undefined,
  { files, assignments }: Overlays,
): { readonly tree: YamlMap | undefined; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  let tree = base
  const lay = (over: YamlMap): void => {
    const merged = tree === undefined ? { tree: over, diagnostics: [] } : mergeTrees(tree, over)
    append(diagnostics, merged.diagnostics)
    tree = merged.tree as YamlMap
  }
  for (const { file, text } of files) {
    const { root, diagnostics: syntax } = parseYaml(file, text)
    append(diagnostics, syntax)
    if (root?.kind === 'map') lay(root)
    else if (root !== undefined) {
      const data = { what: 'the overlay', expected: 'a map', found: typeOfNode(root) }
      diagnostics.push(diagnostic('wrong-type', data, { span: root.span }))
    }
  }
  let line = 1
  for (const assignment of assignments) {
    const read = readAssignment(assignment, line)
    append(diagnostics, read.diagnostics)
    if (read.tree !== undefined) lay(read.tree)
    line += assignment.split(/\r\n?|\n/).length
  }
  return { tree, diagnostics }
}

/** The values of a section that the command line supplied. `section` is its name. */
export function commandLineValues(section: string, tree: YamlNode | undefined, overlays: Overlays): CommandLineValue[] {
  const sources = new Set(overlays.files.flatMap(({ file, fromCommandLine }) => (fromCommandLine ? [file] : [])))
  if (overlays.assignments.length > 0) sources.add(ASSIGNMENTS)
  if (sources.size === 0 || tree === undefined) return []
  const values: CommandLineValue[] = []
  const collect = (node: YamlNode, path: string): void => {
    if (node.kind === 'map' && node.entries.length > 0) {
      for (const { key, value } of node.entries) collect(value, `${path}.${key.value}`)
    } else if (sources.has(node.span.file)) values.push({ path, value: toJson(node), source: node.span.file })
  }
  collect(tree, section)
  return values
}

/** The value at a path of `commandLineValues`; `undefined` where there is none. */
export function valueAt(path: string, configuration: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(configuration)) return undefined
  // Keys may hold dots: the one that the path goes on with is the one that is meant.
  for (const [key, value] of Object.entries(configuration)) {
    if (path === key) return value
    const found = path.startsWith(`${key}.`) ? valueAt(path.slice(key.length + 1), value) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
