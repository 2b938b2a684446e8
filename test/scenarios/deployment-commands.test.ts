import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['model', 'port', 'level', 'replicas'],
  properties: {
    model: { title: 'Model', description: 'Its name in the store.', type: 'string', minLength: 2 },
    port: { type: 'integer', 'x-paictl-port-range': [9501, 9509] },
    level: { enum: ['info', 'debug'], default: 'info' },
    replicas: { title: 'Copies', type: 'integer', minimum: 1, default: 1 },
    token: { title: 'Token', type: 'string', writeOnly: true },
  },
}

/** What runs is what its own scripts have said last. */
const SCRIPTS = {
  'start.sh': 'touch "$PAICTL_DATA_DIR/up"',
  'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
  'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
  'delete.sh': 'rm -f "$PAICTL_DATA_DIR/up"; ls "$PAICTL_PROJECT/cluster-config/deployments" >> "$TRACE"',
  'refresh.sh': 'if [ -e "$PAICTL_PROJECT/broken" ]; then exit 1; fi',
}

function projectOf({
  schema = SCHEMA,
  scripts = SCRIPTS,
}: {
  schema?: object
  scripts?: Record<string, string>
} = {}): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common:\n    cluster-id: project\n')
  project.component(
    'server',
    'instances: many\noutputs: {url: "http://127.0.0.1:{{config.port}}/", model: "{{config.model}}"}\n',
    scripts,
  )
  project.write('components/server/config/server.schema.json', JSON.stringify(schema, null, 2))
  return project
}

const acts = (project: TestProject): string[] => project.began().filter((one) => !one.startsWith('status'))
const fileOf = (project: TestProject, name: string): string =>
  join(project.root, `cluster-config/deployments/${name}.yaml`)
const textOf = (project: TestProject, name: string): string => readFileSync(fileOf(project, name), 'utf8')
const deployments = (project: TestProject): string[] => {
  const directory = join(project.root, 'cluster-config/deployments')
  return existsSync(directory) ? readdirSync(directory) : []
}

test('create checks, writes and starts; again it changes nothing; otherwise it says what differs', async () => {
  const project = projectOf()
  const planned = await project.paictl(
    'deployment',
    'create',
    'iris',
    '--component',
    'server',
    '--set',
    'model=iris',
    '--dry-run',
  )
  expect(planned).toMatchObject({ code: 0 })
  expect(planned.stdout).toMatch(
    /cluster-config\/deployments\/iris\.yaml:\n.*schema.*\n {2}component: server\n {2}config:\n {4}model: iris\n {4}port: 9501\n[\s\S]*start +iris/,
  )
  expect([deployments(project), acts(project)]).toEqual([[], []])

  const create = [
    'deployment',
    'create',
    'iris',
    '--component',
    'server',
    '--description',
    'The first',
    '--tag',
    'front',
    '--set',
    'model=iris',
  ]
  const created = await project.paictl(...create)
  expect(created).toMatchObject({ code: 0 })
  expect(created.stderr).toContain('  created  cluster-config/deployments/iris.yaml\n')
  expect(textOf(project, 'iris').split('\n').slice(1)).toEqual([
    'component: server',
    'description: The first',
    'tags: [front]',
    'config:',
    '  model: iris',
    '  port: 9501',
    '',
  ])
  expect(acts(project)).toEqual(['start iris'])

  const text = textOf(project, 'iris')
  expect(await project.paictl(...create)).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual(['start iris'])
  const other = await project.paictl('deployment', 'create', 'iris', '--component', 'server', '--set', 'model=rose')
  expect(other).toMatchObject({ code: 4 })
  expect(other.stderr).toContain('is otherwise: model is iris, not rose\n')
  expect(other.stderr).toContain('paictl deployment update iris --set model=rose')
  expect(textOf(project, 'iris')).toBe(text)

  await project.paictl('service', 'stop', 'iris')
  expect(await project.paictl(...create)).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual(['start iris', 'stop iris', 'start iris'])
})

test('a secret by the schema is written down as it was typed, and seen nowhere else', async () => {
  const project = projectOf()
  const create = [
    'deployment',
    'create',
    'iris',
    '--component',
    'server',
    '--set',
    'model=iris',
    '--set',
    'token=much-too-secret',
  ]
  const planned = await project.paictl(...create, '--dry-run')
  expect(planned).toMatchObject({ code: 0 })
  expect(planned.stdout).toContain('  token: ***\n')
  const created = await project.paictl(...create)
  expect(created).toMatchObject({ code: 0 })
  expect(textOf(project, 'iris')).toContain('  token: much-too-secret\n')
  const again = await project.paictl(...create.slice(0, -1), 'token=secret-as-well', '--set', 'level=debug')
  expect(again.code).toBe(4)
  expect(again.stderr).toContain('token is ***, not ***; level is not given, but asked for as debug\n')
  expect(again.stderr).not.toContain('secret-as-well')
  const runs = await project.paictl('runs', '--output', 'json')
  expect(runs.stdout).toContain('deployment create iris')
  for (const text of [planned, created, again, runs]) expect(text.stdout + text.stderr).not.toContain('much-too-secret')
})

test('what was asked for in a file is written with its comments; without a start nothing runs', async () => {
  const project = projectOf()
  project.write('rose.yaml', '# Of the garden.\n---\nmodel: "rose"  # climbing\n\nlevel: debug\n')
  const create = [
    'deployment',
    'create',
    'rose',
    '--component',
    'server',
    '--config',
    'rose.yaml',
    '--set',
    'level=info',
    '--set',
    'token=ours',
    '--set',
    'port=9505',
    '--no-start',
  ]
  expect(await project.paictl(...create)).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual([])
  expect(textOf(project, 'rose')).toContain(
    'config:\n  # Of the garden.\n  model: "rose"  # climbing\n\n  level: info\n  token: ours\n  port: 9505\n',
  )
  expect(
    await project.paictl(
      'deployment',
      'create',
      'tulip',
      '--component',
      'server',
      '--config',
      'rose.yaml',
      '--no-start',
    ),
  ).toMatchObject({ code: 0 })
  expect(textOf(project, 'tulip')).toContain(
    'config:\n  # Of the garden.\n  model: "rose"  # climbing\n\n  level: debug\n  port: 9501\n',
  )
  expect(await project.paictl('validate')).toMatchObject({ code: 0 })
})

test('a start that fails leaves the file, and says so; what a start would refuse is not written', async () => {
  const project = projectOf({ scripts: { ...SCRIPTS, 'start.sh': 'exit 1' } })
  const failed = await project.paictl('deployment', 'create', 'iris', '--component', 'server', '--set', 'model=iris')
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.stderr).toContain('"iris" stays declared, though it did not come up')
  expect(deployments(project)).toEqual(['iris.yaml'])

  const foreign = projectOf({ scripts: { ...SCRIPTS, 'status.sh': 'exit 0' } })
  const refused = await foreign.paictl('deployment', 'create', 'iris', '--component', 'server', '--set', 'model=iris')
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.stderr).toContain('PAI-foreign')
  expect(deployments(foreign)).toEqual([])
})

test('at a terminal, required values are asked for as the schema describes them', async () => {
  const required = [...SCHEMA.required, 'token']
  const project = projectOf({ schema: { ...SCHEMA, required } })
  const run = project.terminal(['deployment', 'create', 'iris', '--component', 'server'], { after: 'stty -a' })
  await until(() => run.output().includes('Model (model):'), 'the first question')
  expect(run.output()).toContain('Its name in the store.')
  run.type('x\r')
  await until(() => run.output().includes('must not have fewer than 2 characters'), 'what is wrong with the answer')
  run.type('yz\r')
  await until(() => run.output().includes('level:'), 'the choice')
  run.type('\u001b[B\r')
  await until(() => run.output().includes('Copies (replicas):'), 'the number')
  run.type('\r')
  await until(() => run.output().includes('Token (token):'), 'the secret')
  run.type('\r')
  await until(() => run.output().includes('A value is required.'), 'that nothing is no answer')
  run.type('much-too-secret\r')
  const { code, stdout } = await run.finished
  expect({ code, stdout }).toMatchObject({ code: 0 })
  expect(stdout).not.toContain('much-too-secret')
  expect(stdout).toMatch(/(?<!-)icanon/)
  expect(stdout).toMatch(/(?<!-)echo\b/)
  expect(textOf(project, 'iris')).toContain(
    'config:\n  port: 9501\n  model: xyz\n  level: debug\n  token: much-too-secret\n',
  )
  expect(acts(project)).toEqual(['start iris'])
})

test('Ctrl-C at a question: nothing is written or run, and the terminal is as before', async () => {
  const project = projectOf()
  const run = project.terminal(['deployment', 'create', 'iris', '--component', 'server'], { after: 'stty -a' })
  await until(() => run.output().includes('Model (model):'), 'the question')
  run.type('\u0003')
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  expect(stdout).toMatch(/(?<!-)icanon/)
  expect(stdout).toMatch(/(?<!-)echo\b/)
  expect(stdout).not.toMatch(/internal error|at .*\.js/)
  expect([deployments(project), project.began()]).toEqual([[], []])
  expect(processesOf(project.state)).toEqual([])
})

test('who creates at the same time gets a port of its own', async () => {
  const project = projectOf()
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  const runs = names.map((name) =>
    project.paictl('deployment', 'create', name, '--component', 'server', '--set', `model=of-${name}`, '--no-start'),
  )
  for (const run of await Promise.all(runs)) expect(run).toMatchObject({ code: 0 })
  const ports = names.map((name) => /port: (\d+)/.exec(textOf(project, name))?.[1])
  expect(ports.toSorted()).toEqual(['9501', '9502', '9503', '9504', '9505', '9506'])
  expect(deployments(project).sort()).toEqual(names.map((name) => `${name}.yaml`))
  expect(await project.paictl('validate')).toMatchObject({ code: 0 })
})

const IRIS =
  '# The first.\r\ncomponent: "server"   # ours\r\nconfig: {model: \'iris\', port: 9501} # all of it\r\ntags:   [a]\r\n'

test('update changes the file to the byte and refreshes what runs, without starting or stopping it', async () => {
  const project = projectOf()
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  project.write('cluster-config/deployments/rose.yaml', IRIS.replace('9501', '9502'))
  await project.paictl('service', 'start', 'iris')
  const updated = await project.paictl(
    'deployment',
    'update',
    'iris',
    'rose',
    '--set',
    "model=o'iris",
    '--set',
    'level=debug',
  )
  expect(updated).toMatchObject({ code: 0 })
  expect(textOf(project, 'iris')).toBe(IRIS.replace("'iris'", "'o''iris'").replace('9501}', '9501, level: debug}'))
  expect(textOf(project, 'rose')).toBe(textOf(project, 'iris').replace('9501', '9502'))
  expect(acts(project)).toEqual(['start iris', 'refresh iris'])

  const again = await project.paictl('deployment', 'update', 'iris', '--set', "model=o'iris")
  expect(again).toMatchObject({ code: 0 })
  expect(again.stderr).toContain('  unchanged  cluster-config/deployments/iris.yaml\n')
  expect(acts(project)).toEqual(['start iris', 'refresh iris'])

  expect(await project.paictl('deployment', 'update', 'iris', '--unset', 'level')).toMatchObject({ code: 0 })
  expect(textOf(project, 'iris')).toBe(IRIS.replace("'iris'", "'o''iris'"))
})

test('an update whose refresh fails can be repeated, and one that is invalid changes nothing', async () => {
  const project = projectOf()
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  await project.paictl('service', 'start', 'iris')
  const invalid = await project.paictl('deployment', 'update', 'iris', '--set', 'model=x')
  expect(invalid).toMatchObject({ code: 2 })
  expect(textOf(project, 'iris')).toBe(IRIS)
  project.write('broken', '')
  const failed = await project.paictl('deployment', 'update', 'iris', '--set', 'model=rose')
  expect(failed).toMatchObject({ code: 1 })
  expect(failed.stderr).toContain('"iris" stays declared')
  project.remove('broken')
  expect(await project.paictl('deployment', 'update', 'iris', '--set', 'model=rose')).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual(['start iris', 'refresh iris', 'refresh iris'])
})

test('what has no refresh-script is only stopped and started where somebody agrees', async () => {
  const { 'refresh.sh': _, ...scripts } = SCRIPTS
  const project = projectOf({ scripts })
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  await project.paictl('service', 'start', 'iris')
  const asked = await project.paictl('deployment', 'update', 'iris', '--set', 'model=rose')
  expect(asked).toMatchObject({ code: 4 })
  expect(asked.stderr).toContain('cannot ask whether to update "iris"')
  expect(textOf(project, 'iris')).toBe(IRIS)
  expect(await project.paictl('deployment', 'update', 'iris', '--set', 'model=rose', '--yes')).toMatchObject({
    code: 0,
  })
  expect(acts(project)).toEqual(['start iris', 'stop iris', 'start iris'])
})

test('list shows deployments with their outputs, also one whose file is gone', async () => {
  const project = projectOf()
  project.component('other')
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  project.write('cluster-config/deployments/rose.yaml', IRIS.replace('9501', '9502'))
  await project.paictl('service', 'start', 'iris', 'other')
  const { code, stdout } = await project.paictl('deployment', 'list')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^NAME +COMPONENT +STATE +URL +AGE +MODEL\niris +server +running +http:\/\/127\.0\.0\.1:9501\/ +\S+ +iris\nrose +server +never-started *\n$/,
  )
  expect((await project.paictl('deployment', 'list', 'r*')).stdout).toMatch(/^NAME.*\nrose .*\n$/)
  expect((await project.paictl('deployment', 'list', '--component', 'other')).stdout).toBe(
    'There are no deployments.\n',
  )
  project.remove('cluster-config/deployments/iris.yaml')
  const listed = JSON.parse((await project.paictl('deployment', 'list', '--output', 'json')).stdout)
  expect(listed.deployments).toMatchObject([
    { name: 'iris', component: 'server', declared: false, outputs: { model: 'iris' } },
    { name: 'rose', declared: true, state: 'never-started' },
  ])
  expect(await project.paictl('deployment', 'delete', 'iris', '--yes')).toMatchObject({ code: 0 })
  expect((await project.paictl('deployment', 'list')).stdout).not.toContain('iris')
})

test('delete asks, stops, deletes, and removes the file last', async () => {
  const project = projectOf()
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  project.write('cluster-config/deployments/rose.yaml', IRIS.replace('9501', '9502'))
  await project.paictl('service', 'start', 'iris')
  expect(await project.paictl('deployment', 'delete', 'iris')).toMatchObject({ code: 4 })
  expect(deployments(project)).toEqual(['iris.yaml', 'rose.yaml'])
  const deleted = await project.paictl('deployment', 'delete', 'iris', 'rose', '--yes')
  expect(deleted).toMatchObject({ code: 0 })
  expect(project.trace()).toContain('iris.yaml')
  expect(acts(project)).toEqual(['start iris', 'delete iris'])
  expect(deployments(project)).toEqual([])
  expect(existsSync(project.data('iris'))).toBe(false)
  const again = await project.paictl('deployment', 'delete', 'iris', '--yes')
  expect(again).toMatchObject({ code: 0 })
  expect(again.stderr).toContain('there is no deployment "iris"')
})

test('a delete that fails, or is refused for who needs it, leaves the file', async () => {
  const project = projectOf({ scripts: { ...SCRIPTS, 'delete.sh': 'exit 1' } })
  project.component('front', 'prerequisite: [server]\n')
  project.write('cluster-config/deployments/iris.yaml', IRIS)
  await project.paictl('service', 'start', '--all')
  const refused = await project.paictl('deployment', 'delete', 'iris', '--yes')
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.stderr).toContain('PAI-dependents-running')
  expect(await project.paictl('deployment', 'delete', 'iris', '--yes', '--with-dependents')).toMatchObject({ code: 1 })
  expect(deployments(project)).toEqual(['iris.yaml'])
})

test('a command waits for who is at work on the same, and says for whom', async () => {
  const project = projectOf()
  const gate = project.gate('start iris')
  const first = project.spawn(['deployment', 'create', 'iris', '--component', 'server', '--set', 'model=iris'])
  await gate.reached
  const second = project.spawn(['deployment', 'delete', 'iris', '--yes'])
  await until(() => second.output().includes('deployment create iris'), 'whom it waits for')
  await gate.open()
  expect(await first.finished).toMatchObject({ code: 0 })
  expect(await second.finished).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual(['start iris', 'delete iris'])
  expect(deployments(project)).toEqual([])
})

test('who follows the component is told of what is created and changed, and of what is to go before it goes', async () => {
  const project = projectOf()
  project.component('front', 'follows: server\n', {
    'refresh.sh': 'sed "s/^/front: /" routes >> "$TRACE"',
  })
  project.write(
    'components/front/deploy/routes.template',
    '{{#each deployments}}{{this.name}}={{this.config.model}} {{/each}}.\n',
  )
  await project.paictl('service', 'start', 'front')
  project.forgetTrace()
  const create = (name: string): Promise<unknown> =>
    project.paictl('deployment', 'create', name, '--component', 'server', '--set', `model=of-${name}`)
  expect(await create('iris')).toMatchObject({ code: 0 })
  expect(await create('rose')).toMatchObject({ code: 0 })
  expect(await project.paictl('deployment', 'update', 'rose', '--set', 'model=new')).toMatchObject({ code: 0 })
  expect(await project.paictl('deployment', 'delete', 'iris', '--yes')).toMatchObject({ code: 0 })
  const told = project.trace().filter((line) => /^front:|^begin (?:start|refresh|delete) (?:iris|rose)/.test(line))
  expect(told).toEqual([
    'begin start iris',
    'front: iris=of-iris .',
    'begin start rose',
    'front: iris=of-iris rose=of-rose .',
    'begin refresh rose',
    'front: iris=of-iris rose=new .',
    'front: rose=new .',
    'begin delete iris',
  ])
  expect(deployments(project)).toEqual(['rose.yaml'])
})
