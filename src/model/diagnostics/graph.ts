/** One edge of a cycle: `service` has the prerequisite `needs`. */
export interface CycleEdge {
  readonly service: string
  readonly needs: string
}

/** What is wrong with who needs whom. */
export interface GraphProblems {
  'unknown-prerequisite': { service: string; prerequisite: string; nearest: string | null }
  'self-prerequisite': { service: string }
  'duplicate-prerequisite': { service: string; prerequisite: string }
  'excluded-prerequisite': { service: string; prerequisite: string; clusterType: string }
  cycle: { edges: readonly CycleEdge[] }
  /** `services`: those that lie on cycles, but on none that is shown; `isAtLeast`: not all cycles were counted. */
  'more-cycles': { count: number; isAtLeast: boolean; services: readonly string[] }
}
