import { type GraphService, missingServices } from './graph-service.ts'

/** The graph for Mermaid: arrows point to what is needed, dotted where it is optional; a job has rounded ends. */
export function drawMermaid(services: readonly GraphService[]): string {
  const ids = new Map<string, string>()
  const lines = ['flowchart LR']
  // Names are labels only: as ids, words such as `end` would break the drawing.
  for (const { name, kind, state } of services) {
    const label = mermaidString(state === undefined ? name : `${name} (${state})`)
    lines.push(`  ${idOf(name, ids)}${kind === 'job' ? `([${label}])` : `[${label}]`}`)
  }
  for (const name of missingServices(services))
    lines.push(`  ${idOf(name, ids)}[${mermaidString(`${name} (missing)`)}]`)
  for (const { name, prerequisites } of services) {
    for (const { service, optional, follows } of prerequisites) {
      const arrow = follows ? '-. follows .->' : optional ? '-.->' : '-->'
      lines.push(`  ${idOf(name, ids)} ${arrow} ${idOf(service, ids)}`)
    }
  }
  return lines.join('\n')
}

function idOf(name: string, ids: Map<string, string>): string {
  const id = ids.get(name) ?? `s${ids.size + 1}`
  ids.set(name, id)
  return id
}

/** Mermaid knows no backslashes; characters that mean something to it, or to HTML, are written as entities. */
const mermaidString = (text: string): string =>
  `"${text.replace(/[#"<>&`\\]/g, (character) => `#${character.charCodeAt(0)};`).replace(/\s+/g, ' ')}"`
