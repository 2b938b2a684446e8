import { createHash } from 'node:crypto'
import type { JsonValue } from '../model/json.ts'

/** What a service's scripts can see, apart from the machine. Hashes are hexadecimal SHA-256. */
export interface Fingerprinted {
  /** The text of its service.yaml. */
  readonly description: string
  readonly config: JsonValue
  /** Rendered and static files of deploy/, by path. */
  readonly files: readonly { readonly path: string; readonly executable: boolean; readonly sha256: string }[]
  /** Files that its `inputs` match, by path relative to the component. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[]
}

/** The form of what is hashed. A change of it would make every service look changed: it stays as it is. */
const FORM = 'paictl-fingerprint-1'

/** SHA-256, hexadecimal, over all that a service's scripts can see; independent of the order of files and keys. */
export function fingerprint({ description, config, files, inputs }: Fingerprinted): string {
  const hash = createHash('sha256')
  const part = (...texts: string[]): void => {
    // Lengths keep two parts from being mistaken for one.
    for (const text of texts) hash.update(`${Buffer.byteLength(text)}:${text}\n`)
  }
  part(FORM, description, canonicalJson(config))
  for (const file of [...files].sort(byPath)) part('file', file.path, file.executable ? 'x' : '-', file.sha256)
  for (const input of [...inputs].sort(byPath)) part('input', input.path, input.sha256)
  return hash.digest('hex')
}

/** SHA-256 of a text, hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** JSON with the keys of every map sorted. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonicalJson(one)}`).join(',')}}`
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1)
