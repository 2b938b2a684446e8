import type { Diagnostic } from '../model/diagnostic.ts'
import type { Result } from '../model/result.ts'

export interface TextFile {
  readonly file: string
  readonly text: string
}

/** What components/<name>/config/ holds. */
export interface ComponentConfig {
  readonly defaults: TextFile | undefined
  readonly schema: TextFile | undefined
  /** Path of the module with `derive` and `check`. */
  readonly module: string | undefined
}

/** Reads a component's own configuration files. `component` is its name, `directory` its directory. */
export function readComponentConfig(_component: {
  readonly name: string
  readonly directory: string
}): Result<ComponentConfig, readonly Diagnostic[]> {
  throw new Error('not built yet')
}

/** The functions of a component's configuration module. What they take and give is config/'s business. */
export interface ConfigModule {
  readonly derive?: (...args: readonly unknown[]) => unknown
  readonly check?: (...args: readonly unknown[]) => unknown
}

/** Loads a component's configuration module. */
export async function loadConfigModule(_file: string): Promise<Result<ConfigModule, Diagnostic>> {
  throw new Error('not built yet')
}
