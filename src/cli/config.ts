import type { Argv } from 'yargs'
import { showConfiguration } from '../commands/config-show.ts'
import { EXIT } from '../model/exit-code.ts'
import { configText } from '../ui/config-text.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { Run } from './run.ts'

interface ShowArgs extends Globals {
  readonly section?: string | undefined
}

/** `paictl config …` */
export function configCommands(parser: Argv, run: Run): Argv {
  return parser.command('config', 'Look at the resolved configuration', (config) => {
    config
      .command(
        'show [section]',
        'The resolved configuration of all, or of one service',
        (command) => command.positional('section', { type: 'string', describe: 'A service, cluster or layout' }),
        run<ShowArgs>(async (args, { world, presenter }) => {
          const found = await showConfiguration(invocationOf(args, world), args.section)
          if (!found.ok) return presenter.refuse(found.error)
          const { value, problems } = found.value
          if (presenter.mode === 'json') presenter.document({ configuration: value })
          else presenter.print(configText(value))
          return problems.length > 0 ? presenter.refuse(problems) : EXIT.done
        }),
      )
      .demandCommand(1, 'Name what to do with the configuration.')
  })
}
