import yargs, { type Argv } from 'yargs'
import { EndedBySignal } from '../commands/attended.ts'
import { diagnostic } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import { Secrets } from '../model/secrets.ts'
import { componentCommands } from './component.ts'
import { configCommands } from './config.ts'
import { explainCommand } from './explain.ts'
import { type Globals, globalOptions, sourcesOf } from './globals.ts'
import { createPresenter, type Presenter } from './presenter.ts'
import { projectCommands } from './project.ts'
import type { Run } from './run.ts'
import { serviceCommands } from './service.ts'
import { UsageError, usageMessage } from './usage.ts'
import type { Surroundings, World } from './world.ts'

/** Reads the command line and does what it says. Returns the exit code; nothing that a user did makes it throw. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const world: World = { ...surroundings, secrets: new Secrets() }
  let act: (() => Promise<number>) | undefined
  let output: Globals['output'] = argv.includes('json') || argv.includes('--output=json') ? 'json' : 'human'
  const run: Run = (command) => (read) => {
    // The options of a command are declared beside the type of its arguments; yargs' own types do not carry so far.
    const args = lastOnes(read) as Parameters<typeof command>[0]
    output = args.output
    act = () => command(args, { world, presenter: createPresenter(world, args.output, sourcesOf(args)) })
  }
  const parser = buildParser(run, world)
  let text = ''
  try {
    await parser.parse([...argv], {}, (_error, _args, printed) => {
      text = printed
    })
    if (act === undefined) {
      if (text === '') throw new UsageError('Name a command.', await parser.getHelp())
      world.stdout.write(`${text.trimEnd()}\n`)
      return EXIT.done
    }
    return await act()
  } catch (error) {
    return report(error, createPresenter(world, output), world)
  }
}

function buildParser(run: Run, world: World): Argv {
  const parser: Argv = yargs()
    .scriptName('paictl')
    .usage('$0 <command>\n\nBrings a platform of components up, takes it down, changes it and keeps it up.')
    .version(world.version)
    .help()
    .alias('help', 'h')
    .locale('en')
    .wrap(Math.min(world.stdout.columns ?? 100, 110))
    .parserConfiguration({ 'boolean-negation': false, 'camel-case-expansion': false, 'strip-aliased': true })
    .strict()
    .demandCommand(1, 'Name a command.')
    .fail((message, error) => {
      // Without a throw yargs goes on and reports the same mistake once more.
      if (error !== undefined && error.name !== 'YError') throw error
      throw new UsageError(usageMessage(message ?? error?.message, parser, world.argv))
    })
    .epilogue('Start here: paictl service start --all')
  const groups = [serviceCommands, componentCommands, configCommands, projectCommands, explainCommand]
  return globalOptions(groups.reduce((all, add) => add(all, run), parser))
}

/** Words whatever kept a command from being carried out. */
function report(error: unknown, presenter: Presenter, world: World): number {
  if (error instanceof UsageError) {
    if (error.help === '') presenter.diagnostics([diagnostic('bad-option', { message: error.message })])
    else world.stderr.write(`${error.help}\n\n${error.message}\n`)
    return EXIT.usage
  }
  if (error instanceof EndedBySignal) return error.exitCode
  return presenter.unexpected(error)
}

/** What takes several values; of anything else that is given more than once, the last one counts. */
const LISTS: readonly string[] = ['names', 'n', 'k', 'overlay', 'set']

function lastOnes(args: object): object {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      Array.isArray(value) && !LISTS.includes(key) ? value.at(-1) : value,
    ]),
  )
}
