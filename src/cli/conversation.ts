import { createInterface } from 'node:readline/promises'
import type { Conversation } from '../commands/invocation.ts'
import { deploymentFileLine, removalLine } from '../ui/deployment-text.ts'
import { noteText } from '../ui/note-text.ts'
import { printPlan } from '../ui/plan-text.ts'
import { planView } from '../ui/plan-view.ts'
import { type Confirmation, confirmationText, isConfirmed } from '../ui/prompt-text.ts'
import { runEventJson } from '../ui/run-event-json.ts'
import type { RunLines } from '../ui/run-lines.ts'
import type { Presenter } from './presenter.ts'
import type { World } from './world.ts'

/** How a run speaks with the person at this terminal, or with the program at the end of the pipe. */
export function createConversation(world: World, presenter: Presenter, lines: RunLines): Conversation {
  return {
    report: lines,
    declared({ file, ...change }) {
      lines.clear()
      if (presenter.mode === 'json') {
        const event = { type: 'deployment-file', time: Date.now(), ...change, file } as const
        presenter.terminal.write(`${runEventJson(event)}\n`)
      } else presenter.note(deploymentFileLine({ path: presenter.display(file), outcome: change.outcome }))
    },
    note: (note) => presenter.note(noteText(note)),
    warn: (diagnostics) => {
      lines.clear()
      presenter.diagnostics(diagnostics)
    },
    async plan(report) {
      // Of a plan without steps the run itself says all.
      if (presenter.mode === 'json' || report.plan.steps.length === 0) return
      const { style, display, terminal } = presenter
      presenter.print(`${await planView(report, { style, display, now: Date.now(), columns: terminal.columns })}\n`)
    },
    onSignal: (listener) => world.onSignal(listener),
    async confirm(confirmation, plan) {
      // That of an apply was shown already.
      if (isAtTerminal(world) && confirmation.kind !== 'apply') {
        const files = 'files' in confirmation ? (confirmation.files ?? []) : []
        const lines = files.map((file) => removalLine(presenter.display(file)))
        presenter.note([printPlan(plan), ...lines].join('\n'))
      }
      return await askAtTerminal(world, presenter, confirmation)
    },
  }
}

/** Asks the person at the terminal, where there is one. */
export async function askAtTerminal(
  world: World,
  presenter: Presenter,
  confirmation: Confirmation,
): Promise<'yes' | 'no' | 'no-terminal'> {
  if (!isAtTerminal(world)) return 'no-terminal'
  const lines = createInterface({ input: world.stdin, output: world.stderr })
  const given = new AbortController()
  // Ctrl-C and Ctrl-D are answers too.
  lines.on('SIGINT', () => given.abort())
  lines.on('close', () => given.abort())
  try {
    const typed = await lines.question(confirmationText(confirmation, presenter.style), { signal: given.signal })
    return isConfirmed(confirmation, typed) ? 'yes' : 'no'
  } catch {
    presenter.note('')
    return 'no'
  } finally {
    lines.close()
  }
}

/** Whether there is a person who can be asked. */
export const isAtTerminal = ({ stdin, stderr }: World): boolean => stdin.isTTY === true && stderr.isTTY === true
