import type { CommandLineValue } from '../record.ts'

/** One thing that is otherwise than when a plan was made. */
export type Move =
  | { readonly kind: 'declared'; readonly how: 'added' | 'removed' | 'changed' }
  | { readonly kind: 'state'; readonly from: string; readonly to: string }
  /** It was started, refreshed or stopped since, by this run. */
  | { readonly kind: 'run'; readonly run: string | null }
  /** Other steps would be planned for it now. */
  | { readonly kind: 'steps' }

/**
 * Why a follower keeps its table. `detail`: its state; of one that cannot be rendered as the project has it, the first problem,
 * at the place that is pointed at; else empty.
 */
export interface WhyNotRefreshed {
  readonly why: 'skipped' | 'state' | 'not-declared' | 'invalid'
  readonly detail: string
}

/** Who listens on a port. `cluster`: whose service it is. */
export type PortHolder =
  | { readonly kind: 'service'; readonly service: string; readonly cluster: string }
  | { readonly kind: 'process'; readonly pid: number; readonly command: string }

/** What could be done, but not like this, and what is to be known of what is done. */
export interface Refusals {
  /**
   * `services`: those in the way, which its owner acts on or relies on; `all`: one that locks the whole cluster. `isHere`:
   * the owner is of this machine. `others`: how many more owners there are.
   */
  locked: {
    pid: number
    host: string
    command: string
    since: string
    isHere: boolean
    services: readonly string[]
    holds: 'acts' | 'relies' | 'all'
    others: number
  }
  /** Those whose leases were to be taken away; at least one. */
  'owner-alive': { owners: readonly { pid: number; command: string }[] }
  /** What the command itself held. */
  'lease-lost': { services: readonly string[] }
  /** `isGone`: the owner's directory is no longer there. */
  'cluster-taken': { cluster: string; owner: string; isGone: boolean; project: string }
  foreign: { service: string; answer: string }
  'dependents-running': { service: string; dependents: readonly { name: string; state: string }[]; verb: string }
  /** `deployments`: those that its table names wrongly then, or lacks. */
  'follower-not-refreshed': { follower: string; deployments: readonly string[]; verb: string } & WhyNotRefreshed
  'delete-interrupted': { service: string }
  /** `key`: as it is written after --set, `null` where the port is no value; `holder`: `null` where it cannot be seen; `free`: a port that nobody listens on. */
  'port-in-use': { service: string; key: string | null; port: number; holder: PortHolder | null; free: number | null }
  /** What is tried out would be done to that cluster itself: a scratch state is only apart on this machine. */
  'no-scratch-cluster': { service: string; clusterType: string }
  'plan-outdated': { service: string; moved: readonly Move[] }
  /** `cluster`: of the plan; `here`: of the project. */
  'plan-elsewhere': { cluster: string; here: string }
  'bad-plan': { message: string }
  'plan-newer': { found: number; supported: number }
  'skipped-not-running': { service: string; state: string; neededBy: string }
  unconfirmed: { verb: string; what: readonly string[]; asked: 'no-terminal' | 'declined' }
  'applied-differs': { service: string; script: string }
  'values-taken-back': { service: string; values: readonly CommandLineValue[]; verb: string }
}
