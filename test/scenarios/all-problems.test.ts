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
