/** A component of an arena: its scripts leave a trace, and its service is a process of its own. */
export interface ArenaComponent {
  readonly name: string
  readonly kind: 'service' | 'job'
  /** Sorted. */
  readonly prerequisites: readonly string[]
  /** It has a refresh-script. */
  readonly refreshes: boolean
  /** It has a delete-script. */
  readonly deletes: boolean
  /** It has a status-script. */
  readonly observable: boolean
  /** What its configuration says; shows in the data once a start or a refresh has taken it in. */
  readonly configured: number
  /** The same of its scripts' text. */
  readonly written: number
  /** Added to its service.yaml. */
  readonly description?: string
}

/** What its data says once it has taken in what is declared. */
export const revisionOf = ({ configured, written }: ArenaComponent): string => `${configured}.${written}`

/** The component's files, by their path in the project. */
export function filesOf(component: ArenaComponent): ReadonlyMap<string, string> {
  const { name, configured } = component
  const scripts = scriptsOf(component)
  const deploy = `components/${name}/deploy`
  return new Map([
    [`${deploy}/service.yaml`, describe(component, [...scripts.keys()])],
    [`${deploy}/settings.template`, 'configured={{sh config.revision}}\n'],
    [`components/${name}/config/${name}.yaml`, `revision: ${configured}\n`],
    ...[...scripts].map(([operator, body]) => [`${deploy}/${operator}.sh`, scriptText(body)] as const),
  ])
}

function describe({ kind, prerequisites, description = '' }: ArenaComponent, operators: readonly string[]): string {
  const scripts = operators.map((operator) => `${operator}-script: ${operator}.sh\n`)
  return [`kind: ${kind}\n`, `prerequisite: [${prerequisites.join(', ')}]\n`, ...scripts, description].join('')
}

function scriptsOf(component: ArenaComponent): ReadonlyMap<string, string> {
  const { kind, written, prerequisites, refreshes, deletes, observable } = component
  const take = `. ./settings\nkeep "$configured.${written}"\n`
  const needs = `needs ${prerequisites.join(' ')}\n`
  const result = 'echo done > "$PAICTL_DATA_DIR/result"\n'
  const scripts = new Map([
    ['start', `begin start\n${needs}${take}${kind === 'job' ? result : 'launch\n'}end 0\n`],
    ['stop', `begin stop\nnot_needed\ntake_down\nend 0\n`],
  ])
  if (refreshes) scripts.set('refresh', `begin refresh\n${needs}${take}end 0\n`)
  if (deletes) scripts.set('delete', `begin delete\nnot_needed\ntake_down\nend 0\n`)
  if (observable && kind === 'service') scripts.set('status', 'observe\n')
  return scripts
}

const scriptText = (body: string): string => `#!/bin/sh\n. "$ARENA/witness.sh"\n${body}`
