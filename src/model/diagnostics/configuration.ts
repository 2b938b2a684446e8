/** What is wrong with the configuration of a cluster, and with what derives or checks it. */
export interface ConfigurationProblems {
  'unknown-section': { section: string; nearest: string | null }
  'merge-type': { path: string; expected: string; found: string }
  /**
   * `lacking`: the dotted path of what is not there because of it, a required key or a misspelt one; `null`: a key too many.
   * `isUndeclared`: no file declares the service yet.
   */
  'schema-violation': {
    service: string
    path: string
    message: string
    nearest: string | null
    lacking?: string | null
    isUndeclared?: true
  }
  /** `isValid`: it is one that JSON Schema allows, and yet of no use. */
  'bad-schema': { message: string; isValid?: true }
  'module-failed': { doing: string; message: string }
  'check-failed': { service: string; path: string; message: string }
  /** `form`: what is expected, where that is not `service.key=value`; `key`: of a key to remove. */
  'bad-set': { text: string; problem: string; form?: 'key=value' | 'key' }
  'bad-reference': { reference: string; expected: string }
  'unresolved-reference': { reference: string; reason: string; nearest: string | null }
  'short-secret': { reference: string; length: number; least: number }
  'secret-exposed': { what: string }
}
