/** What output goes to, and what it can show. The caller decides `color` (NO_COLOR included) and `interactive`. */
export interface Terminal {
  /** Cells in a line; `Infinity` where nothing limits it, as in a pipe. */
  readonly columns: number
  readonly color: boolean
  /** Whether a line can be drawn over, with a person watching. */
  readonly interactive: boolean
  write(text: string): void
  writeError(text: string): void
}
