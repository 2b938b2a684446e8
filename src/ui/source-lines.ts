/** The text of one line of a file, without its line break; `undefined` where there is none to show. */
export type SourceLine = (file: string, line: number) => string | undefined

/** Does not count as a column, as editors show none. */
const BYTE_ORDER_MARK = /^\ufeff/

/** Reads each file once, however many problems point into it. */
export function createSourceLines(source: (file: string) => string | undefined): SourceLine {
  const files = new Map<string, readonly string[] | undefined>()
  return (file, line) => {
    if (!files.has(file))
      files.set(
        file,
        source(file)
          ?.replace(BYTE_ORDER_MARK, '')
          .split(/\r\n?|\n/),
      )
    return files.get(file)?.[line - 1]
  }
}
