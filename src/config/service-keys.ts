import type { KeyTable, Shape } from './shape.ts'

const path: Shape = { kind: 'text', format: 'path' }
const duration: Shape = { kind: 'text', format: 'duration' }
const templatedDuration: Shape = { kind: 'text', format: 'duration', templated: true }
const names: Shape = { kind: 'list', of: { kind: 'text', format: 'name' }, orOne: true }

/** The probes of which `readiness` has exactly one. */
export const PROBE_KEYS = ['script', 'http', 'tcp', 'log'] as const

const READINESS_KEYS: KeyTable = {
  script: { shape: { ...path, templated: true }, doc: 'A script under deploy/ that exits with 0 when ready.' },
  http: {
    shape: { kind: 'text', format: 'url', templated: true },
    doc: 'A URL that answers with a status below 400 when ready.',
  },
  tcp: {
    shape: { kind: 'text', format: 'endpoint', numbers: true, templated: true },
    doc: 'A `port` or `host:port` that accepts connections when ready.',
  },
  log: {
    shape: { kind: 'text', format: 'regular-expression', templated: true },
    doc: 'A regular expression that a line of the log matches when ready; only ever awaited.',
  },
  interval: { shape: templatedDuration, doc: 'How long to wait between two probes; 1s.' },
  timeout: { shape: templatedDuration, doc: 'How long to wait for readiness altogether; 2m.' },
  'success-threshold': {
    shape: { kind: 'text', format: 'count', numbers: true, templated: true },
    doc: 'How many good answers in a row count as ready; 1.',
  },
}

/** The keys of service.yaml: what they take, and what they mean. */
export const SERVICE_KEYS: KeyTable = {
  prerequisite: {
    shape: {
      kind: 'list',
      orOne: true,
      of: {
        kind: 'short-or-record',
        short: { kind: 'text', format: 'name' },
        record: {
          kind: 'record',
          required: ['service'],
          keys: {
            service: { shape: { kind: 'text', format: 'name' }, doc: 'The name of the service.' },
            optional: { shape: { kind: 'flag' }, doc: 'It orders when both are selected, and is not pulled in.' },
          },
        },
      },
    },
    doc: 'Services that must be ready (jobs: completed) before this one starts.',
  },
  'template-list': {
    shape: { kind: 'list', of: path, orOne: true },
    doc: 'Files under deploy/ that are rendered from `<file>.template`; without it, every `*.template` is.',
  },
  'start-script': { shape: path, doc: 'Starts the service, or runs the job; may be run again.' },
  'stop-script': { shape: path, doc: 'Stops the service and keeps its data.' },
  'delete-script': { shape: path, doc: 'Stops the service and deletes its data.' },
  'refresh-script': { shape: path, doc: 'Brings a changed configuration to the running service.' },
  'status-script': { shape: path, doc: 'Observes: exits with 0 running, 3 not running, 1 or 2 dead, 4 unknown.' },
  'describe-script': { shape: path, doc: 'Prints JSON about the running service.' },
  readiness: {
    shape: { kind: 'record', keys: READINESS_KEYS, exactlyOne: PROBE_KEYS },
    doc: 'How to ask whether the started service is ready.',
  },
  timeout: {
    shape: {
      kind: 'record',
      keys: {
        start: { shape: duration, doc: 'The limit of the start-script; 10m, for a job none.' },
        stop: { shape: duration, doc: 'The limit of the stop-script; 5m.' },
        delete: { shape: duration, doc: 'The limit of the delete-script; 5m.' },
        refresh: { shape: duration, doc: 'The limit of the refresh-script; 5m.' },
      },
    },
    doc: 'How long each operator may take.',
  },
  'strict-shell': { shape: { kind: 'flag' }, doc: 'Run bash scripts with `-euo pipefail`.' },
  inputs: {
    shape: { kind: 'list', of: { kind: 'text', format: 'glob' }, orOne: true },
    doc: 'Globs, relative to the component, of files outside deploy/ that its scripts read.',
  },
  kind: {
    shape: { kind: 'choice', of: ['service', 'job'] },
    doc: 'A service keeps running; the start of a job runs to completion.',
  },
  outputs: {
    shape: { kind: 'map', of: { kind: 'text', numbers: true } },
    doc: 'Named values, such as a URL, for people and for dependents.',
  },
  'cluster-type': { shape: names, doc: 'The cluster types that the service exists on; without it, all.' },
  description: { shape: { kind: 'text' }, doc: 'One line for people.' },
  tags: { shape: names, doc: 'Words to select services by.' },
  protected: { shape: { kind: 'flag' }, doc: 'Deleting it asks for the cluster-id.' },
}

export const SERVICE_SHAPE: Shape = { kind: 'record', keys: SERVICE_KEYS }
