import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** Code and place of each problem, in the order in which they are printed. */
const places = (stderr: string): string[] =>
  [...stderr.matchAll(/^(?:error|warning)\[PAI-([a-z-]+)\].*(?:\n +--> (\S+))?/gm)].map(([, code, place]) =>
    place === undefined ? `${code}` : `${code} ${place}`,
  )

/** A project with a mistake in each kind of file, none of which follows from another. */
function brokenEverywhere(): TestProject {
  const project = new TestProject()
  project.write('paictl.yaml', 'paralel: 3\n')
  project.write(
    'cluster-config/services-configuration.yaml',
    'cluster:\n  common: {cluster-id: Bad}\nstore: {prot: 1}\n',
  )
  project.component('store')
  project.write('components/store/config/store.yaml', 'port: 1\n')
  project.write(
    'components/store/config/store.schema.json',
    '{"type": "object", "properties": {"port": {}}, "additionalProperties": false}',
  )
  project.component('web', 'prerequisite: [stoer, api]\nredinness: {tcp: "1"}\n', { 'status.sh': '' })
  project.component('api', 'prerequisite: [web]\n', { 'status.sh': '' })
  project.component('top', 'prerequisite: [api]\n', { 'status.sh': '' })
  project.write('components/top/deploy/conf.template', 'a\n{{ config.prot }}\n')
  project.write('components/web/deploy/conf.template', '{{#if config}}\n')
  return project
}

const EVERYWHERE = [
  'bad-value cluster-config/services-configuration.yaml:2:24',
  'schema-violation cluster-config/services-configuration.yaml:3:9',
  'cycle components/api/deploy/service.yaml:4:16',
  'template-unknown-name components/top/deploy/conf.template:2:11',
  expect.stringMatching(/^template-syntax components\/web\/deploy\/conf.template/),
  'unknown-prerequisite components/web/deploy/service.yaml:4:16',
  'unknown-key components/web/deploy/service.yaml:5:1',
  'unknown-key paictl.yaml:1:1',
]

test('settings, descriptions, graph, configuration and templates: all that is wrong is said at once, by file and line', async () => {
  const project = brokenEverywhere()
  const validated = await project.paictl('validate')
  expect(validated).toMatchObject({ code: 2, stdout: '' })
  const errors = (stderr: string) => places(stderr).filter((one) => !one.startsWith('no-probe'))
  expect(errors(validated.stderr)).toEqual(EVERYWHERE)
  for (const verb of ['start', 'restart', 'refresh', 'render']) {
    const { code, stdout, stderr } = await project.paictl('service', verb, '--all')
    expect([verb, code, stdout, errors(stderr)]).toEqual([verb, 2, '', EVERYWHERE])
  }
  expect(project.trace()).toEqual([])
})

test('what is asked for is judged together with the project: of the services, only those that are selected', async () => {
  const project = brokenEverywhere()
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common: {cluster-id: Bad}\n')
  const { code, stderr } = await project.paictl('service', 'start', 'tpo', 'store', 'tag:none', '--no-prerequisites')
  expect([code, places(stderr)]).toEqual([
    2,
    [
      'no-match',
      'unknown-service',
      'bad-value cluster-config/services-configuration.yaml:2:24',
      'cycle components/api/deploy/service.yaml:4:16',
      expect.stringMatching(/^no-probe components\/store/),
      'unknown-key paictl.yaml:1:1',
    ],
  ])
  const unnamed = await project.paictl('service', 'start')
  expect(places(unnamed.stderr)).toEqual([
    'no-names',
    'bad-value cluster-config/services-configuration.yaml:2:24',
    'cycle components/api/deploy/service.yaml:4:16',
    'unknown-key paictl.yaml:1:1',
  ])
  expect(project.trace()).toEqual([])
})

test('nobody is asked for a state while the project cannot be used anyway', async () => {
  const project = brokenEverywhere()
  const { code, stderr } = await project.paictl('service', 'start', 'state:failed', '-k', 'state:running')
  expect(code).toBe(2)
  expect(places(stderr)).not.toContain('no-match')
  expect(project.trace()).toEqual([])
})

test('what only follows from another problem is left out', async () => {
  const project = new TestProject()
  const scripts = { 'status.sh': '' }
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common: {cluster-type: K8S}\n')
  project.component('disks', 'cluster-type: [k8s]\n', scripts)
  project.component('app', 'prerequisite: [disks]\n', scripts)
  // Its scripts, its outputs and its probe cannot be known.
  project.component('store')
  project.write('components/store/deploy/service.yaml', 'start-script: gone.sh\noutputs: {url: "x"\n')
  project.component('web', 'prerequisite: [store]\nredinness: {tcp: "1"}\n')
  project.write('components/web/deploy/conf.template', '{{ outputs.store.url }}\n')
  project.component('top', 'prerequisite: [web]\n', scripts)
  project.write('components/top/deploy/conf.template', '{{ outputs.store.url }} {{ outputs.web.ulr }}\n')
  for (const args of [['validate'], ['service', 'start', 'top', 'app', 'disks', 'web']]) {
    const { code, stderr } = await project.paictl(...args)
    expect([code, places(stderr)]).toEqual([
      2,
      [
        expect.stringMatching(/^bad-value cluster-config/),
        expect.stringMatching(/^yaml-syntax components\/store/),
        'template-unknown-name components/top/deploy/conf.template:1:40',
        'unknown-key components/web/deploy/service.yaml:4:1',
      ],
    ])
  }
  expect(project.trace()).toEqual([])
})

test('a cluster-id that could not be read is not taken for another one', async () => {
  const project = new TestProject()
  project.component('web', '', { 'status.sh': '' })
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: prod}\n')
  const { code, stderr } = await project.paictl('service', 'start', 'web', '--cluster', 'prod')
  expect(code).toBe(2)
  expect(stderr).not.toContain('describes the cluster')
  expect(project.trace()).toEqual([])
})

test('what works without a valid project takes the cluster that is recorded, or says why none is known', async () => {
  const project = new TestProject()
  project.component('web')
  mkdirSync(join(project.root, 'cluster-config'))
  symlinkSync('nowhere', join(project.root, 'cluster-config/services-configuration.yaml'))
  const unknown = await project.paictl('service', 'status')
  expect([unknown.code, places(unknown.stderr)]).toEqual([2, [UNREADABLE]])
  project.remove('cluster-config/services-configuration.yaml')
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: prod}}\n')
  expect((await project.paictl('service', 'start', 'web')).code).toBe(0)
  for (const broken of ['cluster-config/services-configuration.yaml', 'cluster-config', 'paictl.yaml']) {
    project.remove(broken)
    symlinkSync('nowhere', join(project.root, broken))
    const { code, stdout } = await project.paictl('service', 'status', 'web')
    expect([broken, code, stdout]).toEqual([broken, 0, expect.stringMatching(/^web +(?!never)\w+/m)])
  }
  const mistyped = await project.paictl('--overlay', 'cluster-config', 'service', 'stop', 'web')
  expect([mistyped.code, places(mistyped.stderr)]).toEqual([2, ['unreadable-file --overlay:1:1']])
})

const UNREADABLE = 'unreadable-file cluster-config/services-configuration.yaml'

test('what exists on another cluster type only was not misspelt', async () => {
  const project = new TestProject()
  project.component('disks', 'cluster-type: [k8s]\n', { 'status.sh': '' })
  expect(await project.paictl('service', 'start', 'disks')).toEqual({
    code: 2,
    stdout: '',
    stderr: `error[PAI-unknown-service]: service "disks" does not exist on cluster type "local"
  --> components/disks/deploy/service.yaml:4:15
   |
 4 | cluster-type: [k8s]
   |               ^^^^^
   = help: add "local" to its cluster-type, if it can run there

1 error
For more about a problem: paictl explain PAI-unknown-service
`,
  })
})

test('with a cycle, only what it keeps from being known is left out of the templates', async () => {
  const project = new TestProject()
  const scripts = { 'status.sh': '' }
  project.component('a', 'prerequisite: [b]\noutputs: {url: "{{ outputs.b.url }}/a"}\n', scripts)
  project.component('b', 'prerequisite: [a]\noutputs: {url: "{{ outputs.a.url }}/b"}\n', scripts)
  project.component('top', 'prerequisite: [a, store]\n', scripts)
  project.component('store', 'outputs: {url: x}\n', scripts)
  project.write('components/top/deploy/conf.template', '{{ outputs.a.url }}{{ outputs.store.ulr }}{{ confg }}\n')
  project.write('components/b/deploy/conf.yaml.template', 'a: {{ outputs.a.url }}\nb: [{{ config.x }}\n')
  const { code, stderr } = await project.paictl('validate')
  expect([code, places(stderr)]).toEqual([
    2,
    [
      'cycle components/a/deploy/service.yaml:4:16',
      'template-unknown-name components/b/deploy/conf.yaml.template:2:15',
      'template-unknown-name components/top/deploy/conf.template:1:37',
      'template-unknown-name components/top/deploy/conf.template:1:46',
    ],
  ])
})

test('what is left out of a service that starts is never only missing', async () => {
  const project = new TestProject()
  const scripts = { 'status.sh': 'exit 3' }
  project.component('store', '', scripts)
  project.component('web', 'prerequisite: [store]\n', scripts)
  project.write('components/web/deploy/conf.template', '{{ config.derived }}\n')
  project.write('components/web/config/web.mjs', 'export const derive = (config) => ({ ...config, derived: 1 })\n')
  project.write('components/store/config/store.yaml', 'port: x\n')
  project.write('components/store/config/store.schema.json', '{"properties": {"port": {"type": "integer"}}}')
  const violation = ['schema-violation components/store/config/store.yaml:1:7']
  for (const args of [
    ['validate'],
    ['service', 'start', 'web'],
    // Its own derived values rely on what is wrong.
    ['service', 'start', 'web', '--no-prerequisites'],
  ]) {
    const { code, stderr } = await project.paictl(...args)
    expect([args, code, places(stderr)]).toEqual([args, 2, violation])
  }
  // What blocks nothing hides nothing.
  project.remove('components/store/config')
  project.write('cluster-config/services-configuration.yaml', 'zzzzzzzz: {}\n')
  project.write('components/web/deploy/conf.template', '{{ cluster_cfg.cluster.common.typo }}\n')
  const { code, stderr } = await project.paictl('service', 'start', 'web')
  expect([code, places(stderr)]).toEqual([2, ['template-unknown-name components/web/deploy/conf.template:1:31']])
  expect(project.trace()).toEqual([])
})

test('an error beside them hides no mistake in the use of outputs', async () => {
  const project = new TestProject()
  project.component('store', 'outputs: {url: x}\n', { 'status.sh': '' })
  project.component('web', 'prerequisite: [store]\ntags: 7\n', { 'status.sh': '' })
  project.write('components/web/deploy/conf.template', '{{ outputs.stoer.url }}\n')
  expect(places((await project.paictl('validate')).stderr)).toEqual([
    'template-unknown-name components/web/deploy/conf.template:1:12',
    'wrong-type components/web/deploy/service.yaml:5:7',
  ])
})

test('2,000 services in one cycle that all look through the outputs take bounded memory', {
  timeout: 120_000,
}, async () => {
  const project = new TestProject()
  const name = (index: number) => `s${String(index % 2000).padStart(4, '0')}`
  for (let index = 0; index < 2000; index += 1) {
    const deploy = `components/${name(index)}/deploy`
    project.write(`${deploy}/service.yaml`, `prerequisite: [${name(index + 1)}]\noutputs: {url: x}\n`)
    project.write(`${deploy}/conf.template`, '{{#each outputs}}{{ this.url }}{{/each}}\n')
  }
  // More than that would end the process.
  const { code, stderr } = await project.spawn(['validate'], { env: { NODE_OPTIONS: '--max-old-space-size=250' } })
    .finished
  expect(code).toBe(2)
  expect(places(stderr)).toEqual(['cycle components/s0000/deploy/service.yaml:1:16'])
})
