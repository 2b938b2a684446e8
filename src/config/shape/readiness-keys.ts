import type { KeyTable, Shape } from './shape.ts'

const duration: Shape = { kind: 'text', format: 'duration', templated: true }

/** The probes of which `readiness` has exactly one. */
export const PROBE_KEYS = ['script', 'http', 'tcp', 'log'] as const

/** The keys of `readiness`: what they take, and what they mean. */
export const READINESS_KEYS: KeyTable = {
  http: {
    shape: { kind: 'text', format: 'url', templated: true },
    doc: 'Ready when the URL answers with a status below 400.',
  },
  tcp: {
    shape: { kind: 'text', format: 'endpoint', numbers: true, templated: true },
    doc: 'Ready when a connection to `port` or `host:port` is accepted.',
  },
  script: {
    shape: { kind: 'text', format: 'path', templated: true },
    doc: 'Ready when the script under deploy/ exits with 0.',
  },
  log: {
    shape: { kind: 'text', format: 'regular-expression', templated: true },
    doc: "Ready when a line of the start's log matches the regular expression.",
    about: 'It is only ever awaited, and never asked later.',
  },
  interval: { shape: duration, doc: 'How long to wait between two questions.', default: '1s' },
  timeout: {
    shape: duration,
    doc: 'How long to wait altogether.',
    about: 'After that the service has failed.',
    default: '2m',
  },
  'success-threshold': {
    shape: { kind: 'text', format: 'count', numbers: true, templated: true },
    doc: 'How many good answers in a row count as ready.',
    default: 1,
  },
}
