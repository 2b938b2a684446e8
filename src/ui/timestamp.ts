import { formatDuration } from '../model/duration.ts'

/** How long ago an ISO 8601 time was: `3m05s ago`. What cannot be read is shown as it is. */
export function formatAge(iso: string, now: number): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  // A clock that was set back must not make up a time to come.
  return now - then < 1000 ? 'just now' : `${formatDuration(now - then)} ago`
}

/** A time to the second, in UTC, with how long ago that was: `2026-03-01 10:00:00Z (3m05s ago)`. */
export function formatTime(iso: string, now: number): string {
  const then = Date.parse(iso)
  if (Number.isNaN(then)) return iso
  return `${new Date(then).toISOString().slice(0, 19).replace('T', ' ')}Z (${formatAge(iso, now)})`
}
