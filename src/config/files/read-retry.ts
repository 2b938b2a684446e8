import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import { DEFAULT_RETRY, type Retry } from '../../model/retry.ts'
import { OPERATORS, type Retries } from '../../model/service.ts'
import { countOf, textOf } from '../shape/shape.ts'
import { entryOf, isNothing, type YamlNode } from '../yaml/yaml-node.ts'

interface RetryReading {
  readonly retries: Retries
  /** What the shape of its keys cannot tell. */
  readonly problems: readonly Diagnostic[]
}

/** What the `retry` key says of each operator: given flat, of all of them. Values of a wrong shape count as not given. */
export function readRetries(node: YamlNode | undefined, service: string): RetryReading {
  if (node?.kind !== 'map' || node.entries.length === 0) return { retries: {}, problems: [] }
  if (!OPERATORS.some((operator) => entryOf(node, operator) !== undefined)) {
    const retry = readRetry(node)
    const retries = Object.fromEntries(OPERATORS.map((operator) => [operator, retry]))
    return { retries, problems: longestTooShort(node, 'retry', service) }
  }
  const given = OPERATORS.flatMap((operator) => {
    const own = entryOf(node, operator)?.value
    return own?.kind === 'map' ? [[operator, own] as const] : []
  })
  return {
    retries: Object.fromEntries(given.map(([operator, own]) => [operator, readRetry(own)])),
    problems: given.flatMap(([operator, own]) => longestTooShort(own, `retry.${operator}`, service)),
  }
}

function readRetry(node: YamlNode): Retry {
  const at = (key: string): YamlNode | undefined => entryOf(node, key)?.value
  const delayMs = durationOf(at('delay')) ?? DEFAULT_RETRY.delayMs
  return {
    attempts: countOf(at('attempts'), 100) ?? DEFAULT_RETRY.attempts,
    delayMs,
    backoff: numberOf(at('backoff')) ?? DEFAULT_RETRY.backoff,
    maxDelayMs: durationOf(at('max-delay')) ?? Math.max(DEFAULT_RETRY.maxDelayMs, delayMs),
    jitter: numberOf(at('jitter')) ?? DEFAULT_RETRY.jitter,
    exitCodes: exitCodesOf(at('on-exit-codes')),
  }
}

function exitCodesOf(node: YamlNode | undefined): readonly number[] | null {
  if (node === undefined || isNothing(node)) return null
  const codes = (node.kind === 'list' ? node.items : [node]).flatMap((item) => countOf(item, 255) ?? [])
  return [...new Set(codes)].sort((a, b) => a - b)
}

/** A longest wait below the first one would make that never come true. */
function longestTooShort(node: YamlNode, what: string, service: string): Diagnostic[] {
  const longest = entryOf(node, 'max-delay')?.value
  const maxDelayMs = durationOf(longest)
  const delayMs = durationOf(entryOf(node, 'delay')?.value) ?? DEFAULT_RETRY.delayMs
  if (longest === undefined || maxDelayMs === undefined || maxDelayMs >= delayMs) return []
  const expected = `at least the delay of ${formatDuration(delayMs)}`
  const data = { what: `${what}.max-delay`, value: textOf(longest) ?? '', expected, nearest: null }
  return [diagnostic('bad-value', data, { span: longest.span, service })]
}

function durationOf(node: YamlNode | undefined): number | undefined {
  const milliseconds = parseDuration(textOf(node) ?? '')
  return milliseconds === 0 ? undefined : milliseconds
}

const numberOf = (node: YamlNode | undefined): number | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'number' ? node.value : undefined
