import type { CommandLineValue } from './record.ts'
import type { Span } from './span.ts'

export type Severity = 'error' | 'warning'

/** Another place that belongs to a problem, with a few words on why: the other definition, the next edge of a cycle. */
export interface Related {
  readonly span: Span
  readonly note: string
}

/** One edge of a cycle: `service` has the prerequisite `needs`. */
export interface CycleEdge {
  readonly service: string
  readonly needs: string
}

/** One thing that is otherwise than when a plan was made. */
export type Move =
  | { readonly kind: 'declared'; readonly how: 'added' | 'removed' | 'changed' }
  | { readonly kind: 'state'; readonly from: string; readonly to: string }
  /** It was started, refreshed or stopped since, by this run. */
  | { readonly kind: 'run'; readonly run: string | null }
  /** Other steps would be planned for it now. */
  | { readonly kind: 'steps' }

/** What each code carries besides its place. The wording is in ui/wording.ts alone. */
export interface DiagnosticData {
  // files
  'unreadable-file': { path: string; reason: string }
  'file-too-large': { bytes: number; limit: number }
  'not-text': { problem: 'nul' | 'not-utf-8' | 'utf-16'; byte: number }
  'yaml-syntax': { message: string }
  'yaml-empty': { expected: string }
  'wrong-type': { what: string; expected: string; found: string }
  'unknown-key': { key: string; where: string; nearest: string | null; known: readonly string[] }
  'duplicate-key': { key: string }
  'bad-value': { what: string; value: string; expected: string; nearest: string | null }
  // components
  'bad-name': { name: string }
  'missing-file': { what: string; path: string; nearest: string | null }
  /** `what`: for what a file is needed, where that is not said by the path. */
  'not-a-file': { what: string | null; path: string; found: string }
  'no-service-file': { component: string; found: string | null }
  'escaping-path': { what: string; path: string }
  'escaping-link': { what: string; path: string; target: string }
  'duplicate-service': { service: string; other: string }
  'duplicate-template': { target: string }
  'template-target-exists': { target: string; template: string }
  'unlisted-template': { template: string }
  'no-stop-script': { service: string }
  'no-probe': { service: string }
  // graph
  'unknown-prerequisite': { service: string; prerequisite: string; nearest: string | null }
  'self-prerequisite': { service: string }
  'duplicate-prerequisite': { service: string; prerequisite: string }
  'excluded-prerequisite': { service: string; prerequisite: string; clusterType: string }
  cycle: { edges: readonly CycleEdge[] }
  /** `services`: those that lie on cycles, but on none that is shown; `isAtLeast`: not all cycles were counted. */
  'more-cycles': { count: number; isAtLeast: boolean; services: readonly string[] }
  // cluster configuration
  'unknown-section': { section: string; nearest: string | null }
  'merge-type': { path: string; expected: string; found: string }
  /** `lacking`: the dotted path of what is not there because of it, a required key or a misspelt one; `null`: a key too many. */
  'schema-violation': {
    service: string
    path: string
    message: string
    nearest: string | null
    lacking?: string | null
  }
  /** `isValid`: it is one that JSON Schema allows, and yet of no use. */
  'bad-schema': { message: string; isValid?: true }
  'module-failed': { doing: string; message: string }
  'check-failed': { service: string; path: string; message: string }
  'bad-set': { text: string; problem: string }
  'bad-reference': { reference: string; expected: string }
  'unresolved-reference': { reference: string; reason: string; nearest: string | null }
  'short-secret': { reference: string; length: number; least: number }
  'secret-exposed': { what: string }
  // templates
  'template-syntax': { message: string }
  'template-unknown-name': {
    name: string
    missing: string
    nearest: string | null
    available: readonly string[]
    /** What it is looked up in, as it is written, and of what type that is, where it is no map. */
    holder: { name: string; type: string } | null
    /** The file that would supply it, where one would: absolute. */
    supplier: string | null
    /** The service whose outputs are asked for, where it exists and is not needed: `supplier` is where to say so. */
    prerequisite: string | null
  }
  'template-unknown-helper': { name: string; nearest: string | null; available: readonly string[] }
  'template-helper-misuse': { helper: string; message: string }
  'template-unknown-partial': { name: string }
  'template-too-large': { what: 'output' | 'work'; limit: number }
  'unquoted-value': {
    expression: string
    target: string
    secret: boolean
    /** It lacks `sh`; or has it inside of quotes; or stands in a here-document, where neither is of use. */
    problem: 'unquoted' | 'quoted-twice' | 'here-document'
  }
  'rendered-invalid': {
    target: string
    format: 'yaml' | 'json'
    /** Of the place in what was rendered. */
    line: number
    column: number
    /** That line, where it is long only what is around the place: `textStart` is the column that it begins with. */
    text: string
    textStart: number
    message: string
    /** It is in what an expression was printed as, and not in the template's own text. */
    isValue: boolean
  }
  // requests
  'no-project': { searched: readonly string[] }
  'no-names': { command: string }
  /** `excludedFrom`: the cluster type, where the service exists on others. */
  'unknown-service': { name: string; nearest: string | null; excludedFrom?: string }
  'no-match': { selector: string; nearest: string | null }
  /** `command`: the one whose options are meant, `paictl service start`. */
  'bad-option': { message: string; nearest?: string | null; command?: string }
  'unknown-option': { option: string; nearest: string | null; command: string }
  'unknown-command': { command: string; nearest: string | null; known: readonly string[] }
  'option-conflict': { options: readonly string[]; reason: string }
  'unknown-code': { code: string; nearest: string | null }
  'file-exists': { path: string }
  'unknown-template': { template: string; nearest: string | null; known: readonly string[] }
  // refusals
  /**
   * `services`: those in the way, which its owner acts on or relies on; `all`: one that locks the whole cluster. `isHere`:
   * the owner is of this machine. `others`: how many more owners there are.
   */
  locked: {
    pid: number
    host: string
    command: string
    since: string
    isHere: boolean
    services: readonly string[]
    holds: 'acts' | 'relies' | 'all'
    others: number
  }
  /** Those whose leases were to be taken away; at least one. */
  'owner-alive': { owners: readonly { pid: number; command: string }[] }
  /** `isGone`: the owner's directory is no longer there. */
  'cluster-taken': { cluster: string; owner: string; isGone: boolean; project: string }
  foreign: { service: string; answer: string }
  'dependents-running': { service: string; dependents: readonly { name: string; state: string }[]; verb: string }
  'delete-interrupted': { service: string }
  'plan-outdated': { service: string; moved: readonly Move[] }
  /** `cluster`: of the plan; `here`: of the project. */
  'plan-elsewhere': { cluster: string; here: string }
  'bad-plan': { message: string }
  'plan-newer': { found: number; supported: number }
  'skipped-not-running': { service: string; state: string; neededBy: string }
  unconfirmed: { verb: string; what: readonly string[]; asked: 'no-terminal' | 'declined' }
  'applied-differs': { service: string; script: string }
  'values-taken-back': { service: string; values: readonly CommandLineValue[]; verb: string }
  // runs
  'run-interrupted': {
    run: string
    command: string
    /** ISO 8601. */
    startedAt: string
    /** How many of its steps are over, and how many there are. */
    over: number
    total: number
    /** What was under way; `pid` where its script still runs. */
    inFlight: readonly { service: string; operator: string; pid: number | null }[]
    /** What is asked for now takes its place, or a later run has. */
    isReplaced: boolean
  }
  'unknown-run': { run: string; nearest: string | null }
  'not-resumable': { run: string; why: 'replaced' | 'changed' | 'running' | 'over'; services: readonly string[] }
  // state
  'state-newer': { path: string; found: number; supported: number }
  'state-corrupt': { path: string; message: string; setAside: string | null }
  'state-unwritable': { path: string; reason: string }
  /** A link that paictl has not made; somebody else's directory; one that others may write to. `mode`: octal. */
  'state-unsafe':
    | { path: string; problem: 'link' }
    | { path: string; problem: 'owner'; owner: number; user: number }
    | { path: string; problem: 'open'; mode: string }
  'no-such-cluster': { cluster: string; known: readonly string[] }
}

export type DiagnosticCode = keyof DiagnosticData

/** A problem or a warning as data: a stable code, the place, and what the wording needs. */
export type Diagnostic = {
  readonly [C in DiagnosticCode]: {
    readonly code: C
    readonly severity: Severity
    /** Where to point; absent for what no file can be blamed for. */
    readonly span?: Span
    readonly related?: readonly Related[]
    /** The service that the problem belongs to; absent: it concerns everything. */
    readonly service?: string
    readonly data: Readonly<DiagnosticData[C]>
  }
}[DiagnosticCode]

/** The codes that mean "could be done, but not like this": exit code 4 instead of 2. */
const REFUSALS: ReadonlySet<DiagnosticCode> = new Set([
  'locked',
  'owner-alive',
  'cluster-taken',
  'foreign',
  'dependents-running',
  'delete-interrupted',
  'plan-outdated',
  'plan-elsewhere',
  'skipped-not-running',
  'unconfirmed',
  'state-newer',
  'state-unsafe',
  'not-resumable',
])

export const isRefusal = (diagnostic: Diagnostic): boolean => REFUSALS.has(diagnostic.code)

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error'

/** Where a diagnostic points, and whom it concerns. */
export interface Place {
  readonly span?: Span | undefined
  readonly related?: readonly Related[]
  readonly service?: string | undefined
  readonly severity?: Severity
}

/** Builds a diagnostic; an error unless `place.severity` says otherwise. */
export function diagnostic<C extends DiagnosticCode>(code: C, data: DiagnosticData[C], place: Place = {}): Diagnostic {
  const { span, related, service, severity = 'error' } = place
  return {
    code,
    severity,
    ...(span && { span }),
    ...(related && { related }),
    ...(service !== undefined && { service }),
    data,
  } as unknown as Diagnostic
}

/**
 * By file, line, column, code: the order in which they are printed, the same on every machine. What has no file is about
 * the request or the project as a whole, and comes first.
 */
function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.span?.file ?? '', b.span?.file ?? '') ||
    (a.span?.start.line ?? 0) - (b.span?.start.line ?? 0) ||
    (a.span?.start.column ?? 0) - (b.span?.start.column ?? 0) ||
    compareText(a.code, b.code)
  )
}

/** The diagnostics as they are shown: in order, and of several that say the same only one. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  // A long cycle is a long text: made only of what shares its place, and once.
  const texts = new Map<Diagnostic, string>()
  const textOf = (one: Diagnostic): string => {
    const text = texts.get(one) ?? JSON.stringify(one)
    texts.set(one, text)
    return text
  }
  const compare = (a: Diagnostic, b: Diagnostic): number =>
    compareDiagnostics(a, b) || compareText(textOf(a), textOf(b))
  const sorted = [...diagnostics].sort(compare)
  return sorted.filter((one, index) => {
    const before = sorted[index - 1]
    return before === undefined || compare(before, one) !== 0
  })
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
