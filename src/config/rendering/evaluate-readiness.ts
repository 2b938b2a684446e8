import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import { parseDuration } from '../../model/duration.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Readiness, ReadinessDeclaration } from '../../model/service.ts'
import { DEFAULT_READINESS } from '../../model/service.ts'
import type { Located } from '../../model/span.ts'
import type { Format } from '../shape/format.ts'
import { FORMATS } from '../shape/format.ts'
import { readProbe } from '../shape/readiness-probe.ts'
import type { RenderedText } from '../template/renderer.ts'

/**
 * Evaluates a `readiness` key. Only values that were rendered are checked here: what stands in service.yaml as it is
 * was checked when that was read, and a wrong one leaves no readiness without a word.
 */
export function evaluateReadiness(
  declaration: ReadinessDeclaration,
  render: (value: Located<string>) => RenderedText,
  service: string,
  secrets?: Secrets,
): { readiness: Readiness | undefined; isComplete: boolean; diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  let isKnown = true

  function evaluate(what: string, value: Located<string>, problemOf: (text: string) => string | null): string {
    const { text, diagnostics: problems, isComplete } = render(value)
    append(diagnostics, problems)
    if (!isComplete) isKnown = false
    // What a probe asks is in messages and records, which must not carry a secret.
    else if (secrets?.isIn(text)) {
      diagnostics.push(diagnostic('secret-exposed', { what: `readiness.${what}` }, { span: value.span, service }))
      return text
    }
    const problem = !isComplete || !value.value.includes('{{') ? null : problemOf(text)
    if (problem !== null) {
      const data = { what: `readiness.${what}`, value: text, expected: problem, nearest: null }
      diagnostics.push(diagnostic('bad-value', data, { span: value.span, service }))
    }
    return text
  }

  function optional(what: string, value: Located<string> | undefined, format: Format): string {
    return value === undefined ? '' : evaluate(what, value, FORMATS[format].problem)
  }

  const { kind, target, interval, timeout, successThreshold } = declaration
  const targetText = evaluate(kind, target, (text) => {
    const probe = readProbe(kind, text)
    return probe.ok ? null : probe.error
  })
  const intervalMs = parseDuration(optional('interval', interval, 'duration')) || DEFAULT_READINESS.intervalMs
  const timeoutMs = parseDuration(optional('timeout', timeout, 'duration')) || DEFAULT_READINESS.timeoutMs
  const threshold = Number(optional('success-threshold', successThreshold, 'count'))
  const probe = readProbe(kind, targetText)
  if (!probe.ok || !isKnown || diagnostics.length > 0) return { readiness: undefined, isComplete: isKnown, diagnostics }
  const isCount = Number.isSafeInteger(threshold) && threshold > 0
  const count = isCount ? threshold : DEFAULT_READINESS.successThreshold
  return {
    readiness: { probe: probe.value, intervalMs, timeoutMs, successThreshold: count },
    isComplete: true,
    diagnostics,
  }
}
