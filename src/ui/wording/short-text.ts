import type { Diagnostic } from '../../model/diagnostic.ts'

/** In UTF-16 code units: longer names and values say no more than which one is meant. */
const LONGEST_NAME = 120
/** Of a message, and of a path that somebody wrote. */
const LONGEST_MESSAGE = 300
/** Of an absolute path, whose end says the most. */
const LONGEST_PATH = 1000

/** As much of a name, a value or a message as people read, `...` included where something was cut off. */
export function shortText(text: string): string {
  if (text.length <= LONGEST_NAME) return text
  const limit = /^\/\S*$/.test(text) ? LONGEST_PATH : /[\s/]/.test(text) ? LONGEST_MESSAGE : LONGEST_NAME
  return text.length <= limit ? text : `${text.slice(0, limit - 3).replace(/[\ud800-\udbff]$/, '')}...`
}

/** The problem with every text that it carries made short; the same object where all are. */
export function withShortTexts<T extends Diagnostic>(diagnostic: T): T {
  const data = shortData(diagnostic.data)
  return data === diagnostic.data ? diagnostic : { ...diagnostic, data }
}

function shortData(data: unknown): unknown {
  if (typeof data === 'string') return shortText(data)
  if (typeof data !== 'object' || data === null) return data
  if (Array.isArray(data)) {
    const items = data.map(shortData)
    return items.every((item, index) => item === data[index]) ? data : items
  }
  const entries = Object.entries(data).map(([key, value]) => ({ key, value, short: shortData(value) }))
  return entries.every(({ value, short }) => value === short)
    ? data
    : Object.fromEntries(entries.map(({ key, short }) => [key, short]))
}
