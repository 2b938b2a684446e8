import type { Diagnostic } from '../model/diagnostic.ts'
import type { YamlNode } from './yaml-node.ts'

export interface ParsedYaml {
  /** `undefined` for a text without a document, and for one that could not be read. */
  readonly root: YamlNode | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads one YAML 1.2 document. `file` is an absolute path, for the spans. */
export function parseYaml(_file: string, _text: string): ParsedYaml {
  throw new Error('not written yet')
}
