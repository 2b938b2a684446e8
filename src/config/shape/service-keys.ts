import { PROBE_KEYS, READINESS_KEYS } from './readiness-keys.ts'
import { RETRY, RETRY_KEYS } from './retry-keys.ts'
import type { KeyTable, Shape } from './shape.ts'

const path: Shape = { kind: 'text', format: 'path' }
const duration: Shape = { kind: 'text', format: 'duration' }

/** Names, of which a single one may stand without the list. */
export const NAMES: Shape = { kind: 'list', of: { kind: 'text', format: 'name' }, orOne: true }

const PREREQUISITE_KEYS: KeyTable = {
  service: { shape: { kind: 'text', format: 'name' }, doc: 'The name of the service.', aliases: ['name', 'component'] },
  optional: {
    shape: { kind: 'flag' },
    doc: 'It orders when both are selected, is not pulled in, and never blocks.',
    default: false,
  },
}

/** Words that select services and clusters: whole words of a command line and of a manifest. */
export const LABELS: Shape = { kind: 'list', of: { kind: 'text', format: 'label' }, orOne: true }

/** What a service or a deployment needs. */
export const PREREQUISITES: Shape = {
  kind: 'list',
  orOne: true,
  of: {
    kind: 'short-or-record',
    short: { kind: 'text', format: 'name' },
    record: { kind: 'record', required: ['service'], keys: PREREQUISITE_KEYS },
    expected: 'the name of a service, a list of names, or {service: name, optional: true}',
  },
}

const TIMEOUT_KEYS: KeyTable = {
  start: {
    shape: duration,
    doc: 'The limit of the start-script.',
    about: 'The start of a job has none.',
    default: '10m',
  },
  stop: { shape: duration, doc: 'The limit of the stop-script.', default: '5m' },
  delete: { shape: duration, doc: 'The limit of the delete-script.', default: '5m' },
  refresh: { shape: duration, doc: 'The limit of the refresh-script.', default: '5m' },
}

/** The keys of service.yaml: what they take, and what they mean. */
export const SERVICE_KEYS: KeyTable = {
  prerequisite: {
    shape: PREREQUISITES,
    doc: 'What must be ready (jobs: completed) before this one starts.',
    about:
      'A name, or `{service: x, optional: true}`: an optional one only orders, when both are selected; it is not pulled ' +
      'in and never blocks.',
    aliases: [
      'depends-on',
      'dependencies',
      'dependson',
      'depends',
      'requires',
      'needs',
      'after',
      'wants',
      'require',
      'dependency',
    ],
  },
  'start-script': {
    shape: path,
    doc: 'Starts the service, or runs the job; may be run again.',
    aliases: ['command', 'cmd', 'run', 'exec-start', 'entrypoint', 'start', 'script', 'up'],
  },
  'stop-script': {
    shape: path,
    doc: 'Stops the service and keeps its data.',
    aliases: ['exec-stop', 'stop', 'down', 'pre-stop', 'stop-command'],
  },
  'delete-script': {
    shape: path,
    doc: 'Stops the service and deletes what paictl does not.',
    about: 'paictl deletes `PAICTL_DATA_DIR`. Without it, the stop-script is run.',
    aliases: ['delete', 'destroy', 'remove', 'uninstall', 'clean', 'clean-script', 'remove-script'],
  },
  'refresh-script': {
    shape: path,
    doc: 'Takes a changed configuration into the running service.',
    about: 'Without it: stop, then start.',
    aliases: [
      'refresh',
      'reload',
      'exec-reload',
      'update',
      'update-script',
      'upgrade',
      'restart-script',
      'reload-script',
    ],
  },
  'status-script': {
    shape: path,
    doc: 'Says whether it runs: exits with 0 running (a job: completed), 3 not running, 1 or 2 dead, 4 unknown.',
    aliases: ['status', 'healthcheck-script', 'liveness', 'liveness-probe', 'check', 'check-script'],
  },
  'describe-script': { shape: path, doc: 'Prints JSON for `paictl service describe`.', aliases: ['describe'] },
  readiness: {
    shape: { kind: 'record', keys: READINESS_KEYS, exactlyOne: PROBE_KEYS },
    doc: 'How to ask whether the started service is ready.',
    about: 'Exactly one of `script`, `http`, `tcp` and `log`.',
    aliases: [
      'healthcheck',
      'health-check',
      'readiness-probe',
      'startup-probe',
      'probe',
      'ready',
      'wait-for',
      'health',
      'ready-when',
    ],
  },
  timeout: {
    shape: { kind: 'record', keys: TIMEOUT_KEYS },
    doc: 'How long each operator may take.',
    about: 'A script that takes longer is ended, and has failed.',
    aliases: ['timeouts', 'timeout-start-sec', 'stop-grace-period', 'start-timeout', 'deadline'],
  },
  retry: {
    shape: RETRY,
    doc: 'How often a failed operator is tried again, and when.',
    about: 'Given as it is for all operators, or for each by its name. Without it, each is tried once.',
    aliases: ['retries', 'restart', 'backoff-limit', 'restart-policy', 'attempts'],
  },
  kind: {
    shape: { kind: 'choice', of: ['service', 'job'] },
    doc: 'A service keeps running; the start of a job runs to completion.',
    default: 'service',
    aliases: ['type'],
  },
  instances: {
    shape: { kind: 'choice', of: ['one', 'many'] },
    doc: 'With `many` there are as many of it as there are deployments that name it, each with a configuration of its own.',
    about: 'Its name then stands for all of them.',
    default: 'one',
    aliases: ['replicas', 'scale', 'instance', 'count'],
  },
  follows: {
    shape: NAMES,
    doc: 'Components with `instances: many`: it is refreshed whenever their deployments change.',
    about:
      'Its templates see them as `deployments`, a list of `{name, component, config, outputs}`: those that run, or are about ' +
      'to. It is refreshed after one was started or changed, and before one is stopped.',
    aliases: ['follow', 'routes-to', 'watches', 'subscribes', 'upstreams', 'backends'],
  },
  outputs: {
    shape: { kind: 'map', of: { kind: 'text', numbers: true }, names: 'word' },
    doc: 'Named values, such as a URL, for people and for dependents.',
    about: 'They may hold template expressions. One called `try` is a command, shown after a start.',
    aliases: ['exports', 'endpoints', 'urls', 'url', 'ports', 'expose'],
  },
  inputs: {
    shape: { kind: 'list', of: { kind: 'text', format: 'glob' }, orOne: true },
    doc: 'Globs, relative to the component, of files outside deploy/ that belong to the service.',
    about: 'A change of them is a change of it.',
    aliases: ['files', 'sources', 'watch', 'src'],
  },
  'template-list': {
    shape: { kind: 'list', of: path, orOne: true },
    doc: 'The files under deploy/ that are rendered from `<file>.template`.',
    about: 'Without it, every `*.template` is.',
    aliases: ['templates', 'template', 'template-files'],
  },
  'strict-shell': {
    shape: { kind: 'flag' },
    doc: 'Run bash scripts with `-euo pipefail`.',
    default: false,
    aliases: ['strict', 'set-e', 'shell-options'],
  },
  'restart-with-prerequisites': {
    shape: { kind: 'flag' },
    doc: 'Restart it when `paictl apply` restarts something that it needs.',
    about: 'Without it, it runs on. A job is not concerned.',
    default: false,
    aliases: ['part-of', 'binds-to', 'restart-with-dependencies', 'restart-with-dependency'],
  },
  'cluster-type': {
    shape: LABELS,
    doc: 'The cluster types that the service exists on; without it, all.',
    aliases: ['cluster-types', 'profiles', 'profile', 'platforms', 'environments', 'only-on'],
  },
  description: {
    shape: { kind: 'text' },
    doc: 'One line for people.',
    aliases: ['summary', 'comment', 'about', 'desc'],
  },
  tags: { shape: LABELS, doc: 'Words to select services by: `tag:x`.', aliases: ['labels', 'label', 'groups', 'tag'] },
  protected: {
    shape: { kind: 'flag' },
    doc: 'Deleting it asks for the cluster-id to be typed.',
    default: false,
    aliases: ['protect', 'prevent-destroy', 'deletion-protection'],
  },
}

export const SERVICE_SHAPE: Shape = { kind: 'record', keys: SERVICE_KEYS }

/** The tables within that of service.yaml, for the reference. */
export const SERVICE_SUBKEYS = {
  prerequisite: PREREQUISITE_KEYS,
  readiness: READINESS_KEYS,
  timeout: TIMEOUT_KEYS,
  retry: RETRY_KEYS,
}
