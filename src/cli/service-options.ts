import type { Argv } from 'yargs'
import type { NamesRequest } from '../commands/choose.ts'
import type { ResumeRequest } from '../commands/resume.ts'
import type { RunOptions } from '../commands/running/perform.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import { parseDuration } from '../model/duration.ts'
import type { OnFailure } from '../model/run.ts'
import { shortList } from '../ui/wording/lists.ts'
import type { Globals } from './globals.ts'
import { badOption, optionConflict, refuseAll } from './usage.ts'

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
  readonly parallel?: string | undefined
  readonly 'on-failure'?: OnFailure | undefined
  readonly timeout?: string | undefined
  readonly 'wait-lock'?: string | undefined
  readonly 'take-over': boolean
  readonly 'end-survivors': boolean
}

/** Of what refreshes. */
export interface CanaryArgs {
  readonly canary?: string | undefined
}

export type ResumeArgs = Omit<RunArgs, keyof SelectionArgs | 'yes'> & Globals & { readonly id?: string | undefined }

export function selectionOptions(command: Argv): Argv {
  return command
    .positional('names', {
      type: 'string',
      array: true,
      describe: 'Names, globs, tag:x, state:failed, kind:job, component:x',
    })
    .option('n', {
      alias: 'service-name',
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'The same as NAMES',
    })
    .option('all', { alias: 'a', type: 'boolean', default: false, describe: 'Every service' })
    .option('k', { alias: 'skip', type: 'string', array: true, requiresArg: true, describe: 'Leave these untouched' })
}

const ON_FAILURE: readonly OnFailure[] = ['continue', 'stop', 'rollback']

/** `onFailure`: what can be asked for; what was stopped or deleted is never taken back. */
export function runOptions(command: Argv, onFailure: readonly OnFailure[] = ON_FAILURE): Argv {
  return resumeOptions(command, onFailure).option('yes', {
    alias: 'y',
    type: 'boolean',
    default: false,
    describe: 'Ask nobody',
  })
}

/** The options of what goes on with a run: it was confirmed when it was begun. */
export function resumeOptions(command: Argv, onFailure: readonly OnFailure[] = ON_FAILURE): Argv {
  return takeOverOption(command)
    .option('dry-run', { type: 'boolean', default: false, describe: 'Show the plan, do nothing' })
    .option('parallel', { type: 'string', requiresArg: true, describe: 'How many scripts run at a time' })
    .option('on-failure', {
      choices: onFailure,
      requiresArg: true,
      describe: 'What a failure does to the rest',
    })
    .option('timeout', { type: 'string', requiresArg: true, describe: 'How long the run may take altogether (30m)' })
    .option('wait-lock', { type: 'string', requiresArg: true, describe: 'How long to wait for another command (30s)' })
    .option('end-survivors', {
      type: 'boolean',
      default: false,
      describe: 'End scripts that outlived an interrupted run, instead of awaiting them',
    })
}

export const takeOverOption = (command: Argv): Argv =>
  command.option('take-over', {
    type: 'boolean',
    default: false,
    describe: "Make another project's cluster this one's",
  })

/** The option of all that refreshes. */
export const canaryOption = (command: Argv): Argv =>
  command.option('canary', {
    type: 'string',
    requiresArg: true,
    describe: 'Await N refreshes, those that touch the least, before the others',
  })

/** What `--canary` says, and what is wrong with it. */
export const canaryOf = (args: CanaryArgs): Read<number> => wholeNumber('--canary', args.canary, 1)

/**
 * The typed request that the options mean. `onFailure` is the verb's own default; `more` are problems that the verb found
 * in options of its own. Throws a `UsageError` with all that is wrong.
 */
export function runFromArgs(
  args: RunArgs,
  onFailure: OnFailure,
  more: readonly (Diagnostic | undefined)[] = [],
): NamesRequest & RunOptions {
  refuseAll([...more, ...optionProblems(args)])
  return {
    ...namesFromArgs(args),
    ...executionOf(args),
    yes: args.yes,
    onFailure: args['on-failure'] ?? onFailure,
  }
}

/** What the options of `resume` mean. Throws a `UsageError` with all that is wrong. */
export function resumeFromArgs(args: ResumeArgs): ResumeRequest {
  const { id } = args
  refuseAll(optionProblems({ ...args, all: false }))
  return { ...executionOf(args), run: id === undefined ? undefined : String(id), onFailure: args['on-failure'] }
}

/** How a plan is to be carried out. */
function executionOf(args: Omit<ResumeArgs, 'id'>): Omit<RunOptions, 'yes' | 'onFailure'> {
  return {
    dryRun: args['dry-run'],
    parallel: wholeNumber('--parallel', args.parallel, 1).value,
    timeoutMs: limit('--timeout', args.timeout).value,
    waitLockMs: duration('--wait-lock', args['wait-lock']).value ?? 0,
    takeOver: args['take-over'],
    endSurvivors: args['end-survivors'],
  }
}

/** All that is wrong with the values of a command's options, as far as these are there. */
export function optionProblems(args: Partial<RunArgs>): Diagnostic[] {
  const values = [
    wholeNumber('--parallel', args.parallel, 1),
    duration('--wait-lock', args['wait-lock']),
    limit('--timeout', args.timeout),
  ]
  return [...selectionProblems(args), ...values.flatMap(({ problem }) => problem ?? [])]
}

/** The services that are meant. Throws a `UsageError` where the options contradict each other. */
export function namesFromArgs(args: SelectionArgs): NamesRequest {
  refuseAll(selectionProblems(args))
  return { names: namesOf(args), all: args.all, skip: (args.k ?? []).map(String) }
}

const namesOf = ({ names, n }: Partial<SelectionArgs>): string[] => [...(names ?? []), ...(n ?? [])].map(String)

function selectionProblems(args: Partial<SelectionArgs>): Diagnostic[] {
  const names = [...new Set(namesOf(args))]
  const skipped = names.filter((name) => (args.k ?? []).map(String).includes(name))
  return [
    ...(args.all && names.length > 0
      ? [optionConflict(['--all', shortList(names)], '--all means every service, named or not')]
      : []),
    ...skipped.map((name) => optionConflict([name, `-k ${name}`], 'what is named cannot be left untouched')),
  ]
}

/** What an option says, or why that cannot be. */
interface Read<T> {
  readonly value?: T
  readonly problem?: Diagnostic
}

const MOST = 999_999

/** A number as people write one: no sign, fraction or exponent. `least` may be zero. */
export function wholeNumber(option: string, text: string | undefined, least: number): Read<number> {
  if (text === undefined) return {}
  const value = /^\d{1,6}$/.test(text) ? Number(text) : -1
  if (value >= least) return { value }
  return { problem: badOption(`${option} takes a whole number from ${least} to ${MOST}, not "${text}"`) }
}

function duration(option: string, text: string | undefined): Read<number> {
  if (text === undefined) return {}
  const value = parseDuration(text)
  if (value !== undefined) return { value }
  return { problem: badOption(`${option} takes a duration such as 30s or 5m, not "${text}"`) }
}

/** A duration within which something can be done. */
function limit(option: string, text: string | undefined): Read<number> {
  const read = duration(option, text)
  return read.value === 0 ? { problem: badOption(`${option} takes a duration above zero, not "${text}"`) } : read
}
