import type { Argv } from 'yargs'
import { resumeRun } from '../commands/resume.ts'
import { describeRun, listRuns } from '../commands/runs.ts'
import { EXIT } from '../model/exit-code.ts'
import { noteText } from '../ui/note-text.ts'
import { runsTable, runText } from '../ui/runs-text.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import { type ResumeArgs, resumeFromArgs, resumeOptions } from './service-options.ts'
import { carryOut } from './service-report.ts'

interface RunsArgs extends Globals {
  readonly id?: string | undefined
}

/** The commands about what was run before. */
export function runCommands(parser: Argv, run: Run): Argv {
  return parser
    .command(
      'resume [id]',
      'Go on with a run that was interrupted',
      (command) =>
        resumeOptions(command.positional('id', { type: 'string', describe: 'The newest interrupted run without it' })),
      run<ResumeArgs>(resume),
    )
    .command(
      'runs [id]',
      'The runs that are kept, or one with its steps and what bounded its time',
      (command) => command.positional('id', { type: 'string', describe: 'One run' }),
      run<RunsArgs>(runs),
    )
}

async function resume(args: ResumeArgs, context: CommandContext): Promise<number> {
  return await carryOut(undefined, args, context, async (invocation, conversation) => {
    const report = await resumeRun(invocation, resumeFromArgs(args), conversation)
    if (report.kind !== 'nothing') return report
    context.presenter.note(noteText({ kind: 'nothing-to-resume', replaced: report.replaced }))
    return { kind: 'refused', diagnostics: [], exitCode: EXIT.done }
  })
}

async function runs(args: RunsArgs, { world, presenter }: CommandContext): Promise<number> {
  const table = { ...presenter.terminal, style: presenter.style, now: Date.now() }
  const invocation = invocationOf(args, world)
  if (args.id !== undefined) {
    const found = await describeRun(invocation, String(args.id))
    if (!found.ok) return presenter.refuse(found.error)
    if (presenter.mode === 'json') presenter.document({ run: found.value })
    else presenter.print(runText(found.value, table))
    return EXIT.done
  }
  const found = await listRuns(invocation)
  if (!found.ok) return presenter.refuse(found.error)
  if (presenter.mode === 'json') presenter.document({ runs: found.value.runs })
  else presenter.print(runsTable(found.value.runs, table))
  presenter.diagnostics(found.value.problems)
  return found.value.problems.length > 0 ? EXIT.failed : EXIT.done
}
