import type { ComponentProblems } from './diagnostics/component.ts'
import type { ConfigurationProblems } from './diagnostics/configuration.ts'
import type { DeclaringProblems } from './diagnostics/declaring.ts'
import type { DeploymentProblems } from './diagnostics/deployment.ts'
import type { FileProblems } from './diagnostics/file.ts'
import type { GraphProblems } from './diagnostics/graph.ts'
import type { Refusals } from './diagnostics/refusal.ts'
import type { RequestProblems } from './diagnostics/request.ts'
import type { RunProblems } from './diagnostics/run.ts'
import type { StateProblems } from './diagnostics/state.ts'
import type { TemplateProblems } from './diagnostics/template.ts'
import type { Span } from './span.ts'

export type Severity = 'error' | 'warning'

/** Another place that belongs to a problem, with a few words on why: the other definition, the next edge of a cycle. */
export interface Related {
  readonly span: Span
  readonly note: string
}

/** What each code carries besides its place, by subject, as ui/wording/ words them. */
export interface DiagnosticData
  extends FileProblems,
    ComponentProblems,
    DeploymentProblems,
    GraphProblems,
    ConfigurationProblems,
    DeclaringProblems,
    TemplateProblems,
    RequestProblems,
    Refusals,
    RunProblems,
    StateProblems {}

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
  'lease-lost',
  'cluster-taken',
  'foreign',
  'dependents-running',
  'follower-not-refreshed',
  'delete-interrupted',
  'port-in-use',
  'no-scratch-cluster',
  'plan-outdated',
  'plan-elsewhere',
  'skipped-not-running',
  'unconfirmed',
  'state-newer',
  'state-unsafe',
  'not-resumable',
  'cannot-edit',
  'deployment-exists',
  'name-in-use',
  'still-needed',
  'deployments-moving',
  'unremovable-file',
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
