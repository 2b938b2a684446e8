import type { Argv } from 'yargs'
import { describeServices } from '../commands/service-describe.ts'
import { followLogs, readLogs } from '../commands/service-logs.ts'
import { type Look, lookAtServices } from '../commands/service-look.ts'
import { renderFiles } from '../commands/service-render.ts'
import { diagnostic } from '../model/diagnostic.ts'
import { EXIT } from '../model/exit-code.ts'
import { configText } from '../ui/config-text.ts'
import { createLogFollower, logLines } from '../ui/log-lines.ts'
import { noteText } from '../ui/note-text.ts'
import { renderedDocument, renderedText } from '../ui/rendered-text.ts'
import { serviceDescription } from '../ui/service-description.ts'
import { serviceTable } from '../ui/tables.ts'
import { invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import { namesFromArgs, type SelectionArgs, selectionOptions, wholeNumber } from './service-options.ts'
import { refuseAll, UsageError } from './usage.ts'

interface LogsArgs extends SelectionArgs {
  readonly follow: boolean
  readonly lines: string
}

interface RenderArgs extends SelectionArgs {
  readonly to?: string | undefined
}

/** The commands under `service` that only look. */
export function serviceLookCommands(service: Argv, run: Run): Argv {
  return service
    .command('list [names..]', 'The services and how they are', selectionOptions, run<SelectionArgs>(list))
    .command(
      'status [names..]',
      'How services are; exit code 3 when something that should run does not',
      selectionOptions,
      run<SelectionArgs>(status),
    )
    .command('describe [names..]', 'All that is known of a service', selectionOptions, run<SelectionArgs>(describe))
    .command(
      'logs [names..]',
      'The newest logs of services',
      (command) =>
        selectionOptions(command)
          .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'Go on as they grow' })
          .option('lines', {
            type: 'string',
            default: '100',
            requiresArg: true,
            describe: 'How many lines, from the end',
          }),
      run<LogsArgs>(logs),
    )
    .command(
      'render [names..]',
      'What the next start would run, rendered',
      (command) =>
        selectionOptions(command)
          .option('to', { type: 'string', requiresArg: true, describe: 'Write it to this directory' })
          .option('reveal-secrets', { type: 'boolean', default: false, describe: 'Show secrets as they are' }),
      run<RenderArgs>(render),
    )
}

const list = (args: SelectionArgs, context: CommandContext): Promise<number> => look(args, context, () => EXIT.done)

const status = (args: SelectionArgs, context: CommandContext): Promise<number> =>
  look(args, context, ({ exitCode }) => exitCode)

async function look(
  args: SelectionArgs,
  { world, presenter }: CommandContext,
  exitCode: (found: Look) => number,
): Promise<number> {
  const found = await lookAtServices(invocationOf(args, world), wanted(args))
  if (!found.ok) return presenter.refuse(found.error)
  const { rows, problems, warnings } = found.value
  if (presenter.mode === 'json') presenter.document({ services: rows })
  else presenter.print(serviceTable(rows, { ...presenter.terminal, style: presenter.style, now: Date.now() }))
  if (problems.length > 0) presenter.note(noteText({ kind: 'invalid' }))
  presenter.diagnostics(warnings)
  return exitCode(found.value)
}

async function describe(args: SelectionArgs, { world, presenter }: CommandContext): Promise<number> {
  if (wanted(args).length === 0 && !args.all)
    throw new UsageError([diagnostic('no-names', { command: 'service describe' })])
  const found = await describeServices(invocationOf(args, world), wanted(args))
  if (!found.ok) return presenter.refuse(found.error)
  if (presenter.mode === 'json') {
    presenter.document({ services: found.value.map(({ row, ...more }) => ({ ...row, ...more })) })
    return EXIT.done
  }
  const view = { style: presenter.style, now: Date.now() }
  for (const [index, one] of found.value.entries()) {
    const configuration = one.configuration === null ? null : configText(one.configuration)
    const shown = { ...one, configuration, directory: presenter.display(one.directory) }
    presenter.print(`${index === 0 ? '' : '\n'}${serviceDescription(shown, view)}`)
  }
  return EXIT.done
}

async function logs(args: LogsArgs, { world, presenter }: CommandContext): Promise<number> {
  const lines = wholeNumber('--lines', args.lines, 0)
  refuseAll([lines.problem])
  const found = await readLogs(invocationOf(args, world), { names: wanted(args), lines: lines.value ?? 0 })
  if (!found.ok) return presenter.refuse(found.error)
  if (presenter.mode === 'json' && !args.follow) {
    presenter.document({ logs: found.value.map(({ service, path, lines }) => ({ service, path, lines })) })
    return EXIT.done
  }
  const several = found.value.length > 1
  for (const log of found.value) {
    if (log.path === null) presenter.note(`${log.service} has no log yet`)
    else if (log.lines.length > 0) presenter.print(logLines(log.service, log.lines, several))
  }
  if (!args.follow) return EXIT.done
  const ended = new AbortController()
  const ignore = world.onSignal(() => ended.abort())
  await followLogs(found.value, createLogFollower(presenter.print, several), ended.signal)
  ignore()
  return EXIT.done
}

async function render(args: RenderArgs, { world, presenter }: CommandContext): Promise<number> {
  const request = { ...namesFromArgs(args), directory: args.to, reveal: args['reveal-secrets'] === true }
  const found = await renderFiles(invocationOf(args, world), request)
  if (!found.ok) return presenter.refuse(found.error)
  if (presenter.mode === 'json') presenter.document({ services: found.value.map(renderedDocument) })
  else if (args.to !== undefined) presenter.note(`${found.value.length} rendered to ${args.to}`)
  else presenter.print(renderedText(found.value, presenter.style))
  return EXIT.done
}

/** `--all` is what is shown without names, too. */
function wanted(args: SelectionArgs): readonly string[] {
  return namesFromArgs(args).names
}
