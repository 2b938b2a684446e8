/** What is wrong in plain words, and what to do next. Names stand in straight double quotes. */
export interface Wording {
  readonly title: string
  readonly help: string | undefined
}

/** How a file is shown: an absolute path in, usually a path relative to where the person is out. */
export type DisplayPath = (file: string) => string

export const words = (title: string, help?: string): Wording => ({ title, help })

/** A path that is already relative says what it is relative to by its context, and stays. */
export const shownPath = (path: string, display: DisplayPath): string =>
  /^(?:\/|[A-Za-z]:[\\/])/.test(path) ? display(path) : path

/** A word as it can be typed in a shell. */
export const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** The question after a typo, or else what could have been written. */
export function suggestion(nearest: string | null, otherwise: string | undefined): string | undefined {
  return nearest === null ? otherwise : `did you mean "${nearest}"?`
}

/** A value that someone wrote, quoted: as much of it as says which one it is. */
export const quotedValue = (value: string): string => `"${value.length > 80 ? `${value.slice(0, 77)}...` : value}"`

/** Quotes what is a bare name; words such as `the start-script` stay as they are. */
export const subject = (what: string): string => (/[\s"]/.test(what) ? what : `"${what}"`)

/** A hint for a text such as `a - b`, which YAML makes of two items of a list when the second is indented more. */
export const foldedItem = (text: string): string | undefined =>
  /^\S+(?: - \S+)+$/.test(text)
    ? 'are these two items of a list? one that is indented more than the one before goes on with its text'
    : undefined
