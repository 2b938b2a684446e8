import type { Diagnostic } from '../model/diagnostic.ts'
import type { ProjectSettings } from '../model/project.ts'

export interface SettingsInput {
  /** The project's root, absolute. */
  readonly root: string
  /** The directory's name; made a safe name here. */
  readonly name: string
  /** paictl.yaml, absolute. */
  readonly file: string
  /** `undefined`: there is no paictl.yaml. */
  readonly text: string | undefined
  /** What `~/` stands for. */
  readonly home: string
}

/** Reads paictl.yaml. Every key has a default; relative paths count from the root. */
export function readSettings(_input: SettingsInput): {
  settings: ProjectSettings
  diagnostics: readonly Diagnostic[]
} {
  throw new Error('not written yet')
}
