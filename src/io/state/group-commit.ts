import { open } from 'node:fs/promises'
import { isAbsent, type StateError, stateFailure } from './state-error.ts'

/** How often changed files are brought to the disk: what a loss of power can take back. */
const INTERVAL_MS = 1000
/** How many files are waited for side by side; a file system commits those that wait together at once. */
const SIDE_BY_SIDE = 8

/** Brings files to the disk together, so that a loss of power takes back the last second at most. */
export interface GroupCommit {
  /** A file was written or replaced. */
  touch(path: string): void
  /**
   * Resolves when all that was touched so far is on the disk; what the disk has refused before is tried once more. Rejects
   * with a `StateError` where it still does.
   */
  flush(): Promise<void>
}

/** Makes a group commit, which does its work about once a second while there is some. */
export function createGroupCommit(): GroupCommit {
  let touched = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  const refused = new Map<string, StateError>()
  let writing: Promise<void> = Promise.resolve()

  const commit = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const paths = [...touched]
    touched = new Set()
    writing = writing.then(() => syncAll(paths, refused))
    return writing
  }

  return {
    touch(path) {
      touched.add(path)
      // Nobody is kept waiting by it: who ends in order flushes.
      timer ??= setTimeout(() => void commit(), INTERVAL_MS).unref()
    },
    async flush() {
      await commit()
      // One by one: it may have been too many at once.
      await syncAll([...refused.keys()], refused, 1)
      for (const failure of refused.values()) throw failure
    },
  }
}

/** Notes in `refused` which could not be brought to the disk, and which could by now. */
async function syncAll(paths: string[], refused: Map<string, StateError>, sideBySide = SIDE_BY_SIDE): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const failure = await sync(path)
      if (failure === undefined) refused.delete(path)
      else refused.set(path, failure)
    }
  }
  await Promise.all(Array.from({ length: Math.min(sideBySide, paths.length) }, worker))
}

async function sync(path: string): Promise<StateError | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
    return undefined
  } catch (error) {
    // What was replaced or removed since has nothing left to lose.
    return isAbsent(error) ? undefined : stateFailure(path, error)
  }
}
