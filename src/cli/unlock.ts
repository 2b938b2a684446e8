import type { Argv } from 'yargs'
import { unlock } from '../commands/unlock.ts'
import { EXIT } from '../model/exit-code.ts'
import { leasesTable, unlockedText } from '../ui/leases-table.ts'
import { askAtTerminal } from './conversation.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext, Run } from './run.ts'

interface UnlockArgs extends Globals {
  readonly names?: readonly (string | number)[] | undefined
  readonly yes: boolean
  readonly force: boolean
}

/** `paictl unlock`: for what commands hold that are gone, and nobody can tell. */
export function unlockCommand(parser: Argv, run: Run): Argv {
  return parser.command(
    'unlock [names..]',
    'Take away what commands hold that are gone',
    (command) =>
      command
        .positional('names', { type: 'string', array: true, describe: 'Whoever holds these; all without it' })
        .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'Ask nobody' })
        .option('force', {
          type: 'boolean',
          default: false,
          describe: 'With --yes: also what commands hold that are still at work here',
        }),
    run<UnlockArgs>(act),
  )
}

async function act(args: UnlockArgs, { world, presenter }: CommandContext): Promise<number> {
  const request = { names: (args.names ?? []).map(String), yes: args.yes, force: args.force }
  const table = { ...presenter.terminal, style: presenter.style }
  const unlocked = await unlock(invocationOf(args, world), request, async (rows) => {
    presenter.note(leasesTable(rows, { ...table, now: Date.now() }))
    const alive = rows.filter((row) => row.owner === 'alive').length
    return await askAtTerminal(world, presenter, { kind: 'unlock', owners: rows.length, alive })
  })
  if (!unlocked.ok) return presenter.refuse(unlocked.error)
  const rows = unlocked.value
  if (presenter.mode === 'json') presenter.document({ removed: rows })
  else {
    // Who was asked has seen it.
    if (args.yes && rows.length > 0) presenter.print(leasesTable(rows, { ...table, now: Date.now() }))
    presenter.print(unlockedText(rows))
  }
  return EXIT.done
}
