import type { Origin } from './origin.ts'

/** Who would supply a name that is missing. */
export interface Supplier {
  /** Absolute path of the file that it would be written in, whether that exists or not. */
  readonly file: string
  /** The service whose outputs are asked for, where it exists and is not needed by the one that asks. */
  readonly prerequisite?: string
}

/** The supplier of a name, by where it would stand in the context; `undefined` where no file supplies it. */
export type SupplierOf = (origin: Origin) => Supplier | undefined

/** Gaps in a context, by the identity of its maps. */
export interface Gaps {
  /** Whether nobody knows if a map would have the name, or any name. */
  has(map: unknown, name?: string): boolean
  /** Whether a name of a map has a value that was reported to be wrong: what follows from it is not. */
  isDoubtful?(map: unknown, name: string): boolean
}

/** What is known of a context besides its values. */
export interface ContextNotes {
  /** Maps, by identity, that lack what could not be read: a name that is missing there is no mistake. */
  readonly incomplete: Gaps
  readonly supplierOf: SupplierOf
}

export const NO_NOTES: ContextNotes = { incomplete: new Set(), supplierOf: () => undefined }

/** The gaps with some more maps: they may be as many as there are services, and are not copied for each of these. */
export function withMaps(gaps: Gaps, more: readonly unknown[]): Gaps {
  if (more.length === 0) return gaps
  return {
    has: (map, name) => more.includes(map) || gaps.has(map, name),
    isDoubtful: (map, name) => gaps.isDoubtful?.(map, name) ?? false,
  }
}
