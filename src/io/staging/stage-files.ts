import { accessSync, chmodSync, constants, copyFileSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { tableOf } from '../../engine/followed.ts'
import { diagnostic } from '../../model/diagnostic.ts'
import type { Applied } from '../../model/record.ts'
import type { DeployFile, RenderedService } from '../../model/rendered.ts'
import type { ScriptRole, Service } from '../../model/service.ts'
import { makeDirectory, umaskHurts, writePrivate } from '../state/atomic-file.ts'
import { removeTree } from '../state/remove-tree.ts'
import { plainReason, StateError, systemCode } from '../state/state-error.ts'
import { writeManifest } from './manifest-file.ts'

/** Where the parts of a staged service go. */
export interface StagingPlace {
  readonly version: string
  readonly deployDirectory: string
  readonly configFile: string
  /** Where goes what the fingerprint was made of. */
  readonly manifestFile: string
  /** Where the secrets go that are to be masked in what the service says; `null`: nowhere. */
  readonly secretsFile: string | null
  /** Where its outputs go, where these hold secrets. */
  readonly outputsFile: string
  /** Where goes what it sees of the deployments that it follows. */
  readonly deploymentsFile: string
}

/** Writes a service's deploy directory and configuration, in place of what an earlier try has left there. */
export function stageFiles(rendered: RenderedService, place: StagingPlace): Applied {
  const secretsFile = rendered.secrets.isEmpty ? null : place.secretsFile
  const applied = appliedOf(rendered, { ...place, secretsFile })
  makeEmptyDirectory(place.deployDirectory)
  const scripts = new Set(Object.values(applied.scripts))
  const made = new Set<string>(['.'])
  for (const file of rendered.files) {
    const directory = dirname(file.path)
    if (!made.has(directory)) {
      makeDirectory(`${place.deployDirectory}/${directory}`)
      made.add(directory)
    }
    const mode = file.executable || scripts.has(file.path) ? 0o700 : 0o600
    writeDeployFile(file, `${place.deployDirectory}/${file.path}`, mode)
  }
  makeDirectory(dirname(place.configFile))
  writePrivate(place.configFile, `${JSON.stringify(rendered.config, null, 2)}\n`)
  writeManifest(place.manifestFile, rendered.manifest)
  if (secretsFile !== null) writePrivate(secretsFile, `${JSON.stringify(rendered.secrets.all())}\n`)
  if (applied.outputsFile !== undefined) writePrivate(applied.outputsFile, `${JSON.stringify(rendered.outputs)}\n`)
  if (applied.deploymentsFile !== undefined) {
    writePrivate(applied.deploymentsFile, `${JSON.stringify(rendered.deployments)}\n`)
  }
  return applied
}

function writeDeployFile(file: DeployFile, target: string, mode: number): void {
  const content = 'content' in file ? file.content : file.bytes
  if (content !== undefined) {
    writePrivate(target, content, mode)
    return
  }
  if (!('source' in file)) return
  try {
    copyFileSync(file.source, target, constants.COPYFILE_FICLONE)
  } catch (error) {
    throw sourceError(file.source) ?? error
  }
  chmodSync(target, mode)
}

/** Which of the two files of a copy it was that failed, the error does not say. */
function sourceError(path: string): StateError | undefined {
  try {
    accessSync(path, constants.R_OK)
    return undefined
  } catch (error) {
    const reason = plainReason(error)
    return new StateError(diagnostic('unreadable-file', { path, reason }), `${path}: ${reason}`)
  }
}

function makeEmptyDirectory(path: string): void {
  try {
    mkdirSync(path, 0o700)
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error
    removeTree(path)
    mkdirSync(path, 0o700)
  }
  if (umaskHurts()) chmodSync(path, 0o700)
}

function appliedOf(rendered: RenderedService, { outputsFile, deploymentsFile, ...place }: StagingPlace): Applied {
  const { service, deployments } = rendered
  const outputs = rendered.secrets.maskData(rendered.outputs)
  // Who follows a deployment is given them as they are; of others nobody asks later.
  const isMasked = service.deployment && Object.entries(rendered.outputs).some(([name, text]) => outputs[name] !== text)
  const scripts: Partial<Record<ScriptRole, string>> = {}
  for (const role of Object.keys(service.scripts).sort() as ScriptRole[]) {
    const script = service.scripts[role]
    if (script !== undefined) scripts[role] = script.value
  }
  return {
    ...place,
    commandLine: rendered.commandLine.map((one) => ({ ...one, value: rendered.secrets.maskConfiguration(one.value) })),
    fingerprint: rendered.fingerprint,
    component: service.component,
    componentDirectory: service.directory,
    clusterType: rendered.clusterType,
    prerequisites: prerequisitesOf(service, false),
    optionalPrerequisites: prerequisitesOf(service, true),
    scripts,
    readiness: rendered.readiness ?? null,
    timeouts: service.timeouts,
    retries: service.retries,
    strictShell: service.strictShell,
    restartWithPrerequisites: service.restartWithPrerequisites,
    outputs,
    ...(isMasked && { outputsFile }),
    ...(deployments !== undefined && {
      follows: [...new Set(service.follows.map((one) => one.value))].sort(),
      followed: tableOf(deployments),
      deploymentsFile,
    }),
    description: service.description ?? null,
    tags: service.tags,
    protected: service.protected,
  }
}

function prerequisitesOf(service: Service, optional: boolean): string[] {
  const names = service.prerequisites.filter((edge) => edge.optional === optional).map((edge) => edge.service)
  return [...new Set(names)].sort()
}
