import fc from 'fast-check'
import type { ArenaComponent } from '../arena-component.ts'
import type { Model } from './model.ts'
import type { ModelVerb } from './model-run.ts'
import { type Kill, type Real, verbCommand } from './verb-commands.ts'
import { edit, failing, killService, removal } from './world-commands.ts'

export type ModelCommand = fc.AsyncCommand<Model, Real>

/** Which services a command is about: some of those there are at that time, taken modulo their number. */
const which = fc.option(fc.array(fc.nat(5), { minLength: 1, maxLength: 2 }), { nil: 'all' as const, freq: 2 })
const number = fc.nat(5)
const place = fc.oneof(
  fc.tuple(fc.constantFrom('journal:before', 'journal:torn', 'journal:after'), fc.integer({ min: 1, max: 24 })),
  fc.tuple(fc.constantFrom('state:before', 'state:after'), fc.integer({ min: 1, max: 150 })),
)
const kill: fc.Arbitrary<Kill | null> = fc.oneof(
  { arbitrary: fc.constant(null), weight: 3 },
  {
    arbitrary: fc.record({
      at: place.map(([where, number]) => `${where}:${number}`),
      next: fc.constantFrom<Kill['next']>('resume', 'resume', 'resume', 'restart', 'delete', 'stop'),
    }),
    weight: 2,
  },
)

/** What may happen to a cluster, in any order. */
export function modelCommands(): readonly fc.Arbitrary<ModelCommand>[] {
  const verb = (name: ModelVerb): fc.Arbitrary<ModelCommand> =>
    fc
      .tuple(which, fc.boolean(), kill)
      .map(([names, widely, killed]) => verbCommand({ verb: name, which: names, widely, kill: killed }))
  const operator = fc.constantFrom('start', 'stop', 'refresh', 'delete')
  return [
    verb('start'),
    verb('start'),
    verb('stop'),
    verb('restart'),
    verb('refresh'),
    verb('delete'),
    verb('apply'),
    verb('apply'),
    fc.tuple(operator, number).map(([what, index]) => failing(what, index)),
    number.map(killService),
    fc
      .tuple(fc.constantFrom('configured' as const, 'written' as const), number)
      .map(([what, index]) => edit(what, index)),
    number.map(removal),
  ]
}

/** Components that need each other as a graph without cycles: each only what comes before it. */
export const components: fc.Arbitrary<readonly ArenaComponent[]> = fc
  .array(
    fc.record({
      kind: fc.constantFrom('service' as const, 'service' as const, 'service' as const, 'job' as const),
      needs: fc.nat(63),
      refreshes: fc.boolean(),
      deletes: fc.boolean(),
    }),
    { minLength: 3, maxLength: 6 },
  )
  .map((drawn) => {
    const names = drawn.map((_, index) => `s${index + 1}`)
    const needs = drawn.map(({ needs }, index) => names.slice(0, index).filter((_, other) => (needs >> other) & 1))
    return drawn.map(({ kind, refreshes, deletes }, index) => ({
      name: `s${index + 1}`,
      kind,
      prerequisites: needs[index] ?? [],
      refreshes,
      deletes,
      observable: true,
      configured: 1,
      written: 1,
    }))
  })
