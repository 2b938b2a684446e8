/** A required value that nobody gave, as far as words need it. */
export interface LackingValue {
  /** Dotted. */
  readonly path: string
  readonly isSecret: boolean
}

/** What is wrong with what was asked for of a deployment, and with its file where a command is to change it. */
export interface DeclaringProblems {
  'unknown-deployment': { name: string; nearest: string | null; isComponent: boolean }
  /** `differences`: in words; `update`: the command that makes it what was asked for. */
  /** Another component's service runs under the name that something new is to have. `component`: whose it is. */
  'name-in-use': { name: string; component: string }
  'deployment-exists': { name: string; differences: readonly string[]; update: string }
  /** Others have written deployments again and again. */
  'deployments-moving': Record<string, never>
  /** `by`: what names it as a prerequisite. */
  'still-needed': { deployment: string; by: string }
  /** `isTest`: of a deployment that a component is tried out as, and that no file declares. */
  'missing-values': { deployment: string; component: string; values: readonly LackingValue[]; isTest?: true }
  'port-taken': { service: string; path: string; port: number; other: string }
  'no-free-port': { service: string; path: string; first: number; last: number }
  /**
   * `shared`: an alias, or what others are an alias of; `no-map`: something else stands where a map would have to be;
   * `form`: it is written in a form that is not known how to change.
   */
  'cannot-edit': { path: string; reason: 'shared' | 'no-map' | 'form' }
  'nothing-to-unset': { path: string; deployment: string; nearest: string | null }
  /** `isFrom`: what gives the value instead. */
  'hidden-value': { path: string; deployment: string; isFrom: string }
  /** A file of the project that a command is to write. */
  'unwritable-file': { path: string; reason: string }
  /** One that a command is to remove. */
  'unremovable-file': { path: string; reason: string }
}
