import { unmatchedInputs } from '../config/files/deploy-files.ts'
import type { ServiceRendering } from '../config/rendering/render-service.ts'
import { fingerprint, sha256 } from '../engine/fingerprint.ts'
import { expandInputs } from '../io/component-inputs.ts'
import { digestFile, readProblem } from '../io/project-file.ts'
import { append } from '../model/append.ts'
import type { Diagnostic } from '../model/diagnostic.ts'
import type { Manifest } from '../model/manifest.ts'
import type { DeployFile } from '../model/rendered.ts'
import type { Service } from '../model/service.ts'

/** The files of a rendered service with what was read of them, and the hash over all that its scripts can see. */
export interface RenderedDigest {
  readonly files: readonly DeployFile[]
  /** SHA-256, hexadecimal. */
  readonly fingerprint: string
  readonly manifest: Manifest
}

/** What a digest is taken of: a rendering, and the text of the service's description. */
export type Digestible = Pick<ServiceRendering, 'service' | 'config' | 'files'> & { readonly description: string }

/** Reads and hashes all that a service's scripts can see; what cannot be read goes to `problems`. */
export function digestRendering(rendering: Digestible, problems: Diagnostic[]): RenderedDigest {
  const { service, config, description } = rendering
  const digested = rendering.files.map((file) => digest(file, problems))
  const files = digested.map(({ file, sha256 }) => ({ path: file.path, executable: file.executable, sha256 }))
  const inputs = inputsOf(service, problems).map(({ path, source }) => ({ path, sha256: hashOf(source, problems) }))
  return {
    files: digested.map(({ file }) => file),
    fingerprint: fingerprint({ description, config, files, inputs }),
    manifest: { description: sha256(description), files, inputs },
  }
}

/** The problems of `digestRendering`, for who wants nothing else: no content is read, and none kept in memory. */
export function checkRendering({ service, files }: Digestible, problems: Diagnostic[]): RenderedDigest {
  const sources = files.flatMap((file) => ('source' in file ? [file.source] : []))
  for (const source of [...sources, ...inputsOf(service, problems).map((input) => input.source)]) {
    const problem = readProblem(source)
    if (problem !== undefined) problems.push(problem)
  }
  return { files: [], fingerprint: '', manifest: { description: '', files: [], inputs: [] } }
}

function digest(file: DeployFile, problems: Diagnostic[]): { readonly file: DeployFile; readonly sha256: string } {
  if ('content' in file) return { file, sha256: sha256(file.content) }
  const read = digestFile(file.source)
  if (!read.ok) {
    problems.push(read.error)
    return { file, sha256: '' }
  }
  const { bytes, sha256: hash } = read.value
  return { file: bytes === undefined ? file : { ...file, bytes }, sha256: hash }
}

function inputsOf(service: Service, problems: Diagnostic[]): readonly { path: string; source: string }[] {
  if (service.inputs.length === 0) return []
  const globs = service.inputs.map((glob) => glob.value)
  const { files, unmatched, problems: refused } = expandInputs(service.directory, globs)
  append(problems, refused)
  append(problems, unmatchedInputs(service, unmatched))
  return files
}

function hashOf(source: string, problems: Diagnostic[]): string {
  const read = digestFile(source)
  if (read.ok) return read.value.sha256
  problems.push(read.error)
  return ''
}
