import type { Globals } from './globals.ts'
import type { Presenter } from './presenter.ts'
import type { World } from './world.ts'

/** Makes the handler of a command: `act` is given what yargs read of its options, and returns the exit code. */
export type Run = <A extends Globals>(
  act: (args: A, context: CommandContext) => Promise<number>,
) => (args: object) => void

export interface CommandContext {
  readonly world: World
  readonly presenter: Presenter
}
