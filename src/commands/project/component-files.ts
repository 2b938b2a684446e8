import { join } from 'node:path'
import { checkServiceFiles, templatesOf, unmatchedInputs } from '../../config/files/deploy-files.ts'
import type { DeployFileSource } from '../../config/rendering/render-service.ts'
import { expandInputs } from '../../io/project/component-inputs.ts'
import { listDeployFiles } from '../../io/project/deploy-files.ts'
import { digestFile, type FileDigest, readListed } from '../../io/project/project-file.ts'
import { append } from '../../model/append.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Result } from '../../model/result.ts'
import type { Service } from '../../model/service.ts'
import type { Project } from './project.ts'

/** An input of a component, by path relative to it; `source` is absolute. */
export interface InputFile {
  readonly path: string
  readonly source: string
}

/**
 * What lies in the directories of components, read once for all of their deployments. What is wrong with it is the
 * component's problem, and told to whoever asks first.
 */
export class ComponentFiles {
  readonly #project: Project
  readonly #sources = new Map<string, readonly DeployFileSource[]>()
  readonly #inputs = new Map<string, readonly InputFile[]>()
  readonly #digests = new Map<string, Result<FileDigest, Diagnostic>>()

  constructor(project: Project) {
    this.#project = project
  }

  /** The files under deploy/, the templates with their texts. */
  sources({ component }: Service, problems: Diagnostic[]): readonly DeployFileSource[] {
    return once(this.#sources, component, () => this.#readSources(component, problems))
  }

  /** The files that its `inputs` match. */
  inputs({ component }: Service, problems: Diagnostic[]): readonly InputFile[] {
    return once(this.#inputs, component, () => {
      const service = this.#project.components.get(component)?.service
      if (service === undefined || service.inputs.length === 0) return []
      const globs = service.inputs.map((glob) => glob.value)
      const { files, unmatched, problems: refused } = expandInputs(service.directory, globs)
      append(problems, [...refused, ...unmatchedInputs(service, unmatched)].map(ofComponent(component)))
      return files
    })
  }

  /** The hash of a file of some component; a problem is the component's. */
  digest(file: string): Result<FileDigest, Diagnostic> {
    return once(this.#digests, file, () => digestFile(file))
  }

  #readSources(component: string, problems: Diagnostic[]): readonly DeployFileSource[] {
    const project = this.#project
    const service = project.components.get(component)?.service
    if (service === undefined) return []
    const limit = project.settings.fileSizeLimit
    const { files, directories, problems: unreadable, refused } = listDeployFiles(join(service.directory, 'deploy'))
    const found = unreadable.filter(({ span }) => span === undefined || !isReported(span.file, project))
    const paths = files.map((file) => file.path)
    found.push(...checkServiceFiles(service, [...paths, ...directories], refused))
    const templates = new Set(templatesOf(service, paths).map((one) => one.template))
    const sources = files.map((file) => {
      if (!templates.has(file.path)) return file
      const text = readListed(file.source, file.size, limit)
      if (!text.ok) found.push(text.error)
      return { ...file, text: text.ok ? text.value : undefined }
    })
    append(problems, found.map(ofComponent(component)))
    return sources
  }
}

function once<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key)
  if (found !== undefined) return found
  const made = make()
  known.set(key, made)
  return made
}

/** Whether the descriptions' reader has complained of a file, or of a directory that it is in. */
const isReported = (file: string, { diagnostics }: Project): boolean =>
  diagnostics.some(({ span }) => span !== undefined && (file === span.file || file.startsWith(`${span.file}/`)))

const ofComponent =
  (component: string) =>
  (problem: Diagnostic): Diagnostic => ({ ...problem, service: component })
