import { describe, expect, test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import { type CrowdMember, crowd, crowdFiles } from '../rig/crowd.ts'
import { seeded } from '../rig/random.ts'
import { statusHere } from '../rig/status-here.ts'
import { begun, type Entry } from '../rig/trace.ts'

// A thousand services, of which every tenth fails at its start: what each policy has to make of that, by the scripts' trace.

const SEED = Number(process.env.CROWD_SEED ?? 20_261_120)
const COUNT = 1000
const PARALLEL = 10
const START = ['service', 'start', '--all', '--parallel', String(PARALLEL), '--output', 'json']

describe('a thousand services of which one in ten fails', { timeout: 600_000 }, () => {
  test('continue: all that does not stand on a failure', async ({ onTestFinished }) => {
    const { arena, members } = begin(onTestFinished)
    const { code, stdout } = await arena.paictl([...START, '--on-failure', 'continue'])
    expect(code).toBe(1)
    const expected = new Map<string, string>()
    for (const { name, prerequisites, fails } of members) {
      const stands = prerequisites.every((other) => expected.get(other) === 'done')
      expected.set(name, stands ? (fails ? 'failed' : 'done') : 'blocked')
    }
    const count = (status: string): number => [...expected.values()].filter((one) => one === status).length
    for (const status of ['done', 'failed', 'blocked']) expect([status, count(status) > 50]).toEqual([status, true])

    const trace = arena.trace()
    const starts = [...expected].filter(([, status]) => status !== 'blocked').map(([name]) => [`start ${name}`, 1])
    expect([...begun(trace)].sort()).toEqual(starts)
    expect(early(trace, members)).toEqual([])
    expect(outcomes(stdout)).toEqual(expected)
    const states = { done: 'running', failed: 'failed', blocked: 'never-started' } as const
    const wanted = [...expected].map(([name, status]) => [name, states[status as keyof typeof states]])
    expect([...(await statusHere(arena))]).toEqual(wanted)
  })

  test('stop: nothing begins after the first failure', async ({ onTestFinished }) => {
    const { arena, members } = begin(onTestFinished)
    const { code, stdout } = await arena.paictl([...START, '--on-failure', 'stop'])
    expect(code).toBe(1)
    const trace = arena.trace()
    const failure = trace.findIndex(({ what, detail }) => what === 'end' && detail === '1')
    const later = trace.slice(failure).filter(({ what }) => what === 'begin')
    // What was being started when the first failure was seen, and what a slot had been given to.
    expect(later.length).toBeLessThanOrEqual(2 * PARALLEL)
    expect(early(trace, members)).toEqual([])
    const ended = outcomes(stdout)
    const begins = new Set(trace.map(({ service }) => service))
    for (const { name, fails } of members) {
      const expected = begins.has(name) ? [fails ? 'failed' : 'done'] : ['cancelled', 'blocked']
      expect([name, expected]).toEqual([name, expect.arrayContaining([ended.get(name)])])
    }
  })

  test('rollback: all that was started is stopped, and what ran before runs on', async ({ onTestFinished }) => {
    const { arena, members } = begin(onTestFinished, true)
    const before = members.filter(({ prerequisites, fails }) => prerequisites.length === 0 && !fails).slice(0, 20)
    const first = await arena.paictl(['service', 'start', ...before.map(({ name }) => name)])
    expect(first.code).toBe(0)
    arena.forgetTrace()
    const { code } = await arena.paictl([...START, '--on-failure', 'rollback'])
    expect(code).toBe(1)
    const trace = arena.trace()
    const ends = (operator: string): string[] =>
      trace.flatMap((entry) => (entry.what === 'end' && entry.operator === operator ? [entry.service] : [])).sort()
    const ran = new Set(before.map(({ name }) => name))
    // Nobody can say whether what has no probe runs: it is started again, and was not started by this run alone.
    const started = ends('start').filter((name) => !ran.has(name))
    expect(started.length).toBeGreaterThan(300)
    expect(ends('stop')).toEqual(started)
    const turn = trace.findIndex(({ what, operator }) => what === 'begin' && operator === 'stop')
    expect(trace.slice(turn).filter(({ operator }) => operator === 'start')).toEqual([])
    expect(early(trace, members)).toEqual([])
    expect(tooEarlyStopped(trace, members)).toEqual([])
    const running = [...(await statusHere(arena))].flatMap(([name, state]) => (state === 'running' ? [name] : []))
    expect(running).toEqual([...ran].sort())
  })
})

function begin(
  onTestFinished: (act: () => void) => void,
  late = false,
): { arena: Arena; members: readonly CrowdMember[] } {
  const arena = new Arena()
  onTestFinished(() => arena.remove())
  const members = crowd(COUNT, seeded(SEED), late)
  for (const member of members) for (const [path, text] of crowdFiles(member)) arena.write(path, text)
  return { arena, members }
}

/** Starts that began before what they need had ended well. */
function early(trace: readonly Entry[], members: readonly CrowdMember[]): string[] {
  const needs = new Map(members.map(({ name, prerequisites }) => [name, prerequisites]))
  const ready = new Set<string>()
  const problems: string[] = []
  for (const { what, operator, service, detail } of trace) {
    if (operator !== 'start') continue
    if (what === 'end' && detail === '0') ready.add(service)
    const missing = what === 'begin' ? needs.get(service)?.filter((other) => !ready.has(other)) : []
    if (missing?.length) problems.push(`${service} before ${missing.join(', ')}`)
  }
  return problems
}

/** Stops that began before those had ended that need the service and were started with it. */
function tooEarlyStopped(trace: readonly Entry[], members: readonly CrowdMember[]): string[] {
  const upper = new Map<string, string[]>()
  for (const { name, prerequisites } of members) {
    for (const other of prerequisites) upper.set(other, [...(upper.get(other) ?? []), name])
  }
  const up = new Set<string>()
  const problems: string[] = []
  for (const { what, operator, service } of trace) {
    if (operator === 'start' && what === 'end') up.add(service)
    if (operator === 'stop' && what === 'end') up.delete(service)
    const still = operator === 'stop' && what === 'begin' ? upper.get(service)?.filter((other) => up.has(other)) : []
    if (still?.length) problems.push(`${service} before ${still.join(', ')}`)
  }
  return problems
}

/** Of each service the status of its start, by the events that were printed. */
function outcomes(events: string): ReadonlyMap<string, string> {
  const ended = events
    .split('\n')
    .filter(Boolean)
    .map(
      (line) => JSON.parse(line) as { type: string; service?: string; operator?: string; outcome?: { status: string } },
    )
    .flatMap(({ type, service, operator, outcome }) =>
      type === 'step-ended' && operator === 'start' ? [[service ?? '', outcome?.status ?? ''] as const] : [],
    )
  return new Map([...ended].sort())
}
