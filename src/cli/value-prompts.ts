import type { AskedValue, AskValues } from '../commands/deployment/values.ts'
import { EndedBySignal } from '../commands/running/attended.ts'
import type { JsonValue } from '../model/json.ts'
import { answerOf, answerText, questionText } from '../ui/question-text.ts'
import { isAtTerminal } from './conversation.ts'
import type { Presenter } from './presenter.ts'
import type { World } from './world.ts'

const SIGINT = 2

/** Who asks the person at the terminal for values; `undefined` where there is no terminal. */
export function valuePrompts(world: World, presenter: Presenter): AskValues | undefined {
  if (!isAtTerminal(world)) return undefined
  return async (values) => {
    const answers: JsonValue[] = []
    try {
      for (const value of values) answers.push(await ask(value, world, presenter))
    } catch (error) {
      // Ctrl-C and Ctrl-D: what was asked for is not going to be said.
      if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error
      presenter.note('')
      throw new EndedBySignal(SIGINT)
    }
    return answers
  }
}

async function ask(value: AskedValue, { stdin, stderr, secrets }: World, presenter: Presenter): Promise<JsonValue> {
  const { message, about } = questionText(value)
  if (about !== '') presenter.note(presenter.style.dim(about))
  const context = { input: stdin, output: stderr }
  if (value.choices !== undefined || value.type === 'boolean') {
    const { default: select } = await import('@inquirer/select')
    const choices = (value.choices ?? [true, false]).map((one) => ({ name: answerText(one), value: one }))
    const fallback = choices.find((one) => JSON.stringify(one.value) === JSON.stringify(value.default))
    return await select<JsonValue>({ message, choices, ...(fallback && { default: fallback.value }) }, context)
  }
  const validate = (typed: string): true | string => {
    const read = answerOf(typed, value)
    return read.ok ? (value.problemOf(read.value) ?? true) : read.error
  }
  let typed: string
  if (value.isSecret) {
    const { default: password } = await import('@inquirer/password')
    typed = await password({ message, mask: '*', validate }, context)
    secrets.add([typed])
  } else {
    const { default: input } = await import('@inquirer/input')
    const fallback = value.default === undefined ? {} : { default: answerText(value.default) }
    typed = await input({ message, ...fallback, validate }, context)
  }
  const read = answerOf(typed, value)
  if (!read.ok) throw new Error(read.error)
  return read.value
}
