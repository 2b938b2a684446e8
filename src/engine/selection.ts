import picomatch from 'picomatch'
import { nearest } from '../config/nearest.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { groupBy } from '../model/group-by.ts'
import { SERVICE_STATES, type ServiceState } from '../model/observed.ts'
import type { ServiceKind } from '../model/service.ts'
import { sortedNames } from './plan/situation.ts'

/** What selectors can ask of a service. */
export interface Selectable {
  readonly name: string
  readonly component: string
  readonly kind: ServiceKind
  readonly tags: readonly string[]
  /** `undefined` where it was not observed; see `needsStates`. */
  readonly state: ServiceState | undefined
}

/** The selectors of one request, as typed. */
export interface SelectionRequest {
  readonly names: readonly string[]
  readonly all: boolean
}

export interface Selection {
  /** Sorted, each once. */
  readonly names: readonly string[]
  /** Names that nothing is called, patterns that match nothing. */
  readonly problems: readonly Diagnostic[]
}

/** Resolves names, globs, `tag:x`, `state:x`, `kind:x` and `component:x` to the services that they mean. */
export function select(request: SelectionRequest, services: readonly Selectable[]): Selection {
  if (request.all) return { names: sortedNames(services.map((service) => service.name)), problems: [] }
  const known = new Set(services.map((service) => service.name))
  // Those that are not called as their component is.
  const deployed = groupBy(
    services.filter(({ name, component }) => name !== component),
    ({ component }) => component,
  )
  const names = new Set<string>()
  const problems: Diagnostic[] = []
  for (const selector of sortedNames(request.names)) {
    const matches = matcher(selector)
    if (matches === undefined) {
      // A component that is no service itself stands for its deployments.
      const meant = known.has(selector) ? [selector] : (deployed.get(selector) ?? []).map((one) => one.name)
      for (const name of meant) names.add(name)
      if (meant.length === 0)
        problems.push(
          diagnostic('unknown-service', {
            name: selector,
            nearest: nearestSelector(selector, new Set([...known, ...deployed.keys()])),
          }),
        )
      continue
    }
    const matched = services.filter(matches)
    if (matched.length === 0) {
      problems.push(diagnostic('no-match', { selector, nearest: nearestValue(selector, services) }))
    }
    for (const service of matched) names.add(service.name)
  }
  return { names: sortedNames(names), problems }
}

const FIELDS = ['tag', 'state', 'kind', 'component']

/** The nearest name, or the selector that was meant where `tga:x` was typed. */
function nearestSelector(name: string, known: ReadonlySet<string>): string | null {
  const colon = name.indexOf(':')
  const field = colon === -1 ? null : nearest(name.slice(0, colon), FIELDS)
  return field === null ? nearest(name, known) : `${field}${name.slice(colon)}`
}

/** The selector with the nearest value that there is: `tag:gpu` for `tag:gup`. */
function nearestValue(selector: string, services: readonly Selectable[]): string | null {
  const [, field, value] = /^(tag|state|kind|component):(.+)$/.exec(selector) ?? []
  if (field === undefined || value === undefined) return null
  const near = nearest(value, new Set(valuesOf(field, services)))
  return near === null ? null : `${field}:${near}`
}

function valuesOf(field: string, services: readonly Selectable[]): readonly string[] {
  switch (field) {
    case 'tag':
      return services.flatMap(({ tags }) => tags)
    case 'state':
      return SERVICE_STATES
    case 'kind':
      return ['service', 'job']
    default:
      return services.map(({ component }) => component)
  }
}

/** Whether a request asks for states, so that services have to be observed before it can be resolved. */
export const needsStates = (names: readonly string[]): boolean => names.some((name) => name.startsWith('state:'))

/** `undefined` for a plain name. */
function matcher(selector: string): ((service: Selectable) => boolean) | undefined {
  const [, field, pattern] = /^(tag|state|kind|component):(.+)$/.exec(selector) ?? []
  if (pattern !== undefined) {
    const matches = glob(pattern)
    switch (field) {
      case 'tag':
        return (service) => service.tags.some(matches)
      case 'state':
        return (service) => service.state !== undefined && matches(service.state)
      case 'kind':
        return (service) => matches(service.kind)
      default:
        return (service) => matches(service.component)
    }
  }
  if (!/[*?[\]{}!]/.test(selector)) return undefined
  const matches = glob(selector)
  return (service) => matches(service.name)
}

function glob(pattern: string): (text: string) => boolean {
  const matches = picomatch(pattern)
  return (text) => matches(text)
}
