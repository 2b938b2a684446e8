import type { Argv } from 'yargs'
import type { RunOptions } from '../commands/perform.ts'
import type { NamesRequest } from '../commands/service-run.ts'
import { parseDuration } from '../model/duration.ts'
import type { Globals } from './globals.ts'
import { UsageError } from './usage.ts'

/** Which services; `-n` and `-k` as in OpenPAI. */
export interface SelectionArgs extends Globals {
  readonly names?: readonly (string | number)[] | undefined
  readonly n?: readonly (string | number)[] | undefined
  readonly k?: readonly (string | number)[] | undefined
  readonly all: boolean
}

export interface RunArgs extends SelectionArgs {
  readonly 'dry-run': boolean
  readonly yes: boolean
  readonly parallel?: number | undefined
  readonly 'on-failure'?: 'continue' | 'stop' | undefined
  readonly 'wait-lock'?: string | undefined
  readonly 'take-over': boolean
}

export function selectionOptions(command: Argv): Argv {
  return command
    .positional('names', {
      type: 'string',
      array: true,
      describe: 'Names, globs, tag:x, state:failed, kind:job, component:x',
    })
    .option('n', { alias: 'service-name', type: 'string', array: true, describe: 'The same as NAMES' })
    .option('all', { alias: 'a', type: 'boolean', default: false, describe: 'Every service' })
    .option('k', { alias: 'skip', type: 'string', array: true, describe: 'Leave these untouched' })
}

export function runOptions(command: Argv): Argv {
  return command
    .option('dry-run', { type: 'boolean', default: false, describe: 'Show the plan, do nothing' })
    .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Ask nobody' })
    .option('parallel', { type: 'number', requiresArg: true, describe: 'How many scripts run at a time' })
    .option('on-failure', {
      choices: ['continue', 'stop'] as const,
      describe: 'What a failure does to independent services',
    })
    .option('wait-lock', { type: 'string', requiresArg: true, describe: 'How long to wait for another command (30s)' })
    .option('take-over', { type: 'boolean', default: false, describe: "Make another project's cluster this one's" })
}

/** The typed request that the options mean. `onFailure` is the verb's own default. */
export function runFromArgs(args: RunArgs, onFailure: 'continue' | 'stop'): NamesRequest & RunOptions {
  return {
    ...namesFromArgs(args),
    dryRun: args['dry-run'],
    yes: args.yes,
    parallel: parallelOf(args.parallel),
    onFailure: args['on-failure'] ?? onFailure,
    waitLockMs: waitOf(args['wait-lock']),
    takeOver: args['take-over'],
  }
}

export function namesFromArgs(args: SelectionArgs): NamesRequest {
  const names = [...(args.names ?? []), ...(args.n ?? [])].map(String)
  if (args.all && names.length > 0) {
    throw new UsageError(`--all means every service, so that naming ${names.join(', ')} means nothing: leave one out`)
  }
  return { names, all: args.all, skip: (args.k ?? []).map(String) }
}

function parallelOf(value: number | undefined): number | undefined {
  if (value === undefined || (Number.isInteger(value) && value >= 1)) return value
  throw new UsageError('--parallel takes a whole number from 1 on')
}

function waitOf(text: string | undefined): number {
  const ms = text === undefined ? 0 : parseDuration(text)
  if (ms === undefined) throw new UsageError(`--wait-lock takes a duration such as 30s or 5m, not "${text}"`)
  return ms
}
