import { type Dirent, readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts'
import { startOfFile } from '../../model/span.ts'
import { isAbsent, systemCode } from '../state/state-error.ts'
import { readOptional, unreadable } from './project-file.ts'

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
const deploymentsDirectory = (clusterConfigDirectory: string): string => `${clusterConfigDirectory}/deployments`

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
  for (const entry of entries.filter(isVisible).sort(byName)) {
    const { name: found } = entry
    const file = `${directory}/${found}`
    const [, name, ending] = DECLARATION.exec(found) ?? []
    if (name === undefined) {
      if (entry.isDirectory()) problems.push(...unreadBelow(directory, found))
      continue
    }
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

const DECLARATION = /^(.+)\.(ya?ml|json)$/i

const isVisible = ({ name }: Dirent): boolean => !name.startsWith('.')

/** What looks like a deployment in a sub-directory: said once of all of them. */
function unreadBelow(directory: string, below: string): Diagnostic[] {
  const files = declarationsBelow(directory, below)
  const [found] = files
  if (found === undefined) return []
  const data = { found, expected: basename(found).replace(DECLARATION, '$1.yaml'), more: files.length - 1 }
  return [diagnostic('misnamed-deployment', data, { span: startOfFile(`${directory}/${found}`), severity: 'warning' })]
}

function declarationsBelow(directory: string, below: string): string[] {
  let entries: Dirent[]
  try {
    entries = readdirSync(`${directory}/${below}`, { withFileTypes: true })
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return []
  }
  return entries
    .filter(isVisible)
    .sort(byName)
    .flatMap((entry) => {
      const path = `${below}/${entry.name}`
      if (entry.isDirectory()) return declarationsBelow(directory, path)
      return DECLARATION.test(entry.name) ? [path] : []
    })
}

const byName = (a: Dirent, b: Dirent): number => (a.name < b.name ? -1 : 1)
