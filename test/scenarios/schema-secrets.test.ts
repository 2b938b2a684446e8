import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const TOKEN = 'hunter-22-token'
const KEY = 'key-of-the-garden'
const PIN = 4711815
const OTHER = 'another-33-token'
const ALL = [TOKEN, KEY, String(PIN), OTHER]

const SCHEMA = {
  type: 'object',
  properties: {
    model: { type: 'string' },
    token: { type: 'string', writeOnly: true },
    keys: { type: 'array', items: { $ref: '#/$defs/key' } },
    door: { anyOf: [{ type: 'null' }, { type: 'object', properties: { pin: { type: 'integer', writeOnly: true } } }] },
  },
  $defs: { key: { type: 'string', format: 'password' } },
}

/** A component whose schema calls a text, items of a list and a number secret; its scripts say all of them. */
function projectWithSecrets(): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: project}}\n')
  project.component('server', 'instances: many\noutputs: {url: "http://u:{{config.token}}@h/{{config.door.pin}}"}\n', {
    'start.sh.template': [
      'echo "token is "{{sh config.token}}; echo {{sh config.keys.[0]}}; echo {{sh config.door.pin}}',
      'if [ -e "$PAICTL_PROJECT/broken" ]; then exit 1; fi; touch "$PAICTL_DATA_DIR/up"',
    ].join('\n'),
    'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
    'refresh.sh': 'exit 0',
    'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
    'describe.sh': `printf '{"pin": ${PIN}, "token": "${TOKEN}"}'`,
  })
  project.remove('components/server/deploy/start.sh')
  project.write('components/server/config/server.schema.json', JSON.stringify(SCHEMA))
  return project
}

const CREATE = ['deployment', 'create', 'iris', '--component', 'server'].concat(
  ['--set', 'model=iris', '--set', `token=${TOKEN}`],
  ['--set', `keys=["${KEY}"]`, '--set', `door={pin: ${PIN}}`],
)

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

/** The files below a directory that hold a secret, relative to it. */
const holders = (directory: string): string[] =>
  filesBelow(directory)
    .filter((file) => ALL.some((secret) => readFileSync(file, 'utf8').includes(secret)))
    .map((file) => relative(directory, file))
    .sort()

test('what a schema calls secret is shown by no command, and kept only where scripts and paictl itself need it', async () => {
  const project = projectWithSecrets()
  const say = async (args: readonly string[], codes: readonly number[] = [0, 3]): Promise<string> => {
    const { stdout, stderr, code } = await project.paictl(...args)
    expect(codes, `${args.join(' ')}: ${stdout}${stderr}`).toContain(code)
    for (const secret of ALL) expect(stdout + stderr, args.join(' ')).not.toContain(secret)
    return stdout + stderr
  }
  const inBoth = async (args: readonly string[], codes?: readonly number[]): Promise<void> => {
    await say(args, codes)
    await say([...args, '--output', 'json'], codes)
  }
  await inBoth([...CREATE, '--dry-run'])
  project.write('broken', '')
  expect(await say(CREATE, [1])).toContain('token is ***')
  project.remove('broken')
  expect(await say([...CREATE, '--output', 'json'])).toContain('"step-ended"')
  const again = ['deployment', 'create', 'iris', '--component', 'server', '--set', `token=${OTHER}`]
  expect(await say(again, [4])).toContain('--set token=***')
  await say([...again, '--output', 'json'], [4])
  await inBoth(['deployment', 'update', 'iris', '--set', `token=[${PIN}, "${OTHER}"]`], [2])
  await inBoth(['deployment', 'update', 'iris', '--set', 'door=open'], [2])
  await inBoth(['validate', '--set', `iris.token={a: ${OTHER}}`], [2])
  await Promise.all(
    [
      ['deployment', 'list'],
      ['service', 'list'],
      ['service', 'describe', 'iris'],
      ['service', 'logs', 'iris'],
      ['service', 'render', 'iris'],
      ['config', 'show', 'iris', '--provenance'],
      ['plan', '--diff', '--set', 'iris.model=rose'],
    ].map((args) => inBoth(args)),
  )
  await say(['service', 'refresh', 'iris', '--set', `iris.token=${OTHER}`])
  await say(['plan', '--diff', '--output', 'json'])
  await say(['deployment', 'update', 'iris', '--set', `token=${OTHER}`])
  await inBoth(['runs'])
  await say(['service', 'stop', 'iris'])
  const { stdout } = await project.paictl('config', 'show', 'iris', '--output', 'json')
  expect(JSON.parse(stdout).configuration).toEqual({ model: 'iris', token: '***', keys: ['***'], door: { pin: '***' } })

  const found = holders(project.state).map((file) => file.replace(/\d{8}-\d{6}-[0-9a-f]{4}/g, 'RUN'))
  for (const file of found) {
    expect(file).toMatch(
      /^project\/(tree\/components\/server\/iris@RUN\/\w+\.sh|services\/iris\/versions\/RUN\/(config|secrets|outputs)\.json|services\/iris\/(logs|versions\/RUN)\/.*\.log)$/,
    )
  }
  expect(found.length).toBeGreaterThan(4)
})

test('scripts are given it, in files that are theirs alone', async () => {
  const project = projectWithSecrets()
  expect(await project.paictl(...CREATE)).toMatchObject({ code: 0 })
  const versions = join(project.state, 'project/services/iris/versions')
  const version = join(versions, readdirSync(versions)[0] ?? '')
  const config = join(version, 'config.json')
  expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({
    model: 'iris',
    token: TOKEN,
    keys: [KEY],
    door: { pin: PIN },
  })
  const script = join(version, readlinkSync(join(version, 'deploy')), 'start.sh')
  expect(readFileSync(script, 'utf8')).toContain(TOKEN)
  expect([config, script].map((file) => statSync(file).mode & 0o777)).toEqual([0o600, 0o700])
})

test('what is too short to be masked is a warning, and hides nothing else', async () => {
  const project = projectWithSecrets()
  const short = CREATE.map((one) => one.replace(TOKEN, 'iri'))
  const { code, stderr } = await project.paictl(...short, '--no-start')
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const checked = await project.paictl('validate')
  expect(checked).toMatchObject({ code: 0 })
  expect(checked.stderr).toContain('warning[PAI-short-secret]: the value of "iris.token" is too short')
  expect((await project.paictl('config', 'show', 'iris')).stdout).toContain('model: iris\ntoken: iri\n')
})
