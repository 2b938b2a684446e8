/** What one command holds; with `--output json` it is printed as it is. */
export interface LeaseRow {
  readonly pid: number
  readonly host: string
  readonly command: string
  /** ISO 8601. */
  readonly since: string
  /** `unknown`: it is, or was, on another machine. */
  readonly owner: 'alive' | 'dead' | 'unknown'
  /** `null` before there is one. */
  readonly run: string | null
  /** It has not decided yet what it acts on. */
  readonly planning: boolean
  /** It holds the whole cluster. */
  readonly all: boolean
  /** The services that it acts on, and those that it relies on. */
  readonly exclusive: readonly string[]
  readonly shared: readonly string[]
}
