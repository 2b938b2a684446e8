import { resolve } from 'node:path'
import type { Clock, Leases } from '../../engine/ports.ts'
import { systemClock } from '../../io/clock.ts'
import { type ClusterLogs, createLogStore } from '../../io/logs/log-store.ts'
import { type ClusterProber, createProber } from '../../io/probes/prober.ts'
import { bootId } from '../../io/scripts/process-info.ts'
import { type ClusterScripts, createScriptRunner } from '../../io/scripts/script-runner.ts'
import {
  createLookWorkspace,
  createWorkspace,
  type LookWorkspace,
  type ProjectWorkspace,
} from '../../io/staging/workspace.ts'
import { claimCluster, clusterTaken, listOwners, readOwner } from '../../io/state/cluster-file.ts'
import { createGroupCommit, type GroupCommit } from '../../io/state/group-commit.ts'
import { createLeases } from '../../io/state/leases.ts'
import { holdsLease } from '../../io/state/leases-file.ts'
import { type ClusterRecords, createRecordStore } from '../../io/state/record-store.ts'
import { createRunStore, type RunStore } from '../../io/state/run-store.ts'
import { clusterDirectory, stateDirectory } from '../../io/state/state-location.ts'
import { type ClusterSurvivors, createSurvivors } from '../../io/state/survivors.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Secrets } from '../../model/secrets.ts'
import type { Invocation } from '../invocation.ts'

/** The state of one cluster, with everything that works on it. */
export interface Cluster {
  readonly id: string
  readonly type: string
  /** Absolute. */
  readonly directory: string
  /** The project's root. */
  readonly project: string
  readonly clock: Clock
  readonly random: () => number
  readonly records: ClusterRecords
  readonly workspace: ProjectWorkspace
  /** A workspace apart from the state, for one look. */
  openLook(): LookWorkspace
  readonly logs: ClusterLogs
  readonly runs: RunStore
  readonly probes: ClusterProber
  readonly scripts: ClusterScripts
  readonly leases: Leases
  readonly survivors: ClusterSurvivors
  /** Brings what was written to the disk. */
  readonly commit: GroupCommit
  readonly boot: string
  /** As those of the invocation: learns what the records' services were started with. */
  readonly secrets: Secrets
  /** As that of the invocation. */
  readonly onSignal: NonNullable<Invocation['onSignal']>
}

export interface ClusterRequest {
  readonly id: string
  readonly type: string
  /** Absent where a cluster is addressed without its project. */
  readonly settings: ProjectSettings | undefined
  /** The project's root, as its cluster recorded it or as it was found. */
  readonly root: string
}

/** Wires the ports of a cluster. Nothing is written by that. */
export function openCluster(invocation: Invocation, request: ClusterRequest): Cluster {
  const directory = clusterDirectory(stateOf(invocation, request.settings), request.id)
  const { settings } = request
  const { secrets } = invocation
  const place = settings && { root: settings.root, componentsDirectory: settings.componentsDirectory }
  const kubeconfig = invocation.kubeconfig === undefined ? undefined : resolve(invocation.cwd, invocation.kubeconfig)
  const scriptContext = {
    cluster: directory,
    clusterId: request.id,
    project: request.root,
    env: invocation.env,
    kubeconfig,
  }
  const commit = createGroupCommit()
  const records = createRecordStore(directory, secrets, commit)
  const runs = createRunStore(directory, commit)
  return {
    id: request.id,
    type: request.type,
    directory,
    project: request.root,
    clock: systemClock,
    random: Math.random,
    records,
    workspace: createWorkspace({ cluster: directory, project: place }),
    openLook: () => createLookWorkspace(place),
    logs: createLogStore(directory, secrets),
    runs,
    survivors: createSurvivors({
      runs,
      clusterId: request.id,
      appliedOf: (service) => records.read(service)?.applied ?? undefined,
      isLeased: (owner) => holdsLease(directory, owner),
    }),
    commit,
    probes: createProber(scriptContext, secrets),
    scripts: createScriptRunner(scriptContext),
    leases: createLeases(directory),
    boot: bootId(),
    secrets,
    onSignal: invocation.onSignal ?? (() => () => {}),
  }
}

/** Makes sure that the cluster's state is this project's, creating it the first time. */
export function claim(cluster: Cluster, takeOver: boolean): Result<void, Diagnostic> {
  const state = resolve(cluster.directory, '..')
  return claimCluster({ state, clusterId: cluster.id, project: cluster.project, takeOver })
}

/** Whether another project owns the cluster's state: a refusal also for those who only look. */
export function checkOwner(cluster: Cluster): Diagnostic | undefined {
  const found = readOwner(resolve(cluster.directory, '..'), cluster.id)
  if (!found.ok) return found.error
  if (found.value === undefined || found.value.project === cluster.project) return undefined
  return clusterTaken(cluster.id, found.value.project, cluster.project)
}

/** The state directory that an invocation means. */
export function stateOf(invocation: Invocation, settings: ProjectSettings | undefined): string {
  const flag = invocation.stateDirectory === undefined ? undefined : resolve(invocation.cwd, invocation.stateDirectory)
  return stateDirectory({ flag, env: invocation.env, setting: settings?.stateDirectory })
}

/** A cluster that the state directory knows by its id, whatever became of its project. */
export function findCluster(state: string, id: string): Result<{ id: string; project: string }, Diagnostic> {
  const found = readOwner(state, id)
  if (!found.ok) return found
  if (found.value !== undefined) return ok({ id, project: found.value.project })
  return err(diagnostic('no-such-cluster', { cluster: id, known: listOwners(state).map((one) => one.id) }))
}
