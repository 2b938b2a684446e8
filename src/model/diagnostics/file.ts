/** What is wrong with a file, whatever it is for. */
export interface FileProblems {
  'unreadable-file': { path: string; reason: string }
  'file-too-large': { bytes: number; limit: number }
  'not-text': { problem: 'nul' | 'not-utf-8' | 'utf-16'; byte: number }
  'yaml-syntax': { message: string }
  'yaml-empty': { expected: string }
  'wrong-type': { what: string; expected: string; found: string }
  'unknown-key': { key: string; where: string; nearest: string | null; known: readonly string[] }
  'duplicate-key': { key: string }
  'bad-value': { what: string; value: string; expected: string; nearest: string | null }
}
