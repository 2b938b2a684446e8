import { setTimeout as sleep } from 'node:timers/promises'
import { isGroupAlive } from './process-info.ts'

const POLL_MS = 25
/** How long a process may take to be gone after SIGKILL; longer, and it hangs inside the system, out of reach. */
const UNKILLABLE_MS = 5000

/** Ends one process group: SIGTERM once, and SIGKILL for who remains when the grace is over. */
export class GroupEnding {
  readonly #group: number
  #timer: NodeJS.Timeout | undefined
  #killAt = Number.POSITIVE_INFINITY
  #killed = false

  constructor(group: number) {
    this.#group = group
  }

  /** Asks the group to end within `graceMs`; asked again, it only ever shortens what is left of the grace. */
  terminate(graceMs: number): void {
    if (this.#killed) return
    if (this.#killAt === Number.POSITIVE_INFINITY) {
      this.#signal('SIGTERM')
      // Who has stopped itself gets no signal before it goes on.
      this.#signal('SIGCONT')
    }
    const killAt = Date.now() + graceMs
    if (killAt >= this.#killAt) return
    this.#killAt = killAt
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.kill(), graceMs)
  }

  /** Ends the group at once. */
  kill(): void {
    this.#killed = true
    clearTimeout(this.#timer)
    this.#signal('SIGKILL')
  }

  /** Resolves when no process of the group is left. To be awaited after its first process has been reaped. */
  async gone(): Promise<void> {
    let givenUpAt = Number.POSITIVE_INFINITY
    while (isGroupAlive(this.#group) && Date.now() < givenUpAt) {
      if (this.#killed) givenUpAt = Math.min(givenUpAt, Date.now() + UNKILLABLE_MS)
      await sleep(POLL_MS)
    }
    clearTimeout(this.#timer)
  }

  #signal(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.#group, signal)
    } catch {
      // It has ended, or what is left of it changed its user: then there is nothing that could be done.
    }
  }
}
