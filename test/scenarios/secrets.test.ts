import { readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const SECRET = `hunter-22 "and' more`
const FROM_FILE = 'file-secret-$7'

/** A project whose only service uses a secret everywhere that one can get to: configuration, scripts, log, probe, outputs. */
function projectWithSecrets(): TestProject {
  const project = new TestProject()
  project.component(
    'web',
    'outputs: {url: "http://user:{{config.password}}@host"}\nreadiness: {script: ready.sh, timeout: 10s}\n',
    {
      'start.sh.template':
        'touch "$PAICTL_DATA_DIR/up"; echo "token is "{{sh config.token}}; echo {{sh config.password}} | base64; env | grep TOKEN',
      'ready.sh': 'exit 0',
      'stop.sh': 'rm "$PAICTL_DATA_DIR/up"',
      'status.sh': 'echo "status of $TOKEN"; [ -e "$PAICTL_DATA_DIR/up" ] || exit 3',
      'describe.sh': 'printf \'{"password": "file-secret-$7"}\'',
    },
  )
  project.remove('components/web/deploy/start.sh')
  project.write(
    'cluster-config/services-configuration.yaml',
    'web: {token: "${env:TOKEN}", password: "${file:password.txt}"}\n',
  )
  project.write('cluster-config/password.txt', `${FROM_FILE}\n`)
  return project
}

const env = { TOKEN: SECRET }

/** Every form in which a secret could be recognized. */
const FORMS = [SECRET, FROM_FILE].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  secret.replaceAll("'", "'\\''"),
  Buffer.from(secret).toString('base64').slice(0, -4),
])

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}

/** The files below a directory that hold a secret, relative to it. */
const leaks = (directory: string): string[] =>
  filesBelow(directory)
    .filter((file) => FORMS.some((form) => readFileSync(file, 'utf8').includes(form)))
    .map((file) => relative(directory, file))
    .sort()

test('no secret is in anything that any command prints, or in the state outside of what scripts are given', async () => {
  const project = projectWithSecrets()
  const commands: (readonly string[])[] = [
    ['validate'],
    ['service', 'start', 'web', '--dry-run'],
    ['service', 'start', 'web'],
    ['service', 'start', 'web', '--output', 'plain'],
    ['service', 'list'],
    ['service', 'status'],
    ['service', 'describe', 'web'],
    ['service', 'logs', 'web'],
    ['service', 'render', 'web'],
    ['config', 'show'],
    ['config', 'show', 'web', '--provenance'],
    ['graph'],
    ['service', 'refresh', 'web'],
    ['service', 'restart', 'web', '--output', 'json'],
    ['service', 'stop', 'web'],
  ]
  const started = await project.spawn(['service', 'start', 'web'], { env }).finished
  expect(started.stderr + started.stdout).toMatch(/^ {2}done +web/m)
  for (const command of commands) {
    for (const args of [command, [...command, '--output', 'json']]) {
      const { stdout, stderr, code } = await project.spawn(args, { env }).finished
      expect([0, 3], `${args.join(' ')}: ${stdout}${stderr}`).toContain(code)
      for (const form of FORMS) expect(stdout + stderr, args.join(' ')).not.toContain(form)
    }
  }
  const logs = (await project.spawn(['service', 'logs', 'web'], { env }).finished).stdout
  expect(logs).toContain('token is ***')
  expect(logs).toContain('TOKEN=***')
  // Scripts write their logs themselves; the rest that paictl wrote is what a script is given, and who masks needs.
  const found = leaks(project.state).map((file) => file.replace(/\d{8}-\d{6}-[0-9a-f]{4}/g, 'RUN'))
  for (const file of found) {
    expect(file).toMatch(
      /^project\/(tree\/components\/web\/web@RUN\/\w+\.sh|services\/web\/versions\/RUN\/(config|secrets)\.json|services\/web\/(logs|versions\/RUN)\/.*\.log)$/,
    )
  }
  expect(found).not.toEqual([])
})

test('what a service says stays masked when the secret is no longer there to be read', async () => {
  const project = projectWithSecrets()
  await project.spawn(['service', 'start', 'web'], { env }).finished
  project.remove('cluster-config/password.txt')
  const logs = await project.paictl('service', 'logs', 'web')
  expect(logs.stdout).toContain('token is ***')
  const stopped = await project.paictl('service', 'stop', 'web')
  expect(stopped.code).toBe(0)
  for (const form of FORMS) expect(logs.stdout + logs.stderr + stopped.stdout, form).not.toContain(form)
})

test('scripts are given the secrets, in files that are theirs alone', async () => {
  const project = projectWithSecrets()
  await project.spawn(['service', 'start', 'web'], { env }).finished
  const versions = join(project.state, 'project/services/web/versions')
  const version = join(versions, readdirSync(versions)[0] ?? '')
  const config = join(version, 'config.json')
  expect(JSON.parse(readFileSync(config, 'utf8'))).toEqual({ token: SECRET, password: FROM_FILE })
  const script = join(version, readlinkSync(join(version, 'deploy')), 'start.sh')
  expect([config, join(version, 'secrets.json'), script].map((file) => statSync(file).mode & 0o777)).toEqual([
    0o600, 0o600, 0o700,
  ])
})

test('secrets are shown where that is asked for', async () => {
  const project = projectWithSecrets()
  const shown = await project.spawn(['config', 'show', 'web', '--reveal-secrets', '--output', 'json'], { env }).finished
  expect(JSON.parse(shown.stdout).configuration).toEqual({ token: SECRET, password: FROM_FILE })
  const masked = await project.spawn(['config', 'show', 'web', '--output', 'json'], { env }).finished
  expect(JSON.parse(masked.stdout).configuration).toEqual({ token: '***', password: '***' })
  const rendered = await project.spawn(['service', 'render', 'web', '--reveal-secrets'], { env }).finished
  expect(rendered.stdout).toContain(FROM_FILE)
})

test('a failure shows the end of the log without them', async () => {
  const project = projectWithSecrets()
  writeFileSync(join(project.root, 'components/web/deploy/start.sh.template'), 'echo {{sh config.token}} >&2; exit 1')
  const { code, stdout } = await project.spawn(['service', 'start', 'web'], { env }).finished
  expect(code).toBe(1)
  expect(stdout).toContain('| ***')
  expect(stdout).not.toContain(SECRET)
})

test('a reference that has no value is pointed at, and nothing is run', async () => {
  const project = projectWithSecrets()
  project.remove('cluster-config/password.txt')
  project.write('cluster-config/passwort.txt', 'x')
  const { code, stderr } = await project.spawn(['service', 'start', 'web'], { env: { TOKENS: 'x' } }).finished
  expect(code).toBe(2)
  expect(stderr).toContain('"${env:TOKEN}" cannot be resolved: the environment variable TOKEN is not set')
  expect(stderr).toContain('cluster-config/services-configuration.yaml:1:15\n')
  expect(stderr).toContain('did you mean "TOKENS"?')
  expect(stderr).toContain('did you mean "passwort.txt"?')
  expect(project.trace()).toEqual([])
})

test('what a configuration module prints is masked, and so is what the engine quotes of it', async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/web/config/web.yaml', 'token: ${env:TOKEN}\n')
  project.write(
    'components/web/config/web.mjs',
    `export function derive(config) {
  console.log('token:', config.token)
  return JSON.parse(config.token)
}
`,
  )
  const { code, stdout, stderr } = await project.spawn(['validate'], { env }).finished
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('token: ***\n')
  expect(stderr).toMatch(/^error\[PAI-module-failed\]/m)
  expect(stderr).not.toContain(SECRET.slice(0, 4))
})

test.each(['done', 'running', 'service', 'error', 'start', '2026', 'name'])(
  'a secret that is a word of paictl’s own (%s) breaks nothing',
  async (word) => {
    const project = new TestProject()
    project.component('web')
    project.write('components/web/config/web.yaml', 'token: ${env:TOKEN}\n')
    const own = { env: { TOKEN: word } }
    const started = await project.spawn(['service', 'start', 'web'], own).finished
    expect([started.code, project.began()]).toEqual([0, ['start web']])
    const events = await project.spawn(['service', 'restart', 'web', '--output', 'json'], own).finished
    const types = events.stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).type]))
    expect(types).toEqual(expect.arrayContaining(['run-started', 'step-ended', 'run-ended']))
    const status = await project.spawn(['service', 'status', '--output', 'json'], own).finished
    expect(JSON.parse(status.stdout)).toMatchObject({ services: [{ name: 'web', state: 'running' }] })
    expect((await project.spawn(['service', 'stop', 'web'], own).finished).code).toBe(0)
  },
)

test('a reference as the name of a cluster is refused: directories are named after it', async () => {
  const project = new TestProject()
  project.component('web')
  project.write('cluster-config/services-configuration.yaml', 'cluster: {common: {cluster-id: "${env:TOKEN}"}}\n')
  const { code, stderr } = await project.spawn(['validate'], { env: { TOKEN: 'production' } }).finished
  expect(code).toBe(2)
  expect(stderr).toContain('is not valid as "cluster.common.cluster-id"')
})
