import type { ServiceRendering } from '../../config/rendering/render-service.ts'
import { fingerprint, sha256 } from '../../engine/fingerprint.ts'
import { type FileDigest, readProblem } from '../../io/project/project-file.ts'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Manifest } from '../../model/manifest.ts'
import type { DeployFile } from '../../model/rendered.ts'
import type { ComponentFiles } from '../project/component-files.ts'

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
export function digestRendering(
  rendering: Digestible,
  component: ComponentFiles,
  problems: Diagnostic[],
): RenderedDigest {
  const { service, config, description } = rendering
  const hash = (source: string): FileDigest | undefined => {
    const read = component.digest(source)
    if (!read.ok) problems.push({ ...read.error, service: service.component })
    return read.ok ? read.value : undefined
  }
  const digested = rendering.files.map((file) => digest(file, hash))
  const files = digested.map(({ file, sha256 }) => ({ path: file.path, executable: file.executable, sha256 }))
  const inputs = component.inputs(service, problems).map(({ path, source }) => ({
    path,
    sha256: hash(source)?.sha256 ?? '',
  }))
  return {
    files: digested.map(({ file }) => file),
    fingerprint: fingerprint({ description, config, files, inputs }),
    manifest: { description: sha256(description), files, inputs },
  }
}

/** The problems of `digestRendering`, for who wants nothing else: no content is read, and none kept in memory. */
export function checkRendering(
  { service, files }: Digestible,
  component: ComponentFiles,
  problems: Diagnostic[],
): RenderedDigest {
  const sources = files.flatMap((file) => ('source' in file ? [file.source] : []))
  for (const source of [...sources, ...component.inputs(service, problems).map((input) => input.source)]) {
    const problem = readProblem(source)
    if (problem !== undefined) problems.push({ ...problem, service: service.component })
  }
  return { files: [], fingerprint: '', manifest: { description: '', files: [], inputs: [] } }
}

function digest(
  file: DeployFile,
  hash: (source: string) => FileDigest | undefined,
): { readonly file: DeployFile; readonly sha256: string } {
  if ('content' in file) return { file, sha256: sha256(file.content) }
  const { bytes, sha256: found = '' } = hash(file.source) ?? {}
  return { file: bytes === undefined ? file : { ...file, bytes }, sha256: found }
}
