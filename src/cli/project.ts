import type { Argv } from 'yargs'
import { readClusters } from '../commands/clusters.ts'
import { readGraph } from '../commands/graph.ts'
import { initProject } from '../commands/init.ts'
import { validateProject } from '../commands/validate.ts'
import { inOrder } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import { clustersTable } from '../ui/clusters-table.ts'
import { createdText } from '../ui/created-text.ts'
import { drawGraph, GRAPH_FORMATS, type GraphFormat } from '../ui/graph-drawing/draw-graph.ts'
import { noteText } from '../ui/note-text.ts'
import { counted } from '../ui/wording/lists.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import { optionConflict, UsageError } from './usage.ts'
import { asTyped } from './world.ts'

interface InitArgs extends Globals {
  readonly directory: string
}

interface GraphArgs extends Globals {
  readonly names?: readonly string[] | undefined
  readonly format?: GraphFormat | undefined
}

/** The commands about a project as a whole. */
export function projectCommands(parser: Argv, run: Run): Argv {
  return parser
    .command(
      'init [directory]',
      'Make a new project that starts as it is',
      (command) => command.positional('directory', { type: 'string', default: '.', describe: 'Where' }),
      run<InitArgs>(init),
    )
    .command('validate', 'Check the whole project; nothing is run', (command) => command, run<Globals>(validate))
    .command(
      'graph [names..]',
      'Draw the services and what they need',
      (command) =>
        command
          .positional('names', { type: 'string', array: true, describe: 'These and all that they need' })
          .option('format', { choices: GRAPH_FORMATS, requiresArg: true, describe: 'tree unless --output json' }),
      run<GraphArgs>(graph),
    )
    .command('clusters', 'The clusters that were started from here', (command) => command, run<Globals>(clusters))
}

async function init(args: InitArgs, { world, presenter }: CommandContext): Promise<number> {
  const made = await initProject(invocationOf(args, world), String(args.directory))
  if (!made.ok) return presenter.refuse(made.error)
  if (presenter.mode === 'json') presenter.document({ ...made.value })
  else {
    const enter = made.value.directory === world.cwd ? [] : [`cd ${shellWord(presenter.display(made.value.directory))}`]
    presenter.print(createdText(made.value.files, [...enter, asTyped('paictl service start --all', world)]))
  }
  return EXIT.done
}

async function validate(args: Globals, { world, presenter }: CommandContext): Promise<number> {
  const { diagnostics, services, elsewhere, clusterType, exitCode } = await validateProject(invocationOf(args, world))
  if (presenter.mode === 'json') {
    presenter.document({
      services,
      elsewhere,
      diagnostics: inOrder(diagnostics).map((one) => presenter.problem(one)),
    })
    return exitCode
  }
  presenter.diagnostics(diagnostics)
  if (exitCode === EXIT.done) presenter.print(validText(services, elsewhere, clusterType))
  return exitCode
}

function validText(services: number, elsewhere: number, clusterType: string): string {
  const valid = `${counted(services, 'service')} ${are(services)} valid`
  return elsewhere === 0
    ? valid
    : `${valid} (${elsewhere} of them ${are(elsewhere)} not on cluster type ${clusterType})`
}

const are = (count: number): string => (count === 1 ? 'is' : 'are')

async function graph(args: GraphArgs, { world, presenter }: CommandContext): Promise<number> {
  if (presenter.mode === 'json' && (args.format ?? 'json') !== 'json')
    throw new UsageError([optionConflict(['--output json', `--format ${args.format}`], 'they print different things')])
  const found = await readGraph(invocationOf(args, world), (args.names ?? []).map(String))
  if (!found.ok) return presenter.refuse(found.error)
  const { services, problems } = found.value
  presenter.print(drawGraph(services, args.format ?? (presenter.mode === 'json' ? 'json' : 'tree')))
  if (problems.length > 0) presenter.note(noteText({ kind: 'invalid' }))
  return EXIT.done
}

async function clusters(args: Globals, { world, presenter }: CommandContext): Promise<number> {
  const { rows, problems } = readClusters(invocationOf(args, world))
  if (presenter.mode === 'json') presenter.document({ clusters: rows })
  else presenter.print(clustersTable(rows, { ...presenter.terminal, style: presenter.style, now: Date.now() }))
  presenter.diagnostics(problems)
  return problems.length > 0 ? EXIT.failed : EXIT.done
}

/** A path as it can be typed into a shell. */
const shellWord = (path: string): string => (/^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`)
