import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { Arena, type ArenaCommand } from '../rig/arena.ts'
import type { ArenaComponent } from '../rig/arena-component.ts'
import { begun, overlaps, stillNeeded, unready } from '../rig/trace.ts'
import { until } from '../rig/until.ts'

// A script that is under way when paictl is killed lives on. Nothing else of its service may run before it is gone.

const EVENTS = JSON.parse(readFileSync(new URL('../../schemas/events.schema.json', import.meta.url), 'utf8'))

const VERBS = ['start', 'refresh', 'stop', 'delete'] as const
type Verb = (typeof VERBS)[number]

describe.concurrent('a script that outlives its paictl', { timeout: 120_000 }, () => {
  for (const verb of VERBS) {
    test(`${verb}: is awaited by resume`, async ({ onTestFinished }) => {
      const { arena, gate, command } = await killedAtItsGate(verb, onTestFinished)
      await resting(arena, command(['resume', '--output', 'json']), verb)
      await gate.open()
      await expectEnd(arena, verb)
    })

    test(`${verb}: is awaited by resume, though its beginning was not written down`, async ({ onTestFinished }) => {
      const { arena, gate, command } = await killedAtItsGate(verb, onTestFinished, 'unwritten')
      await resting(arena, command(['resume', '--output', 'json']), verb)
      await gate.open()
      await expectEnd(arena, verb)
    })

    test(`${verb}: is ended by resume --end-survivors`, async ({ onTestFinished }) => {
      const { arena, gate, command } = await killedAtItsGate(verb, onTestFinished)
      gate.remove()
      const { code, stdout, stderr } = await command(['resume', '--end-survivors', '--output', 'json']).finished
      expect([code, stdout, stderr]).toEqual([0, expect.any(String), expect.any(String)])
      const events = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))
      const ended = events.filter(({ type }) => type === 'survivor-ended')
      expect(ended).toEqual([expect.objectContaining({ service: 'b', role: verb, because: 'asked' })])
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(EVENTS)
      expect([validate(ended[0]), validate.errors]).toEqual([true, null])
      expect(arena.trace().map(({ what }) => what)).toContain('ended')
      // It was ended before it had done anything.
      expect(begun(arena.trace()).get(`${verb} b`)).toBe(2)
      await expectEnd(arena, verb)
    })
  }

  test('is awaited by another command about its service', async ({ onTestFinished }) => {
    const { arena, gate, command } = await killedAtItsGate('start', onTestFinished)
    const stop = command(['service', 'stop', '--all', '--output', 'json'])
    await resting(arena, stop, 'start')
    await gate.open()
    expect((await stop.finished).code).toBe(0)
    expect(overlaps(arena.trace())).toEqual([])
    expect(stillNeeded(arena.trace())).toEqual([])
    expect(arena.running()).toEqual([])
  })
})

const last = new WeakMap<Arena, ArenaCommand>()

/** Kills a command while the script of b, in the middle of a chain, stands at a gate. */
async function killedAtItsGate(verb: Verb, onTestFinished: (act: () => void) => void, when?: 'unwritten') {
  const arena = new Arena()
  onTestFinished(() => arena.remove())
  for (const one of chain(1)) arena.declare(one)
  if (verb !== 'start') await arena.paictl(['service', 'start', '--all'])
  for (const one of chain(2)) arena.declare(one)
  arena.forgetTrace()
  const gate = arena.gate(verb, 'b')
  const args = ['service', verb, '--all', ...(verb === 'delete' ? ['--yes'] : [])]
  // One service of the chain was done, with an intent, a script and an outcome, after the journal was opened.
  const killed = arena.begin(args, when && 'journal:before:6')
  const isBegun = (): boolean => begun(arena.trace()).has(`${verb} b`)
  if (when === undefined) {
    await until(() => isBegun() && hasScript(arena, `${verb}:b`), `the ${verb} of b`)
    killed.kill()
  }
  await killed.finished
  await until(isBegun, `the ${verb} of b`)
  const command = (args: readonly string[]): ArenaCommand => {
    const begun = arena.begin(args)
    last.set(arena, begun)
    return begun
  }
  return { arena, gate, command }
}

/** Whether the beginning of the step's script was written down. */
const hasScript = (arena: Arena, id: string): boolean =>
  arena.openRuns('').some((run) => arena.journal(run).some(({ type, step }) => type === 'script' && step === id))

/** Until the command has said that it waits for a process; and meanwhile nothing has begun. */
async function resting(arena: Arena, command: ArenaCommand, verb: Verb): Promise<void> {
  await until(() => /"step-waiting".*still running as process/.test(command.output()), 'word of the survivor')
  expect(begun(arena.trace()).get(`${verb} b`)).toBe(1)
}

async function expectEnd(arena: Arena, verb: Verb): Promise<void> {
  const ended = await last.get(arena)?.finished
  expect(ended).toEqual({ ...ended, code: 0 })
  const trace = arena.trace()
  expect([...overlaps(trace), ...unready(trace), ...stillNeeded(trace)]).toEqual([])
  const up = verb === 'start' || verb === 'refresh'
  expect(arena.running()).toEqual(up ? ['a', 'b', 'c'] : [])
  const revision = verb === 'delete' ? undefined : verb === 'stop' ? '1.1' : '2.1'
  expect(chain(2).map(({ name }) => arena.kept(name, 'revision'))).toEqual([revision, revision, revision])
  // What had ended before is not done once more.
  const others = [...begun(trace)].filter(([step, times]) => step !== `${verb} b` && times > 1)
  expect(others).toEqual([])
}

/** c needs b, and b needs a. */
function chain(configured: number): readonly ArenaComponent[] {
  const base = { kind: 'service', refreshes: true, deletes: true, observable: true, configured, written: 1 } as const
  return ['a', 'b', 'c'].map((name, index, names) => ({
    ...base,
    name,
    prerequisites: names.slice(Math.max(index - 1, 0), index),
  }))
}
