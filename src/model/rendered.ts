import type { JsonObject } from './json.ts'
import type { Manifest } from './manifest.ts'
import type { CommandLineValue } from './record.ts'
import type { Secrets } from './secrets.ts'
import type { Readiness, Service } from './service.ts'

/**
 * One file of a staged deploy directory: rendered, or copied as it is. `path` is relative to deploy/, `/`-separated.
 * `bytes` is what was read of a small file already, for those who would have to read it again.
 */
export type DeployFile =
  | { readonly path: string; readonly content: string; readonly executable: boolean }
  | { readonly path: string; readonly source: string; readonly executable: boolean; readonly bytes?: Uint8Array }

/** What the templates of a follower see of a deployment that it follows. */
export interface FollowedDeployment {
  readonly name: string
  readonly component: string
  readonly config: JsonObject
  readonly outputs: Readonly<Record<string, string>>
}

/**
 * A service with everything decided: its configuration resolved, its templates rendered in memory, its outputs and
 * readiness evaluated. What the plan's steps stage and run.
 */
export interface RenderedService {
  readonly service: Service
  readonly clusterType: string
  readonly config: JsonObject
  /** What of the configuration the command line supplied. */
  readonly commandLine: readonly CommandLineValue[]
  /** What must not be shown of all that scripts can see. */
  readonly secrets: Secrets
  readonly files: readonly DeployFile[]
  /** What it saw of the deployments that it follows, sorted by name; absent where it follows none. */
  readonly deployments?: readonly FollowedDeployment[]
  readonly outputs: Readonly<Record<string, string>>
  readonly readiness: Readiness | undefined
  /** SHA-256, hexadecimal, over all that the scripts can see; see engine/fingerprint.ts. */
  readonly fingerprint: string
  /** What the fingerprint was made of. */
  readonly manifest: Manifest
}
