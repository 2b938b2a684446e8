import type { Scratch } from '../../io/scratch/scratch.ts'
import type { RunEvent } from '../../model/event.ts'
import type { Conversation, Invocation } from '../invocation.ts'

/** The same project, with another state and cluster, and with places of their own for what scripts write elsewhere. */
export function inScratch(invocation: Invocation, { state, home, tmp, name }: Scratch): Invocation {
  const { env, assignments = [] } = invocation
  const xdg = Object.keys(env).filter((key) => /^XDG_.*_(?:HOME|DIR)$/.test(key))
  return {
    ...invocation,
    env: {
      ...env,
      ...Object.fromEntries(xdg.map((key) => [key, undefined])),
      HOME: home,
      TMPDIR: tmp,
      TMP: undefined,
      TEMP: undefined,
      PAICTL_STATE_DIR: state,
      // What is at work there is not to be tried out: only what was named for this is.
      KUBECONFIG: undefined,
    },
    stateDirectory: state,
    cluster: undefined,
    // After those that were typed, whose lines problems point at.
    assignments: [...assignments, `cluster.common.cluster-id=${name}`],
  }
}

/** Says nothing to anybody, and agrees to everything. */
export function quiet(invocation: Invocation, report: (event: RunEvent) => void): Conversation {
  return {
    report,
    note: () => {},
    warn: () => {},
    declared: () => {},
    plan: async () => {},
    confirm: async () => 'yes',
    onSignal: invocation.onSignal ?? (() => () => {}),
  }
}
