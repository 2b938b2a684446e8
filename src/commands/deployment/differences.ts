import { isSameJson } from '../../config/yaml/yaml-edit.ts'
import { entryOf, toJson, type YamlNode } from '../../config/yaml/yaml-node.ts'
import { inlineText } from '../../config/yaml/yaml-text.ts'
import type { JsonValue } from '../../model/json.ts'
import { shellWord } from '../../ui/wording/wording.ts'
import type { AskedConfig } from './draft.ts'
import type { CreateRequest } from './request.ts'

/** What of a request a declared deployment has otherwise, in words, and the command that would change it. */
export function compareDeclared(
  { name, component, description, tags, prerequisites }: CreateRequest,
  asked: AskedConfig,
  root: YamlNode | undefined,
): { readonly differences: readonly string[]; readonly update: string } {
  const there = (key: string): JsonValue | undefined => {
    const node = entryOf(root, key)?.value
    return node && toJson(node)
  }
  const differences: string[] = []
  const compareOne = (what: string, found: JsonValue | undefined, value: JsonValue): boolean => {
    if (found !== undefined && isSameJson(found, value)) return false
    const instead = found === undefined ? 'not given, but asked for as' : `${inlineText(found)}, not`
    differences.push(`${what} is ${instead} ${inlineText(value)}`)
    return true
  }
  const isOf = there('component')
  if (isOf !== component)
    differences.push(`it is a deployment of ${JSON.stringify(isOf ?? null)}, not of "${component}"`)
  if (description !== undefined) compareOne('its description', there('description'), description)
  const tagged = [there('tags') ?? []].flat()
  for (const tag of tags.filter((one) => !tagged.includes(one))) differences.push(`it has no tag "${tag}"`)
  const needed = [there('prerequisite') ?? []]
    .flat()
    .map((one) => (typeof one === 'object' && one !== null && 'service' in one ? one.service : one))
  for (const one of prerequisites.filter((other) => !needed.includes(other)))
    differences.push(`it does not need "${one}"`)
  const sets: string[] = []
  const compareValues = (wanted: YamlNode, found: YamlNode | undefined, path: readonly string[]): void => {
    if (wanted.kind === 'map' && (found === undefined || found.kind === 'map')) {
      for (const { key, value } of wanted.entries)
        compareValues(value, entryOf(found, key.value)?.value, [...path, key.value])
      return
    }
    const value = toJson(wanted)
    const dotted = path.map((key) => key.replace(/[\\.]/g, '\\$&')).join('.')
    if (compareOne(dotted, found && toJson(found), value))
      sets.push(`--set ${shellWord(`${dotted}=${typeof value === 'string' ? value : inlineText(value)}`)}`)
  }
  compareValues(asked.tree, entryOf(root, 'config')?.value, [])
  const isMore = differences.length > sets.length
  return {
    differences,
    update: isMore
      ? `edit its file, or delete it first with "paictl deployment delete ${name}"`
      : `paictl deployment update ${name} ${sets.join(' ')}`,
  }
}
