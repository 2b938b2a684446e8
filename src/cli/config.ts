import type { Argv } from 'yargs'
import { showConfiguration } from '../commands/config-show.ts'
import { EXIT } from '../model/exit-code.ts'
import { configText } from '../ui/config-text.ts'
import { originJson, originsText } from '../ui/origins-text.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { Run } from './run.ts'
import { NO_COMMAND } from './usage.ts'

interface ShowArgs extends Globals {
  readonly section?: string | undefined
  readonly provenance: boolean
}

/** `paictl config …` */
export function configCommands(parser: Argv, run: Run): Argv {
  return parser.command('config', 'Look at the resolved configuration', (config) => {
    config
      .command(
        'show [section]',
        'The resolved configuration of all, or of one service',
        (command) =>
          command
            .positional('section', { type: 'string', describe: 'A service, cluster or layout' })
            .option('provenance', { type: 'boolean', default: false, describe: 'Say where each value came from' })
            .option('reveal-secrets', { type: 'boolean', default: false, describe: 'Show secrets as they are' }),
        run<ShowArgs>(async (args, { world, presenter }) => {
          const { section } = args
          const request = { section, reveal: args['reveal-secrets'] === true }
          const found = await showConfiguration(invocationOf(args, world), request)
          if (!found.ok) return presenter.refuse(found.error)
          const { value, origins, problems } = found.value
          const { display } = presenter
          if (presenter.mode === 'json') {
            const provenance = origins.map((origin) => originJson(origin, display))
            presenter.document({ configuration: value, ...(args.provenance && { provenance }) })
          } else if (args.provenance) {
            presenter.print(originsText(value, origins, section === undefined ? [] : [section], display))
          } else presenter.print(configText(value))
          return problems.length > 0 ? presenter.refuse(problems) : EXIT.done
        }),
      )
      .demandCommand(1, NO_COMMAND)
  })
}
