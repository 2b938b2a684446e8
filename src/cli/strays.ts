import { strayProblem } from '../io/project/stray-error.ts'
import { printableSentence } from '../ui/printable.ts'
import type { Presenter } from './presenter.ts'
import type { World } from './world.ts'

/**
 * Carries out a command, and prints what comes up beside it: what configuration modules have left running may fail, which is
 * a warning. Any other stray error ends the command. Returns the exit code.
 */
export function besideStrays(world: World, presenter: Presenter, act: () => Promise<number>): Promise<number> {
  const broken = new Promise<number>((resolve) => {
    // A timer may fail every millisecond.
    const said = new Set<string>()
    world.onStray({
      error(thrown) {
        const problem = strayProblem(thrown)
        const key = JSON.stringify(problem)
        if (problem === undefined) resolve(presenter.unexpected(thrown))
        else if (!said.has(key)) presenter.diagnostics([problem])
        said.add(key)
      },
      warning: (text) => presenter.note(`warning: ${printableSentence(text)}`),
    })
  })
  return Promise.race([act(), broken])
}
