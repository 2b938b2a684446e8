import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** Refuses two services on one port, as the configuration of a cluster does that is checked as a whole. */
const CHECK = `
export function check(all) {
  const holders = new Map()
  return Object.keys(all).sort().flatMap((name) => {
    const port = all[name]?.port
    const holder = holders.get(port)
    if (port !== undefined && holder === undefined) holders.set(port, name)
    return port === undefined || holder === undefined ? [] : [{ path: name + '.port', message: name + ' is on the port of ' + holder }]
  })
}
`

const SCHEMA = {
  type: 'object',
  required: ['port'],
  properties: { port: { type: 'integer', 'x-paictl-port-range': [9501, 9520] } },
}

/** What runs is what its own scripts have said last. */
const SCRIPTS = {
  'start.sh': 'touch "$PAICTL_DATA_DIR/up"',
  'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
  'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
}

function projectOf(): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common:\n    cluster-id: project\n')
  project.component('checks', '', SCRIPTS)
  project.write('components/checks/config/checks.mjs', CHECK)
  project.component('server', 'instances: many\nprerequisite: [checks]\n', SCRIPTS)
  project.write('components/server/config/server.schema.json', JSON.stringify(SCHEMA))
  return project
}

const textOf = (project: TestProject, name: string): string =>
  readFileSync(join(project.root, `cluster-config/deployments/${name}.yaml`), 'utf8')

const portOf = (project: TestProject, name: string): number => Number(/port: (\d+)/.exec(textOf(project, name))?.[1])

test('of many who create and start at the same time, each gets a port of its own, and is followed', async () => {
  const project = projectOf()
  project.component('front', 'follows: server\n', { ...SCRIPTS, 'refresh.sh': 'sed "s/^/front: /" routes >> "$TRACE"' })
  project.write('components/front/deploy/routes.template', '{{#each deployments}}{{name}}={{config.port}} {{/each}}\n')
  expect(await project.paictl('service', 'start', 'front', 'checks')).toMatchObject({ code: 0 })
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  const runs = names.map((name) => project.paictl('deployment', 'create', name, '--component', 'server'))
  const ended = await Promise.all(runs)
  expect(ended.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual(names.map(() => 0))
  expect(names.map((name) => portOf(project, name)).sort()).toEqual(names.map((_, index) => 9501 + index))
  const routes = project.trace().findLast((line) => line.startsWith('front: '))
  expect(routes?.trimEnd()).toBe(`front: ${names.map((name) => `${name}=${portOf(project, name)}`).join(' ')}`)
})

test('a port is chosen whatever is said of all deployments; what is given to one of them stays', async () => {
  const project = projectOf()
  project.write('components/server/config/server.yaml', 'port: 9501\n')
  const create = async (name: string, ...more: readonly string[]): Promise<number> => {
    const made = await project.paictl('deployment', 'create', name, '--component', 'server', '--no-start', ...more)
    expect(made).toMatchObject({ code: 0 })
    return portOf(project, name)
  }
  expect([await create('a'), await create('b')]).toEqual([9501, 9502])
  const common = 'cluster:\n  common:\n    cluster-id: project\n'
  project.write('cluster-config/services-configuration.yaml', `${common}server:\n  port: 9502\n`)
  expect([await create('c'), await create('d', '--set', 'port=9600')]).toEqual([9503, 9600])
  project.write('cluster-config/services-configuration.yaml', `${common}server:\n  port: none\n`)
  expect(await create('e')).toBe(9504)
  // What is laid on its file would hide a port that is written there.
  project.write('cluster-config/services-configuration.yaml', `${common}server:\n  port: 9501\nf:\n  port: 9700\n`)
  expect(await create('f')).toBeNaN()
  expect(await project.paictl('validate')).toMatchObject({ code: 0 })
})
