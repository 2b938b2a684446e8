import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** Code and place of each problem, in the order in which they are printed. */
const places = (stderr: string): string[] =>
  [...stderr.matchAll(/^(?:error|warning)\[PAI-([a-z-]+)\].*(?:\n +--> (\S+))?/gm)]
    .map(([, code, place]) => `${code} ${place}`)
    .filter((one) => !one.startsWith('no-probe'))

const inDeploy = (service: string, file: string): string => `components/${service}/deploy/${file}`

test('what a template rendered to is shown below the template, each with its mark', async () => {
  const project = new TestProject()
  project.component('web', '', { 'status.sh': '' })
  project.write('components/web/config/web.yaml', 'title: say "hi"\n')
  project.write(
    inDeploy('web', 'site.json.template'),
    '{\n  {{#if config.title}}\n  "title": "{{config.title}}"\n  {{/if}}\n}\n',
  )
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toContain(`
  --> components/web/deploy/site.json.template:3:13
   |
 3 |   "title": "{{config.title}}"
   |             ^^^^^^^^^^^^^^^^
  ::: site.json:2:18 this is what it rendered to
   |
 2 |   "title": "say "hi""
   |                  -
   = help: write values with {{json …}}, outside of any quotes
`)
})

test('what follows from a configuration or a description that is in error is not said', async () => {
  const project = new TestProject()
  project.component('db', 'outputs: {url: "{{config.host}}:{{config.prot}}", name: "{{service.name}}"}\n', {
    'status.sh': '',
  })
  project.write('components/db/config/db.yaml', 'host: h\nport: [\n')
  project.component('web', 'prerequisite: [db, dbb]\nreadiness: {tcp: "{{outputs.db.url}}"}\n', { 'status.sh': '' })
  project.write(
    inDeploy('web', 'a.json.template'),
    '[{{json outputs.db.url}}, {{cluster_cfg.db.port}}, {{outputs.dbb.x}}, {{outputs.db.name}}]\n',
  )
  project.write(inDeploy('web', 'b.json.template'), '{{json config.own}}\n')
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(places(stderr)).toEqual([
    'yaml-syntax components/db/config/db.yaml:2:7',
    `template-unknown-name ${inDeploy('web', 'b.json.template')}:1:15`,
    `unknown-prerequisite ${inDeploy('web', 'service.yaml')}:4:20`,
  ])
})

test('what a service that is not selected has wrong is missed where it is needed, and never left blank', async () => {
  const project = new TestProject()
  project.component('db', 'outputs: {url: "{{config.prot}}"}\n', { 'status.sh': '' })
  project.component('web', 'prerequisite: [db]\n', { 'status.sh': '' })
  project.write(inDeploy('web', 'a.template'), '{{outputs.db.url}}\n')
  const { code, stderr } = await project.paictl('service', 'start', 'web', '--no-prerequisites')
  expect(code).toBe(2)
  expect(places(stderr)).toEqual([`template-unknown-name ${inDeploy('web', 'a.template')}:1:14`])
  expect(project.trace()).toEqual([])
})

test('values that a shell reads without sh are warned about, and refused where they are secrets', async () => {
  const project = new TestProject()
  project.component('web', '', { 'status.sh': '' })
  project.write('components/web/config/web.yaml', 'name: a b\ntoken: a\n')
  project.write(inDeploy('web', 'env.sh.template'), 'NAME={{config.name}}\nTOKEN="{{config.token}}"\n')
  const warned = await project.paictl('validate')
  expect(warned.code).toBe(0)
  expect(places(warned.stderr)).toEqual([
    `unquoted-value ${inDeploy('web', 'env.sh.template')}:1:6`,
    `unquoted-value ${inDeploy('web', 'env.sh.template')}:2:8`,
  ])
  project.write('cluster-config/services-configuration.yaml', 'web: {token: "${file:token}"}\n')
  project.write('cluster-config/token', 'very secret\n')
  const refused = await project.paictl('validate')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toContain('the secret in "config.token" goes into the shell script "env.sh" unquoted')
  expect(refused.stderr).not.toContain('very secret')
})
