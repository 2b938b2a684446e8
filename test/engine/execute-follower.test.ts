import { describe, expect, test } from 'vitest'
import type { RenderFollower } from '../../src/engine/execute/follow.ts'
import { tableOf } from '../../src/engine/followed.ts'
import type { Step } from '../../src/model/plan.ts'
import type { Phase, ServiceRecord } from '../../src/model/record.ts'
import type { FollowedDeployment, RenderedService } from '../../src/model/rendered.ts'
import { err, ok } from '../../src/model/result.ts'
import { makeApplied, makeRecord, makeRendered, makeService, scriptsFor } from './support/services.ts'
import { type Behaviour, carryOut, createWorld, exited, steps } from './support/world.ts'

const ROLES = ['start', 'stop', 'refresh'] as const
const service = makeService('ingress', [], { scripts: scriptsFor(...ROLES) })

const row = (name: string): FollowedDeployment => ({ name, component: 'model', config: {}, outputs: {} })
const tableWith = (...names: string[]) => tableOf(names.map(row))

/** Renders what it is asked for, and writes down with whom. */
function renderer(): { readonly asked: string[][]; readonly render: RenderFollower } {
  const asked: string[][] = []
  const render: RenderFollower = (_, names) => {
    asked.push([...names])
    return ok(rendered(names))
  }
  return { asked, render }
}

const rendered = (names: readonly string[]): RenderedService =>
  makeRendered(service, { deployments: names.map(row), fingerprint: `with ${names.join(' ')}` })

const deployment = (name: string): RenderedService =>
  makeRendered(makeService(name, [], { scripts: scriptsFor('start', 'stop', 'refresh') }))

function following(step: string, deployments: readonly string[], ...after: string[]): Step {
  const [made] = steps([step, ...after.map((id) => `${id}?`)])
  if (made === undefined) throw new Error(step)
  return { ...made, deployments }
}

const ingress = (table: readonly string[], more: Partial<ServiceRecord> = {}): ServiceRecord =>
  makeRecord('ingress', { applied: makeApplied('ingress', { followed: tableWith(...table) }), ...more })

async function run(behaviour: Behaviour, planned: readonly Step[], more: object = {}) {
  const world = createWorld(behaviour)
  const { asked, render } = renderer()
  const all = [deployment('a'), deployment('b'), rendered([])]
  const result = await carryOut(world, 'start', planned, all, { renderFollower: render, ...more })
  return { world, asked, outcome: result.outcomes.get(planned.at(-1)?.id ?? ''), exitCode: result.exitCode }
}

const START = [...steps('start:a', 'start:b'), following('refresh:ingress', ['a', 'b', 'c'], 'start:a', 'start:b')]
const C = makeRecord('c')

describe('a follower', () => {
  test('is rendered when its step begins, with what has come up by then', async () => {
    const { world, asked, outcome } = await run({ records: [C, ingress(['c'])] }, START)
    expect(asked).toEqual([['a', 'b', 'c']])
    expect(outcome).toMatchObject({ status: 'done', warning: null })
    expect(world.trail.indexOf('stage ingress')).toBeGreaterThan(world.trail.indexOf('record b running'))
    expect(world.record('ingress')?.applied).toMatchObject({ followed: tableWith('a', 'b', 'c') })
  })

  test('does without what has failed, and says so', async () => {
    const script: Behaviour['script'] = ({ service, role }) => exited(service === 'b' && role === 'start' ? 1 : 0)
    const { world, asked, outcome, exitCode } = await run({ records: [C, ingress(['c'])], script }, START)
    expect(asked).toEqual([['a', 'c']])
    expect(outcome).toMatchObject({
      status: 'done',
      warning: { kind: 'deployments-left-out', deployments: ['b'] },
    })
    expect(world.trail.join()).toContain('paictl: without b, which did not come up')
    expect(world.record('ingress')?.applied?.followed).toEqual(tableWith('a', 'c'))
    expect(exitCode).toBe(1)
  })

  test.each<[Phase, boolean]>([
    ['running', true],
    ['completed', true],
    ['refreshing', true],
    // Its stop failed, and it was observed to run on.
    ['failed', true],
    ['stopped', false],
    ['deleting', false],
    ['never-started', false],
  ])(
    'of what the plan does nothing with believes what was observed, unless it was ended: %s',
    async (phase, isSeen) => {
      const records = [makeRecord('c', { phase }), ingress([])]
      const { asked } = await run({ records }, [following('refresh:ingress', ['c', 'forgotten'])])
      expect(asked).toEqual([isSeen ? ['c'] : []])
    },
  )

  test('that cannot be rendered fails, with nothing done to it', async () => {
    const render = (): ReturnType<RenderFollower> => err('it cannot be rendered: routes.template:1:1: no such name')
    const before = ingress(['c'])
    const { world, outcome } = await run({ records: [C, before] }, [following('refresh:ingress', ['c'])], {
      renderFollower: render,
    })
    expect(outcome).toMatchObject({
      status: 'failed',
      failure: { reason: { kind: 'system', message: 'it cannot be rendered: routes.template:1:1: no such name' } },
    })
    expect(world.trail).toEqual([])
    expect(world.record('ingress')).toEqual(before)
  })

  test('that cannot be rendered is not stopped to be started again', async () => {
    const asked: string[][] = []
    const render: RenderFollower = (_, names) => {
      asked.push([...names])
      return err('it cannot be rendered: no such name')
    }
    const before = ingress(['a', 'c'])
    const stop = { ...following('stop:ingress', ['a', 'c'], 'start:a'), source: 'applied' } as const
    const [start] = steps(['start:ingress', 'stop:ingress', 'start:a?'])
    const planned = [...steps('start:a'), stop, { ...(start as Step), deployments: ['a', 'c'] }]
    const script: Behaviour['script'] = ({ service }) => exited(service === 'a' ? 1 : 0)
    const { world, outcome } = await run({ records: [C, before], script }, planned, { renderFollower: render })
    expect(outcome).toMatchObject({ status: 'blocked', by: ['ingress'] })
    expect(asked).toEqual([['c']])
    expect(world.trail.filter((line) => line.includes('ingress'))).toEqual([])
    expect(world.record('ingress')).toEqual(before)
  })

  test('that cannot be rendered fails when what an earlier process has left running of it has ended', async () => {
    const left = { service: 'ingress', role: 'refresh', run: 'run-1', pid: 7, time: 0, timeoutMs: null } as const
    const ended: unknown[] = []
    const survivors: Behaviour['survivors'] = {
      of: (name) => (name === 'ingress' ? [left as never] : []),
      isAlive: () => true,
      end: async (one) => void ended.push(one),
    }
    const render = (): ReturnType<RenderFollower> => err('it cannot be rendered: no such name')
    const planned = [following('refresh:ingress', ['c'])]
    const more = { renderFollower: render, endSurvivors: true }
    const { outcome } = await run({ records: [C, ingress(['c'])], survivors }, planned, more)
    expect(outcome).toMatchObject({ status: 'failed' })
    expect(ended).toEqual([left])
  })

  test.each<[string, Behaviour['script']]>([
    ['failed', () => exited(1)],
    ['was interrupted', () => ({ kind: 'cancelled' })],
  ])('whose refresh %s is not known to have either table', async (_, script) => {
    const planned = [following('refresh:ingress', ['b', 'c'])]
    const records = [makeRecord('b'), C, ingress(['a', 'c'])]
    const { world } = await run({ records, ...(script && { script }) }, planned)
    expect(world.record('ingress')?.applied).toMatchObject({
      version: 'run-1',
      followed: { a: '', b: '', c: tableWith('c').c },
    })
  })

  test('that was starting when paictl died is started again where its deployments are others by now', async () => {
    const half = ingress([], {
      phase: 'starting',
      run: 'run-2',
      startedAs: 'with a c',
      startedVersion: 'run-2',
      applied: makeApplied('ingress', {
        version: 'run-2',
        fingerprint: '',
        scripts: { start: 'start.sh', stop: 'stop.sh', status: 'status.sh' },
        followed: tableWith('a', 'c'),
      }),
    })
    const resumed = (name: string) => ({
      resumed: { outcomes: new Map(), inFlight: new Set(['start:ingress']), rollback: [], version: name },
    })
    const planned = [following('start:ingress', ['a', 'c'])]
    const same = await run({ records: [makeRecord('a'), C, half] }, planned, resumed('run-2-2'))
    expect(same.world.trail.filter((line) => line.startsWith('run '))).toEqual([])
    expect(same.world.record('ingress')).toMatchObject({ phase: 'running', applied: { fingerprint: 'with a c' } })
    const other = await run({ records: [C, half] }, planned, resumed('run-2-2'))
    expect(other.world.trail.filter((line) => line.startsWith('run '))).toEqual([
      'run stop.sh of ingress',
      'run start.sh of ingress',
    ])
    expect(other.world.record('ingress')?.applied?.followed).toEqual(tableWith('c'))
  })
})
