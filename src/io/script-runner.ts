import type { ScriptRunner } from '../engine/ports.ts'

export interface ScriptContext {
  /** The cluster's directory. */
  readonly cluster: string
  readonly clusterId: string
  /** The project's root, PAICTL_PROJECT. */
  readonly project: string
  /** The caller's environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Set where the caller named one. */
  readonly kubeconfig: string | undefined
}

/** Runs components' scripts, each in a process group of its own. */
export function createScriptRunner(_context: ScriptContext): ScriptRunner {
  throw new Error('not built yet')
}
