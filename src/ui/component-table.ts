import type { Instances } from '../model/component.ts'
import type { ServiceKind } from '../model/service.ts'
import { printable, printableSentence } from './printable.ts'
import { type Column, layoutTable } from './table-layout.ts'
import type { TableOptions } from './tables.ts'

/** A component as `component list` shows it. */
export interface ComponentRow {
  readonly name: string
  readonly kind: ServiceKind
  readonly instances: Instances
  /** Their names. */
  readonly deployments: readonly string[]
  /** The roles that it has scripts for. */
  readonly scripts: readonly string[]
  readonly prerequisites: readonly string[]
  readonly tags: readonly string[]
  readonly description: string | null
}

export function componentTable(
  rows: readonly ComponentRow[],
  { columns: width, style }: Pick<TableOptions, 'columns' | 'style'>,
): string {
  if (rows.length === 0) return 'There are no components.'
  const columns: Column<ComponentRow>[] = [
    { title: 'COMPONENT', cell: (row) => printable(row.name) },
    { title: 'KIND', cell: (row) => row.kind },
    { title: 'INSTANCES', cell: (row) => (row.instances === 'one' ? 'one' : String(row.deployments.length)) },
    { title: 'PREREQUISITES', cell: (row) => row.prerequisites.map(printable).join(', ') || '-', atLeast: 13 },
    { title: 'SCRIPTS', cell: (row) => row.scripts.join(', ') || '-', atLeast: 12 },
    { title: 'DESCRIPTION', cell: (row) => printableSentence(row.description ?? ''), atLeast: 12 },
  ]
  const [header = '', ...lines] = layoutTable(columns, rows, width)
  return [style.bold(header), ...lines].join('\n')
}
