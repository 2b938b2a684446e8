import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** A service that writes down the port that it was started with. */
function projectWithPort(): TestProject {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': 'echo "port $(tr -dc 0-9 < "$PAICTL_CONFIG")" >> "$PAICTL_PROJECT/ports"',
  })
  project.write('components/web/config/web.yaml', 'port: 1\n')
  project.write('components/web/config/web.schema.json', '{"properties": {"port": {"type": "integer"}}}')
  return project
}

const shown = async (project: TestProject, ...args: string[]) => {
  const { stdout } = await project.paictl('config', 'show', 'web', '--output', 'json', ...args)
  return JSON.parse(stdout).configuration
}

test('overlays are laid on in order: the project’s, those of the command line, single values last', async () => {
  const project = projectWithPort()
  project.write('paictl.yaml', 'overlays: [one.yaml, two.yaml]\n')
  project.write('one.yaml', 'web: {port: 2, a: 1, l: [1, 2]}\ncluster: {common: {cluster-id: from-overlay}}\n')
  project.write('two.yaml', 'web: {port: 3, b: {c: 1}, l: [3]}\n')
  project.write('three.yaml', 'web: {b: {d: 2}}\n')
  expect(await shown(project)).toEqual({ port: 3, a: 1, b: { c: 1 }, l: [3] })
  const all = await shown(project, '--overlay', 'three.yaml', '--set', 'web.port=5', '--set', 'web.b.c=9')
  expect(all).toEqual({ port: 5, a: 1, b: { c: 9, d: 2 }, l: [3] })
  const started = await project.paictl('service', 'start', 'web', '--set', 'web.port=5')
  expect(started.code).toBe(0)
  expect((await project.paictl('clusters', '--output', 'json')).stdout).toContain('"from-overlay"')
})

test('config show says where each value came from', async () => {
  const project = projectWithPort()
  project.write('cluster-config/services-configuration.yaml', 'web:\n  host: h\n')
  project.write('over.yaml', 'web:\n  list: [1]\n  none: []\n')
  project.write(
    'components/web/config/web.mjs',
    'export const derive = (config) => ({ ...config, url: `http://${config.host}` })\n',
  )
  const args = ['config', 'show', 'web', '--provenance', '--overlay', 'over.yaml', '--set', 'web.port=7']
  expect((await project.paictl(...args)).stdout).toBe(`port: 7 # --set:1:10
host: h # cluster-config/services-configuration.yaml:2:9
list:
  - 1 # over.yaml:2:10
none: [] # over.yaml:3:9
url: http://h # components/web/config/web.mjs:1:14
`)
  const json = JSON.parse((await project.paictl(...args, '--output', 'json')).stdout)
  expect(json.provenance[0]).toEqual({
    path: ['web', 'port'],
    value: 7,
    file: '--set',
    range: { start: { line: 1, column: 10 }, end: { line: 1, column: 11 } },
  })
})

test('a value that its schema does not allow is pointed at on the command line', async () => {
  const project = projectWithPort()
  const { code, stderr } = await project.paictl('service', 'start', 'web', '--set', 'web.port=many')
  expect(code).toBe(2)
  expect(stderr).toContain(`  --> --set:1:10
   |
 1 | web.port=many
   |          ^^^^
`)
  expect(project.trace()).toEqual([])
})

test('a section of nobody, and an overlay that is not there, are pointed at with the nearest name', async () => {
  const project = projectWithPort()
  project.write('prod.yaml', 'web: {port: 2}\n')
  const { code, stderr } = await project.paictl('validate', '--set', 'wbe.port=1', '--overlay', 'prd.yaml')
  expect(code).toBe(2)
  expect(stderr).toContain('--> --set:1:1')
  expect(stderr).toContain('did you mean "web"?')
  expect(stderr).toContain(' 1 | prd.yaml\n   | ^^^^^^^^\n')
  expect(stderr).toContain('did you mean "prod.yaml"?')
})

test('an overlay of paictl.yaml that is not there is pointed at in paictl.yaml', async () => {
  const project = projectWithPort()
  project.write('paictl.yaml', 'overlays:\n  - prod.yaml\n')
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toContain('paictl.yaml:2:5')
})

test('what only the command line gave is recorded; who takes it back says so', async () => {
  const project = projectWithPort()
  await project.paictl('service', 'start', 'web', '--set', 'web.port=5')
  const words = '"web" was last started or refreshed with --set web.port=5; this refresh takes it back'
  const dry = await project.paictl('service', 'refresh', 'web', '--dry-run')
  expect(dry.stderr).toContain(words)
  const refreshed = await project.paictl('service', 'refresh', 'web')
  expect(refreshed.stderr).toContain(words)
  expect(refreshed.code).toBe(0)
  const again = await project.paictl('service', 'refresh', 'web')
  expect(again.stderr).not.toContain('takes it back')
})

test('what was given on the command line and has been written down since, is not taken back', async () => {
  const project = projectWithPort()
  mkdirSync(join(project.root, 'cluster-config'))
  await project.paictl('service', 'start', 'web', '--set', 'web.port=5')
  const kept = await project.paictl('service', 'refresh', 'web', '--set', 'web.port=5', '--dry-run')
  project.write('cluster-config/services-configuration.yaml', 'web: {port: 5}\n')
  const written = await project.paictl('service', 'refresh', 'web', '--dry-run')
  for (const { stderr } of [kept, written]) expect(stderr).not.toContain('take')
})
