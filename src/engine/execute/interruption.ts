import type { Urgency } from '../ports.ts'

/** Signals by which a person or the system ends a run, with their numbers (POSIX). */
export const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const
export type EndingSignal = keyof typeof SIGNAL_NUMBERS

const URGENCIES: readonly Urgency[] = ['terminate', 'hasten', 'kill']

/** The wish to end a run: raised by signals, each more urgent than the one before; asked by the executor. */
export class Interruption {
  #controller = new AbortController()
  #count = 0
  #signal: EndingSignal | undefined
  #timeUp = false

  /** Aborted with the first signal, or when time is up: nothing new starts, nothing is waited for. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Number of the first signal; `undefined` while there was none. */
  get signalNumber(): number | undefined {
    return this.#signal === undefined ? undefined : SIGNAL_NUMBERS[this.#signal]
  }

  /** Whether the run has taken as long as it may. */
  get isTimeUp(): boolean {
    return this.#timeUp
  }

  /** Ends the run because its time is up, unless something else has. */
  timeUp(): void {
    if (this.#signal !== undefined) return
    this.#timeUp = true
    this.#controller.abort()
  }

  /** Lets what takes the run back start, after its time was up. A signal has the last word. */
  goOn(): void {
    if (this.#signal === undefined && this.#controller.signal.aborted) this.#controller = new AbortController()
  }

  /** Takes in one signal. Returns how many there were, and how urgently running scripts are to end now. */
  raise(signal: EndingSignal): { readonly count: number; readonly urgency: Urgency } {
    this.#signal ??= signal
    this.#count += 1
    this.#controller.abort()
    return { count: this.#count, urgency: URGENCIES[Math.min(this.#count, URGENCIES.length) - 1] ?? 'kill' }
  }
}
