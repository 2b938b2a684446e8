import { type Dirent, readdirSync, readFileSync, renameSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Diagnostic } from '../../model/diagnostic.ts'
import { ok, type Result } from '../../model/result.ts'
import { makeDirectory, replaceFile, writePrivate } from './atomic-file.ts'
import { clusterText } from './cluster-file.ts'
import { removeTree } from './remove-tree.ts'
import { newRunId } from './run-store.ts'
import { guarded, isAbsent } from './state-error.ts'
import { readStateFile, type StateFile, stateText } from './state-file.ts'
import { clusterFile, recordFile, runsDirectory, servicesDirectory } from './state-layout.ts'
import { STATE_VERSION, type StateFileKind } from './state-versions.ts'

/** What became of the files of an older version. */
export interface Migration {
  readonly from: number
  readonly to: number
  /** Where they were copied to first, absolute. */
  readonly backup: string
  /** Those that were damaged, and set aside. */
  readonly problems: readonly Diagnostic[]
}

/** Whether a cluster's files are to be rewritten before anything is changed: cluster.json says so for all of them. */
export function needsMigration(cluster: string): Result<boolean, Diagnostic> {
  const path = clusterFile(cluster)
  const found = guarded(path, () => readStateFile(path, 'cluster'))
  if (!found.ok) return found
  return ok(found.value !== undefined && found.value.version < STATE_VERSION)
}

/**
 * Copies the JSON files of an older version to `backup-v<version>-<time>/` and rewrites them, for who holds the cluster's
 * lock; `undefined` where there is nothing to do. cluster.json comes last, so that who is interrupted begins again.
 */
export function migrateState(cluster: string, now: number): Result<Migration | undefined, Diagnostic> {
  return guarded(cluster, () => {
    const last = clusterFile(cluster)
    const identity = readStateFile(last, 'cluster')
    if (!identity.ok) return identity
    if (identity.value === undefined || identity.value.version === STATE_VERSION) return ok(undefined)
    const from = identity.value.version
    const files: { readonly path: string; readonly read: StateFile }[] = []
    const problems: Diagnostic[] = []
    for (const { path, kind } of filesOf(cluster)) {
      const read = readStateFile(path, kind)
      // What a newer one wrote is refused by whoever needs it.
      if (!read.ok && read.error.code === 'state-corrupt') problems.push(read.error)
      if (read.ok && read.value !== undefined) files.push({ path, read: read.value })
    }
    const old = files.filter(({ read }) => read.version < STATE_VERSION)
    // Rewriting begins when all is copied: who was interrupted in that has left the copy.
    const begun = old.length < files.length ? newestBackup(cluster, from) : undefined
    const backup = begun ?? backUp(cluster, { from, now, paths: [last, ...old.map(({ path }) => path)] })
    for (const { path, read } of old) replaceFile(path, stateText(read.content))
    replaceFile(last, clusterText(identity.value.content))
    return ok({ from, to: STATE_VERSION, backup, problems })
  })
}

function filesOf(cluster: string): { readonly path: string; readonly kind: StateFileKind }[] {
  const records = directoriesIn(servicesDirectory(cluster)).map((name) => {
    return { path: recordFile(cluster, name), kind: 'record' } as const
  })
  const runs = directoriesIn(runsDirectory(cluster)).flatMap((id) =>
    (['plan', 'summary'] as const).map((kind) => ({ path: `${runsDirectory(cluster)}/${id}/${kind}.json`, kind })),
  )
  return [...records, ...runs]
}

/** The copy is given its name when it is complete. */
function backUp(
  cluster: string,
  { from, now, paths }: { readonly from: number; readonly now: number; readonly paths: readonly string[] },
): string {
  const unfinished = `${cluster}/backup-v${from}.unfinished`
  removeTree(unfinished)
  for (const path of paths) {
    const copy = `${unfinished}${path.slice(cluster.length)}`
    makeDirectory(dirname(copy))
    writePrivate(copy, readFileSync(path))
  }
  const backup = `${cluster}/backup-v${from}-${newRunId(now)}`
  renameSync(unfinished, backup)
  return backup
}

function newestBackup(cluster: string, from: number): string | undefined {
  const name = directoriesIn(cluster).findLast((one) => one.startsWith(`backup-v${from}-`))
  return name && `${cluster}/${name}`
}

/** Sorted; links are none. */
function directoriesIn(path: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}
