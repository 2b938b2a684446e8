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

/** What files would hold, each below its path. */
export const plannedFiles = (files: readonly DeploymentFileText[]): string =>
  files
    .map(({ path, text, outcome }) => {
      const lines = text.replace(/\n$/, '').split(/\r\n?|\n/)
      const title = outcome === 'unchanged' ? `${printable(path)}, as it is:` : `${printable(path)}:`
      return [title, ...lines.map((line) => `  ${printable(line)}`.trimEnd())].join('\n')
    })
    .join('\n\n')

/** After a start or refresh that failed: what is declared stays declared. */
export const stayedText = (names: readonly string[], command: string): string =>
  names.length === 1
    ? `"${names[0]}" stays declared, though it did not come up: correct it with "${command}", or delete it`
    : `what was written stays written: correct it with "${command}"`
