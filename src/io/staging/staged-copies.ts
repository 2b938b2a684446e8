import { existsSync, readdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, relative, resolve, sep } from 'node:path'
import { startTimeOf } from '../scripts/process-info.ts'
import { removeTree } from '../state/remove-tree.ts'
import { isAbsent } from '../state/state-error.ts'
import { linkProblem, refuseLink } from '../state/state-guard.ts'
import { serviceDirectory, transientDirectory, treeDirectory, versionsDirectory } from '../state/state-layout.ts'

/** The versions of a service that are kept, oldest first. */
export function versionsOf(cluster: string, service: string): string[] {
  for (const path of [serviceDirectory(cluster, service), versionsDirectory(cluster, service)]) refuseLink(path)
  try {
    return readdirSync(versionsDirectory(cluster, service)).sort()
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}

/** Removes one version of a service: its staged copy and its configuration. */
export function removeVersion(cluster: string, service: string, version: string): void {
  removeStaged(cluster, `${versionsDirectory(cluster, service)}/${version}`)
}

/** Removes every version of a service. */
export function removeCopies(cluster: string, service: string): void {
  for (const version of versionsOf(cluster, service)) removeVersion(cluster, service, version)
}

/** Removes what was staged under `directory`, which links to its copy. */
export function removeStaged(cluster: string, directory: string): void {
  const copy = stagedCopy(cluster, directory)
  if (copy !== undefined) removeTree(copy)
  removeTree(directory)
}

/** Removes the copies that readers were killed with. Those of readers that are still there stay. */
export function sweepTransient(cluster: string): void {
  const directory = transientDirectory(cluster)
  if (!existsSync(directory)) return
  for (const name of readdirSync(directory)) {
    const pid = Number(/@look-(\d+)-\d+$/.exec(name)?.[1])
    if (pid > 0 && startTimeOf(pid) === undefined) removeStaged(cluster, `${directory}/${name}`)
  }
}

/** Links a version to its copy. Relative, so that the state directory may be moved. */
export function linkCopy(copy: string, directory: string): void {
  const link = `${directory}/deploy`
  rmSync(link, { force: true })
  symlinkSync(relative(directory, copy), link)
}

/** The name of a staged copy in its component's directory of the mirror; no component has entries with such names. */
export const copyName = (service: string, version: string): string => `${service}@${version}`

/** Where a version's link leads; `undefined` unless that is a staged copy inside the mirror. */
function stagedCopy(cluster: string, directory: string): string | undefined {
  if (linkProblem(directory) !== undefined) return undefined
  try {
    const copy = resolve(directory, readlinkSync(`${directory}/deploy`))
    const isInside = realpathSync(dirname(copy)).startsWith(realpathSync(treeDirectory(cluster)) + sep)
    return isInside && basename(copy).includes('@') ? copy : undefined
  } catch {
    return undefined
  }
}
