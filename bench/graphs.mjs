// Makes the same graph of scripts twice: as a paictl project, and as a ninja file.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {{ name: string, needs: string[] }} Node
 */

/** @returns {Node[]} `count` nodes that need nothing */
export function independent(count) {
  return Array.from({ length: count }, (_, index) => ({ name: `s${index}`, needs: [] }))
}

/** @returns {Node[]} `layers` layers of `width` nodes; each needs `fan` nodes of the layer before */
export function layered(layers, width, fan) {
  return Array.from({ length: layers * width }, (_, index) => {
    const layer = Math.floor(index / width)
    const needs = Array.from(
      { length: layer === 0 ? 0 : fan },
      (_, n) => `s${(layer - 1) * width + ((index + n * 7) % width)}`,
    )
    return { name: `s${index}`, needs: [...new Set(needs)] }
  })
}

/**
 * Writes a graph as a project, each service's start script being `script`.
 * @param {string} directory @param {Node[]} nodes @param {string} script
 */
export function writeProject(directory, nodes, script) {
  for (const { name, needs } of nodes) {
    const deploy = join(directory, 'components', name, 'deploy')
    mkdirSync(deploy, { recursive: true })
    const prerequisites = needs.length === 0 ? '' : `prerequisite: [${needs.join(', ')}]\n`
    writeFileSync(join(deploy, 'service.yaml'), `${prerequisites}start-script: start.sh\n`)
    writeFileSync(join(deploy, 'start.sh'), script)
    chmodSync(join(deploy, 'start.sh'), 0o755)
  }
}

/**
 * Writes the same graph for ninja, running the project's own script files.
 * @param {string} directory @param {Node[]} nodes
 */
export function writeNinja(directory, nodes) {
  const rule = 'rule run\n  command = components/$out/deploy/start.sh\n'
  const builds = nodes.map(
    ({ name, needs }) => `build ${name}: run${needs.length === 0 ? '' : ` | ${needs.join(' ')}`}`,
  )
  writeFileSync(join(directory, 'build.ninja'), `${rule}${builds.join('\n')}\n`)
}
