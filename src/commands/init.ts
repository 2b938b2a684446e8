import { basename, join, relative, resolve } from 'node:path'
import { safeName } from '../config/files/settings-file.ts'
import { layDown } from '../io/project/component-template.ts'
import { findProjectRoot, realPath } from '../io/project/project-scan.ts'
import { schemaFrom } from '../io/project/schema-location.ts'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { err, ok, type Result } from '../model/result.ts'
import { addComponent } from './component.ts'
import type { Invocation } from './invocation.ts'
import { openProject } from './project/project.ts'

export interface NewProject {
  /** Absolute. */
  readonly directory: string
  /** Relative to the working directory, sorted. */
  readonly files: readonly string[]
}

/**
 * Lays down a project with one component, which starts as it is. Files that are there already are kept; a directory
 * that is a project already is refused.
 */
export async function initProject(
  invocation: Invocation,
  directory: string,
): Promise<Result<NewProject, readonly Diagnostic[]>> {
  const root = resolve(invocation.cwd, directory)
  const found = findProjectRoot(root)
  if (found.ok && found.value.root === realPath(root))
    return err([diagnostic('file-exists', { path: found.value.paictlYaml ?? join(root, 'components') })])
  const files = layDown('project', root, {
    PROJECT: safeName(basename(root)),
    SCHEMA: schemaFrom(root, root, 'paictl'),
  })
  const opened = openProject({ ...invocation, project: root })
  if (!opened.ok) return err([opened.error])
  const component = await addComponent(invocation, opened.value, { name: 'hello', template: 'process' })
  if (!component.ok) return component
  const laid = files.map((file) => relative(invocation.cwd, join(root, file)))
  return ok({ directory: root, files: [...laid, ...component.value.files].sort() })
}
