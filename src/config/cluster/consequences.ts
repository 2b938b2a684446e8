import type { Diagnostic, DiagnosticCode } from '../../model/diagnostic.ts'
import { isError } from '../../model/diagnostic.ts'

/** What is known of a project whose problems are to be told. */
export interface Declared {
  /** The names of all services, whatever cluster type they exist on. */
  readonly services: { has(name: string): boolean; readonly size: number }
}

/** The problems without those that only follow from another one: who removes the cause would never see them. */
export function withoutConsequences(diagnostics: readonly Diagnostic[], { services }: Declared): Diagnostic[] {
  const errors = diagnostics.filter(isError)
  const wrongKeys = wrongKeysOf(errors)
  const isTypeDoubtful = errors.some(leavesClusterType)
  // Settings that cannot be read may have said where the components are.
  const isNothingFound = services.size === 0 && errors.some((one) => one.service === undefined && isOfSettings(one))
  return diagnostics.filter((one) => {
    const { code, data } = one
    if (isNothingFound && NAMES.has(code)) return false
    if (isTypeDoubtful && code === 'excluded-prerequisite') return false
    if (isTypeDoubtful && code === 'unknown-service') return !services.has(data.name)
    const causes = HABITS[code]
    return causes === undefined || !causes.some((key) => wrongKeys.get(one.service ?? '')?.has(key))
  })
}

/**
 * The problems without those that an earlier deployment of the same component has at the same place: what deployments have
 * in common is wrong once.
 */
export function withoutRepetitions(
  diagnostics: readonly Diagnostic[],
  services: ReadonlyMap<string, { readonly component: string }>,
): Diagnostic[] {
  const first = new Map<string, string>()
  return diagnostics.filter(({ code, span, service }) => {
    if (span === undefined || service === undefined) return true
    const component = services.get(service)?.component ?? service
    const key = `${component} ${code} ${span.file}:${span.start.line}:${span.start.column}`
    const owner = first.get(key) ?? service
    first.set(key, owner)
    return owner === service
  })
}

/** Warnings about what a description lacks, with the keys that may have been meant to give it. */
const HABITS: Partial<Record<DiagnosticCode, readonly string[]>> = {
  'no-stop-script': ['stop-script', 'kind'],
  'no-probe': ['status-script', 'readiness', 'kind'],
}

const NAMES: ReadonlySet<DiagnosticCode> = new Set(['unknown-service', 'no-match', 'unknown-section'])

/**
 * The services whose descriptions have an error that may have taken away what they say under one of `keys`: the key is
 * misspelt, its value could not be taken, or nothing of the file could be read.
 */
export function servicesLacking(diagnostics: readonly Diagnostic[], keys: readonly string[]): Set<string> {
  const lacking = diagnostics.filter((one) => {
    const key = keyOf(one)
    return isError(one) && (WHOLE_FILE.has(one.code) || key === ANY_KEY || (key !== undefined && keys.includes(key)))
  })
  return new Set(lacking.flatMap(({ service }) => service ?? []))
}

/** The keys of each service's description whose value could not be taken, or that are misspelt. */
function wrongKeysOf(errors: readonly Diagnostic[]): Map<string, Set<string>> {
  const keys = new Map<string, Set<string>>()
  for (const error of errors) {
    const key = keyOf(error)
    if (error.service === undefined || key === undefined) continue
    const known = keys.get(error.service) ?? new Set()
    keys.set(error.service, known.add(key))
  }
  return keys
}

const DESCRIPTION = 'service.yaml'
/** For a key that is like none, and for what is no map at all. */
const ANY_KEY = '*'

/** The key of a description that a problem is about: `readiness` for one with `readiness.http`. */
function keyOf({ code, data }: Diagnostic): string | undefined {
  if (code === 'unknown-key' && data.where === DESCRIPTION) return data.nearest ?? ANY_KEY
  const subject = code === 'unknown-key' ? data.where : subjectOf(data)
  return subject === DESCRIPTION ? ANY_KEY : /^[\w-]+/.exec(subject)?.[0]
}

/** What leaves nothing of a file. */
export const WHOLE_FILE: ReadonlySet<DiagnosticCode> = new Set([
  'unreadable-file',
  'file-too-large',
  'not-text',
  'not-a-file',
  'yaml-syntax',
])

/** Whether, for this error, the cluster type is not known to be what it was meant to be. */
function leavesClusterType({ code, data, service, span }: Diagnostic): boolean {
  if (service !== undefined) return false
  if (code === 'unknown-key') return /^common$|cluster-type$/.test(data.nearest ?? '')
  const file = span?.file ?? pathOf(data)
  if (WHOLE_FILE.has(code)) return !/\/(?:layout|paictl)\.yaml$/.test(file)
  const isOnTheWay = /^(?:services-configuration\.yaml|cluster(?:-config|\.common(?:\.cluster-type)?)?|-p)$/.test(
    subjectOf(data),
  )
  return isOnTheWay && (code === 'wrong-type' || code === 'bad-value' || code === 'missing-file')
}

const isOfSettings = ({ code, span, data }: Diagnostic): boolean =>
  /\/paictl\.yaml$/.test(span?.file ?? pathOf(data)) ||
  (WHOLE_FILE.has(code) && !/\.yaml$/.test(pathOf(data))) ||
  (code === 'wrong-type' && data.what === 'components')

/** What a value is called in its file, where a problem is about one. */
const subjectOf = (data: object): string => ('what' in data && typeof data.what === 'string' ? data.what : '')

const pathOf = (data: object): string => ('path' in data && typeof data.path === 'string' ? data.path : '')
