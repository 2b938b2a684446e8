import { open } from 'node:fs/promises'
import { isAbsent, stateFailure } from './state-error.ts'

/** How often changed files are brought to the disk: what a loss of power can take back. */
const INTERVAL_MS = 1000
/** How many files are waited for side by side; a file system commits those that wait together at once. */
const SIDE_BY_SIDE = 8

/** Brings files to the disk together, so that a loss of power takes back the last second at most. */
export interface GroupCommit {
  /** A file was written or replaced. */
  touch(path: string): void
  /** Resolves when all that was touched so far is on the disk. Rejects with a `StateError` where the disk refuses. */
  flush(): Promise<void>
}

/** Makes a group commit, which does its work about once a second while there is some. */
export function createGroupCommit(): GroupCommit {
  let touched = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let failure: unknown
  let writing: Promise<void> = Promise.resolve()

  const commit = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const paths = [...touched]
    touched = new Set()
    writing = writing
      .then(() => syncAll(paths))
      .catch((error) => {
        failure ??= error
      })
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
      if (failure !== undefined) throw failure
    },
  }
}

async function syncAll(paths: string[]): Promise<void> {
  const worker = async (): Promise<void> => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) await sync(path)
  }
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, paths.length) }, worker))
}

async function sync(path: string): Promise<void> {
  try {
    const file = await open(path, 'r')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    // What was replaced or removed since has nothing left to lose.
    if (!isAbsent(error)) throw stateFailure(path, error)
  }
}
