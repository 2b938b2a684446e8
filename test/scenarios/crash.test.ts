import { describe, expect, test } from 'vitest'
import { Arena } from '../rig/arena.ts'
import { crash } from '../rig/crash.ts'
import type { CrashVerb } from '../rig/crash-claims.ts'
import { crashGraph } from '../rig/crash-graph.ts'
import { crowd, crowdFiles } from '../rig/crowd.ts'
import { begun, overlaps } from '../rig/trace.ts'
import { until } from '../rig/until.ts'

// paictl is killed with SIGKILL at every entry of its journal: before it is written, in the middle, and after. Then it is
// resumed. What became of the services is asked of their processes and of the trace that their scripts left.

const WHEN = ['before', 'torn', 'after'] as const

describe.concurrent('killed at every entry of the journal, and resumed', { timeout: 900_000 }, () => {
  const cycles: readonly (readonly CrashVerb[])[] = [
    ['start', 'refresh', 'stop'],
    // Only to have something to delete, started without being killed.
    ['start', 'delete'],
  ]
  for (const [shift, verbs] of cycles.entries()) {
    const killed = shift === 0 ? verbs : verbs.slice(1)
    test(killed.join(', '), async ({ onTestFinished }) => {
      const arena = new Arena()
      onTestFinished(() => arena.remove())
      let kills = 0
      const open = new Set(killed)
      for (let position = 1; open.size > 0; position += 1) {
        for (const verb of verbs) {
          // What is refreshed has something new to take in.
          const components = crashGraph(verb === 'refresh' ? 2 * position + 1 : 2 * position)
          if (verb !== 'stop') for (const one of components) arena.declare(one)
          const places = killed.includes(verb) ? [`journal:${WHEN[position % WHEN.length]}:${position}`] : []
          const times = await crash(arena, components, verb, places)
          kills += times
          if (times === 0) open.delete(verb)
        }
      }
      expect(kills).toBeGreaterThan(30 * killed.length)
    })
  }

  test('a start that is taken back', async ({ onTestFinished }) => {
    const arena = new Arena()
    onTestFinished(() => arena.remove())
    const components = crashGraph(1)
    for (const one of components) arena.declare(one)
    arena.setFailing('start', 's10', true)
    let kills = 0
    // Each fourth entry: the starts are those of the other tests.
    for (let position = 4, killed = 1; killed > 0; position += 4) {
      killed = await crash(arena, components, 'rollback', [`journal:${WHEN[(position / 4) % WHEN.length]}:${position}`])
      kills += killed
    }
    expect(kills).toBeGreaterThan(11)
  })

  test('a start that was about to be taken back', async ({ onTestFinished }) => {
    const arena = new Arena()
    onTestFinished(() => arena.remove())
    const [one, other] = crashGraph(1).slice(0, 2)
    if (one === undefined || other === undefined) throw new Error('there are twelve')
    const components = [one, { ...other, prerequisites: [one.name] }]
    for (const component of components) arena.declare(component)
    arena.setFailing('start', other.name, true)
    // Two starts are over, with an intent, a script and an outcome each; that it is taken back comes after.
    expect(await crash(arena, components, 'rollback', ['journal:after:7'])).toBe(1)
  })

  test('a start of so many that others start the scripts', async ({ onTestFinished }) => {
    const arena = new Arena()
    onTestFinished(() => arena.remove())
    const members = crowd(80, () => 0.5)
    for (const member of members) for (const [path, text] of crowdFiles(member)) arena.write(path, text)
    for (const place of ['journal:before:40', 'journal:after:90', 'journal:torn:30']) {
      arena.forgetTrace()
      const killed = await arena.paictl(['service', 'start', '--all'], place)
      expect([place, killed.code]).toEqual([place, null])
      // Who starts scripts for paictl does not outlive it, but for those scripts.
      await until(() => arena.processes().length === 0, 'the end of all processes')
      const resumed = await arena.paictl(['resume'])
      expect([place, resumed]).toEqual([place, { ...resumed, code: 0 }])
      expect([place, overlaps(arena.trace())]).toEqual([place, []])
      // What was in flight is stopped before it is started once more.
      const started = [...begun(arena.trace()).keys()].filter((step) => step.startsWith('start '))
      expect([place, started.sort()]).toEqual([place, members.map(({ name }) => `start ${name}`)])
      expect((await arena.paictl(['service', 'stop', '--all'])).code).toBe(0)
    }
  })
})
