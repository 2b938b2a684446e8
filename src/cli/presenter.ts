import { relative } from 'node:path'
import { readShown } from '../io/project/project-file.ts'
import { StateError } from '../io/state/state-error.ts'
import { type Diagnostic, inOrder, isRefusal } from '../model/diagnostic.ts'
import { FORMAT_VERSION } from '../model/event.ts'
import { EXIT, exitCodeOfDiagnostics } from '../model/exit-code.ts'
import type { JsonObject } from '../model/json.ts'
import { type DiagnosticView, renderDiagnostics } from '../ui/diagnostic.ts'
import { diagnosticJson } from '../ui/diagnostic-json.ts'
import type { OutputMode } from '../ui/run-lines.ts'
import { createStyle, type Style } from '../ui/style.ts'
import type { Terminal } from '../ui/terminal.ts'
import type { Output, World } from './world.ts'

/** Prints what commands found out, in the form that was asked for. */
export interface Presenter {
  readonly mode: OutputMode
  readonly terminal: Terminal
  readonly style: Style
  /** How a file is named to whoever called: relative to where they are, unless that is longer. */
  readonly display: (file: string) => string
  /** A text for people, on standard output. */
  print(text: string): void
  /** One document for programs, on standard output. */
  document(value: Readonly<Record<string, unknown>>): void
  /** Something in passing, on standard error; programs are not told. */
  note(text: string): void
  diagnostics(diagnostics: readonly Diagnostic[]): void
  /** A problem as programs are told it. */
  problem(diagnostic: Diagnostic): JsonObject
  /** Prints problems that kept a command from being carried out, and returns its exit code. */
  refuse(diagnostics: readonly Diagnostic[]): number
  /** The last resort for what was thrown. Returns the exit code. */
  unexpected(error: unknown): number
}

/** `sources`: texts that places of problems may name besides files. What is printed has `world.secrets` masked. */
export function createPresenter(
  world: World,
  mode: OutputMode,
  sources: ReadonlyMap<string, string> = new Map(),
): Presenter {
  const { secrets } = world
  const display = (file: string): string => {
    if (sources.has(file)) return file
    const near = relative(world.cwd, file)
    return near === '' ? '.' : near.length < file.length && !near.startsWith('../../..') ? near : file
  }
  const terminal = terminalOf(world, mode)
  const style = createStyle(terminal.color)
  const view: DiagnosticView = {
    source: (file) => sources.get(file) ?? readShown(file),
    display,
    style: createStyle(hasColor(world.stderr, world) && mode === 'human'),
    columns: world.stderr.columns ?? 120,
    wraps: mode === 'human' && world.stderr.isTTY === true && world.stderr.columns !== undefined,
    mask: (text) => secrets.mask(text),
  }
  const presenter: Presenter = {
    mode,
    terminal,
    style,
    display,
    print: (text) => terminal.write(text.endsWith('\n') || text === '' ? text : `${text}\n`),
    document: (value) => terminal.write(`${JSON.stringify({ v: FORMAT_VERSION, ...value }, null, 2)}\n`),
    note: (text) => {
      if (mode !== 'json') terminal.writeError(`${text}\n`)
    },
    diagnostics(diagnostics) {
      if (diagnostics.length === 0) return
      if (mode !== 'json')
        return terminal.writeError(`${renderDiagnostics(secrets.maskDiagnostics(diagnostics), view)}\n`)
      const lines = inOrder(diagnostics).map((one) => `${JSON.stringify(presenter.problem(one))}\n`)
      terminal.writeError(lines.join(''))
    },
    problem(diagnostic) {
      const [masked = diagnostic] = secrets.maskDiagnostics([diagnostic])
      const json = diagnosticJson(masked, { display })
      // Its words may quote what was masked; its places, names and codes are what programs go by.
      return { ...json, message: secrets.maskData(json.message ?? null), help: secrets.maskData(json.help ?? null) }
    },
    refuse(diagnostics) {
      presenter.diagnostics(diagnostics)
      return exitCodeOfDiagnostics(diagnostics)
    },
    unexpected(error) {
      if (error instanceof StateError) {
        presenter.diagnostics([error.diagnostic])
        return isRefusal(error.diagnostic) ? EXIT.refused : EXIT.failed
      }
      const message = error instanceof Error ? error.message : String(error)
      terminal.writeError(`paictl: internal error: ${message}\n`)
      if (world.env.PAICTL_DEBUG && error instanceof Error) terminal.writeError(`${error.stack}\n`)
      else terminal.writeError('This is a bug in paictl. PAICTL_DEBUG=1 prints where it happened.\n')
      return EXIT.internal
    },
  }
  return presenter
}

function terminalOf(world: World, mode: OutputMode): Terminal {
  const { stdout, stderr, secrets } = world
  // What programs read was masked before it became JSON, whose own signs must not be taken for a secret.
  const masked = (text: string): string => (mode === 'json' ? text : secrets.mask(text))
  return {
    columns: stdout.isTTY ? (stdout.columns ?? 80) : Number.POSITIVE_INFINITY,
    color: hasColor(stdout, world) && mode === 'human',
    interactive: stdout.isTTY === true && world.env.TERM !== 'dumb' && mode === 'human',
    write: (text) => void stdout.write(masked(text)),
    writeError: (text) => void stderr.write(masked(text)),
  }
}

/** Colour where a terminal can show it, unless NO_COLOR says no; anywhere where FORCE_COLOR says so. */
function hasColor(output: Output, { env }: World): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR && env.FORCE_COLOR !== '0') return true
  return output.isTTY === true && env.TERM !== 'dumb'
}
