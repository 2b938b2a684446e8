const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const
/** The form of a duration; that it is more than nothing is not part of it. */
export const DURATION_FORM = /^(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/

/** Reads `500ms`, `10s`, `5m`, `1h30m` as milliseconds; `undefined` for any other text. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION_FORM.exec(text)
  if (text === '' || match === null) return undefined
  const [, h, m, s, ms] = match
  return Number(h ?? 0) * UNITS.h + Number(m ?? 0) * UNITS.m + Number(s ?? 0) * UNITS.s + Number(ms ?? 0)
}

/** Writes milliseconds as people read them: `35ms`, `1.2s`, `48s`, `3m05s`, `2h10m`, `3d04h`. */
export function formatDuration(milliseconds: number): string {
  const ms = Math.max(0, Math.round(milliseconds))
  if (ms < 1000) return `${ms}ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`
  const s = Math.round(ms / 1000)
  if (s < 60) return `${s}s`
  if (s < 3600) return `${Math.floor(s / 60)}m${pad(s % 60)}s`
  const m = Math.floor(s / 60)
  if (m < 48 * 60) return `${Math.floor(m / 60)}h${pad(m % 60)}m`
  const h = Math.floor(m / 60)
  return `${Math.floor(h / 24)}d${pad(h % 24)}h`
}

const pad = (n: number): string => String(n).padStart(2, '0')
