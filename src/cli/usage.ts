import type { Argv } from 'yargs'
import { nearest } from '../config/nearest.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { counted, shortList } from '../ui/wording/lists.ts'
import type { KnownCommands } from './known-commands.ts'
import { typedOption } from './typed-option.ts'

/** A command line that cannot be carried out as it is typed; a text alone is a `bad-option`. */
export class UsageError extends Error {
  readonly problems: readonly Diagnostic[]

  constructor(problems: string | readonly Diagnostic[]) {
    const list = typeof problems === 'string' ? [badOption(problems)] : problems
    super(`${counted(list.length, 'problem')} of the command line`)
    this.problems = list
  }
}

/** A value that an option does not take, or something that is missing. */
export const badOption = (message: string, near: string | null = null): Diagnostic =>
  diagnostic('bad-option', { message, nearest: near })

/** Options of which one takes back what the other asks for. */
export const optionConflict = (options: readonly string[], reason: string): Diagnostic =>
  diagnostic('option-conflict', { options, reason })

/** Throws all that is wrong with the options of a command, if anything is. */
export function refuseAll(problems: readonly (Diagnostic | undefined)[]): void {
  const found = problems.filter((problem) => problem !== undefined)
  if (found.length > 0) throw new UsageError(found)
}

/** Where yargs stopped reading, and what it was reading. */
export interface Stop {
  readonly parser: Argv
  readonly argv: readonly string[]
  /** The commands that could have been typed anywhere. */
  readonly commands: () => KnownCommands
}

/** What yargs complains about as problems with the nearest name. `parser` stands where it stopped reading. */
export function usageProblems(message: string, stop: Stop): Diagnostic[] {
  const [, unknown] = /^Unknown (?:arguments?|commands?): (.*)$/.exec(message) ?? []
  if (unknown !== undefined) return unknownWords(unknown.split(', '), stop)
  const choices = [...message.matchAll(/Argument: (\S+), Given: (.*), Choices: (.*)/g)]
  if (choices.length > 0) return choices.map(([, option = '', given = '', all = '']) => wrongChoice(option, given, all))
  const [, bare] = /^Not enough arguments following: (.*)$/.exec(message) ?? []
  if (bare !== undefined) return [badOption(`${dashed(bare)} takes a value`)]
  const { path, commands } = known(stop.parser)
  const command = ['paictl', ...path].join(' ')
  // The same is said once more, of its number.
  if (/^Missing required argument/.test(message)) return []
  if (/^Not enough non-option arguments/.test(message)) return [badOption(`"${command}" needs a name`)]
  // The only other complaint is that a command is missing; a message of a later yargs is better than none.
  return message === NO_COMMAND
    ? [badOption(`"${command}" needs to know what to do: ${shortList([...commands].sort(), 20)}`)]
    : [badOption(message)]
}

/** What `demandCommand` is to say. */
export const NO_COMMAND = 'no command'

function unknownWords(words: readonly string[], stop: Stop): Diagnostic[] {
  const { path, options, commands } = known(stop.parser)
  const command = ['paictl', ...path].join(' ')
  const typed = words.map((word) => ({ word, option: typedOption(word, stop.argv, options) }))
  const unknownOptions = new Map(typed.flatMap(({ word, option }) => (option === undefined ? [] : [[option, word]])))
  const problems = [...unknownOptions].map(([option, word]) => {
    const alike = options.filter((name) => name.length > 1 === option.length > 2)
    const near = nearest(option.length > 2 ? option.replace(/^-+/, '') : word, alike)
    const exact = alike.includes(option.replace(/^-+/, '')) ? option.replace(/^-+/, '') : near
    return diagnostic('unknown-option', { option, nearest: exact === null ? null : dashed(exact), command })
  })
  const bare = typed.flatMap(({ word, option }) => (option === undefined ? [word] : []))
  // What follows an option that nobody knows may be its value.
  const first = bare.find((word) => !unknownOptions.has(stop.argv[stop.argv.indexOf(word) - 1] ?? ''))
  if (first === undefined) return problems
  if (commands.length === 0) return [...problems, badOption(`"${command}" takes no "${first}"`)]
  const near = nearest(first, commands) ?? stop.commands().nearest(first)
  // Which options there are is the command's affair.
  return [diagnostic('unknown-command', { command: first, nearest: near, known: commands })]
}

/** `Given` and `Choices` as yargs prints them: JSON, separated by commas. */
function wrongChoice(option: string, given: string, choices: string): Diagnostic {
  const value = given.replaceAll('"', '')
  const near = nearest(value, choices.replaceAll('"', '').split(', '))
  return badOption(`${dashed(option)} takes one of ${choices}, not ${given}`, near)
}

/** What could have been typed at the place where reading stopped. yargs offers it, its types do not. */
function known(parser: Argv): {
  readonly path: readonly string[]
  readonly options: readonly string[]
  readonly commands: readonly string[]
} {
  const inside = parser as unknown as {
    getOptions(): { readonly key: Readonly<Record<string, unknown>> }
    getInternalMethods(): {
      getCommandInstance(): { getCommands(): readonly string[] }
      getContext(): { readonly commands: readonly string[] }
    }
  }
  const methods = inside.getInternalMethods()
  return {
    path: methods.getContext().commands,
    options: Object.keys(inside.getOptions().key),
    commands: methods.getCommandInstance().getCommands(),
  }
}

/** An option as it is typed. */
export const dashed = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`)
