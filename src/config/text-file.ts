/** A file that was read: its absolute path and its text. */
export interface TextFile {
  readonly file: string
  readonly text: string
}
