import type { Workspace } from '../engine/ports.ts'
import type { Applied } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'

export interface WorkspaceOptions {
  /** The cluster's directory. */
  readonly cluster: string
  /** Absent for a request that only uses what was staged before. */
  readonly project: { readonly root: string; readonly componentsDirectory: string } | undefined
}

/** A staged copy for one look at a service that was never started. */
export interface TransientCopy {
  readonly applied: Applied
  dispose(): void
}

export interface ProjectWorkspace extends Workspace {
  /** Stages a service for readers, apart from all versions; `dispose` removes the copy. */
  stageTransient(rendered: RenderedService): TransientCopy
}

/** Stages deploy directories of a cluster, and removes what is no longer needed of them. */
export function createWorkspace(_options: WorkspaceOptions): ProjectWorkspace {
  throw new Error('not built yet')
}
