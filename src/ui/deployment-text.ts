import { printable } from './printable.ts'

/** A file of a deployment, and what became of it. */
export interface DeploymentFileText {
  /** As it is to be shown. */
  readonly path: string
  readonly text: string
  readonly outcome: 'created' | 'changed' | 'unchanged' | 'planned' | 'removed'
}

/** One line a file: `  created  cluster-config/deployments/iris.yaml`. */
export const deploymentFileLine = ({ path, outcome }: Omit<DeploymentFileText, 'text'>): string =>
  `  ${outcome}  ${printable(path)}`

/** A file that is going to be removed, below the plan. */
export const removalLine = (path: string): string => `  removes  ${printable(path)}`

/** What files would hold, each below its path. */
export const plannedFiles = (files: readonly DeploymentFileText[]): string =>
  files
    .map(({ path, text, outcome }) => {
      const lines = text.replace(/\n$/, '').split(/\r\n?|\n/)
      const title = outcome === 'unchanged' ? `${printable(path)}, as it is:` : `${printable(path)}:`
      return [title, ...lines.map((line) => `  ${printable(line)}`.trimEnd())].join('\n')
    })
    .join('\n\n')

/**
 * After a start or refresh that failed: what is declared stays declared. `failed`: those of them that it failed for, none where
 * only others were in trouble. `verb`: what is to be done again when that is corrected.
 */
export const stayedText = (names: readonly string[], failed: readonly string[], verb: 'start' | 'refresh'): string => {
  const all = names.join(' ')
  const it = names.length === 1 ? 'it' : 'them'
  if (failed.length === 0) {
    const are = names.length === 1 ? `"${all}" is` : 'the deployments are'
    const done = verb === 'start' ? 'up' : 'as declared'
    return `${are} ${done}, and what else was to be done failed: correct that, and do it again with "paictl service start ${all}"`
  }
  const why = verb === 'start' ? 'did not come up' : 'was not refreshed'
  const what = names.length === 1 ? `"${all}" stays declared, though it ${why}` : 'what was written stays written'
  const next = verb === 'start' ? `, and start ${it} with "paictl service start ${all}"` : ''
  return `${what}: correct ${it} with "paictl deployment update ${all}"${next}`
}
