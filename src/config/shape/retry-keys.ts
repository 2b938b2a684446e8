import { DEFAULT_RETRY } from '../../model/retry.ts'
import { OPERATORS } from '../../model/service.ts'
import type { KeyTable, Shape } from './shape.ts'

const duration: Shape = { kind: 'text', format: 'duration' }

/** How often and when a failed operator is tried again: what the keys take, and what they mean. */
export const RETRY_KEYS: KeyTable = {
  attempts: {
    shape: { kind: 'count', most: 100 },
    doc: 'How often it is tried altogether, at most 100 times.',
    default: DEFAULT_RETRY.attempts,
    aliases: ['limit', 'tries', 'max-attempts', 'times', 'count', 'retries'],
  },
  delay: {
    shape: duration,
    doc: 'How long to wait before the second attempt.',
    default: '1s',
    aliases: ['interval', 'wait', 'initial-delay', 'restart-sec', 'period'],
  },
  backoff: {
    shape: { kind: 'number', least: 1, most: 100 },
    doc: 'What the wait is multiplied by from attempt to attempt: from 1, which keeps it as it is, to 100.',
    default: DEFAULT_RETRY.backoff,
    aliases: ['factor', 'multiplier'],
  },
  'max-delay': {
    shape: duration,
    doc: 'The longest wait, however often it was multiplied.',
    about: 'Where `delay` is longer, the default is `delay`.',
    default: '1m',
    aliases: ['max-interval', 'cap', 'max-wait'],
  },
  jitter: {
    shape: { kind: 'number', least: 0, most: 1 },
    doc: 'By which part of itself each wait is drawn longer or shorter, from 0 to 1.',
    about: 'So that many do not come back at the same moment; never beyond `max-delay`.',
    default: DEFAULT_RETRY.jitter,
  },
  'on-exit-codes': {
    shape: { kind: 'list', of: { kind: 'count', most: 255 }, orOne: true },
    doc: 'The exit codes, 1 to 255, that are worth another attempt; without it, all are.',
    about: 'Of other failures it says nothing: they are tried again with it as without it.',
    aliases: ['exit-codes', 'on-exit-code', 'retry-on', 'restart-force-exit-status'],
  },
}

const OF_OPERATOR: Shape = { kind: 'record', keys: RETRY_KEYS }

const OPERATOR_KEYS: KeyTable = {
  start: { shape: OF_OPERATOR, doc: 'Of the start.' },
  stop: { shape: OF_OPERATOR, doc: 'Of the stop.' },
  delete: { shape: OF_OPERATOR, doc: 'Of the delete.' },
  refresh: { shape: OF_OPERATOR, doc: 'Of the refresh.' },
}

/** What `retry` takes: the keys of an attempt for all operators, or such keys for each operator by its name. */
export const RETRY: Shape = {
  kind: 'record',
  keys: { ...RETRY_KEYS, ...OPERATOR_KEYS },
  apart: [Object.keys(RETRY_KEYS), OPERATORS],
}
