import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { Phase } from '../../model/record.ts'
import { err, ok, type Result } from '../../model/result.ts'
import { repointMirror } from '../staging/project-mirror.ts'
import { createFile, makeDirectory, replaceFile } from './atomic-file.ts'
import { createRecordStore } from './record-store.ts'
import { guarded, isAbsent, StateError } from './state-error.ts'
import { readStateFile } from './state-file.ts'
import { checkState, checkStateDirectory, closeToOthers } from './state-guard.ts'
import { clusterFile } from './state-layout.ts'
import { clusterDirectory } from './state-location.ts'
import { STATE_VERSION } from './state-versions.ts'

export interface ClaimRequest {
  readonly state: string
  readonly clusterId: string
  /** The project's root. */
  readonly project: string
  /** Make the cluster this project's, whose it ever was. */
  readonly takeOver: boolean
}

/** Makes sure that a cluster's state belongs to `project`, creating it for a new cluster. */
export function claimCluster({ state, clusterId, project, takeOver }: ClaimRequest): Result<void, Diagnostic> {
  const directory = clusterDirectory(state, clusterId)
  const file = clusterFile(directory)
  const unsafe = stateProblem(directory)
  if (unsafe !== undefined) return err(unsafe)
  closeToOthers(directory)
  return guarded(file, () => {
    const claimed = { clusterId, project: realPath(project), createdAt: new Date().toISOString() }
    const found = readClusterFile(file)
    if (!found.ok) return found
    if (found.value === undefined) {
      makeDirectory(directory)
      if (createFile(file, clusterText(claimed))) return ok(undefined)
      return claimCluster({ state, clusterId, project, takeOver })
    }
    const { project: owner, createdAt, version } = found.value
    if (owner === claimed.project) return ok(undefined)
    if (!takeOver) return err(clusterTaken(clusterId, owner, claimed.project))
    // Of which version the other files are, this one goes on saying until they are rewritten.
    replaceFile(file, clusterText({ ...claimed, createdAt }, version))
    repointMirror(directory, owner, claimed.project)
    return ok(undefined)
  })
}

/** A cluster that the state directory knows, and how many of its services were recorded in which phase. */
export interface ClusterEntry {
  readonly id: string
  readonly directory: string
  readonly project: string
  readonly projectExists: boolean
  readonly createdAt: string
  readonly services: number
  readonly phases: Readonly<Partial<Record<Phase, number>>>
}

/** Why what is kept of a cluster must not be used at all; `undefined` where it may be. */
export function stateProblem(cluster: string): Diagnostic | undefined {
  try {
    checkState(cluster)
    return undefined
  } catch (error) {
    if (error instanceof StateError && error.diagnostic.code === 'state-unsafe') return error.diagnostic
    throw error
  }
}

/** All clusters of a state directory by id, and what could not be read. */
export function listClusters(state: string): { clusters: ClusterEntry[]; problems: Diagnostic[] } {
  checkStateDirectory(state)
  const clusters: ClusterEntry[] = []
  const problems: Diagnostic[] = []
  for (const id of directoriesOf(state)) {
    const cluster = readCluster(state, id, problems)
    if (cluster !== undefined) clusters.push(cluster)
  }
  return { clusters, problems }
}

/** The clusters of a state directory by id, with the projects that they belong to; what cannot be read is left out. */
export function listOwners(state: string): { readonly id: string; readonly project: string }[] {
  checkStateDirectory(state)
  return directoriesOf(state).flatMap((id) => {
    const found = readIdentity(state, id)
    return found.ok && found.value !== undefined ? [{ id, project: found.value.project }] : []
  })
}

/** Which project a cluster of a state directory belongs to; `undefined` where there is none of that id. */
export function readOwner(state: string, id: string): Result<{ readonly project: string } | undefined, Diagnostic> {
  return readIdentity(state, id)
}

function readIdentity(state: string, id: string): Result<ClusterFile | undefined, Diagnostic> {
  const directory = clusterDirectory(state, id)
  // An id from the command line must not lead elsewhere.
  if (dirname(directory) !== state.replace(/\/$/, '')) return ok(undefined)
  const unsafe = stateProblem(directory)
  if (unsafe !== undefined) return err(unsafe)
  return guarded(directory, () => readClusterFile(clusterFile(directory)))
}

function readCluster(state: string, id: string, problems: Diagnostic[]): ClusterEntry | undefined {
  const directory = clusterDirectory(state, id)
  const found = readIdentity(state, id)
  if (!found.ok) problems.push(found.error)
  if (!found.ok || found.value === undefined) return undefined
  const { project, createdAt } = found.value
  const records = createRecordStore(directory)
  const phases: Partial<Record<Phase, number>> = {}
  const names = records.names()
  for (const name of names) {
    const phase = records.read(name)?.phase
    if (phase) phases[phase] = (phases[phase] ?? 0) + 1
  }
  problems.push(...records.problems())
  return { id, directory, project, projectExists: existsSync(project), createdAt, services: names.length, phases }
}

interface ClusterFile {
  /** Of the file itself. */
  readonly version: number
  readonly clusterId: string
  readonly project: string
  readonly createdAt: string
}

function readClusterFile(file: string): Result<ClusterFile | undefined, Diagnostic> {
  const found = readStateFile(file, 'cluster')
  if (!found.ok) return found
  return ok(found.value && ({ version: found.value.version, ...found.value.content } as ClusterFile))
}

/** Where links lead; a project that is gone still owns its cluster by the path that was recorded. */
function realPath(project: string): string {
  try {
    return realpathSync(project)
  } catch (error) {
    if (isAbsent(error)) return project
    throw error
  }
}

/** The text of cluster.json, which people read too. */
export const clusterText = (content: object, version = STATE_VERSION): string =>
  `${JSON.stringify({ v: version, ...content }, null, 2)}\n`

/** The refusal to work on a cluster that belongs to another project. */
export const clusterTaken = (cluster: string, owner: string, project: string): Diagnostic =>
  diagnostic('cluster-taken', { cluster, owner, isGone: !existsSync(owner), project })

function directoriesOf(state: string): string[] {
  return guarded(state, () => {
    if (!existsSync(state)) return []
    const entries = readdirSync(state, { withFileTypes: true })
    return entries
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort()
  })
}
