import { graphOf } from '../../../src/engine/graph.ts'
import type { Planned, Situation } from '../../../src/engine/plan/situation.ts'
import type { Change } from '../../../src/model/change.ts'
import type { Observed, ServiceState } from '../../../src/model/observed.ts'
import type { FailedStart, Phase } from '../../../src/model/record.ts'
import type { ServiceKind } from '../../../src/model/service.ts'
import { printPlan } from '../../../src/ui/plan-text.ts'
import { makeApplied, makeRecord, makeService, spanIn } from './services.ts'

/** One service of a situation, as far as it differs from one that was never started. */
export interface Given {
  /** Names; one that ends in `?` is optional. */
  readonly needs?: readonly string[]
  /** What it was started with, where that is not `needs`. */
  readonly neededThen?: readonly string[]
  readonly kind?: ServiceKind
  readonly state?: ServiceState
  /** What is recorded, where the state does not say it. */
  readonly phase?: Phase
  readonly detail?: string
  readonly failedStart?: FailedStart
  /** `false`: it has nothing that can be asked. */
  readonly probe?: boolean
  /** It answers, where the state does not say it. */
  readonly answers?: boolean
  /** It is recorded as stopped by hand, where the state does not say it. */
  readonly held?: boolean
  /** Its last start has not confirmed what it was started with. */
  readonly unconfirmed?: boolean
  /** Its fingerprint is not the one that it was started with. */
  readonly changed?: boolean
  /** What is otherwise then. */
  readonly changes?: readonly Change[]
  /** It declares `restart-with-prerequisites`. */
  readonly follows?: boolean
  readonly refreshScript?: boolean
  /** `false`: the project does not have it any more. */
  readonly declared?: boolean
  readonly dataGeneration?: number
  readonly computedFrom?: Readonly<Record<string, number>>
  /** The deployments that it was last started or refreshed with, each with the hash of what it saw of it. */
  readonly followed?: Readonly<Record<string, string>>
  /** The run that it was last started in. */
  readonly version?: string
}

/** Builds what a planner knows from a few words a service. */
export function situation(given: Readonly<Record<string, Given>>): Situation {
  const declared = Object.entries(given).filter(([, one]) => one.declared !== false)
  const services = declared.map(([name, { needs, kind = 'service', refreshScript, follows = false }]) =>
    makeService(name, needs, {
      kind,
      restartWithPrerequisites: follows,
      scripts: refreshScript ? { refresh: { value: 'refresh.sh', span: spanIn(name, 1) } } : {},
    }),
  )
  return {
    services: new Map(services.map((service) => [service.name, service])),
    declared: graphOf(services),
    observed: new Map(Object.entries(given).map(([name, one]) => [name, observedOf(name, one)])),
    fingerprints: new Map(declared.map(([name, { changed }]) => [name, changed ? 'other' : 'same'])),
    changes: (name) => given[name]?.changes ?? [],
  }
}

/** The plan as `--dry-run` prints it, line by line; there must be nothing that speaks against it. */
export function planText({ plan, problems }: Planned): string[] {
  if (problems.length > 0) throw new Error(`refused: ${JSON.stringify(problems)}`)
  return printPlan(plan).split('\n')
}

/** Why there is no plan: the codes with their data. */
export const refusals = ({ problems }: Planned): unknown[] => problems.map(({ code, data }) => ({ code, ...data }))

function observedOf(name: string, given: Given): Observed {
  const { state = 'never-started', detail = '', probe = true } = given
  const phase = given.phase ?? PHASES[state]
  const needs = given.neededThen ?? given.needs ?? []
  const prerequisites = needs.filter((need) => !need.endsWith('?'))
  const optionalPrerequisites = needs.filter((need) => need.endsWith('?')).map((need) => need.replace('?', ''))
  const record = makeRecord(name, {
    kind: given.kind ?? 'service',
    phase,
    held: given.held ?? state === 'held',
    failedStart: given.failedStart ?? null,
    applied: makeApplied(name, {
      prerequisites,
      optionalPrerequisites,
      version: given.version ?? 'run-1',
      ...(given.unconfirmed && { fingerprint: '' }),
      ...(given.followed && { followed: given.followed }),
    }),
    dataGeneration: given.dataGeneration ?? 0,
    prerequisiteGenerations: given.computedFrom ?? {},
  })
  const up = given.answers || state === 'running' || state === 'completed' || state === 'foreign'
  const answer = up ? ({ status: 'up', detail: 'port 80 answers' } as const) : DOWN
  const known = phase !== 'never-started' || given.dataGeneration !== undefined
  return { name, record: known ? record : undefined, answer: probe ? answer : undefined, state, detail }
}

const DOWN = { status: 'down', dead: false, detail: 'nothing answers' } as const

const PHASES: Readonly<Record<ServiceState, Phase>> = {
  running: 'running',
  unknown: 'running',
  orphan: 'running',
  stopped: 'stopped',
  held: 'stopped',
  failed: 'failed',
  completed: 'completed',
  interrupted: 'interrupted',
  'never-started': 'never-started',
  foreign: 'never-started',
  starting: 'starting',
  stopping: 'stopping',
  refreshing: 'refreshing',
  deleting: 'deleting',
}
