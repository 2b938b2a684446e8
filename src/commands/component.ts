import { join, relative, resolve } from 'node:path'
import { nearest } from '../config/nearest.ts'
import { componentTemplates, isOccupied, layDown } from '../io/project/component-template.ts'
import { readShown } from '../io/project/project-file.ts'
import { schemaFrom } from '../io/project/schema-location.ts'
import { isPortFree } from '../io/scratch/free-port.ts'
import type { Component } from '../model/component.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { SAFE_NAME } from '../model/project.ts'
import { err, ok, type Result } from '../model/result.ts'
import type { ComponentRow } from '../ui/component-table.ts'
import type { Invocation } from './invocation.ts'
import { openProject, type Project } from './project/project.ts'

/** The components of a project, on whatever cluster type they exist. */
export function listComponents(
  invocation: Invocation,
): Result<{ readonly rows: readonly ComponentRow[]; readonly problems: readonly Diagnostic[] }, readonly Diagnostic[]> {
  const opened = openProject(invocation)
  if (!opened.ok) return err([opened.error])
  const { components, services, diagnostics } = opened.value
  const deployments = [...services.values()].filter(({ deployment }) => deployment !== undefined)
  const rows = [...components.values()].map(({ name, instances, service }): ComponentRow => {
    const { kind, scripts, prerequisites, tags, description = null } = service
    return {
      name,
      kind,
      instances,
      deployments: deployments.filter(({ component }) => component === name).map((one) => one.name),
      scripts: Object.keys(scripts),
      prerequisites: prerequisites.map((edge) => edge.service),
      tags,
      description,
    }
  })
  return ok({ rows, problems: diagnostics.filter((one) => one.severity === 'error') })
}

export interface NewComponent {
  readonly name: string
  /** Absolute. */
  readonly directory: string
  /** Relative to the working directory, sorted. */
  readonly files: readonly string[]
  /** `many`: nothing of it starts before a deployment of it is created. */
  readonly instances: Component['instances']
}

/** Adds a component from a template; it starts as it is. Nothing is written when its directory is in use. */
export async function createComponent(
  invocation: Invocation,
  request: { readonly name: string; readonly template: string },
): Promise<Result<NewComponent, readonly Diagnostic[]>> {
  const opened = openProject(invocation)
  if (!opened.ok) return err([opened.error])
  return addComponent(invocation, opened.value, request)
}

/** The same in a project that is open already. */
export async function addComponent(
  invocation: Invocation,
  project: Project,
  { name, template }: { readonly name: string; readonly template: string },
): Promise<Result<NewComponent, readonly Diagnostic[]>> {
  if (!SAFE_NAME.test(name)) return err([diagnostic('bad-name', { name })])
  const known = componentTemplates()
  if (!known.includes(template)) {
    return err([diagnostic('unknown-template', { template, nearest: nearest(template, known), known })])
  }
  const directory = join(project.settings.componentsDirectory, name)
  if (isOccupied(directory)) return err([diagnostic('file-exists', { path: directory })])
  const port = String(await freePort(project))
  const schema = schemaFrom(join(directory, 'deploy'), project.settings.root, 'service')
  const files = layDown(template, directory, { NAME: name, PORT: port, SCHEMA: schema })
  const made = openProject(invocation)
  const instances = (made.ok && made.value.components.get(name)?.instances) || 'one'
  const shown = files.map((file) => relative(invocation.cwd, resolve(directory, file)))
  return ok({ name, directory, files: shown, instances })
}

const FIRST_PORT = 9510

/** The first port from 9510 on that no component's defaults and no configuration mention, and nobody listens on. */
async function freePort({ settings, components, deployments }: Project): Promise<number> {
  const files = [
    join(settings.clusterConfigDirectory, 'services-configuration.yaml'),
    ...[...components.values()].map(({ name, service }) => join(service.directory, 'config', `${name}.yaml`)),
    ...[...deployments.values()].map(({ file }) => file),
  ]
  const texts = files.map((file) => readShown(file) ?? '')
  const mentioned = new Set(texts.flatMap((text) => text.match(/\b\d{4,5}\b/g) ?? []))
  let port = FIRST_PORT
  while (mentioned.has(String(port)) || !(await isPortFree(port))) port += 1
  return port
}
