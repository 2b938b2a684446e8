import { basename, resolve } from 'node:path'
import { type Deployment, readDeploymentFile } from '../../config/files/deployment-file.ts'
import { readServiceFile } from '../../config/files/service-file.ts'
import { readSettings } from '../../config/files/settings-file.ts'
import { nodesOf } from '../../engine/nodes.ts'
import { scanComponents } from '../../io/project/component-scan.ts'
import { deploymentFile, type ScannedDeployment, scanDeployments } from '../../io/project/deployment-scan.ts'
import { isThere, readOptional } from '../../io/project/project-file.ts'
import { findProjectRoot, isDirectory } from '../../io/project/project-scan.ts'
import { append } from '../../model/append.ts'
import type { Component } from '../../model/component.ts'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import type { ProjectSettings } from '../../model/project.ts'
import { err, ok, type Result } from '../../model/result.ts'
import type { Service } from '../../model/service.ts'
import type { Invocation } from '../invocation.ts'
import { checkComponents, missing, type Places } from './named-paths.ts'

/** A project as its files declare it, whatever the cluster type. */
export interface Project {
  readonly settings: ProjectSettings
  /** Where paictl.yaml names directories, by key. */
  readonly places: Places
  /** By name, sorted. */
  readonly components: ReadonlyMap<string, Component>
  /** By name, sorted. */
  readonly deployments: ReadonlyMap<string, Deployment>
  /** The nodes of the graph, by name, sorted: components of which there is one, and deployments. */
  readonly services: ReadonlyMap<string, Service>
  /** The texts of the deployments' files as they were read, by name; `undefined`: it could not be. */
  readonly declared: ReadonlyMap<string, string | undefined>
  /** The names of deployments that only drafts declare. */
  readonly undeclared: ReadonlySet<string>
  /** The texts of the components' descriptions, by their names. */
  readonly descriptions: ReadonlyMap<string, string>
  readonly diagnostics: readonly Diagnostic[]
}

/** Finds the project of an invocation and reads all its descriptions. An error is that there is none. */
export function openProject(invocation: Invocation): Result<Project, Diagnostic> {
  const from = resolve(invocation.cwd, invocation.project ?? '.')
  // Who mistypes a project's directory does not mean the project around it.
  if (!isDirectory(from)) {
    return err(isThere(from) ? diagnostic('no-project', { searched: [from] }) : missing('-C', from, undefined))
  }
  const found = findProjectRoot(from)
  if (!found.ok) return err(diagnostic('no-project', { searched: found.error.searched }))
  const { root, paictlYaml } = found.value
  const read = readSettingsOf(root, paictlYaml, invocation)
  const scanned = scanComponents(read.settings.componentsDirectory, read.settings.fileSizeLimit)
  const components = new Map<string, Component>()
  const descriptions = new Map<string, string>()
  const misnamed = checkComponents(read.settings, read.places)
  // A directory that is none has been said to be.
  const unread = misnamed === undefined ? scanned.problems : [misnamed]
  const diagnostics: Diagnostic[] = [...read.diagnostics, ...unread]
  for (const { name, directory, file, text } of scanned.components) {
    const reading = readServiceFile({ component: name, directory, file, text })
    components.set(name, { name, instances: reading.instances, service: reading.service })
    descriptions.set(name, text ?? '')
    append(diagnostics, reading.diagnostics)
  }
  const declarations = readDeployments(read.settings, invocation.drafts ?? new Map(), diagnostics)
  const nodes = nodesOf(components, declarations.deployments)
  append(diagnostics, nodes.diagnostics)
  const { services } = nodes
  return ok({ ...read, ...declarations, components, services, descriptions, diagnostics })
}

/** Whether one of the named deployments is no longer declared as it was read. */
export function isDeclaredOtherwise({ deployments, declared, settings }: Project, names: Iterable<string>): boolean {
  return [...names].some((name) => {
    const file = deployments.get(name)?.file
    // What only stands for a file is as it is.
    if (file === undefined || !declared.has(name)) return false
    const now = readOptional(file, settings.fileSizeLimit)
    return (now.ok ? now.value : undefined) !== declared.get(name)
  })
}

function readDeployments(
  settings: ProjectSettings,
  drafts: ReadonlyMap<string, string>,
  problems: Diagnostic[],
): Pick<Project, 'deployments' | 'declared' | 'undeclared'> {
  const scanned = scanDeployments(settings.clusterConfigDirectory, settings.fileSizeLimit)
  append(
    problems,
    scanned.problems.filter(({ service }) => service === undefined || !drafts.has(service)),
  )
  const files = withDrafts(scanned.deployments, drafts, settings.clusterConfigDirectory)
  const read = files.map((one) => readDeploymentFile(one))
  for (const { diagnostics } of read) append(problems, diagnostics)
  const found = new Set(scanned.deployments.map(({ name }) => name))
  return {
    deployments: new Map(read.map(({ deployment }) => [deployment.name, deployment])),
    declared: new Map(
      scanned.deployments.flatMap(({ name, text }) => (drafts.has(name) ? [] : [[name, text] as const])),
    ),
    undeclared: new Set([...drafts.keys()].filter((name) => !found.has(name))),
  }
}

/** What is scanned, sorted by name, with drafts in the place of what they are drafts of. */
function withDrafts(
  scanned: readonly ScannedDeployment[],
  drafts: ReadonlyMap<string, string>,
  directory: string,
): readonly ScannedDeployment[] {
  if (drafts.size === 0) return scanned
  const drafted = [...drafts].map(([name, text]) => ({ name, file: deploymentFile(directory, name), text }))
  return [...scanned.filter(({ name }) => !drafts.has(name)), ...drafted].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readSettingsOf(
  root: string,
  paictlYaml: string | undefined,
  invocation: Invocation,
): ReturnType<typeof readSettings> {
  const file = paictlYaml ?? resolve(root, 'paictl.yaml')
  const text = paictlYaml === undefined ? ok(undefined) : readOptional(paictlYaml)
  const { settings, places, diagnostics } = readSettings({
    root,
    name: basename(root),
    file,
    text: text.ok ? text.value : undefined,
    home: invocation.home,
  })
  const clusterConfigDirectory =
    invocation.clusterConfig === undefined
      ? settings.clusterConfigDirectory
      : resolve(invocation.cwd, invocation.clusterConfig)
  return {
    settings: { ...settings, clusterConfigDirectory },
    places,
    diagnostics: text.ok ? diagnostics : [...diagnostics, text.error],
  }
}
