import type { Argv } from 'yargs'
import { createComponent, listComponents, type NewComponent } from '../commands/component.ts'
import { testComponent } from '../commands/component-test/component-test.ts'
import { EXIT } from '../model/exit-code.ts'
import { componentTable } from '../ui/component-table.ts'
import { createTestLines, testJson, testSummary } from '../ui/component-test-lines.ts'
import { createdText } from '../ui/created-text.ts'
import { noteText } from '../ui/note-text.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'
import { NO_COMMAND } from './usage.ts'
import { asTyped } from './world.ts'

interface TestArgs extends Globals {
  readonly name: string | number
  readonly prerequisite?: string | readonly string[] | undefined
  readonly keep: boolean
}

interface NewArgs extends Globals {
  readonly name: string | number
  readonly template: string
}

/** `paictl component …` */
export function componentCommands(parser: Argv, run: Run): Argv {
  return parser.command('component', 'List components, add one, test one', (component) => {
    component
      .command(
        'list',
        'The components of this project',
        (command) => command,
        run<Globals>(async (args, { world, presenter }) => {
          const found = listComponents(invocationOf(args, world))
          if (!found.ok) return presenter.refuse(found.error)
          const { rows, problems } = found.value
          if (presenter.mode === 'json') presenter.document({ components: rows })
          else presenter.print(componentTable(rows, { columns: presenter.terminal.columns, style: presenter.style }))
          if (problems.length > 0) presenter.note(noteText({ kind: 'invalid' }))
          return EXIT.done
        }),
      )
      .command(
        'new <name>',
        'Add a component from a template',
        (command) =>
          command
            .positional('name', { type: 'string', describe: 'Its name, and that of its service' })
            .option('template', {
              alias: 't',
              type: 'string',
              default: 'process',
              requiresArg: true,
              describe: 'process, job or kubernetes',
            }),
        run<NewArgs>(async (args, { world, presenter }) => {
          const request = { name: String(args.name), template: args.template }
          const made = await createComponent(invocationOf(args, world), request)
          if (!made.ok) return presenter.refuse(made.error)
          if (presenter.mode === 'json') presenter.document({ ...made.value })
          else presenter.print(createdText(made.value.files, [asTyped(firstCommand(made.value), world)]))
          return EXIT.done
        }),
      )
      .command(
        'test <name>',
        'Check a component the way its users will stress it, in a scratch state',
        (command) =>
          command
            .positional('name', { type: 'string', describe: 'The component, or a deployment' })
            .option('prerequisite', {
              type: 'string',
              requiresArg: true,
              describe: 'What a deployment of it needs, where there are many; may be repeated',
            })
            .option('keep', { type: 'boolean', default: false, describe: 'Keep the scratch state, with its logs' }),
        run<TestArgs>(test),
      )
      .demandCommand(1, NO_COMMAND)
  })
}

/** What brings the first of it up. */
function firstCommand({ name, instances }: NewComponent): string {
  return instances === 'many'
    ? `paictl deployment create ${name}-1 --component ${name}`
    : `paictl service start ${name}`
}

async function test(args: TestArgs, { world, presenter }: CommandContext): Promise<number> {
  const { mode, terminal, style, display } = presenter
  const { keep } = args
  const lines = createTestLines({ terminal, mode, style, display, keep })
  const ticking = setInterval(() => lines.tick(Date.now()), 1000)
  ticking.unref()
  try {
    const report = await testComponent(
      invocationOf(args, world),
      { name: String(args.name), prerequisites: [args.prerequisite ?? []].flat().map(String), keep },
      lines,
    )
    if (report.kind === 'refused') return presenter.refuse(report.diagnostics)
    if (mode === 'json') presenter.document(world.secrets.maskData(testJson(report.test, display)))
    else presenter.print(testSummary(report.test, style))
    return report.exitCode
  } finally {
    clearInterval(ticking)
    lines.clear()
  }
}
