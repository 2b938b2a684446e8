import type { Diagnostic } from '../model/diagnostic.ts'
import { FORMAT_VERSION } from '../model/event.ts'
import type { JsonObject, JsonValue } from '../model/json.ts'
import type { Span } from '../model/span.ts'
import type { DisplayPath } from './wording/wording.ts'
import { wordDiagnostic } from './wording.ts'

export interface DiagnosticJsonOptions {
  /** How files are named; as they are, which is absolute, where it is not given. */
  readonly display?: DisplayPath
  /** Milliseconds since the epoch, for a problem that is reported as an event. */
  readonly time?: number
}

/** A problem as `--output json` prints it: the words that a person would read, and the data behind them. */
export function diagnosticJson(diagnostic: Diagnostic, options: DiagnosticJsonOptions = {}): JsonObject {
  const { display = (file) => file, time } = options
  const { title, help } = wordDiagnostic(diagnostic, display)
  return {
    v: FORMAT_VERSION,
    type: 'diagnostic',
    ...(time !== undefined && { time: new Date(time).toISOString() }),
    severity: diagnostic.severity,
    code: `PAI-${diagnostic.code}`,
    message: title,
    help: help ?? null,
    ...placeOf(diagnostic.span, display),
    related: (diagnostic.related ?? []).map(({ span, note }) => ({ ...placeOf(span, display), note })),
    service: diagnostic.service ?? null,
    // What a diagnostic carries is plain data by the contract of DiagnosticData, whose interfaces lack an index type.
    data: diagnostic.data as unknown as JsonValue,
  }
}

function placeOf(span: Span | undefined, display: DisplayPath): { file: string | null; range: JsonValue } {
  if (span === undefined) return { file: null, range: null }
  return { file: display(span.file), range: { start: { ...span.start }, end: { ...span.end } } }
}
