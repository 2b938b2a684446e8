import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Workspace } from '../../engine/ports.ts'
import type { Applied } from '../../model/record.ts'
import type { RenderedService } from '../../model/rendered.ts'
import { makeDirectory } from '../state/atomic-file.ts'
import { removeTree } from '../state/remove-tree.ts'
import { guarded } from '../state/state-error.ts'
import { linkProblem, refuseLink } from '../state/state-guard.ts'
import {
  dataDirectory,
  runDirectory,
  serviceDirectory,
  transientDirectory,
  versionsDirectory,
} from '../state/state-layout.ts'
import { openMirror, type ProjectPlace } from './project-mirror.ts'
import { stageFiles } from './stage-files.ts'
import { copyName, linkCopy, removeStaged, removeVersion, sweepTransient, versionsOf } from './staged-copies.ts'

export interface WorkspaceOptions {
  /** The cluster's directory. */
  readonly cluster: string
  /** Absent for a request that only uses what was staged before. */
  readonly project: ProjectPlace | undefined
}

/** A staged copy for one look at a service that was never started. */
export interface TransientCopy {
  readonly applied: Applied
  dispose(): void
}

export interface ProjectWorkspace extends Workspace {
  /** These components are going to be staged. */
  expect(components: Iterable<string>): void
  /** Stages a service for readers, apart from all versions; `dispose` removes the copy. */
  stageTransient(rendered: RenderedService): TransientCopy
}

/** A workspace for those who only look: it stages copies outside of the state, which they leave as it is. */
export interface LookWorkspace extends Pick<ProjectWorkspace, 'stageTransient'> {
  /** Removes everything that was staged. */
  dispose(): void
}

/** Opens a workspace for looking; nothing is made before something is staged. */
export function createLookWorkspace(project: ProjectPlace | undefined): LookWorkspace {
  let directory: string | undefined
  let workspace: ProjectWorkspace | undefined
  return {
    stageTransient(rendered) {
      directory ??= mkdtempSync(join(realpathSync(tmpdir()), 'paictl-look-'))
      workspace ??= createWorkspace({ cluster: directory, project })
      return workspace.stageTransient(rendered)
    },
    dispose() {
      if (directory !== undefined) removeTree(directory)
    },
  }
}

/** How many staged copies are kept besides those in use. */
const KEPT_VERSIONS = 3

/** Stages deploy directories of a cluster, and removes what is no longer needed of them. */
export function createWorkspace({ cluster, project }: WorkspaceOptions): ProjectWorkspace {
  const mirror = project && openMirror(cluster, project)
  let looks = 0
  const copyOf = (rendered: RenderedService, version: string): string => {
    if (mirror === undefined) throw new Error(`${rendered.service.name} is staged without a project`)
    const { component, name } = rendered.service
    return `${mirror.componentDirectory(component)}/${copyName(name, version)}`
  }

  return {
    expect: (components) => mirror?.expect(components),

    stage(rendered, run) {
      const { name } = rendered.service
      const own = serviceDirectory(cluster, name)
      for (const path of [own, versionsDirectory(cluster, name), dataDirectory(cluster, name)]) refuseLink(path)
      return guarded(own, () => {
        makeDirectory(cluster)
        if (linkProblem(runDirectory(cluster, name))) removeTree(runDirectory(cluster, name))
        const directory = `${versionsDirectory(cluster, name)}/${run}`
        const deployDirectory = copyOf(rendered, run)
        const configFile = `${directory}/config.json`
        const manifestFile = `${directory}/manifest.json`
        const applied = stageFiles(rendered, {
          version: run,
          deployDirectory,
          configFile,
          manifestFile,
          secretsFile: `${directory}/secrets.json`,
          ...filesForFollowing(directory),
        })
        linkCopy(deployDirectory, directory)
        makeDirectory(dataDirectory(cluster, name))
        makeDirectory(runDirectory(cluster, name))
        return applied
      })
    },

    stageTransient(rendered) {
      return guarded(transientDirectory(cluster), () => {
        makeDirectory(cluster)
        if (looks === 0) sweepTransient(cluster)
        const version = `look-${process.pid}-${looks++}`
        const directory = `${transientDirectory(cluster)}/${copyName(rendered.service.name, version)}`
        const deployDirectory = copyOf(rendered, version)
        const configFile = `${directory}/config.json`
        const manifestFile = `${directory}/manifest.json`
        const applied = stageFiles(rendered, {
          version,
          deployDirectory,
          configFile,
          manifestFile,
          secretsFile: null,
          ...filesForFollowing(directory),
        })
        linkCopy(deployDirectory, directory)
        return { applied, dispose: () => guarded(directory, () => removeStaged(cluster, directory)) }
      })
    },

    prune(service, keep) {
      guarded(serviceDirectory(cluster, service), () => {
        const others = versionsOf(cluster, service).filter((version) => !keep.includes(version))
        for (const version of others.slice(0, -KEPT_VERSIONS)) removeVersion(cluster, service, version)
      })
    },

    removeData(service) {
      const directory = dataDirectory(cluster, service)
      refuseLink(serviceDirectory(cluster, service))
      guarded(directory, () => removeTree(directory))
    },

    clearRunDirectory(service) {
      const directory = runDirectory(cluster, service)
      refuseLink(serviceDirectory(cluster, service))
      guarded(directory, () => {
        removeTree(directory)
        makeDirectory(directory)
      })
    },
  }
}

const filesForFollowing = (directory: string): { readonly outputsFile: string; readonly deploymentsFile: string } => ({
  outputsFile: `${directory}/outputs.json`,
  deploymentsFile: `${directory}/deployments.json`,
})
