import type { Argv } from 'yargs'
import { deleteServices, stopServices } from '../commands/service-end.ts'
import { refreshServices, restartServices, startServices } from '../commands/service-run.ts'
import type { Run } from './run.ts'
import { serviceLookCommands } from './service-look.ts'
import {
  type CanaryArgs,
  canaryOf,
  canaryOption,
  type RunArgs,
  runFromArgs,
  runOptions,
  selectionOptions,
} from './service-options.ts'
import { carryOut } from './service-report.ts'
import { NO_COMMAND, optionConflict } from './usage.ts'

interface StartArgs extends RunArgs, CanaryArgs {
  readonly 'no-prerequisites': boolean
  readonly 'with-dependents': boolean
  readonly again: boolean
  readonly adopt: boolean
}

interface EndArgs extends RunArgs {
  readonly 'with-dependents': boolean
  readonly force: boolean
  readonly 'from-tree': boolean
}

/** `paictl service …`: the everyday acts. */
export function serviceCommands(parser: Argv, run: Run): Argv {
  return parser.command('service', 'Start, stop and look at services', (service) => {
    serviceLookCommands(service, run)
      .command(
        'start [names..]',
        'Start services and all that they need, in dependency order',
        (command) =>
          noPrerequisites(runOptions(selectionOptions(command)))
            .option('again', {
              type: 'boolean',
              default: false,
              describe: 'Run the named jobs though they are completed',
            })
            .option('adopt', {
              type: 'boolean',
              default: false,
              describe: 'Take over what answers but was not started here',
            }),
        run<StartArgs>((args, context) =>
          carryOut('start', args, context, (invocation, conversation) =>
            startServices(
              invocation,
              {
                ...runFromArgs(args, 'continue'),
                withPrerequisites: !args['no-prerequisites'],
                again: args.again,
                adopt: args.adopt,
              },
              conversation,
            ),
          ),
        ),
      )
      .command(
        'restart [names..]',
        'Stop and start services',
        (command) => withDependents(noPrerequisites(runOptions(selectionOptions(command)))),
        run<StartArgs>((args, context) =>
          carryOut('restart', args, context, (invocation, conversation) =>
            restartServices(
              invocation,
              {
                ...runFromArgs(args, 'continue'),
                withPrerequisites: !args['no-prerequisites'],
                withDependents: args['with-dependents'],
              },
              conversation,
            ),
          ),
        ),
      )
      .command(
        'refresh [names..]',
        'Let running services take in their current configuration',
        (command) => canaryOption(noPrerequisites(runOptions(selectionOptions(command)))),
        run<StartArgs>((args, context) =>
          carryOut('refresh', args, context, (invocation, conversation) =>
            refreshServices(
              invocation,
              {
                ...runFromArgs(args, 'stop', [canaryOf(args).problem]),
                withPrerequisites: !args['no-prerequisites'],
                canary: canaryOf(args).value,
              },
              conversation,
            ),
          ),
        ),
      )
      .command(
        'stop [names..]',
        'Stop services; their data stays',
        (command) => endOptions(command),
        run<EndArgs>((args, context) =>
          carryOut('stop', args, context, (invocation, conversation) =>
            stopServices(invocation, endRequest(args), conversation),
          ),
        ),
      )
      .command(
        'delete [names..]',
        'Stop services and delete their data',
        (command) => endOptions(command),
        run<EndArgs>((args, context) =>
          carryOut('delete', args, context, (invocation, conversation) =>
            deleteServices(invocation, endRequest(args), conversation),
          ),
        ),
      )
      .demandCommand(1, NO_COMMAND)
  })
}

const noPrerequisites = (command: Argv): Argv =>
  command.option('no-prerequisites', { type: 'boolean', default: false, describe: 'Only the named services' })

const withDependents = (command: Argv): Argv =>
  command.option('with-dependents', {
    type: 'boolean',
    default: false,
    describe: 'Also those that need the named ones',
  })

const endOptions = (command: Argv): Argv =>
  withDependents(runOptions(selectionOptions(command), ['continue', 'stop']))
    .option('force', { type: 'boolean', default: false, describe: 'Though running services need them' })
    .option('from-tree', {
      type: 'boolean',
      default: false,
      describe: 'Run the scripts of the project as it is, not those that the services were started with',
    })

function endRequest(args: EndArgs): Parameters<typeof stopServices>[1] {
  const conflict =
    args.force && args['with-dependents']
      ? optionConflict(['--force', '--with-dependents'], 'one leaves dependents running, the other stops them')
      : undefined
  return {
    ...runFromArgs(args, 'continue', [conflict]),
    withDependents: args['with-dependents'],
    force: args.force,
    fromTree: args['from-tree'],
  }
}
