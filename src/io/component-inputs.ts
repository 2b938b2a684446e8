/** The files that `inputs` globs match. `path` is relative to the component, `source` absolute. */
export interface InputFiles {
  readonly files: readonly { readonly path: string; readonly source: string }[]
  /** The globs that no file matches. */
  readonly unmatched: readonly string[]
}

/** Finds a component's input files, by path. */
export function expandInputs(_componentDirectory: string, _globs: readonly string[]): InputFiles {
  throw new Error('not built yet')
}
