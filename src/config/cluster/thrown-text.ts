/** What somebody else's code threw, which may be anything: the first line of what it says, and its stack, or nothing. */
export interface ThrownText {
  readonly message: string
  readonly stack: string
  /** Of an error; empty for anything else. */
  readonly name: string
}

/** Reads what was thrown without ever throwing itself. */
export function thrownText(thrown: unknown): ThrownText {
  try {
    const isError = thrown instanceof Error
    const name = isError ? String(thrown.name) : ''
    const message = firstLine(isError ? String(thrown.message) || name : String(thrown))
    return { message: message || 'it threw an empty text', stack: isError ? String(thrown.stack) : '', name }
  } catch {
    return { message: 'it threw something that has no text', stack: '', name: '' }
  }
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? ''
