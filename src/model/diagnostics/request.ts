/** What is wrong with what was asked for. */
export interface RequestProblems {
  'no-project': { searched: readonly string[] }
  'no-names': { command: string }
  /** `excludedFrom`: the cluster type, where the service exists on others. */
  'unknown-service': { name: string; nearest: string | null; excludedFrom?: string }
  'no-match': { selector: string; nearest: string | null }
  /** `command`: the one whose options are meant, `paictl service start`. */
  'bad-option': { message: string; nearest?: string | null; command?: string }
  'unknown-option': { option: string; nearest: string | null; command: string }
  'unknown-command': { command: string; nearest: string | null; known: readonly string[] }
  'option-conflict': { options: readonly string[]; reason: string }
  'unknown-code': { code: string; nearest: string | null }
  'file-exists': { path: string }
  'unknown-template': { template: string; nearest: string | null; known: readonly string[] }
}
