import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Prerequisite } from '../../model/service.ts'
import { textOf } from '../shape/shape.ts'
import type { YamlNode } from '../yaml/yaml-node.ts'
import { entryOf, itemsOf } from '../yaml/yaml-node.ts'

/** What a description or a deployment says under `prerequisite`; `service` is whose it is. */
export function readPrerequisites(
  own: string,
  node: YamlNode | undefined,
): { prerequisites: Prerequisite[]; problems: Diagnostic[] } {
  const prerequisites = new Map<string, Prerequisite>()
  const problems: Diagnostic[] = []
  for (const item of itemsOf(node)) {
    const name = item.kind === 'map' ? entryOf(item, 'service')?.value : item
    const service = textOf(name)?.trim()
    if (name === undefined || !service) continue
    const { span } = name
    const earlier = prerequisites.get(service)
    if (service === own) {
      problems.push(diagnostic('self-prerequisite', { service }, { span, service: own }))
    } else if (earlier !== undefined) {
      const related = [{ span: earlier.span, note: 'first given here' }]
      const data = { service: own, prerequisite: service }
      problems.push(diagnostic('duplicate-prerequisite', data, { span, related, service: own }))
    } else prerequisites.set(service, { service, optional: isOptional(item), span })
  }
  return { prerequisites: [...prerequisites.values()], problems }
}

function isOptional(item: YamlNode): boolean {
  const value = entryOf(item, 'optional')?.value
  return value?.kind === 'scalar' && value.value === true
}
