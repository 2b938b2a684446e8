import type { Diagnostic } from '../model/diagnostic.ts'
import type { Result } from '../model/result.ts'

export interface ProjectRoot {
  readonly root: string
  readonly paictlYaml?: string
}

/** The nearest directory upward with a paictl.yaml, else the nearest with components/. */
export function findProjectRoot(_from: string): Result<ProjectRoot, { readonly searched: readonly string[] }> {
  throw new Error('not built yet')
}

/** A component as it lies on disk. */
export interface ScannedComponent {
  readonly name: string
  readonly directory: string
  /** Its service.yaml, absolute. */
  readonly file: string
  readonly text: string
}

/** All components by name, and those whose service.yaml could not be read. */
export function scanComponents(_componentsDirectory: string): {
  components: ScannedComponent[]
  problems: Diagnostic[]
} {
  throw new Error('not built yet')
}

/** A text file of the project; `undefined` where there is none. */
export function readOptional(_file: string): Result<string | undefined, Diagnostic> {
  throw new Error('not built yet')
}

/** SHA-256 of a file's content, hexadecimal. */
export function hashFile(_file: string): Result<string, Diagnostic> {
  throw new Error('not built yet')
}
