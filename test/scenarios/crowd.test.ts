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

describe('a thousand services of which one in ten fails', { timeout: 120_000 }, () => {
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
})

function begin(onTestFinished: (act: () => void) => void): { arena: Arena; members: readonly CrowdMember[] } {
  const arena = new Arena()
  onTestFinished(() => arena.remove())
  const members = crowd(COUNT, seeded(SEED))
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
