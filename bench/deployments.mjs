// Makes the same services twice: as components of their own, and as deployments of one component that another one follows.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {string} directory @param {number} count of services that are components */
export function writeComponents(directory, count) {
  for (let index = 0; index < count; index += 1) {
    writeServer(directory, `server-${index}`, '')
    write(directory, `components/server-${index}/config/server-${index}.yaml`, configuration(index))
  }
  writeEdge(
    directory,
    '',
    Array.from({ length: count }, (_, index) => `server-${index}`),
  )
}

/** @param {string} directory @param {number} count of deployments of one component, all followed by another one */
export function writeDeployments(directory, count) {
  writeServer(directory, 'server', 'instances: many\n')
  for (let index = 0; index < count; index += 1) {
    const config = configuration(index).replace(/^/gm, '  ').trimEnd()
    write(directory, `cluster-config/deployments/server-${index}.yaml`, `component: server\nconfig:\n${config}\n`)
  }
  writeEdge(directory, 'follows: [server]\n', [])
}

function writeServer(directory, name, more) {
  const component = `components/${name}`
  write(directory, `${component}/deploy/service.yaml`, `${more}start-script: start.sh\nstop-script: stop.sh\n`)
  write(directory, `${component}/deploy/start.sh`, '#!/bin/sh\n', 0o755)
  write(directory, `${component}/deploy/stop.sh`, '#!/bin/sh\n', 0o755)
  write(
    directory,
    `${component}/deploy/settings.json.template`,
    '{ "port": {{json config.port}}, "model": {{json config.model}} }\n',
  )
}

/** Who routes to all of them: by what it follows, or by what it names. */
function writeEdge(directory, follows, names) {
  const needs = names.length === 0 ? '' : `prerequisite: [${names.join(', ')}]\n`
  const ports = names.map((name) => `{{cluster_cfg.[${name}].port}}\n`).join('')
  const table = names.length === 0 ? '{{#each deployments}}{{config.port}}\n{{/each}}' : ports
  write(directory, 'components/edge/deploy/service.yaml', `${follows}${needs}start-script: start.sh\n`)
  write(directory, 'components/edge/deploy/start.sh', '#!/bin/sh\n', 0o755)
  write(directory, 'components/edge/deploy/routes.template', table)
}

const configuration = (index) => `port: ${10_000 + index}\nmodel: model-${index}\n`

function write(directory, path, text, mode) {
  const file = join(directory, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  if (mode !== undefined) chmodSync(file, mode)
}
