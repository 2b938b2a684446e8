import { setMaxListeners } from 'node:events'
import type { Clock } from '../engine/ports.ts'

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
