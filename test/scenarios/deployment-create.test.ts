import { existsSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const SCRIPTS = {
  'start.sh': 'if [ -e "$PAICTL_PROJECT/broken-start" ]; then exit 1; fi; touch "$PAICTL_DATA_DIR/up"',
  'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
  'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
  'refresh.sh': 'exit 0',
  'delete.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
}

function projectOf(): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: project}}\n')
  for (const name of ['server', 'other']) project.component(name, 'instances: many\n', SCRIPTS)
  return project
}

const create = (name: string, component = 'server', ...more: string[]): string[] =>
  ['deployment', 'create', name, '--component', component].concat(more)

test('what came up is not said not to have, because who follows it could not be told', async () => {
  const project = projectOf()
  project.component('front', 'follows: server\n', {
    'refresh.sh': 'if [ -e "$PAICTL_PROJECT/broken" ]; then exit 1; fi',
  })
  expect(await project.paictl('service', 'start', 'front')).toMatchObject({ code: 0 })
  project.write('broken', '')
  const created = await project.paictl(...create('iris'))
  expect(created).toMatchObject({ code: 1 })
  expect(created.stderr).not.toContain('did not come up')
  expect(created.stderr).toContain('"iris" is up, and what else was to be done failed')
  expect(created.stderr).toContain('paictl service start iris')
  project.remove('broken')
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'iris')).toMatchObject({ code: 0 })
  expect(project.began()).toContain('refresh front')

  project.write('broken-start', '')
  const failed = await project.paictl(...create('rose'))
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.stderr).toContain('"rose" stays declared, though it did not come up')
})

test('a name under which something of another component runs is refused, until that is deleted', async () => {
  const project = projectOf()
  expect(await project.paictl(...create('iris', 'other'))).toMatchObject({ code: 0 })
  const file = join(project.root, 'cluster-config/deployments/iris.yaml')
  rmSync(file)
  project.forgetTrace()
  const refused = await project.paictl(...create('iris'))
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.stderr).toMatch(/^error\[PAI-name-in-use\]: "iris" may still run, as a service of "other"/m)
  expect(refused.stderr).toContain('paictl service delete iris')
  expect(existsSync(file)).toBe(false)
  expect(project.began().filter((one) => !one.startsWith('status'))).toEqual([])
  // Of the same component it is taken up again.
  expect(await project.paictl(...create('iris', 'other'))).toMatchObject({ code: 0 })
  rmSync(file)
  expect(await project.paictl('service', 'delete', 'iris', '--yes')).toMatchObject({ code: 0 })
  expect(await project.paictl(...create('iris'))).toMatchObject({ code: 0 })
})

test('where a link that leads nowhere has the name of the file, that is said', async () => {
  const project = projectOf()
  project.write('cluster-config/deployments/rose.yaml', 'component: server\n')
  symlinkSync('nowhere', join(project.root, 'cluster-config/deployments/wine.yaml'))
  const { code, stderr } = await project.paictl(...create('wine'))
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error\[PAI-unreadable-file\]: .*wine\.yaml/m)
  expect(stderr).not.toContain('null')
})
