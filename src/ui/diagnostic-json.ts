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
    related: [
      ...(diagnostic.related ?? []).map(({ span, note }) => ({ ...placeOf(span, display), note })),
      ...renderedPlace(diagnostic),
    ],
    service: diagnostic.service ?? null,
    // What a diagnostic carries is plain data by the contract of DiagnosticData, whose interfaces lack an index type.
    data: diagnostic.data as unknown as JsonValue,
  }
}

/** A place in what is rendered: there is no such file, or not with that text. */
function renderedPlace({ code, data }: Diagnostic): { file: null; range: JsonValue; note: string }[] {
  if (code !== 'rendered-invalid') return []
  const { target, line, column } = data
  const range = { start: { line, column }, end: { line, column: column + 1 } }
  return [{ file: null, range, note: `in "${target}" as it was rendered` }]
}

function placeOf(span: Span | undefined, display: DisplayPath): { file: string | null; range: JsonValue } {
  if (span === undefined) return { file: null, range: null }
  return { file: display(span.file), range: { start: { ...span.start }, end: { ...span.end } } }
}
