import { type GraphService, missingServices } from './graph-service.ts'

/** The graph for Graphviz: arrows point to what is needed, dashed where it is optional; a job is an ellipse. */
export function drawDot(services: readonly GraphService[]): string {
  const lines = ['digraph paictl {', '  rankdir=LR;', '  node [shape=box];']
  for (const { name, kind, state } of services) {
    const label = state === undefined ? '' : `label=${dotString(`${name}\n${state}`)}`
    const attributes = [kind === 'job' ? 'shape=ellipse' : '', label].filter((text) => text !== '').join(', ')
    lines.push(`  ${dotString(name)}${attributes === '' ? '' : ` [${attributes}]`};`)
  }
  for (const name of missingServices(services)) lines.push(`  ${dotString(name)} [style=dotted];`)
  for (const { name, prerequisites } of services) {
    for (const { service, optional, follows } of prerequisites) {
      const style = follows ? ' [style=dashed, label=follows]' : optional ? ' [style=dashed]' : ''
      lines.push(`  ${dotString(name)} -> ${dotString(service)}${style};`)
    }
  }
  return [...lines, '}'].join('\n')
}

const dotString = (text: string): string =>
  `"${text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\r?\n/g, '\\n')}"`
