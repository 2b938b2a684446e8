/** What is wrong with the state directory. */
export interface StateProblems {
  'state-newer': { path: string; found: number; supported: number }
  'state-corrupt': { path: string; message: string; setAside: string | null }
  'state-unwritable': { path: string; reason: string }
  /** A link that paictl has not made; somebody else's directory; one that others may write to. `mode`: octal. */
  'state-unsafe':
    | { path: string; problem: 'link' }
    | { path: string; problem: 'owner'; owner: number; user: number }
    | { path: string; problem: 'open'; mode: string }
  'no-such-cluster': { cluster: string; known: readonly string[] }
}
