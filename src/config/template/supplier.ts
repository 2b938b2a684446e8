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

/** Maps, by identity. */
export type Maps = Pick<ReadonlySet<unknown>, 'has' | 'size'>

/** What is known of a context besides its values. */
export interface ContextNotes {
  /** Maps, by identity, that lack what could not be read: a name that is missing there is no mistake. */
  readonly incomplete: Maps
  readonly supplierOf: SupplierOf
}

export const NO_NOTES: ContextNotes = { incomplete: new Set(), supplierOf: () => undefined }

/** The maps with some more: they may be as many as there are services, and are not copied for each of these. */
export function withMaps(maps: Maps, more: readonly unknown[]): Maps {
  if (more.length === 0) return maps
  return { size: maps.size + more.length, has: (map) => more.includes(map) || maps.has(map) }
}
