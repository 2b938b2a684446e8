import { describe, expect, test } from 'vitest'
import { type Candidate, deriveState, observe, observeAll, type Surroundings } from '../../src/engine/observe.ts'
import type { ProbeRequest, Prober } from '../../src/engine/ports.ts'
import type { ProbeAnswer, ServiceState } from '../../src/model/observed.ts'
import type { Phase, ServiceRecord } from '../../src/model/record.ts'
import type { Readiness } from '../../src/model/service.ts'
import { makeApplied, makeRecord } from './support/services.ts'

const UP: ProbeAnswer = { status: 'up', detail: 'port 80 answers' }
const DOWN: ProbeAnswer = { status: 'down', dead: false, detail: 'nothing answers' }
const DEAD: ProbeAnswer = { status: 'down', dead: true, detail: 'pid 7 is gone' }
const UNKNOWN: ProbeAnswer = { status: 'unknown', detail: 'no answer within 5s' }

const HERE: Surroundings = { boot: 'boot-1', clusterType: 'local', runIsOn: () => false }
const REBOOTED: Surroundings = { ...HERE, boot: 'boot-2' }

type Given = Partial<ServiceRecord> | undefined

function derive(given: Given, answer: ProbeAnswer | undefined, surroundings = HERE, declared = true) {
  const record = given && makeRecord('db', given)
  return deriveState({ name: 'db', kind: record?.kind ?? 'service', record, declared }, answer, surroundings)
}

/** In the columns: without a probe, up, down, dead, unknown, without a probe after a reboot. */
const ANSWERS = [undefined, UP, DOWN, DEAD, UNKNOWN] as const

const states = (given: Given): ServiceState[] => [
  ...ANSWERS.map((answer) => derive(given, answer).state),
  derive(given, undefined, REBOOTED).state,
]

describe('of a service', () => {
  test.each<[Phase, Partial<ServiceRecord>, ServiceState[]]>([
    [
      'never-started',
      {},
      ['never-started', 'foreign', 'never-started', 'never-started', 'never-started', 'never-started'],
    ],
    ['running', {}, ['running', 'running', 'failed', 'failed', 'unknown', 'unknown']],
    ['stopped', {}, ['stopped', 'foreign', 'stopped', 'stopped', 'stopped', 'stopped']],
    ['stopped', { held: true }, ['held', 'foreign', 'held', 'held', 'held', 'held']],
    ['failed', {}, ['failed', 'running', 'failed', 'failed', 'unknown', 'failed']],
    ['failed', { failedStart: 'readiness' }, ['failed', 'running', 'failed', 'failed', 'unknown', 'failed']],
    ['failed', { failedStart: 'script' }, ['failed', 'foreign', 'failed', 'failed', 'unknown', 'failed']],
    ['interrupted', {}, ['interrupted', 'running', 'interrupted', 'interrupted', 'unknown', 'interrupted']],
    ['starting', {}, ['interrupted', 'interrupted', 'interrupted', 'interrupted', 'unknown', 'interrupted']],
    ['refreshing', {}, ['interrupted', 'interrupted', 'interrupted', 'interrupted', 'unknown', 'interrupted']],
    ['stopping', {}, ['interrupted', 'interrupted', 'interrupted', 'interrupted', 'unknown', 'interrupted']],
    ['deleting', {}, ['interrupted', 'interrupted', 'interrupted', 'interrupted', 'unknown', 'interrupted']],
  ])('recorded as %s %o', (phase, more, expected) => {
    expect(states({ phase, ...more })).toEqual(expected)
  })

  test('without a record', () => {
    expect(states(undefined)).toEqual(states({ phase: 'never-started' }))
    expect(derive(undefined, UP)).toEqual({ state: 'foreign', detail: 'not started from here, yet port 80 answers' })
  })

  test('a status-script knows its own process, whatever became of the start script', () => {
    const applied = makeApplied('db', { scripts: { status: 'status.sh' } })
    const problem = 'its start script exited with code 3'
    expect(derive({ phase: 'failed', failedStart: 'script', applied, problem }, UP)).toEqual({
      state: 'running',
      detail: problem,
    })
    expect(derive({ phase: 'failed', failedStart: 'script', problem }, UP)).toEqual({
      state: 'foreign',
      detail: 'its start failed, yet port 80 answers',
    })
  })

  test('what went wrong last is said also of what runs', () => {
    const problem = 'its refresh script exited with code 3'
    expect(derive({ problem }, UP)).toEqual({ state: 'running', detail: problem })
    expect(derive({ problem }, undefined)).toEqual({ state: 'running', detail: problem })
    expect(derive({ kind: 'job', phase: 'completed', problem }, UP)).toEqual({ state: 'completed', detail: problem })
  })

  test('that it answers does not say that what was begun is done', () => {
    expect(derive({ phase: 'refreshing' }, UP)).toEqual({ state: 'interrupted', detail: 'its refresh was interrupted' })
    const job = { kind: 'job', phase: 'refreshing' } as const
    expect(derive(job, UP)).toEqual({ state: 'completed', detail: 'its refresh was interrupted' })
  })

  test('a reboot makes only local services unknown', () => {
    expect(derive({}, undefined, { ...REBOOTED, clusterType: 'k8s' }).state).toBe('running')
    expect(derive({}, UP, REBOOTED).state).toBe('running')
    expect(derive({}, undefined, REBOOTED).detail).toBe('the machine was restarted since, and it has no probe to ask')
  })
})

describe('of a job', () => {
  test.each<[Phase, Partial<ServiceRecord>, ServiceState[]]>([
    ['never-started', {}, Array.from({ length: 6 }, () => 'never-started')],
    ['completed', {}, ['completed', 'completed', 'stopped', 'stopped', 'completed', 'completed']],
    ['failed', {}, Array.from({ length: 6 }, () => 'failed')],
    ['stopped', {}, Array.from({ length: 6 }, () => 'stopped')],
    ['stopped', { held: true }, Array.from({ length: 6 }, () => 'held')],
    ['starting', {}, Array.from({ length: 6 }, () => 'interrupted')],
    ['interrupted', {}, Array.from({ length: 6 }, () => 'interrupted')],
    ['refreshing', {}, ['interrupted', 'completed', 'interrupted', 'interrupted', 'interrupted', 'interrupted']],
  ])('recorded as %s %o', (phase, more, expected) => {
    expect(states({ kind: 'job', phase, ...more })).toEqual(expected)
  })

  test('says what became of its result', () => {
    expect(derive({ kind: 'job', phase: 'completed' }, DOWN).detail).toBe('its result is gone: nothing answers')
  })
})

test('what a run is acting on is believed for as long as that is on, and nothing else', () => {
  const busy = { ...HERE, runIsOn: (name: string) => name === 'db' }
  const elsewhere = { ...HERE, runIsOn: (name: string) => name !== 'db' }
  for (const phase of ['starting', 'stopping', 'refreshing', 'deleting'] as const) {
    expect(derive({ phase }, DOWN, busy)).toEqual({ state: phase, detail: '' })
    expect(derive({ phase }, DOWN, elsewhere).state).toBe('interrupted')
  }
  expect(derive({ phase: 'running' }, DOWN, busy).state).toBe('failed')
})

test('what the project no longer has is an orphan as long as something of it may be alive', () => {
  const undeclared = (given: Given, answer?: ProbeAnswer) => derive(given, answer, HERE, false)
  expect(undeclared({})).toMatchObject({
    state: 'orphan',
    detail: expect.stringMatching(/^no longer in the project; /),
  })
  expect(undeclared({ phase: 'failed', problem: 'exit 3' }).detail).toBe('no longer in the project; exit 3')
  expect(undeclared({ phase: 'running' }, UP).detail).toBe('no longer in the project; running')
  expect(undeclared({ phase: 'interrupted' }, UNKNOWN).state).toBe('orphan')
  expect(undeclared({ phase: 'stopped', held: true }).state).toBe('held')
  expect(undeclared({ phase: 'stopped' }, UP).state).toBe('foreign')
  expect(undeclared({ kind: 'job', phase: 'completed' }, DOWN).state).toBe('stopped')
  expect(undeclared({ phase: 'never-started' }).state).toBe('never-started')
})

/** Answers everything with `up`, and remembers what it was asked. */
function recordingProber(): Prober & { readonly asked: string[] } {
  const asked: string[] = []
  const note = (what: string, { service, run }: ProbeRequest) =>
    asked.push(`${what} of ${service} as started in ${run}`)
  return {
    asked,
    status: async (request) => {
      note(request.script, request)
      return UP
    },
    ready: async (request) => {
      note(request.probe.kind, request)
      return UP
    },
  }
}

const readiness = (probe: Readiness['probe']): Readiness => ({
  probe,
  intervalMs: 1000,
  timeoutMs: 1000,
  successThreshold: 1,
})

const candidate = (more: Partial<Candidate>): Candidate => ({
  name: 'db',
  kind: 'service',
  record: makeRecord('db'),
  target: makeApplied('db'),
  declared: true,
  ...more,
})

test('asks the status-script, else the readiness probe where it can be asked; a job only its status-script', async () => {
  const tcp = readiness({ kind: 'tcp', host: 'localhost', port: 80 })
  const status = { status: 'status.sh' }
  const asked = async (more: Partial<Candidate>): Promise<string[]> => {
    const probes = recordingProber()
    const observed = await observe(candidate(more), HERE, { probes })
    expect(observed.answer).toEqual(probes.asked.length > 0 ? UP : undefined)
    return probes.asked
  }
  expect(await asked({ target: makeApplied('db', { scripts: status, readiness: tcp }) })).toEqual([
    'status.sh of db as started in run-1',
  ])
  expect(await asked({ target: makeApplied('db', { readiness: tcp }) })).toEqual(['tcp of db as started in run-1'])
  expect(await asked({ target: makeApplied('db', { readiness: readiness({ kind: 'log', pattern: 'up' }) }) })).toEqual(
    [],
  )
  expect(await asked({ target: makeApplied('db') })).toEqual([])
  expect(await asked({ target: undefined })).toEqual([])
  expect(await asked({ kind: 'job', target: makeApplied('db', { readiness: tcp }) })).toEqual([])
  expect(await asked({ kind: 'job', target: makeApplied('db', { scripts: status }) })).toHaveLength(1)
})

test('asks many side by side, a few at a time, and answers in their order', async () => {
  const waiting: (() => void)[] = []
  let most = 0
  const ready: Prober['ready'] = () =>
    new Promise((resolve) => {
      waiting.push(() => resolve(UP))
      most = Math.max(most, waiting.length)
      // The last that was asked answers first, and only once as many are asked as may be.
      if (waiting.length === 3) for (const answer of waiting.splice(0).reverse()) answer()
    })
  const tcp = makeApplied('x', { readiness: readiness({ kind: 'tcp', host: 'localhost', port: 80 }) })
  const names = ['c', 'a', 'b', 'f', 'e', 'd']
  const observed = await observeAll(
    names.map((name) => candidate({ name, record: makeRecord(name), target: tcp })),
    HERE,
    { probes: { ready, status: async () => DOWN } },
    3,
  )
  expect([...observed.keys()]).toEqual(names)
  expect(observed.get('a')).toMatchObject({ name: 'a', state: 'running', answer: UP })
  expect(most).toBe(3)
})
