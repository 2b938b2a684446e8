// Makes a project such as a platform team has, at any size: described, configured and templated services.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Not every service has what most do without. */
const SECTION_EVERY = 3
const SCHEMA_EVERY = 5
/** How many services lie between one and its farthest prerequisite. */
const REACH = 50

/**
 * Writes a valid project: each service has one to three prerequisites, probes, timeouts, two scripts, three templates
 * and default configuration; every third has a section of its own, every fifth a JSON Schema.
 * @param {string} directory @param {number} count of services
 */
export function writePlatform(directory, count) {
  const names = Array.from({ length: count }, (_, index) => `svc-${String(index).padStart(5, '0')}`)
  for (const [index, name] of names.entries()) {
    const component = join(directory, 'components', name)
    const needs = prerequisitesOf(index).map((other) => names[other])
    write(component, 'deploy/service.yaml', description(name, index, needs))
    write(component, 'deploy/start.sh.template', startScript(needs), 0o755)
    write(component, 'deploy/stop.sh', '#!/bin/sh\nset -eu\nkill "$(cat "$PAICTL_RUN_DIR/pid")"\n', 0o755)
    write(component, 'deploy/manifest.yaml.template', MANIFEST)
    write(component, 'deploy/settings.json.template', settings(needs))
    write(component, `config/${name}.yaml`, defaults(name, index))
    if (index % SCHEMA_EVERY === 0) write(component, `config/${name}.schema.json`, schema(index % 25))
  }
  const sections = names.filter((_, index) => index % SECTION_EVERY === 0).map(section)
  write(directory, 'cluster-config/layout.yaml', LAYOUT)
  write(directory, 'cluster-config/services-configuration.yaml', CLUSTER + sections.join(''))
}

function write(directory, path, text, mode) {
  const file = join(directory, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  if (mode !== undefined) chmodSync(file, mode)
}

/** One to three of the services before it, by an arithmetic that is the same on each run. */
function prerequisitesOf(index) {
  const steps = [1, 7 + (index % 11), 23 + (index % (REACH - 23))].slice(0, 1 + (index % 3))
  return [...new Set(steps.map((step) => index - step).filter((other) => other >= 0))]
}

const description = (name, index, needs) => `# What ${name} is, needs and takes.
description: Serves part ${index} of the platform
kind: service
tags: [zone-${index % 7}, ${index % 2 === 0 ? 'front' : 'back'}]
${needs.length === 0 ? '' : `prerequisite:\n${needs.map((need) => `  - ${need}\n`).join('')}`}template-list:
  - start.sh
  - manifest.yaml
  - settings.json
start-script: start.sh
stop-script: stop.sh
readiness:
  http: http://127.0.0.1:{{config.port}}/healthz
  interval: 500ms
  timeout: 1m
timeout:
  start: 5m
  stop: 30s
outputs:
  url: http://127.0.0.1:{{config.port}}
`

const reference = (need, path) => `cluster_cfg.[${need}].${path}`

const startScript = (needs) => `#!/bin/sh
# Starts {{service.name}} of {{cluster_cfg.cluster.common.cluster-id}}.
set -eu
mkdir -p {{sh service.data_dir}} {{sh service.run_dir}}
${needs.map((need) => `UPSTREAM=http://127.0.0.1:{{sh ${reference(need, 'port')}}}\n`).join('')}
{{#each config.environment}}
export {{sh @key}}={{sh this}}
{{/each}}
{{#if config.debug}}
set -x
{{else}}
exec >>{{sh config.log.file}} 2>&1
{{/if}}
exec server --port {{sh config.port}} --workers {{sh config.workers}} {{sh config.arguments}}
`

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{service.name}}
  labels: {{json config.labels}}
spec:
  replicas: {{config.replicas}}
  template:
    spec:
      containers:
        - name: main
          image: {{json config.image}}
          ports:
            - containerPort: {{config.port}}
          env:
{{#each config.environment}}
            - name: {{@key}}
              value: {{json this}}
{{/each}}
          resources:
            limits:
              cpu: {{json config.resources.cpu}}
              memory: {{json config.resources.memory}}
`

const settings = (needs) => `{
  "name": {{json service.name}},
  "log": {{json config.log}},
  "upstreams": [
${needs.map((need) => `    { "name": "${need}", "port": {{json ${reference(need, 'port')}}} }`).join(',\n')}
  ],
  "arguments": [{{#each config.arguments}}{{#unless @first}}, {{/unless}}{{json this}}{{/each}}],
  "machines": {{json layout.machine-list}},
  "debug": {{#if config.debug}}true{{else}}false{{/if}}
}
`

const defaults = (name, index) => `# Defaults of ${name}.
port: ${10_000 + index}
workers: 4
replicas: 1
debug: false
image: registry.example/${name}:1.${index % 10}
labels:
  app: ${name}
  tier: ${index % 2 === 0 ? 'front' : 'back'}
log:
  level: info
  file: /var/log/${name}.log
resources:
  cpu: 500m
  memory: 512Mi
environment:
  MODE: production
  REGION: region-${index % 5}
arguments:
  - --verbose
  - --cache=64
`

/** Components that were made from one template have one schema: there are five. */
const schema = (kind) =>
  JSON.stringify(
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: `Configuration of a service of kind ${kind}`,
      type: 'object',
      required: ['port', 'image'],
      additionalProperties: false,
      properties: {
        port: { type: 'integer', minimum: 1, maximum: 65_535 },
        workers: { type: 'integer', minimum: 1 },
        replicas: { type: 'integer', minimum: 0 },
        debug: { type: 'boolean', default: false },
        image: { type: 'string', minLength: 1 },
        labels: { type: 'object', additionalProperties: { type: 'string' } },
        log: {
          type: 'object',
          properties: { level: { enum: ['debug', 'info', 'warning'] }, file: { type: 'string' } },
        },
        resources: { type: 'object', additionalProperties: { type: 'string' } },
        environment: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
        arguments: { type: 'array', items: { type: 'string' } },
      },
    },
    null,
    2,
  )

const section = (name) => `
${name}:
  workers: 8
  log:
    level: warning
  environment:
    MODE: staging
`

const LAYOUT = `machine-list:
  - hostname: node-1
    hostip: 10.0.0.1
  - hostname: node-2
    hostip: 10.0.0.2
`

const CLUSTER = `cluster:
  common:
    cluster-id: bench
    cluster-type: local
`
