import type { JsonValue } from './json.ts'

export type ChangeKind = 'added' | 'removed' | 'changed'

/** One thing that is otherwise than when a service was last started or refreshed; secrets in it are masked. */
export type Change =
  /** The text of its service.yaml. */
  | { readonly kind: 'description' }
  | ValueChange
  /** A file under deploy/, rendered or as it is; `mode`: only whether it can be executed. */
  | { readonly kind: 'file'; readonly path: string; readonly how: ChangeKind | 'mode' }
  /** A file that its `inputs` match, by its path in the component. */
  | { readonly kind: 'input'; readonly path: string; readonly how: ChangeKind }
  /** Its last start was not done to the end: what it runs with is not known to be all there. */
  | { readonly kind: 'unconfirmed' }

/** A value of its configuration. */
export interface ValueChange {
  readonly kind: 'value'
  /** Dotted, with the section first: `web.port`. */
  readonly path: string
  /** Absent where it was not there before. */
  readonly from?: JsonValue
  /** Absent where it is no longer there. */
  readonly to?: JsonValue
  /** What gave the old value, where only the command line of then did: the overlay's path, or `--set`. */
  readonly takenBack: string | null
}
