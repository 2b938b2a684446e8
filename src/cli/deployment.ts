import type { Argv } from 'yargs'
import { createDeployment } from '../commands/deployment/create.ts'
import { deleteDeployments } from '../commands/deployment/delete.ts'
import type { ConfigOptions } from '../commands/deployment/draft.ts'
import { listDeployments } from '../commands/deployment/list.ts'
import { type DeclaredFile, type DeploymentReport, notDone, type OnWritten } from '../commands/deployment/report.ts'
import { updateDeployments } from '../commands/deployment/update.ts'
import type { Conversation, Invocation } from '../commands/invocation.ts'
import type { RunOptions } from '../commands/running/perform.ts'
import { EXIT } from '../model/exit-code.ts'
import { deploymentTable } from '../ui/deployment-table.ts'
import { deploymentFileLine, plannedFiles, stayedText } from '../ui/deployment-text.ts'
import { noteText } from '../ui/note-text.ts'
import { printPlan } from '../ui/plan-text.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import { type RunArgs, runFromArgs, runOptions } from './service-options.ts'
import { carryOut } from './service-report.ts'
import { badOption, NO_COMMAND, optionConflict, refuseAll } from './usage.ts'
import { valuePrompts } from './value-prompts.ts'

type ChangeArgs = Omit<RunArgs, 'names' | 'n' | 'k' | 'all'>

interface CreateArgs extends ChangeArgs {
  readonly name: string | number
  readonly component?: string | undefined
  readonly config?: string | undefined
  readonly description?: string | undefined
  readonly tag?: readonly (string | number)[] | undefined
  readonly prerequisite?: readonly (string | number)[] | undefined
  readonly 'no-start': boolean
}

interface UpdateArgs extends ChangeArgs {
  readonly names?: readonly (string | number)[] | undefined
  readonly config?: string | undefined
  readonly unset?: readonly (string | number)[] | undefined
}

interface DeleteArgs extends ChangeArgs {
  readonly names?: readonly (string | number)[] | undefined
  readonly 'with-dependents': boolean
  readonly force: boolean
}

interface ListArgs extends Globals {
  readonly names?: readonly (string | number)[] | undefined
  readonly component?: string | undefined
}

/** `paictl deployment …`: many instances of one component. */
export function deploymentCommands(parser: Argv, run: Run): Argv {
  return parser.command('deployment', 'Declare, change and delete instances of components', (deployment) => {
    deployment
      .command(
        'create <name>',
        'Declare an instance of a component, and start it',
        (command) =>
          changeOptions(command)
            .positional('name', { type: 'string', describe: 'What it is to be called' })
            .option('component', { type: 'string', requiresArg: true, describe: 'What it is an instance of' })
            .option('description', { type: 'string', requiresArg: true, describe: 'One line for people' })
            .option('tag', { type: 'string', array: true, requiresArg: true, describe: 'A word to select it by' })
            .option('prerequisite', {
              type: 'string',
              array: true,
              requiresArg: true,
              describe: 'What it needs besides what its component needs',
            })
            .option('no-start', { type: 'boolean', default: false, describe: 'Only declare it' }),
        run<CreateArgs>(create),
      )
      .command(
        'update <names..>',
        'Change values of deployments, and refresh those that run',
        (command) =>
          changeOptions(command)
            .positional('names', { type: 'string', array: true, describe: 'Which ones' })
            .option('unset', { type: 'string', array: true, requiresArg: true, describe: 'A key to remove' }),
        run<UpdateArgs>(update),
      )
      .command(
        'list [names..]',
        'The deployments and how they are',
        (command) =>
          command
            .positional('names', { type: 'string', array: true, describe: 'Names, globs, tag:x, state:failed' })
            .option('component', { type: 'string', requiresArg: true, describe: 'Only those of this component' }),
        run<ListArgs>(list),
      )
      .command(
        'delete <names..>',
        'Stop deployments, delete their data, remove their files',
        (command) =>
          patient(runOptions(command, ['continue', 'stop']))
            .positional('names', { type: 'string', array: true, describe: 'Names, globs, tag:x, component:x' })
            .option('with-dependents', {
              type: 'boolean',
              default: false,
              describe: 'Also those that need the named ones',
            })
            .option('force', { type: 'boolean', default: false, describe: 'Though others need them' }),
        run<DeleteArgs>(remove),
      )
      .demandCommand(1, NO_COMMAND)
  })
}

const changeOptions = (command: Argv): Argv =>
  patient(runOptions(command))
    .option('config', {
      type: 'string',
      requiresArg: true,
      describe: 'A YAML file with configuration; --set key=value is laid on it',
    })
    .describe('set', 'A value of its configuration, key=value; may be repeated')

const patient = (command: Argv): Argv => command.describe('wait-lock', 'How long to wait for another command (5m)')

/** Who declares something waits for who is at work on the same, this long if nothing else is said. */
const PATIENCE = '5m'

const optionsOf = (args: ChangeArgs, onFailure: RunOptions['onFailure']): RunOptions => {
  const whole = { ...args, 'wait-lock': args['wait-lock'] ?? PATIENCE, all: false }
  const { names: _names, all: _all, skip: _skip, ...options } = runFromArgs(whole, onFailure)
  return options
}

/** `--set` is of the deployment's own configuration here. */
function configOf(args: Globals & { readonly config?: string | undefined }): ConfigOptions {
  const assignments = args.set === undefined ? [] : [args.set].flat()
  return { configFile: args.config, assignments }
}

const ownInvocation = (invocation: Invocation): Invocation => ({ ...invocation, assignments: [] })

async function create(args: CreateArgs, context: CommandContext): Promise<number> {
  const { component, description } = args
  refuseAll([
    component === undefined || component === '' ? badOption('--component says what it is an instance of') : undefined,
  ])
  const name = String(args.name)
  const request = {
    ...optionsOf(args, 'continue'),
    ...configOf(args),
    name,
    component: component ?? '',
    description,
    tags: (args.tag ?? []).map(String),
    prerequisites: (args.prerequisite ?? []).map(String),
    start: !args['no-start'],
    ask: args.yes || args['dry-run'] ? undefined : valuePrompts(context.world, context.presenter),
  }
  return await declare('start', args, context, (invocation, conversation, told) =>
    createDeployment(invocation, request, conversation, told),
  )
}

async function update(args: UpdateArgs, context: CommandContext): Promise<number> {
  const names = (args.names ?? []).map(String)
  const unset = (args.unset ?? []).map(String)
  const config = configOf(args)
  const isIdle = config.configFile === undefined && config.assignments.length === 0 && unset.length === 0
  refuseAll([
    isIdle ? badOption('nothing to change: --set key=value, --unset key and --config FILE say what') : undefined,
    ...unset
      .filter((key) => config.assignments.some((text) => text.startsWith(`${key}=`)))
      .map((key) => optionConflict([`--set ${key}`, `--unset ${key}`], 'one gives the value that the other removes')),
  ])
  const request = { ...optionsOf(args, 'stop'), ...config, names, unset }
  return await declare('refresh', args, context, (invocation, conversation, told) =>
    updateDeployments(invocation, request, conversation, told),
  )
}

/** Carries out what changes files of deployments, then runs something, and prints what there is to say of both. */
async function declare(
  verb: 'start' | 'refresh',
  args: Globals,
  context: CommandContext,
  act: (invocation: Invocation, conversation: Conversation, told: OnWritten) => Promise<DeploymentReport>,
): Promise<number> {
  const { presenter, world } = context
  const shown = (file: DeclaredFile) => ({ ...file, path: presenter.display(file.file) })
  const documentOf = ({ name, file, text, outcome }: DeclaredFile): object => {
    return { name, file, outcome, text: world.secrets.mask(text) }
  }
  let report: DeploymentReport | undefined
  let told = false
  const tell = (files: readonly DeclaredFile[], conversation: Conversation): void => {
    told = true
    for (const { name, file, text, outcome } of files)
      if (outcome === 'created' || outcome === 'changed') conversation.declared({ deployment: name, file, outcome })
      else presenter.note(deploymentFileLine(shown({ name, file, text, outcome })))
  }
  const exitCode = await carryOut(verb, args, context, async (invocation, conversation) => {
    report = await act(ownInvocation(invocation), conversation, (files, isRun) => {
      // Without a run there is one document, which says all.
      if (isRun || presenter.mode !== 'json') tell(files, conversation)
    })
    if (report.kind === 'refused') return { kind: 'refused', diagnostics: report.diagnostics, exitCode: 0 }
    if (report.kind === 'dry-run') return undefined
    if (!told && presenter.mode !== 'json') tell(report.files, conversation)
    return report.run
  })
  if (report?.kind === 'dry-run') {
    const { files, plan } = report
    if (presenter.mode === 'json') presenter.document({ files: files.map(documentOf), ...(plan && { plan }) })
    else presenter.print([plannedFiles(files.map(shown)), ...(plan ? [printPlan(plan)] : [])].join('\n\n'))
  }
  if (report?.kind !== 'done') return exitCode
  if (presenter.mode === 'json' && report.run === undefined) presenter.document({ files: report.files.map(documentOf) })
  const names = report.files.filter(({ outcome }) => outcome !== 'unchanged').map(({ name }) => name)
  if (exitCode !== EXIT.done && names.length > 0) presenter.note(stayedText(names, notDone(names, report.run), verb))
  return exitCode
}

async function list(args: ListArgs, { world, presenter }: CommandContext): Promise<number> {
  const request = { names: (args.names ?? []).map(String), component: args.component }
  const found = await listDeployments(invocationOf(args, world), request)
  if (!found.ok) return presenter.refuse(found.error)
  const { rows, problems, warnings } = found.value
  if (presenter.mode === 'json') presenter.document({ deployments: rows })
  else presenter.print(deploymentTable(rows, { ...presenter.terminal, style: presenter.style, now: Date.now() }))
  if (problems.length > 0) presenter.note(noteText({ kind: 'invalid' }))
  presenter.diagnostics(warnings)
  return EXIT.done
}

async function remove(args: DeleteArgs, context: CommandContext): Promise<number> {
  const conflict =
    args.force && args['with-dependents']
      ? optionConflict(['--force', '--with-dependents'], 'one leaves dependents running, the other stops them')
      : undefined
  refuseAll([conflict])
  const request = {
    ...optionsOf(args, 'continue'),
    names: (args.names ?? []).map(String),
    withDependents: args['with-dependents'],
    force: args.force,
  }
  return await carryOut('delete', args, context, async (invocation, conversation) => {
    const report = await deleteDeployments(invocation, request, conversation)
    return report === 'nothing' ? undefined : report
  })
}
