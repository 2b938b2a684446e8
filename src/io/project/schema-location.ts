import { existsSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { realPath } from './project-scan.ts'

/** The schemas that come with this paictl. */
const SCHEMAS = fileURLToPath(new URL('../schemas', import.meta.url))

const INSTALLED = join('node_modules', 'paictl', 'schemas')

/**
 * The path of a schema for the editors of whoever opens a project's file: relative to `directory`, where the file is
 * (absolute, and perhaps not there yet), with `/` between its parts. It leads to the paictl that is installed in the
 * project or above it, else to this one where it is a part of the project, else to where one would be installed.
 */
export function schemaFrom(directory: string, root: string, schema: 'service' | 'paictl' | 'deployment'): string {
  return relative(directory, join(schemasFor(root), `${schema}.schema.json`)).replaceAll(sep, '/')
}

function schemasFor(root: string): string {
  for (let above = root; ; above = dirname(above)) {
    const installed = join(above, INSTALLED)
    if (existsSync(installed)) return installed
    if (dirname(above) === above) break
  }
  const inside = relative(realPath(root), realPath(SCHEMAS))
  return inside.startsWith('..') ? join(root, INSTALLED) : join(root, inside)
}
