import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, unlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { startTimeOf } from '../scripts/process-info.ts'
import { isSystemError } from './state-error.ts'
import { serviceDirectory } from './state-layout.ts'

/**
 * What this process puts behind the name of a file while it writes it: its number, its machine, and what tells it from
 * processes that have the same number in another container.
 */
export function ownSuffix(): string {
  suffix ??= `.${process.pid}-${hostTag()}-${randomBytes(4).toString('hex')}.tmp`
  return suffix
}
let suffix: string | undefined

/** The number and the machine; of files that were written before they had that, the number alone. */
const SUFFIX = /\.(\d+)(?:-([\da-f]+)-[\da-f]+)?\.tmp$/

/**
 * Removes what processes of this machine that are gone have left half written of a cluster's files, and of those of these
 * services.
 */
export function sweepHalfWritten(cluster: string, services: Iterable<string>): void {
  sweepDirectory(cluster)
  for (const name of services) sweepDirectory(serviceDirectory(cluster, name))
}

/** The same for a directory: of what was to be the file `called`, or of every file. */
export function sweepDirectory(directory: string, called?: string): void {
  try {
    for (const name of readdirSync(directory)) {
      const [suffix = '', pid = '0', host = hostTag()] = SUFFIX.exec(name) ?? []
      const isGone = Number(pid) > 0 && host === hostTag() && startTimeOf(Number(pid)) === undefined
      if (isGone && (called === undefined || name === `${called}${suffix}`)) unlinkSync(`${directory}/${name}`)
    }
  } catch (error) {
    // It is in nobody's way.
    if (!isSystemError(error)) throw error
  }
}

const hostTag = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
