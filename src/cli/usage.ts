import type { Argv } from 'yargs'
import { nearest } from '../config/nearest.ts'

/** A command line that cannot be understood. `help` is shown with it where it says more than the message. */
export class UsageError extends Error {
  readonly help: string

  constructor(message: string, help = '') {
    super(message)
    this.help = help
  }
}

/** What yargs complains about, in our words and with the nearest name. `parser` stands where it stopped reading. */
export function usageMessage(message: string | undefined, parser: Argv, argv: readonly string[]): string {
  const [, unknown] = /^Unknown (?:arguments?|commands?): (.*)$/.exec(message ?? '') ?? []
  const [, choice, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)/.exec(message ?? '') ?? []
  if (choice !== undefined) return `${dashed(choice)} takes one of ${choices}, not ${given}`
  const [, bare] = /^Not enough arguments following: (.*)$/.exec(message ?? '') ?? []
  if (bare !== undefined) return `${dashed(bare)} takes a value`
  if (/^Not enough non-option arguments/.test(message ?? '')) return 'this command needs a name'
  if (unknown === undefined) return sentence(message ?? 'this command line cannot be understood')
  // An option comes in its dashed and its camel-case spelling; the first is the one that was typed.
  const [typed = unknown] = unknown.split(', ')
  const { options, commands } = known(parser)
  const option = typedOption(typed, argv)
  if (option === undefined) return unknownName('command', typed, nearest(typed, commands))
  const alike = options.filter((known) => known.length > 1 === option.startsWith('--'))
  const near = nearest(typed, alike)
  return unknownName('option', option, near === null ? null : dashed(near))
}

/** An unknown word as an option with its dashes, where that is what it was typed as; `-l` also out of `-al`. */
function typedOption(name: string, argv: readonly string[]): string | undefined {
  const words = argv.map((word) => word.split('=')[0] ?? word)
  const whole = words.find((word) => word.startsWith('-') && word.replace(/^-+/, '') === name)
  if (whole !== undefined || name.length > 1) return whole
  return words.some((word) => /^-[^-]/.test(word) && word.includes(name)) ? `-${name}` : undefined
}

const unknownName = (what: string, name: string, near: string | null): string =>
  `there is no ${what} "${name}"${near === null ? '' : `; did you mean "${near}"?`}`

/** What could have been typed at the place where reading stopped. yargs offers both, its types do not. */
function known(parser: Argv): { readonly options: readonly string[]; readonly commands: readonly string[] } {
  const inside = parser as unknown as {
    getOptions(): { readonly key: Readonly<Record<string, unknown>> }
    getInternalMethods(): { getCommandInstance(): { getCommands(): readonly string[] } }
  }
  return {
    options: Object.keys(inside.getOptions().key),
    commands: inside.getInternalMethods().getCommandInstance().getCommands(),
  }
}

const dashed = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`)

const sentence = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
