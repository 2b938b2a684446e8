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

/** What yargs complains about, in our words and with the nearest name. */
export function usageMessage(message: string | undefined, parser: Argv): string {
  const [, unknown] = /^Unknown (?:arguments?|commands?): (.*)$/.exec(message ?? '') ?? []
  if (unknown === undefined) return sentence(message ?? 'this command line cannot be understood')
  // An option comes in its dashed and its camel-case spelling; the first is the one that was typed.
  const [typed = unknown] = unknown.split(', ')
  const { options, commands } = known(parser)
  const candidates = [...options, ...commands]
  const near = nearest(typed, candidates)
  const isOption = message?.startsWith('Unknown argument') ?? false
  const shown =
    isOption && typed.length > 0 && !commands.includes(typed) ? `option or argument "${typed}"` : `command "${typed}"`
  return `there is no ${shown}${near === null ? '' : `; did you mean "${options.includes(near) ? dashed(near) : near}"?`}`
}

function known(parser: Argv): { readonly options: readonly string[]; readonly commands: readonly string[] } {
  const internal = parser as unknown as {
    getOptions(): { readonly key: Readonly<Record<string, unknown>> }
    getInternalMethods(): { getUsageInstance(): { getCommands(): readonly (readonly [string, ...unknown[]])[] } }
  }
  const options = Object.keys(internal.getOptions().key)
  const commands = internal
    .getInternalMethods()
    .getUsageInstance()
    .getCommands()
    .map(([usage]) => usage.replace(/^paictl /, '').split(' ')[0] ?? '')
  return { options, commands }
}

const dashed = (option: string): string => (option.length === 1 ? `-${option}` : `--${option}`)

const sentence = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, '')
