import type { Diagnostic } from '../model/diagnostic.ts'
import type { Service } from '../model/service.ts'
import type { Span } from '../model/span.ts'

/** A file under deploy/ that is rendered to another one. Paths are relative to deploy/. */
export interface TemplateFile {
  readonly template: string
  readonly target: string
  /** Where service.yaml lists it; `undefined` where it lists none. */
  readonly span: Span | undefined
}

/** The templates that are rendered for a service, by target. Listed ones whose file is missing are left out. */
export function templatesOf(_service: Service, _deployFiles: readonly string[]): TemplateFile[] {
  throw new Error('not written yet')
}

/**
 * Checks a description against what is under deploy/: relative paths, `/`-separated, directories with a trailing `/`.
 */
export function checkServiceFiles(_service: Service, _deployFiles: readonly string[]): Diagnostic[] {
  throw new Error('not written yet')
}
