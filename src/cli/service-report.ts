import type { Conversation, Invocation } from '../commands/invocation.ts'
import type { RunReport } from '../commands/running/perform.ts'
import { closingRows } from '../commands/service-closing.ts'
import { EXIT } from '../model/exit-code.ts'
import type { Verb } from '../model/plan.ts'
import { removalLine } from '../ui/deployment-text.ts'
import { printPlan } from '../ui/plan-text.ts'
import { createRunLines, type RunLines } from '../ui/run-lines.ts'
import { closingTable } from '../ui/tables.ts'
import { createConversation } from './conversation.ts'
import { type Globals, invocationOf } from './globals.ts'
import type { CommandContext } from './run.ts'
import { asTyped } from './world.ts'

/**
 * Carries out a verb that changes something, and prints all that there is to say about it; `undefined` where the verb is
 * that of an earlier run.
 */
export async function carryOut(
  verb: Verb | undefined,
  args: Globals,
  { world, presenter }: CommandContext,
  act: (invocation: Invocation, conversation: Conversation) => Promise<RunReport | undefined>,
): Promise<number> {
  const { terminal, mode, display } = presenter
  const lines = createRunLines({ terminal, mode, display })
  const ticking = setInterval(() => lines.tick(Date.now()), 1000)
  ticking.unref()
  try {
    const report = await act(invocationOf(args, world), createConversation(world, presenter, lines))
    // There was nothing to run.
    if (report === undefined) return EXIT.done
    if (report.kind === 'refused') return presenter.refuse(report.diagnostics)
    if (report.kind === 'dry-run') {
      const { plan, removals } = report
      const files = Object.entries(removals ?? {}).map(([name, file]) => ({ name, file, outcome: 'to-be-removed' }))
      if (mode === 'json') presenter.document({ ...(removals !== undefined && { files }), plan })
      else presenter.print([printPlan(plan), ...files.map(({ file }) => removalLine(display(file)))].join('\n'))
      return report.exitCode
    }
    if (mode !== 'json' && (STARTING.includes(verb ?? report.plan.verb) || hasApplied(report)))
      presenter.print(closing(report, { world, presenter }, lines))
    return report.exitCode
  } finally {
    clearInterval(ticking)
    lines.clear()
  }
}

const STARTING: readonly Verb[] = ['start', 'restart']

/** After an apply without steps nothing is otherwise than before. */
const hasApplied = ({ plan }: RunReport & { readonly kind: 'finished' }): boolean =>
  plan.verb === 'apply' && plan.steps.length > 0

function closing(
  report: RunReport & { readonly kind: 'finished' },
  { world, presenter }: CommandContext,
  lines: RunLines,
): string {
  const { style } = presenter
  lines.clear()
  const { rows, next } = closingRows(report)
  const table = closingTable(rows, { style, next: next.map((command) => asTyped(command, world)) })
  return table === '' || table.startsWith('\n') ? table : `\n${table}`
}
