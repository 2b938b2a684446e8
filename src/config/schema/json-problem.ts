import type { Position } from '../../model/span.ts'

/** What `JSON.parse` threw, without the excerpt that it quotes, and the place in `text` that it means. */
export function jsonProblem(error: Error, text: string): { message: string; position: Position; offset: number } {
  const [message = ''] = error.message.split(/ in JSON at position |, (?:\.\.\.)?"/, 1)
  const offset = /at position (\d+)/.exec(error.message)?.[1]
  // Without a position it is the end of the text that comes too early, or a word that occurs once.
  const word = /^Unexpected token '(.)'/u.exec(error.message)?.[1]
  const at = offset !== undefined ? Number(offset) : word === undefined ? text.length : Math.max(0, text.indexOf(word))
  const lines = text.slice(0, at).split(/\r\n?|\n/)
  return {
    offset: at,
    message: message.charAt(0).toLowerCase() + message.slice(1),
    position: { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 },
  }
}
