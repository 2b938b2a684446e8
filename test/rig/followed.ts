import { probed } from './probed.ts'
import type { TestProject } from './project.ts'

/**
 * Adds `model`, of which there are many, and `routes`, which follows it and writes into the trace whom it knows of whenever it
 * takes that in: `routes knows a=1 b=2`.
 */
export function followed(
  project: TestProject,
  {
    description = '',
    scripts = {},
    refreshes = true,
  }: {
    readonly description?: string
    /** Further bodies of scripts of `routes`, run before it takes in anything. */
    readonly scripts?: Readonly<Record<string, string>>
    readonly refreshes?: boolean
  } = {},
): void {
  probed(project, 'model', 'instances: many\noutputs: {port: "{{config.port}}"}\n', { 'refresh.sh': '' })
  project.write('components/model/config/model.yaml', 'port: 0\n')
  probed(project, 'routes', `follows: [model]\n${description}`, {
    ...scripts,
    'start.sh': `${scripts['start.sh'] ?? ''}\n${TAKE_IN}`,
    ...(refreshes && { 'refresh.sh': `${scripts['refresh.sh'] ?? ''}\n${TAKE_IN}` }),
  })
  project.write('components/routes/deploy/table.template', TABLE)
}

export const TABLE = '{{#each deployments}}{{name}}={{config.port}}/{{outputs.port}}/{{component}}\n{{/each}}'

const TAKE_IN = `echo "$PAICTL_SERVICE knows $(tr '\\n' ' ' < table)" >> "$TRACE"`

/** Declares a deployment of `model`. */
export function deploy(project: TestProject, name: string, port: number, more = ''): void {
  project.write(`cluster-config/deployments/${name}.yaml`, `component: model\nconfig: {port: ${port}}\n${more}`)
}

/** Takes its declaration away. */
export const undeploy = (project: TestProject, name: string): void =>
  project.remove(`cluster-config/deployments/${name}.yaml`)

/** All tables that the follower was ever given, each as `a=1 b=2`; the last one is what it has now. */
export const tables = (project: TestProject, follower = 'routes'): string[] =>
  project.trace().flatMap((line) => (line.startsWith(`${follower} knows `) ? [tableOf(line)] : []))

function tableOf(line: string): string {
  const words = line.split(' ').slice(2).filter(Boolean)
  return words.map((word) => word.replace(/^(.*)=(.*)\/\2\/model$/, '$1=$2')).join(' ')
}

/**
 * What never may be in a trace: a table that names what was not ready, or was being ended; and an end that began while the table
 * named it.
 */
export function misrouted(trace: readonly string[], follower = 'routes'): string[] {
  const ready = new Set<string>()
  let table: readonly string[] = []
  return trace.flatMap((line) => {
    const [what, operator = '', name = ''] = line.split(' ')
    if (what === follower && operator === 'knows') {
      table = tableOf(line)
        .split(' ')
        .filter(Boolean)
        .map((word) => word.split('=')[0] ?? '')
      return table.filter((one) => !ready.has(one)).map((one) => `${line}: ${one} is not there`)
    }
    if (name === follower) {
      if (what === 'end' && operator === 'stop') table = []
      return []
    }
    if (what === 'end' && operator === 'start') ready.add(name)
    if (what !== 'begin' || (operator !== 'stop' && operator !== 'delete')) return []
    ready.delete(name)
    return table.includes(name) ? [`${line}: ${follower} knows of it`] : []
  })
}
