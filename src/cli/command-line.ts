import yargs, { type Argv } from 'yargs'
import { EndedBySignal } from '../commands/running/attended.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import { Secrets } from '../model/secrets.ts'
import { componentCommands } from './component.ts'
import { configCommands } from './config.ts'
import { deploymentCommands } from './deployment.ts'
import { explainCommand } from './explain.ts'
import { type Globals, globalOptions, OUTPUTS, sourcesOf } from './globals.ts'
import { type KnownCommands, knownCommands } from './known-commands.ts'
import { createMaskedConsole } from './masked-console.ts'
import { planCommands } from './plan.ts'
import { createPresenter, type Presenter } from './presenter.ts'
import { projectCommands } from './project.ts'
import type { Run } from './run.ts'
import { runCommands } from './runs.ts'
import { serviceCommands } from './service.ts'
import { optionProblems } from './service-options.ts'
import { besideStrays } from './strays.ts'
import { valuedSwitches } from './typed-option.ts'
import { unlockCommand } from './unlock.ts'
import { badOption, dashed, optionConflict, UsageError, usageProblems } from './usage.ts'
import type { Surroundings, World } from './world.ts'

/** Reads the command line and does what it says. Returns the exit code; nothing that a user did makes it throw. */
export async function runCommandLine(argv: readonly string[], surroundings: Surroundings): Promise<number> {
  const world: World = { ...surroundings, secrets: new Secrets() }
  globalThis.console = createMaskedConsole(world)
  let act: (() => Promise<number>) | undefined
  let output = typedOutput(argv)
  const problems: Diagnostic[] = []
  let typed: object = {}
  const run: Run = (command) => (read) => {
    // The options of a command are declared beside the type of its arguments; yargs' own types do not carry so far.
    const whole = withRest(read, problems)
    const args = lastOnes(whole) as Parameters<typeof command>[0]
    typed = args
    output = args.output
    problems.push(...switchProblems(parser, argv), ...contradictions(whole))
    const presenter = createPresenter(world, args.output, sourcesOf(args))
    act = () => besideStrays(world, presenter, () => command(args, { world, presenter }))
  }
  const parser = buildParser(run, world, problems)
  let text = ''
  try {
    await parser.parse([...argv], {}, (_error, _args, printed) => {
      text = printed
    })
    // What the command would find wrong itself is said at once.
    if (problems.length > 0) throw new UsageError([...problems, ...optionProblems(typed)])
    if (act !== undefined) return await act()
    world.stdout.write(`${(text === '' ? await parser.getHelp() : text).trimEnd()}\n`)
    return EXIT.done
  } catch (error) {
    return report(error, createPresenter(world, output), () => allCommands(run, world).typed(argv))
  }
}

/** The output that is asked for, as far as that can be told of a command line that may have mistakes. */
function typedOutput(argv: readonly string[]): Globals['output'] {
  const given = argv.flatMap((word, index) =>
    word === '--output' ? [argv[index + 1]] : word.startsWith('--output=') ? [word.slice('--output='.length)] : [],
  )
  return OUTPUTS.find((output) => output === given.at(-1)) ?? 'human'
}

function buildParser(run: Run, world: World, problems: Diagnostic[]): Argv {
  const parser: Argv = yargs()
    .scriptName('paictl')
    .usage('$0 <command>\n\nBrings a platform of components up, takes it down, changes it and keeps it up.')
    .version(world.version)
    .help()
    .alias('help', 'h')
    .locale('en')
    .wrap(Math.min(world.stdout.columns ?? 100, 110))
    .parserConfiguration({
      'boolean-negation': false,
      'camel-case-expansion': false,
      'strip-aliased': true,
      'populate--': true,
    })
    .strict()
    .fail((message, error) => {
      if (error !== undefined && error.name !== 'YError') throw error
      // yargs goes on from here: what else is wrong is reported too, and the same mistake perhaps once more.
      const stop = { parser, argv: world.argv, commands: () => allCommands(run, world) }
      problems.push(...usageProblems(message ?? error?.message, stop))
    })
    .epilogue('Start here: paictl service start --all')
  const groups = [
    serviceCommands,
    planCommands,
    componentCommands,
    deploymentCommands,
    configCommands,
    projectCommands,
    runCommands,
    unlockCommand,
    explainCommand,
  ]
  return globalOptions(groups.reduce((all, add) => add(all, run), parser))
}

const allCommands = (run: Run, world: World): KnownCommands => knownCommands(buildParser(run, world, []), () => yargs())

/** What follows `--` are names, whatever they look like; a command that takes none is not to ignore them. */
function withRest(read: object, problems: Diagnostic[]): object {
  const { '--': rest = [], ...args }: { '--'?: readonly string[]; names?: readonly string[] } = read
  if ('names' in args) return { ...args, names: [...(args.names ?? []), ...rest] }
  problems.push(...rest.slice(0, 1).map((word) => badOption(`this command takes no "${word}" after --`)))
  return args
}

/** A switch is given or not: `--yes=no` would be read as yargs likes. */
function switchProblems(parser: Argv, argv: readonly string[]): Diagnostic[] {
  const { boolean: switches } = (parser as unknown as { getOptions(): { boolean: readonly string[] } }).getOptions()
  return valuedSwitches(argv, switches).map(([option, value]) => badOption(`${option} takes no value, not "${value}"`))
}

/** Words whatever kept a command from being carried out. `command`: the one that was typed. */
function report(error: unknown, presenter: Presenter, command: () => string): number {
  if (error instanceof UsageError) {
    presenter.diagnostics(error.problems.map((one) => ofCommand(one, command)))
    return EXIT.usage
  }
  if (error instanceof EndedBySignal) return error.exitCode
  return presenter.unexpected(error)
}

const ofCommand = (problem: Diagnostic, command: () => string): Diagnostic =>
  problem.code === 'bad-option' ? { ...problem, data: { command: command(), ...problem.data } } : problem

/** What takes several values; of anything else that is given more than once, the last one counts. */
const LISTS: readonly string[] = ['names', 'n', 'k', 'overlay', 'set', 'unset', 'tag', 'prerequisite']

/** What of the options is given more than once, with different values: it cannot be told which one is meant. */
function contradictions(args: object): Diagnostic[] {
  return Object.entries(args).flatMap(([key, value]) => {
    const values =
      Array.isArray(value) && !LISTS.includes(key) && key !== '_' && key !== 'output' ? [...new Set(value)] : []
    const given = values.map((one) => `${dashed(key)} ${one}`)
    return given.length < 2 ? [] : [optionConflict(given, 'it takes one value')]
  })
}

function lastOnes(args: object): object {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => [
      key,
      Array.isArray(value) && !LISTS.includes(key) ? value.at(-1) : value,
    ]),
  )
}
