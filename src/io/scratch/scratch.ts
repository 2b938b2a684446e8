import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { makeDirectory } from '../state/atomic-file.ts'
import { removeTree } from '../state/remove-tree.ts'
import { guarded } from '../state/state-error.ts'

/** Directories for something to be tried out in, apart from everything. Absolute. */
export interface Scratch {
  readonly directory: string
  /** A safe name that nothing else is called by. */
  readonly name: string
  readonly state: string
  readonly home: string
  readonly tmp: string
  /** Removes it all. */
  remove(): void
}

/** Makes a scratch directory where temporary files are kept. Its path is short: there may be sockets in it. */
export function createScratch(): Scratch {
  const place = tmpdir()
  return guarded(place, () => {
    const directory = mkdtempSync(join(realpathSync(place), PREFIX))
    const [state, home, tmp] = ['state', 'home', 'tmp'].map((name) => join(directory, name)) as [string, string, string]
    for (const path of [state, home, tmp]) makeDirectory(path)
    // What mkdtemp adds has upper and lower case, which the name of a cluster has not.
    const name = `test-${Buffer.from(basename(directory).slice(PREFIX.length)).toString('hex')}`
    return { directory, name, state, home, tmp, remove: () => guarded(directory, () => removeTree(directory)) }
  })
}

const PREFIX = 'paictl-'
