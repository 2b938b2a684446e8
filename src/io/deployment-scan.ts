import { type Dirent, readdirSync } from 'node:fs'
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts'
import { startOfFile } from '../model/span.ts'
import { readOptional, unreadable } from './project-file.ts'
import { isAbsent } from './state-error.ts'

/** A file that declares a deployment, as it lies on disk. */
export interface ScannedDeployment {
  /** The file's name without its ending. */
  readonly name: string
  /** Absolute. */
  readonly file: string
  /** `undefined`: it is there, but cannot be taken as it is, which is one of the problems. */
  readonly text: string | undefined
}

/** Where a project declares its deployments. */
export const deploymentsDirectory = (clusterConfigDirectory: string): string => `${clusterConfigDirectory}/deployments`

/** The file that declares a deployment, whether it is there or not. */
export const deploymentFile = (clusterConfigDirectory: string, name: string): string =>
  `${deploymentsDirectory(clusterConfigDirectory)}/${name}.yaml`

/**
 * The deployments of a project, by name; files of more than `limit` bytes are not read. Problems that concern one of them
 * carry its name.
 */
export function scanDeployments(
  clusterConfigDirectory: string,
  limit?: number,
): { readonly deployments: readonly ScannedDeployment[]; readonly problems: readonly Diagnostic[] } {
  const directory = deploymentsDirectory(clusterConfigDirectory)
  let entries: Dirent[]
  try {
    entries = readdirSync(directory, { withFileTypes: true })
  } catch (error) {
    return { deployments: [], problems: isAbsent(error) ? [] : [unreadable(directory, error)] }
  }
  const problems: Diagnostic[] = []
  const deployments: ScannedDeployment[] = []
  // Editors keep copies of what is being written, under names that begin with a dot or end otherwise.
  for (const { name: found } of entries.filter((entry) => !entry.name.startsWith('.')).sort(byName)) {
    const file = `${directory}/${found}`
    const [, name, ending] = /^(.+)\.(ya?ml|json)$/i.exec(found) ?? []
    if (name === undefined) continue
    if (ending !== 'yaml') {
      const data = { found, expected: `${name}.yaml` }
      problems.push(diagnostic('misnamed-deployment', data, { span: startOfFile(file), severity: 'warning' }))
      continue
    }
    const text = readOptional(file, limit)
    if (!text.ok) problems.push({ ...text.error, service: name })
    deployments.push({ name, file, text: text.ok ? text.value : undefined })
  }
  return { deployments, problems }
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
