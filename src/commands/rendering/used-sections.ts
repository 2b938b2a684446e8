import type { Service } from '../../model/service.ts'
import { ComponentFiles } from '../project/component-files.ts'
import type { Project } from '../project/project.ts'
import { textsOf } from './render.ts'

/** Which of some sections the templates of services use, by way of `cluster_cfg`; what cannot be told counts as used. */
export function usedSections(
  project: Project,
  services: readonly Service[],
  sections: ReadonlySet<string>,
): ReadonlySet<string> {
  const used = new Set<string>()
  if (sections.size === 0) return used
  const files = new ComponentFiles(project)
  // Deployments of one component have their texts in common.
  const each = new Map(services.map((service) => [service.component, service]))
  for (const service of each.values()) {
    for (const text of textsOf(service, files.sources(service, []))) {
      for (const name of mentioned(text) ?? sections) if (sections.has(name)) used.add(name)
    }
  }
  return used
}

/** The sections that a text names; `undefined` where it cannot be told which, as in `{{#each cluster_cfg}}`. */
function mentioned(text: string): string[] | undefined {
  const uses = [...text.matchAll(/\bcluster_cfg\b(?:[./]\[?([\w-]+))?/g)].map(([, name]) => name)
  return uses.includes(undefined) ? undefined : uses.filter((name) => name !== undefined)
}
