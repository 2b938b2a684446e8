import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isWorthAnother, retryDelayMs } from '../../src/engine/execute/retry-delay.ts'
import type { FailureReason } from '../../src/model/outcome.ts'
import { DEFAULT_RETRY, type Retry } from '../../src/model/retry.ts'

/** The delays after the first, second … failed attempt, with the same chance each time. */
const delays = (retry: Partial<Retry>, count: number, random: number): number[] =>
  Array.from({ length: count }, (_, index) => retryDelayMs({ ...DEFAULT_RETRY, ...retry }, index + 1, random))

test.each([
  ['the middle of the jitter', {}, 0.5, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]],
  ['its lower end', {}, 0, [900, 1800, 3600, 7200, 14_400, 28_800, 54_000, 54_000]],
  [
    'its upper end, which does not reach beyond the longest',
    {},
    1 - 2 ** -53,
    [1100, 2200, 4400, 8800, 17_600, 35_200, 60_000],
  ],
  ['no backoff', { backoff: 1 }, 0.5, [1000, 1000, 1000]],
  ['a broken backoff', { backoff: 1.5, delayMs: 10 }, 0.5, [10, 15, 23, 34]],
  ['no jitter', { jitter: 0 }, 0.9, [1000, 2000, 4000]],
  ['full jitter', { jitter: 1 }, 0, [0, 0, 0]],
])('delays with %s', (_, retry, random, expected) => {
  expect(delays(retry, expected.length, random)).toEqual(expected)
})

test('whatever is declared, a delay is a whole number within its jitter, and never beyond the longest', () => {
  const retries = fc.record({
    attempts: fc.integer({ min: 1, max: 100 }),
    delayMs: fc.integer({ min: 1, max: 86_400_000 }),
    backoff: fc.double({ min: 1, max: 100, noNaN: true }),
    maxDelayMs: fc.integer({ min: 1, max: 86_400_000 }),
    jitter: fc.double({ min: 0, max: 1, noNaN: true }),
    exitCodes: fc.constant(null),
  })
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(retries, fc.integer({ min: 1, max: 99 }), chance, (retry, failed, random) => {
      const delay = retryDelayMs(retry, failed, random)
      const plain = Math.min(retry.delayMs * retry.backoff ** (failed - 1), retry.maxDelayMs)
      expect(Number.isSafeInteger(delay)).toBe(true)
      expect(delay).toBeLessThanOrEqual(retry.maxDelayMs)
      expect(delay).toBeGreaterThanOrEqual(Math.floor(plain * (1 - retry.jitter)))
      expect(delay).toBeLessThanOrEqual(Math.ceil(plain * (1 + retry.jitter)))
      // Later attempts do not wait less, with the same luck.
      expect(retryDelayMs(retry, failed + 1, random)).toBeGreaterThanOrEqual(delay)
    }),
  )
})

const REASONS: readonly FailureReason[] = [
  { kind: 'exit', exitCode: 75 },
  { kind: 'exit', exitCode: 1 },
  { kind: 'signal', signal: 'SIGKILL' },
  { kind: 'timeout', afterMs: 1 },
  { kind: 'not-ready', probe: 'tcp', afterMs: 1, lastAnswer: '' },
  { kind: 'died', answer: '' },
  { kind: 'still-running', answer: '' },
  { kind: 'not-known-down', answer: '' },
  { kind: 'no-stop-script', answer: '' },
  { kind: 'system', message: '' },
]

test('exit codes that are listed choose among exit codes, and among nothing else', () => {
  const worth = (exitCodes: readonly number[] | null) =>
    REASONS.filter((reason) => isWorthAnother(reason, { ...DEFAULT_RETRY, exitCodes })).map((reason) =>
      reason.kind === 'exit' ? `exit ${reason.exitCode}` : reason.kind,
    )
  const others = ['signal', 'timeout', 'not-ready', 'died', 'still-running', 'not-known-down']
  expect(worth(null)).toEqual(['exit 75', 'exit 1', ...others])
  expect(worth([75, 76])).toEqual(['exit 75', ...others])
  expect(worth([])).toEqual(others)
})
