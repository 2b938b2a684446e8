import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

/** Where the state directory may be named, the strongest first. */
export interface StateLocation {
  /** --state-dir */
  readonly flag: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** paictl.yaml's `state`, absolute. */
  readonly setting: string | undefined
}

/** The directory that holds the state of all clusters. */
export function stateDirectory({ flag, env, setting }: StateLocation): string {
  const named = flag || env.PAICTL_STATE_DIR || setting
  if (named) return resolve(named)
  // A relative XDG_STATE_HOME is to be ignored, by its specification.
  const xdg = env.XDG_STATE_HOME
  const home = env.HOME || homedir()
  return join(xdg && isAbsolute(xdg) ? xdg : join(home, '.local', 'state'), 'paictl')
}

/** The directory of one cluster's state. */
export const clusterDirectory = (state: string, clusterId: string): string => join(state, clusterId)
