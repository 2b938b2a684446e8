/**
 * What a fingerprint is made of, besides the configuration, kept for each staged version so that a later plan can say what
 * is otherwise. Hashes are hexadecimal SHA-256.
 */
export interface Manifest {
  /** Of the text of service.yaml. */
  readonly description: string
  /** Rendered and static files of deploy/, by path. */
  readonly files: readonly ManifestFile[]
  /** Files that `inputs` match, by path relative to the component. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string }[]
}

export interface ManifestFile {
  readonly path: string
  readonly executable: boolean
  readonly sha256: string
}
