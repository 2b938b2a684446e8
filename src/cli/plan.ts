import { resolve } from 'node:path'
import type { Argv } from 'yargs'
import { type ApplyRequest, applyProject, planProject } from '../commands/apply.ts'
import { readSavedPlan } from '../commands/read-plan.ts'
import type { SavedPlan } from '../config/files/plan-file.ts'
import { EXIT } from '../model/exit-code.ts'
import { MASK } from '../model/secrets.ts'
import { planView } from '../ui/plan-view.ts'
import { createRunLines } from '../ui/run-lines.ts'
import { createConversation } from './conversation.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import {
  type CanaryArgs,
  canaryOf,
  canaryOption,
  namesFromArgs,
  type RunArgs,
  runFromArgs,
  runOptions,
  type SelectionArgs,
  selectionOptions,
  takeOverOption,
} from './service-options.ts'
import { carryOut } from './service-report.ts'
import { badOption, optionConflict, refuseAll } from './usage.ts'

interface ChangeArgs extends CanaryArgs {
  readonly prune: boolean
  readonly diff: boolean
}

interface PlanArgs extends SelectionArgs, ChangeArgs {
  readonly 'exit-code': boolean
  readonly 'take-over': boolean
}

interface ApplyArgs extends RunArgs, ChangeArgs {
  readonly plan?: string | undefined
}

/** `paictl plan` and `paictl apply`: declared against observed. */
export function planCommands(parser: Argv, run: Run): Argv {
  return parser
    .command(
      'plan [names..]',
      'What apply would do, and why; nothing is changed',
      (command) =>
        changeOptions(takeOverOption(selectionOptions(command))).option('exit-code', {
          type: 'boolean',
          default: false,
          describe: 'Exit with 3 when there is something to do',
        }),
      run<PlanArgs>(plan),
    )
    .command(
      'apply [names..]',
      'Make what runs be what is declared: start what is missing, refresh what changed',
      (command) =>
        changeOptions(runOptions(selectionOptions(command))).option('plan', {
          type: 'string',
          requiresArg: true,
          describe: 'Carry out this plan, or nothing (- for standard input)',
        }),
      run<ApplyArgs>(apply),
    )
}

const changeOptions = (command: Argv): Argv =>
  canaryOption(command)
    .option('prune', { type: 'boolean', default: false, describe: 'Stop what the project has no more' })
    .option('diff', { type: 'boolean', default: false, describe: 'Show how files differ from the applied ones' })

async function plan(args: PlanArgs, context: CommandContext): Promise<number> {
  const canary = canaryOf(args)
  refuseAll([canary.problem])
  const { prune, diff, 'take-over': takeOver } = args
  const request = { ...namesFromArgs(args), ...LOOKING, takeOver, prune, diff, canary: canary.value }
  return await show(request, args, context, args['exit-code'])
}

const LOOKING = {
  yes: false,
  parallel: undefined,
  onFailure: 'stop',
  timeoutMs: undefined,
  waitLockMs: 0,
  endSurvivors: false,
} as const

async function show(
  request: Parameters<typeof planProject>[1],
  args: Globals,
  { world, presenter }: CommandContext,
  exitCode: boolean,
): Promise<number> {
  const { terminal, mode, display, style } = presenter
  const conversation = createConversation(world, presenter, createRunLines({ terminal, mode, display }))
  const made = await planProject(invocationOf(args, world), request, conversation)
  if (!made.ok) return presenter.refuse(made.error)
  if (mode === 'json') presenter.document({ type: 'plan', ...made.value })
  else presenter.print(await planView(made.value, { style, now: Date.now(), columns: terminal.columns, display }))
  return exitCode && made.value.plan.steps.length > 0 ? EXIT.notRunning : EXIT.done
}

async function apply(args: ApplyArgs, context: CommandContext): Promise<number> {
  const { world, presenter } = context
  const canary = canaryOf(args)
  const run = runFromArgs(args, 'stop', [canary.problem, planConflict(args)])
  const typed = { ...run, prune: args.prune, diff: args.diff, canary: canary.value }
  if (args.plan === undefined) {
    if (run.dryRun) return await show(typed, args, context, false)
    return await carryOut('apply', args, context, (invocation, conversation) =>
      applyProject(invocation, typed, conversation),
    )
  }
  const read = await readSavedPlan(args.plan === '-' ? world.stdin : resolve(world.cwd, args.plan))
  if (!read.ok) return presenter.refuse(read.error)
  const saved = read.value
  refuseAll([lostSecret(saved, args)])
  const request: ApplyRequest = { ...typed, ...saved.selection, canary: saved.selection.canary ?? undefined, saved }
  const given: Globals = { ...args, overlay: args.overlay ?? saved.overlays, set: args.set ?? saved.assignments }
  if (run.dryRun) return await show(request, given, context, false)
  return await carryOut('apply', given, context, (invocation, conversation) =>
    applyProject(invocation, request, conversation),
  )
}

/** What is planned is in the plan. */
function planConflict(args: ApplyArgs): ReturnType<typeof badOption> | undefined {
  if (args.plan === undefined) return undefined
  const { names, all, skip } = { ...namesFromArgs(args) }
  const others = [
    ...names,
    ...(all ? ['--all'] : []),
    ...skip.map((name) => `-k ${name}`),
    ...(args.prune ? ['--prune'] : []),
    ...(args.canary === undefined ? [] : [`--canary ${args.canary}`]),
  ]
  return others.length === 0
    ? undefined
    : optionConflict([`--plan ${args.plan}`, ...others], 'the plan says what is done, and with which services')
}

/** A secret that was typed is in no file. */
function lostSecret({ assignments }: SavedPlan, args: ApplyArgs): ReturnType<typeof badOption> | undefined {
  const masked = args.set === undefined ? assignments.filter((text) => text.includes(MASK)) : []
  return masked.length === 0
    ? undefined
    : badOption(`the plan was made with --set ${masked[0]}, and holds no secrets: give all its --set again`)
}
