import { closeSync, fstatSync, readSync } from 'node:fs'
import type { ProbeAnswer } from '../../model/observed.ts'
import { withDeadline } from '../deadline.ts'
import { openPlain } from '../state/plain-file.ts'
import { isAbsent, plainReason } from '../state/state-error.ts'

export interface LogQuestion {
  readonly log: string
  /** Where the part to be searched begins. */
  readonly from: number
  readonly pattern: string
}

const BLOCK = 4 * 1024 * 1024
/** What of a searched part is searched again with the next, since a match may begin in it. */
const OVERLAP = 64 * 1024
/** For one such part: a plain expression takes a hundredth of it. Nothing else goes on meanwhile. */
const MATCH_TIMEOUT_MS = 1000

/** Searches logs for patterns; asked again, it goes on where it was, so that a chatty log is not read anew each time. */
export function createLogProbe(): (question: LogQuestion) => ProbeAnswer {
  const searched = new Map<string, number>()

  return ({ log, from, pattern }) => {
    const key = `${log}\0${from}\0${pattern}`
    try {
      const expression = new RegExp(pattern, 'm')
      const end = search(log, Math.max(from, searched.get(key) ?? 0), expression)
      if (end === 'late') {
        return {
          status: 'unknown',
          detail: `searching the log for ${pattern} takes longer than ${MATCH_TIMEOUT_MS / 1000} s`,
        }
      }
      if (end === 'found') {
        searched.delete(key)
        return { status: 'up', detail: `the log matches ${pattern}` }
      }
      searched.set(key, Math.max(from, end - OVERLAP))
    } catch (error) {
      if (!isAbsent(error)) return { status: 'unknown', detail: `${log}: ${plainReason(error)}` }
    }
    return { status: 'down', dead: false, detail: `nothing in the log matches ${pattern}` }
  }
}

/** Searches a file from `from` on; returns where it ended without a match. A file that was cut is searched whole. */
function search(log: string, from: number, expression: RegExp): number | 'found' | 'late' {
  const fd = openPlain(log)
  try {
    const { size } = fstatSync(fd)
    const buffer = Buffer.alloc(Math.min(BLOCK, size))
    let position = from > size ? 0 : from
    while (position < size) {
      const length = readSync(fd, buffer, 0, buffer.length, position)
      if (length === 0) break
      const text = buffer.toString('utf8', 0, length)
      const matched = withDeadline(MATCH_TIMEOUT_MS, () => expression.test(text))
      if (!matched.ok) return 'late'
      if (matched.value) return 'found'
      position += position + length < size && length > OVERLAP ? length - OVERLAP : length
    }
    return position
  } finally {
    closeSync(fd)
  }
}
