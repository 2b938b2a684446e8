import type { Diagnostic } from '../model/diagnostic.ts'

/** A file under deploy/ as it lies on disk. `path` is relative to deploy/, `source` absolute. */
export interface ScannedFile {
  readonly path: string
  readonly source: string
  readonly executable: boolean
}

/** All files under a deploy directory by path; links that stay inside the component count as what they lead to. */
export function listDeployFiles(_deployDirectory: string): { files: ScannedFile[]; problems: Diagnostic[] } {
  throw new Error('not built yet')
}
