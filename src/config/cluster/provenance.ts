import type { JsonValue } from '../../model/json.ts'
import type { Span } from '../../model/span.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import type { Configuration } from './configuration.ts'

/** Where one value of the resolved configuration came from. */
export interface Origin {
  /** Its keys, with the section first; positions in lists from 0. */
  readonly path: readonly string[]
  readonly value: JsonValue
  /** The place that supplied it; `undefined`: paictl itself. A place at the very start of a file stands for all of it. */
  readonly span: Span | undefined
}

/** Every single value of one section, or of all: scalars, and maps and lists without members; in the order of the configuration. */
export function originsOf(configuration: Configuration, section?: string): Origin[] {
  const { clusterCfg, sections, trees } = configuration
  const origins: Origin[] = []
  const collect = (value: JsonValue, node: YamlNode | undefined, path: readonly string[]): void => {
    const members = membersOf(value)
    if (members.length === 0) origins.push({ path, value, span: node?.span })
    for (const [key, member] of members) collect(member, memberNode(node, key), [...path, key])
  }
  for (const [name, value] of Object.entries(clusterCfg)) {
    if (section !== undefined && name !== section) continue
    collect(value, sections.get(name)?.tree ?? trees.get(name), [name])
  }
  return origins
}

function membersOf(value: JsonValue): [string, JsonValue][] {
  return typeof value === 'object' && value !== null ? Object.entries(value as Readonly<Record<string, JsonValue>>) : []
}

function memberNode(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind === 'list') return node.items[Number(key)]
  return node?.kind === 'map' ? node.entries.find((entry) => entry.key.value === key)?.value : undefined
}
