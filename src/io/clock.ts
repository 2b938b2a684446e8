import { setMaxListeners } from 'node:events'
import type { Clock } from '../engine/ports.ts'

/** Node's longest timer, 24 days; a longer one would fire at once. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,

  sleep(ms, signal) {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      // Many sleep at a time.
      setMaxListeners(0, signal)
      signal.addEventListener('abort', end)
    })
  },
}
