import { existsSync, lstatSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { err, ok, type Result } from '../../model/result.ts'
import { systemCode } from '../state/state-error.ts'

export interface ProjectRoot {
  readonly root: string
  readonly paictlYaml?: string
}

/**
 * The nearest directory upward with a paictl.yaml, else the nearest with components/; by its real path. A link of either
 * name that leads nowhere was meant to be one.
 */
export function findProjectRoot(from: string): Result<ProjectRoot, { readonly searched: readonly string[] }> {
  const searched: string[] = []
  for (let directory = resolve(from); ; directory = dirname(directory)) {
    searched.push(directory)
    if (dirname(directory) === directory) break
  }
  const marked = searched.find(
    (directory) => existsSync(join(directory, 'paictl.yaml')) || isLink(join(directory, 'paictl.yaml')),
  )
  if (marked !== undefined) {
    const root = realPath(marked)
    return ok({ root, paictlYaml: join(root, 'paictl.yaml') })
  }
  const root = searched.find((directory) => {
    const components = join(directory, 'components')
    return isDirectory(components) || (isLink(components) && !existsSync(components))
  })
  return root === undefined ? err({ searched }) : ok({ root: realPath(root) })
}

/** A directory's path without links, or as it is where there is none: one project, however it is reached. */
export const realPath = (directory: string): string =>
  existsSync(directory) ? realpathSync(directory) : resolve(directory)

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return false
  }
}

/** Whether a directory is there that can be looked at. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
  } catch (error) {
    if (systemCode(error) === undefined) throw error
    return false
  }
}
