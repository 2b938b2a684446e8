import type { JournalEntry } from '../../model/run.ts'
import { OPERATORS } from '../../model/service.ts'
import type { StateContent, StateFileKind } from './state-versions.ts'

/**
 * The first key of a file's content, as of the present version, that is missing or holds what it never can; `undefined`
 * where all is as paictl writes it. Keys that are not known here are nobody's concern.
 */
export function wrongKey(kind: StateFileKind, content: StateContent): string | undefined {
  return wrongIn(SHAPES[kind], content)
}

/** Whether a line of a journal is an entry, as far as its type is known. */
export function isEntry(value: unknown): value is JournalEntry & { readonly v: number } {
  if (!map(value)) return false
  const { v, type, time, ...rest } = value as StateContent
  if (!number(v) || !text(type) || !number(time)) return false
  return wrongIn(ENTRIES[String(type)] ?? {}, rest) === undefined
}

type Check = (value: unknown) => boolean
type Shape = Readonly<Record<string, Check>>

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number'
const flag: Check = (value) => typeof value === 'boolean'
const map: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)
const list: Check = Array.isArray
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value)
const ifThere =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const mapOf =
  (check: Check): Check =>
  (value) =>
    map(value) && Object.values(value as object).every(check)
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string)
const shaped =
  (shape: Shape): Check =>
  (value) =>
    map(value) && wrongIn(shape, value as StateContent) === undefined

function wrongIn(shape: Shape, content: StateContent): string | undefined {
  return Object.keys(shape).find((key) => !shape[key]?.(content[key]))
}

const APPLIED: Shape = {
  version: text,
  deployDirectory: text,
  configFile: text,
  secretsFile: orNull(text),
  commandLine: list,
  fingerprint: text,
  component: text,
  componentDirectory: text,
  clusterType: text,
  prerequisites: listOf(text),
  optionalPrerequisites: listOf(text),
  scripts: mapOf(text),
  readiness: orNull(shaped({ probe: map, intervalMs: number, timeoutMs: number, successThreshold: number })),
  timeouts: mapOf(number),
  retries: map,
  strictShell: flag,
  outputs: mapOf(text),
  outputsFile: ifThere(text),
  follows: ifThere(listOf(text)),
  followed: ifThere(mapOf(text)),
  deploymentsFile: ifThere(text),
  description: orNull(text),
  tags: listOf(text),
  protected: flag,
}

const STEP: Shape = {
  id: text,
  service: text,
  operator: oneOf(...OPERATORS),
  needs: listOf(text),
  after: listOf(text),
  deployments: ifThere(listOf(text)),
}

/** By type; entries of other types are of a later paictl, and nobody's concern. */
const ENTRIES: Readonly<Record<string, Shape>> = {
  opened: { run: text, owner: shaped({ pid: number, startTime: text, boot: text, host: text }) },
  intent: { step: text },
  script: { step: text, role: text, attempt: number, pid: number, startTime: text, boot: text },
  outcome: { step: text, outcome: shaped({ status: oneOf('done', 'failed', 'blocked', 'cancelled') }) },
  rollback: { steps: listOf(shaped(STEP)) },
}

const OWNER: Shape = {
  ...{ pid: number, startTime: text, boot: text, host: text },
  ...{ command: text, since: text, nonce: text },
}

const SHAPES: Readonly<Record<StateFileKind, Shape>> = {
  cluster: { clusterId: text, project: text, createdAt: text },
  record: {
    name: text,
    kind: oneOf('service', 'job'),
    phase: oneOf(
      ...['never-started', 'starting', 'running', 'completed', 'failed', 'interrupted'],
      ...['stopping', 'stopped', 'deleting', 'refreshing'],
    ),
    since: text,
    run: text,
    held: flag,
    applied: orNull(shaped(APPLIED)),
    startedVersion: orNull(text),
    failedStart: orNull(text),
    problem: orNull(text),
    boot: text,
    dataGeneration: number,
    prerequisiteGenerations: mapOf(number),
    durations: mapOf(number),
  },
  lock: OWNER,
  leases: {
    leases: listOf(
      shaped({ ...OWNER, run: orNull(text), planning: flag, exclusive: listOf(text), shared: listOf(text) }),
    ),
  },
  plan: {
    run: text,
    verb: text,
    startedAt: text,
    command: text,
    owner: map,
    fingerprints: mapOf(text),
    plan: shaped({ steps: listOf(shaped(STEP)), left: list }),
    declarations: ifThere(mapOf(text)),
  },
  summary: {
    run: text,
    verb: text,
    startedAt: text,
    endedAt: text,
    exitCode: number,
    outcomes: mapOf(map),
    left: list,
  },
}
