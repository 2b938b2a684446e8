import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed, takeDown } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** A store, servers of which there are as many as are deployed, and who needs all of them. */
function platform(...deployments: readonly string[]): TestProject {
  const project = new TestProject()
  probed(project, 'store')
  probed(
    project,
    'server',
    'instances: many\nprerequisite: [store]\ntags: [model]\noutputs: {at: "{{config.port}}/{{service.name}}"}\n',
    {
      'start.sh': 'cat settings > "$PAICTL_DATA_DIR/settings"',
      'refresh.sh': 'cat settings > "$PAICTL_DATA_DIR/settings"',
    },
  )
  project.write(
    'components/server/deploy/settings.template',
    '{{sh service.name}} {{sh service.component}} {{sh config.port}} {{sh config.greeting}}\n',
  )
  project.write('components/server/config/server.yaml', 'port: 1\ngreeting: hello\n')
  for (const name of deployments) deploy(project, name)
  return project
}

function deploy(project: TestProject, name: string, more = '', port = 9500): void {
  project.write(`cluster-config/deployments/${name}.yaml`, `component: server\nconfig: {port: ${port}}\n${more}`)
}

/** What its scripts were given, when it was last started or refreshed. */
const settingsOf = (project: TestProject, name: string): string => readFileSync(project.data(name, 'settings'), 'utf8')

const states = async (project: TestProject, ...names: string[]): Promise<Record<string, string>> => {
  const { stdout } = await project.paictl('service', 'status', ...names, '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string; component: string }[] }
  return Object.fromEntries(services.map(({ name, component, state }) => [`${name} (${component})`, state]))
}

test('are started in order, each with its own configuration over what they have in common', async () => {
  const project = platform('a')
  deploy(project, 'b', 'prerequisite: [a]\n', 9502)
  probed(project, 'edge', 'prerequisite: [server]\n')
  project.write('cluster-config/services-configuration.yaml', 'server: {greeting: hi}\nb: {greeting: servus}\n')
  expect(await project.paictl('service', 'start', 'edge')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start store', 'start a', 'start b', 'start edge'])
  expect(settingsOf(project, 'a')).toBe("'a' 'server' '9500' 'hi'\n")
  expect(settingsOf(project, 'b')).toBe("'b' 'server' '9502' 'servus'\n")
  expect(await states(project)).toEqual({
    'a (server)': 'running',
    'b (server)': 'running',
    'edge (edge)': 'running',
    'store (store)': 'running',
  })
  const { stdout } = await project.paictl('service', 'status', 'b', '--output', 'plain')
  expect(stdout).toContain('9502/b')
})

test('are named one by one, by their component, by its tags; nobody else is meant', async () => {
  const project = platform('a', 'b')
  probed(project, 'other')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  for (const name of ['server', 'component:server', 'tag:model']) {
    expect(Object.keys(await states(project, name))).toEqual(['a (server)', 'b (server)'])
  }
  expect(await project.paictl('service', 'stop', 'a')).toMatchObject({ code: 0 })
  expect([isUp(project, 'a'), isUp(project, 'b')]).toEqual([false, true])
  expect(await project.paictl('service', 'delete', 'server', '--yes')).toMatchObject({ code: 0 })
  expect(Object.values(await states(project))).toEqual(['never-started', 'never-started', 'running', 'running'])
})

test('whose file changes are refreshed, and nobody else of their component', async () => {
  const project = platform('a', 'b')
  await project.paictl('service', 'start', '--all')
  deploy(project, 'b', '', 9503)
  const planned = await project.paictl('plan')
  expect(planned.stdout).toMatch(/^ +refresh +b +.*config\.port|port/m)
  project.forgetTrace()
  expect(await project.paictl('apply', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['refresh b'])
  expect(settingsOf(project, 'b')).toBe("'b' 'server' '9503' 'hello'\n")
})

test('whose file is gone are orphans, stopped by who prunes, also where others need what is left of the component', async () => {
  const project = platform('a', 'b')
  probed(project, 'edge', 'prerequisite: [server]\n')
  await project.paictl('service', 'start', '--all')
  project.remove('cluster-config/deployments/b.yaml')
  expect(await states(project)).toMatchObject({ 'b (server)': 'orphan' })
  project.forgetTrace()
  expect(await project.paictl('apply', '--prune', '--yes')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop b'])
  takeDown(project, 'edge')
  expect(await project.paictl('service', 'start', 'edge')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop b', 'start edge'])
})

test('with a mistake keep nobody else from starting', async () => {
  const project = platform('a', 'b')
  writeFileSync(join(project.root, 'cluster-config/deployments/b.yaml'), 'component: sever\n')
  expect(await project.paictl('service', 'start', 'a')).toMatchObject({ code: 0 })
  const refused = await project.paictl('service', 'start', 'b')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('cluster-config/deployments/b.yaml:1:12')
  expect(refused.stderr).toContain('did you mean "server"?')
  expect(project.began()).toEqual(['start store', 'start a'])
})
