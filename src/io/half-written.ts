import { readdirSync, unlinkSync } from 'node:fs'
import { startTimeOf } from './process-info.ts'
import { isSystemError } from './state-error.ts'
import { serviceDirectory } from './state-layout.ts'

/** Removes what processes that are gone have left half written of a cluster's files, and of those of these services. */
export function sweepHalfWritten(cluster: string, services: Iterable<string>): void {
  for (const directory of [cluster, ...[...services].map((name) => serviceDirectory(cluster, name))]) {
    try {
      for (const name of readdirSync(directory)) {
        const pid = Number(/\.(\d+)\.tmp$/.exec(name)?.[1] ?? 0)
        if (pid > 0 && startTimeOf(pid) === undefined) unlinkSync(`${directory}/${name}`)
      }
    } catch (error) {
      // It is in nobody's way.
      if (!isSystemError(error)) throw error
    }
  }
}
