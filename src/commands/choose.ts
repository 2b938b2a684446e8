import { needsStates, select } from '../engine/selection.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import type { Observed } from '../model/observed.ts'
import type { Verb } from '../model/plan.ts'
import type { Service } from '../model/service.ts'
import type { Project } from './project/project.ts'
import type { Site } from './project/site.ts'
import { survey } from './running/survey.ts'

/** Which services a request is about, as typed. */
export interface NamesRequest {
  readonly names: readonly string[]
  readonly all: boolean
  /** -k: left untouched. */
  readonly skip: readonly string[]
}

/** The services that a request names. */
export interface Choice {
  readonly names: readonly string[]
  readonly skip: ReadonlySet<string>
  /** Names that nothing is called. */
  readonly problems: readonly Diagnostic[]
}

/**
 * Resolves names and selectors; services are observed only where a selector asks for their states, and not where the
 * request cannot be carried out anyway: their scripts would be run for nothing.
 */
export async function choose(
  verb: Verb,
  { services, cluster, project }: Site,
  request: NamesRequest,
  isBlocked: boolean,
): Promise<Choice> {
  if (request.names.length === 0 && !request.all)
    return { names: [], skip: new Set(), problems: [diagnostic('no-names', { command: `service ${verb}` })] }
  const asksStates = needsStates([...request.names, ...request.skip])
  const states =
    asksStates && !isBlocked
      ? await survey({ cluster, services, names: services.keys(), rendered: new Map(), alone: false })
      : new Map<string, Observed>()
  const answerable = (names: readonly string[]): string[] => names.filter((name) => !(isBlocked && needsStates([name])))
  const all = [...services.values()].map((service) => ({ ...service, state: states.get(service.name)?.state }))
  const named = select({ names: answerable(request.names), all: request.all }, all)
  const skipped = select({ names: answerable(request.skip), all: false }, all)
  const problems = [...named.problems, ...skipped.problems]
  return {
    names: named.names,
    skip: new Set(skipped.names),
    problems: problems.map((one) => undeployed(excluded(one, project.services, cluster.type), project)),
  }
}

/** What is there, but not on this cluster type, was not misspelt. */
function excluded(problem: Diagnostic, declared: ReadonlyMap<string, Service>, clusterType: string): Diagnostic {
  const service = problem.code === 'unknown-service' ? declared.get(problem.data.name) : undefined
  if (service === undefined) return problem
  const data = { name: service.name, nearest: null, excludedFrom: clusterType }
  return diagnostic('unknown-service', data, { span: service.clusterTypesSpan })
}

/** A component that could have deployments was not misspelt either. */
function undeployed(problem: Diagnostic, { components }: Pick<Project, 'components'>): Diagnostic {
  const component = problem.code === 'unknown-service' ? components.get(problem.data.name) : undefined
  if (component?.instances !== 'many') return problem
  return diagnostic('no-deployments', { component: component.name })
}
