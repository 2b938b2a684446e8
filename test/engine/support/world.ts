import { type Execution, execute, type RunResult } from '../../../src/engine/execute/execute.ts'
import { Interruption } from '../../../src/engine/execute/interruption.ts'
import { tableOf } from '../../../src/engine/followed.ts'
import { graphOf } from '../../../src/engine/graph.ts'
import type { Ports, ScriptEnd, ScriptRequest, Survivors } from '../../../src/engine/ports.ts'
import type { RunEvent } from '../../../src/model/event.ts'
import type { ProbeAnswer } from '../../../src/model/observed.ts'
import type { Plan, Step, Verb } from '../../../src/model/plan.ts'
import type { ServiceRecord } from '../../../src/model/record.ts'
import type { RenderedService } from '../../../src/model/rendered.ts'
import type { JournalEntry } from '../../../src/model/run.ts'
import type { Operator } from '../../../src/model/service.ts'
import { makeApplied } from './services.ts'

/** What a world does that is not simply well. */
export interface Behaviour {
  readonly records?: readonly ServiceRecord[]
  readonly script?: (request: ScriptRequest) => ScriptEnd | Promise<ScriptEnd>
  readonly status?: (service: string) => ProbeAnswer
  readonly ready?: (service: string) => ProbeAnswer
  readonly survivors?: Partial<Survivors>
  /** Called with each line of the trail before it counts; may throw. */
  readonly before?: (line: string) => void
}

/** A world in memory. `trail` tells what was done to it, in order. */
export interface World extends Ports {
  readonly trail: string[]
  readonly events: RunEvent[]
  readonly entries: JournalEntry[]
  record(service: string): ServiceRecord | undefined
}

export const UP: ProbeAnswer = { status: 'up', detail: 'it answers' }
export const DOWN: ProbeAnswer = { status: 'down', dead: false, detail: 'nothing answers' }
export const DEAD: ProbeAnswer = { status: 'down', dead: true, detail: 'pid 7 is gone' }
export const UNKNOWN: ProbeAnswer = { status: 'unknown', detail: 'no answer within 5s' }
export const exited = (exitCode: number): ScriptEnd => ({ kind: 'exited', exitCode })

/** Noon of a day; the clock moves only when somebody sleeps. */
export const NOON = Date.parse('2026-05-06T12:00:00Z')

export function createWorld(behaviour: Behaviour = {}): World {
  const trail: string[] = []
  const events: RunEvent[] = []
  const journal: JournalEntry[] = []
  const records = new Map((behaviour.records ?? []).map((record) => [record.name, record]))
  let now = NOON
  const note = (line: string): void => {
    behaviour.before?.(line)
    trail.push(line)
  }
  return {
    trail,
    events,
    entries: journal,
    record: (service) => records.get(service),
    report: (event) => void events.push(event),
    goOn: () => trail.push('go on'),
    random: () => 0.5,
    clock: {
      now: () => now,
      sleep: async (ms, signal) => {
        if (!signal.aborted) now += ms
      },
    },
    scripts: {
      run: async (request) => {
        note(`run ${request.script} of ${request.service}`)
        return (await behaviour.script?.(request)) ?? exited(0)
      },
      interrupt: () => {},
    },
    probes: {
      status: async ({ service }) => {
        note(`ask status of ${service}`)
        return behaviour.status?.(service) ?? UP
      },
      ready: async ({ service }) => {
        note(`ask readiness of ${service}`)
        return behaviour.ready?.(service) ?? UP
      },
    },
    records: {
      read: (service) => records.get(service),
      write: (record) => {
        note(`record ${record.name} ${record.phase}`)
        records.set(record.name, record)
      },
      forget: (service) => void records.delete(service),
    },
    workspace: {
      stage: ({ service, readiness = null, fingerprint, deployments }, run) => {
        note(`stage ${service.name}`)
        const scripts = Object.fromEntries(Object.entries(service.scripts).map(([role, one]) => [role, one.value]))
        const { retries } = service
        const followed = deployments && { followed: tableOf(deployments) }
        return makeApplied(service.name, { version: run, scripts, readiness, fingerprint, retries, ...followed })
      },
      prune: (service, keep) => note(`prune ${service}, keep ${keep.join(' ')}`.trim()),
      removeData: (service) => note(`remove data of ${service}`),
      clearRunDirectory: (service) => note(`clear run directory of ${service}`),
    },
    journal: { append: (entry) => void journal.push(entry) },
    survivors: { of: () => [], isAlive: () => false, end: async () => {}, ...behaviour.survivors },
    logs: {
      path: (service, run, operator) => `/logs/${service}/${run}.${operator}.log`,
      size: () => 0,
      append: (path, line) => note(`log ${path}: ${line}`),
      tail: (path, lines) => [`the last ${lines} lines of ${path}`],
    },
  }
}

/** Steps from their ids, `start:db`; in a list, what it needs after it, or with a `?` only comes after. */
export function steps(...ids: readonly (string | readonly [id: string, ...needs: string[]])[]): Step[] {
  return ids.map((entry) => {
    const [id, ...needs] = typeof entry === 'string' ? [entry] : entry
    const [operator = '', service = ''] = id.split(':')
    return {
      id,
      service,
      operator: operator as Operator,
      source: operator === 'start' || operator === 'refresh' ? 'tree' : 'applied',
      adopt: false,
      cause: { selected: { by: 'request' }, trigger: { kind: 'asked' } },
      needs: needs.filter((need) => !need.endsWith('?')),
      after: needs.filter((need) => need.endsWith('?')).map((need) => need.replace('?', '')),
    }
  })
}

/** Carries out steps in a world, as run `run-2`. */
export function carryOut(
  world: World,
  verb: Verb,
  planned: readonly Step[],
  rendered: readonly RenderedService[] = [],
  more: Partial<Execution> & Partial<Pick<Plan, 'left'>> = {},
): Promise<RunResult> {
  const { left = [], ...rest } = more
  return execute(
    {
      plan: { verb, steps: planned, left },
      cluster: { id: 'test', type: 'local' },
      run: 'run-2',
      rendered: new Map(rendered.map((one) => [one.service.name, one])),
      declared: graphOf(rendered.map((one) => one.service)),
      boot: 'boot-2',
      parallel: 4,
      onFailure: 'continue',
      interruption: new Interruption(),
      ...rest,
    },
    world,
  )
}
