import type { Diagnostic, DiagnosticCode } from '../../model/diagnostic.ts'
import { isError } from '../../model/diagnostic.ts'
import { groupBy } from '../../model/group-by.ts'
import type { JsonValue } from '../../model/json.ts'
import type { Position, Span } from '../../model/span.ts'
import type { Configuration, ResolvedSection } from '../cluster/configuration.ts'
import { WHOLE_FILE } from '../cluster/consequences.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'

type Resolved = Pick<Configuration, 'clusterCfg' | 'layout' | 'sections' | 'underived' | 'diagnostics'>

/** What leaves nothing of the cluster's configuration: a file of it that is no map, too. */
const NOTHING_LEFT: ReadonlySet<DiagnosticCode> = new Set([...WHOLE_FILE, 'wrong-type'])

/** What a configuration lacks: maps as wholes, and single names of maps. */
export class ContextGaps extends Set<unknown> {
  private readonly missing = new Map<unknown, Set<string>>()
  private readonly doubtful = new Map<unknown, Set<string>>()

  override has(map: unknown, name?: string): boolean {
    return super.has(map) || (name !== undefined && (this.missing.get(map)?.has(name) ?? false))
  }

  isDoubtful(map: unknown, name: string): boolean {
    return this.doubtful.size > 0 && (this.doubtful.get(map)?.has(name) ?? false)
  }

  /** Marks what is at the end of a path, whether it is there and wrong, or lacks; the whole where the path leads nowhere. */
  addPath(root: JsonValue, path: readonly string[]): void {
    let map: JsonValue | undefined = root
    for (const name of path.slice(0, -1)) map = memberOf(map, name)
    const last = path.at(-1)
    if (last === undefined || typeof map !== 'object' || map === null) {
      addMaps(root, this)
      return
    }
    const names = Object.hasOwn(map, last) ? this.doubtful : this.missing
    names.set(map, (names.get(map) ?? new Set()).add(last))
  }
}

const REFERENCES: ReadonlySet<DiagnosticCode> = new Set(['unresolved-reference', 'bad-reference'])

/**
 * What a configuration lacks because it could not be read or resolved, which was reported: that a template misses a
 * name there follows from it.
 *
 * @param isShown whether a problem is told, and so keeps what follows from it from being carried out
 * @param isToldOf whether the problems of a service are, and of all that it relies on
 */
export function incompleteMaps(
  { clusterCfg, layout, sections, underived, diagnostics }: Resolved,
  isShown: (problem: Diagnostic) => boolean,
  isToldOf: (service: string) => boolean,
): ContextGaps {
  const incomplete = new ContextGaps()
  const references = new Map<ResolvedSection, Span[]>()
  const sectionsOf = sectionsByOwner(sections)
  for (const problem of diagnostics.filter((one) => isError(one) && isShown(one))) {
    const { service, code } = problem
    const concerned = service === undefined ? [] : sectionsOf(service)
    for (const section of concerned) {
      if (problem.span !== undefined && REFERENCES.has(code)) {
        const places = references.get(section)
        if (places === undefined) references.set(section, [problem.span])
        else places.push(problem.span)
      }
      addSection(section, problem, incomplete)
    }
    if (service !== undefined) continue
    if (fileOf(problem)?.endsWith('/layout.yaml')) addMaps(layout, incomplete)
    else if (NOTHING_LEFT.has(code)) addMaps(clusterCfg, incomplete)
    else addMaps(clusterCfg.cluster, incomplete)
  }
  for (const [{ config, tree }, places] of references) {
    for (const path of pathsTo(tree, places)) incomplete.addPath(config, path)
  }
  for (const name of underived) if (isToldOf(name)) addMaps(sections.get(name)?.config, incomplete)
  return incomplete
}

/** By whom a problem may name: a service's own section, or those of all deployments of a component. */
function sectionsByOwner(
  sections: ReadonlyMap<string, ResolvedSection>,
): (owner: string) => readonly ResolvedSection[] {
  const ofComponent = groupBy(sections.values(), (section) => section.component)
  return (owner) => {
    const own = sections.get(owner)
    return own === undefined ? (ofComponent.get(owner) ?? []) : [own]
  }
}

/** What of a section a problem leaves in doubt. */
function addSection(section: ResolvedSection, problem: Diagnostic, gaps: ContextGaps): void {
  const { config, isWhole } = section
  if (!isWhole) {
    addMaps(config, gaps)
    return
  }
  const { code, data } = problem
  switch (code) {
    case 'schema-violation':
      if (data.lacking !== null) gaps.addPath(config, segments(data.lacking ?? data.path))
      break
    case 'merge-type':
      gaps.addPath(config, segments(data.path).slice(1))
      break
    case 'unresolved-reference':
    case 'bad-reference':
      // Looked for together: there may be thousands.
      break
    case 'check-failed':
      // It is there, and what it is does not make another name wrong.
      break
    case 'module-failed':
      if (data.doing !== 'check') addMaps(config, gaps)
      break
    default:
      addMaps(config, gaps)
  }
}

const segments = (path: string): string[] => (path === '' ? [] : path.split('.'))

/** The paths to the scalars in which one of the places lies, found in one walk. */
function pathsTo(tree: YamlNode, places: readonly Span[]): string[][] {
  const sorted = [...places].sort(comparePlaces)
  const paths: string[][] = []
  walk(tree, [])
  return paths

  function walk(node: YamlNode, path: readonly string[]): void {
    if (node.kind === 'scalar') {
      if (holdsOne(node.span)) paths.push([...path])
    } else if (node.kind === 'list') {
      for (const [index, item] of node.items.entries()) walk(item, [...path, String(index)])
    } else for (const { key, value } of node.entries) walk(value, [...path, key.value])
  }

  function holdsOne(outer: Span): boolean {
    let low = 0
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1
      const place = sorted[middle]
      if (place !== undefined && comparePlaces(place, outer) < 0) low = middle + 1
      else high = middle
    }
    const first = sorted[low]
    return first?.file === outer.file && comparePositions(first.end, outer.end) <= 0
  }
}

const comparePlaces = (a: Span, b: Span): number =>
  a.file === b.file ? comparePositions(a.start, b.start) : a.file < b.file ? -1 : 1

const comparePositions = (a: Position, b: Position): number => a.line - b.line || a.column - b.column

const memberOf = (value: JsonValue | undefined, name: string): JsonValue | undefined =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, JsonValue>>)[name]
    : undefined

function fileOf({ span, data }: Diagnostic): string | undefined {
  return span?.file ?? ('path' in data && typeof data.path === 'string' ? data.path : undefined)
}

/** A value with all maps and lists in it. */
function addMaps(value: JsonValue | undefined, maps: Set<unknown>): void {
  if (typeof value !== 'object' || value === null || maps.has(value)) return
  maps.add(value)
  for (const item of Object.values(value)) addMaps(item, maps)
}
