import { formatDuration } from '../model/duration.ts'
import type { RunEvent } from '../model/event.ts'
import { printable, printableSentence } from './printable.ts'
import { cropToWidth } from './text-width.ts'

/** What is running now and for how long, as one line: `running: train-iris 12s, model-server waiting for http 3.0s`. */
export interface StatusLine {
  note(event: RunEvent): void
  /** Empty when nothing is running. */
  text(now: number, columns: number): string
}

interface Activity {
  readonly service: string
  readonly startedAt: number
  readonly waitingFor: string | null
  /** `attempt 2 of 3`; empty for the first. */
  readonly attempt: string
}

export function createStatusLine(): StatusLine {
  const running = new Map<string, Activity>()
  return {
    note(event) {
      if (event.type === 'step-started') {
        running.set(event.step, { service: event.service, startedAt: event.time, waitingFor: null, attempt: '' })
      } else if (event.type === 'step-waiting') {
        const { time, service, waitingFor } = event
        const attempt = running.get(event.step)?.attempt ?? ''
        running.set(event.step, { service, startedAt: time, waitingFor, attempt })
      } else if (event.type === 'step-retrying') {
        const { time, service } = event
        const attempt = ` (attempt ${event.attempt} of ${event.of})`
        running.set(event.step, { service, startedAt: time, waitingFor: null, attempt })
      } else if (event.type === 'step-ended') {
        running.delete(event.step)
      } else if (event.type === 'run-ended') {
        running.clear()
      }
    },
    text(now, columns) {
      if (running.size === 0) return ''
      const activities = [...running.values()].map((activity) => activityWords(activity, now))
      // The last cell stays free: some terminals begin a new line as soon as it is written.
      return cropToWidth(`running: ${activities.join(', ')}`, columns - 1)
    },
  }
}

function activityWords({ service, startedAt, waitingFor, attempt }: Activity, now: number): string {
  const doing = waitingFor === null ? '' : ` waiting for ${printableSentence(waitingFor)}`
  return `${printable(service)}${attempt}${doing} ${seconds(now - startedAt)}`
}

/** Whole seconds, so that the line is not redrawn for tenths. */
const seconds = (ms: number): string => (ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))}s` : formatDuration(ms))
