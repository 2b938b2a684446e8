/** What there is to say of runs that were begun before. */
export interface RunProblems {
  'run-interrupted': {
    run: string
    command: string
    /** ISO 8601. */
    startedAt: string
    /** How many of its steps are over, and how many there are. */
    over: number
    total: number
    /** What was under way; `pid` where its script still runs. */
    inFlight: readonly { service: string; operator: string; pid: number | null }[]
    /** Deployments of which nothing is left but the file that was to be removed. */
    files: readonly string[]
    /** What is asked for now takes its place, or a later run has. */
    isReplaced: boolean
  }
  'unknown-run': { run: string; nearest: string | null }
  'not-resumable': { run: string; why: 'replaced' | 'changed' | 'running' | 'over'; services: readonly string[] }
}
