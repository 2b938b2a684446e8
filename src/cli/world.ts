import type { EndingSignal } from '../engine/execute/interruption.ts'
import type { Secrets } from '../model/secrets.ts'

/** An output stream, as far as the command line needs it. */
export interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** A command to type next, in the way in which this one was typed: through npx, where that is how it was found. */
export function asTyped(command: string, { env }: World): string {
  return env.npm_command === 'exec' ? command.replace(/^paictl /, 'npx paictl ') : command
}

/** The process that the command line runs in. */
export interface Surroundings {
  readonly version: string
  /** Absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly argv: readonly string[]
  readonly stdin: NodeJS.ReadStream
  readonly stdout: Output
  readonly stderr: Output & NodeJS.WritableStream
  /** Hands every ending signal to `listener` instead of ending the process. Returns what undoes it. */
  onSignal(listener: (signal: EndingSignal) => void): () => void
  /** Hands what reaches nobody else to `strays`, until the process ends. */
  onStray(strays: Strays): void
}

/** What comes up beside a command. */
export interface Strays {
  /** Something that was thrown where nobody could catch it, or a rejection that nobody awaited. */
  error(thrown: unknown): void
  /** A warning of Node's, or by `process.emitWarning`. */
  warning(text: string): void
}

/** The surroundings of one command. */
export interface World extends Surroundings {
  /** What must not be seen on the streams: learnt as the command goes on. */
  readonly secrets: Secrets
}
