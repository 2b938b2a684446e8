import type { Argv } from 'yargs'
import { EXIT } from '../model/exit-code.ts'
import type { Globals } from './globals.ts'
import type { CommandContext, Run } from './run.ts'

interface ExplainArgs extends Globals {
  readonly code?: string | undefined
}

/** `paictl explain`: needs no project. */
export function explainCommand(parser: Argv, run: Run): Argv {
  return parser.command(
    'explain [code]',
    'What a code such as PAI-cycle means, and what to do',
    (command) => command.positional('code', { type: 'string', describe: 'With or without PAI-' }),
    run<ExplainArgs>(explain),
  )
}

async function explain(args: ExplainArgs, { presenter }: CommandContext): Promise<number> {
  // Pages of text that no other command needs.
  const { findCode } = await import('../commands/explain.ts')
  const { codesJson, codesText, explanationJson, explanationText } = await import('../ui/explanation-text.ts')
  const view = { style: presenter.style, columns: presenter.terminal.columns }
  if (args.code === undefined) {
    if (presenter.mode === 'json') presenter.document(codesJson())
    else presenter.print(codesText(view))
    return EXIT.done
  }
  const found = findCode(String(args.code))
  if (!found.ok) return presenter.refuse(found.error)
  if (presenter.mode === 'json') presenter.document(explanationJson(found.value))
  else presenter.print(explanationText(found.value, view))
  return EXIT.done
}
