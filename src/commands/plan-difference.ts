import { join } from 'node:path'
import { readStaged } from '../io/staging/manifest-file.ts'
import { contentAt, contentOfStaged, type FileContent } from '../io/state/file-content.ts'
import type { ManifestFile } from '../model/manifest.ts'
import type { Plan } from '../model/plan.ts'
import type { FileDifference } from '../model/plan-report.ts'
import type { Applied } from '../model/record.ts'
import type { RenderedService } from '../model/rendered.ts'
import type { Secrets } from '../model/secrets.ts'
import type { Cluster } from './project/cluster.ts'

/**
 * The files under deploy/ that differ between what a service was last started or refreshed with, and what a step of the plan
 * will give it. For one that was never started there is nothing to compare with.
 */
export function fileDifferences(
  { steps }: Plan,
  rendered: ReadonlyMap<string, RenderedService>,
  { records, secrets }: Pick<Cluster, 'records' | 'secrets'>,
): FileDifference[] {
  const renewed = new Set(steps.filter(({ source }) => source === 'tree').map((step) => step.service))
  return [...renewed].sort().flatMap((service) => {
    const applied = records.read(service)?.applied
    const now = rendered.get(service)
    return applied && now ? differencesOf(service, applied, now, secrets) : []
  })
}

function differencesOf(service: string, applied: Applied, now: RenderedService, secrets: Secrets): FileDifference[] {
  // What its scripts have left in the staged copy was never a file of the project.
  const were = hashesOf(readStaged(applied).manifest?.files ?? [])
  const are = hashesOf(now.manifest.files)
  const files = new Map(now.files.map((file) => [file.path, file]))
  return [...new Set([...were.keys(), ...are.keys()])].sort().flatMap((path) => {
    if (were.get(path) === are.get(path)) return []
    const before = contentAt(join(applied.deployDirectory, path))
    const after = contentOfStaged(files.get(path))
    const withheld = withheldOf(before) ?? withheldOf(after)
    const [was, is] = withheld === null ? [textOf(before, secrets), textOf(after, secrets)] : [null, null]
    const isSame = withheld === null && JSON.stringify(before) === JSON.stringify(after)
    return isSame ? [] : [{ service, path, before: was, after: is, withheld }]
  })
}

const hashesOf = (files: readonly ManifestFile[]): ReadonlyMap<string, string> =>
  new Map(files.map(({ path, sha256 }) => [path, sha256]))

const withheldOf = (content: FileContent): FileDifference['withheld'] =>
  content !== null && 'withheld' in content ? content.withheld : null

const textOf = (content: FileContent, secrets: Secrets): string | null =>
  content !== null && 'text' in content ? secrets.mask(content.text) : null
