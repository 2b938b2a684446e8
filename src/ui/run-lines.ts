import type { RunEvent } from '../model/event.ts'
import { runEventJson } from './run-event-json.ts'
import { createRunReport } from './run-report.ts'
import { createStatusLine } from './run-status-line.ts'
import { createStyle } from './style.ts'
import type { Terminal } from './terminal.ts'

/** `human`: for whoever watches; `plain`: a line an event, nothing that a log file could not hold; `json`: for programs. */
export type OutputMode = 'human' | 'plain' | 'json'

export interface RunLinesOptions {
  readonly terminal: Terminal
  readonly mode: OutputMode
  /** How files are named; as they are, which is absolute, where it is not given. */
  readonly display?: ((file: string) => string) | undefined
}

/** Takes a run's events as they come and prints them. */
export interface RunLines {
  (event: RunEvent): void
  /** Redraws what changes with time alone; to be called about once a second. `now` as in the events. */
  tick(now: number): void
  /** Takes the transient line away, for whoever prints something else or stops early. */
  clear(): void
}

export function createRunLines(options: RunLinesOptions): RunLines {
  return options.mode === 'json' ? createJsonLines(options.terminal) : createTextLines(options)
}

function createJsonLines(terminal: Terminal): RunLines {
  const report = (event: RunEvent): void => terminal.write(`${runEventJson(event)}\n`)
  return Object.assign(report, { tick: () => {}, clear: () => {} })
}

const CLEAR_LINE = '\r\u001b[K'

function createTextLines(options: RunLinesOptions): RunLines {
  const { terminal, mode, display = (file) => file } = options
  const live = mode === 'human' && terminal.interactive
  const style = createStyle(terminal.color && mode === 'human')
  const linesOf = createRunReport({ style, everyEvent: mode === 'plain', display })
  const status = createStatusLine()
  let drawn = ''

  /** Lines, and the transient line below them, in one write: the terminal never shows the state in between. */
  const print = (lines: readonly string[], transient: string): void => {
    if (lines.length === 0 && transient === drawn) return
    const text = lines.map((line) => `${line}\n`).join('')
    terminal.write((drawn === '' ? '' : CLEAR_LINE) + text + style.dim(transient))
    drawn = transient
  }
  const transientAt = (now: number): string => (live ? status.text(now, terminal.columns) : '')

  const report = (event: RunEvent): void => {
    status.note(event)
    print(linesOf(event), transientAt(event.time))
  }
  return Object.assign(report, { tick: (now: number) => print([], transientAt(now)), clear: () => print([], '') })
}
