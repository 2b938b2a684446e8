/** The version of every file of the state that this paictl writes. A newer one is refused, an older one taken in. */
export const STATE_VERSION = 2

/** The kinds of JSON files that the state is made of. */
export type StateFileKind = 'cluster' | 'record' | 'lock' | 'leases' | 'plan' | 'summary'

/** A file's content, `v` taken off. */
export type StateContent = Readonly<Record<string, unknown>>

/**
 * A file's content as the present version would have written it. Fingerprints are handed on as they are: an upgrade makes
 * no service look changed.
 */
export function upgraded(kind: StateFileKind, version: number, content: StateContent): StateContent {
  let upgrade = content
  for (let from = version; from < STATE_VERSION; from++) upgrade = UPGRADES[from]?.[kind]?.(upgrade) ?? upgrade
  return upgrade
}

type Upgrade = (content: StateContent) => StateContent

/** By the version that is left behind: what it takes to the next one, for the kinds that differ. */
const UPGRADES: Readonly<Record<number, Partial<Record<StateFileKind, Upgrade>>>> = {
  1: {
    // At first neither secrets nor values of the command line were kept, and nothing was tried again.
    record: (record) =>
      isObject(record.applied)
        ? { ...record, applied: { secretsFile: null, commandLine: [], retries: {}, ...record.applied } }
        : record,
    // Runs had no journal, and could not be gone on with.
    plan: (plan) => ({ ...UNKNOWN_RUN, ...plan }),
  },
}

const UNKNOWN_RUN = {
  owner: { pid: 0, startTime: '', boot: '', host: '' },
  parallel: 10,
  onFailure: 'continue',
  overlays: [],
  assignments: [],
  fingerprints: {},
}

const isObject = (value: unknown): value is StateContent =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
