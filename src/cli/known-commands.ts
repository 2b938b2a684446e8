import type { Argv } from 'yargs'
import { nearest } from '../config/nearest.ts'

/** Every command that there is. */
export interface KnownCommands {
  /** The whole command whose last word `word` is, or nearly is: `paictl service start` for `strat`; else `null`. */
  nearest(word: string): string | null
  /** The command that a command line begins with, options aside: `paictl service start`; at least `paictl`. */
  typed(argv: readonly string[]): string
}

/** Lists the commands that a parser knows, and those below them. yargs offers both, its types do not. */
export function knownCommands(parser: Argv, create: () => Argv): KnownCommands {
  const below = new Map<string, string>()
  const all: string[] = []
  for (const [name, { original, builder }] of Object.entries(handlersOf(parser))) {
    below.set(name, `paictl ${name}`)
    all.push(`paictl ${name}`)
    // What takes arguments has no commands below it.
    if (/[<[]/.test(original) || builder === undefined) continue
    const inside = create()
    builder(inside)
    for (const nested of Object.keys(handlersOf(inside))) {
      all.push(`paictl ${name} ${nested}`)
      if (!below.has(nested)) below.set(nested, `paictl ${name} ${nested}`)
    }
  }
  return {
    nearest(word) {
      const near = below.has(word) ? word : nearest(word, below.keys())
      return near === null ? null : (below.get(near) ?? null)
    },
    typed(argv) {
      const words = `${['paictl', ...argv.filter((word) => !word.startsWith('-'))].join(' ')} `
      return all.filter((command) => words.startsWith(`${command} `)).at(-1) ?? 'paictl'
    },
  }
}

interface Handler {
  /** With its arguments: `start [names..]`. */
  readonly original: string
  readonly builder?: (parser: Argv) => unknown
}

function handlersOf(parser: Argv): Readonly<Record<string, Handler>> {
  const inside = parser as unknown as {
    getInternalMethods(): { getCommandInstance(): { getCommandHandlers(): Readonly<Record<string, Handler>> } }
  }
  return inside.getInternalMethods().getCommandInstance().getCommandHandlers()
}
