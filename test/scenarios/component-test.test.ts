import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { CHECKS } from '../../src/model/component-test.ts'
import { addComponent, FAULTS } from '../rig/faulty-components.ts'
import { freePort } from '../rig/free-port.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

interface CheckJson {
  readonly name: string
  readonly verdict: 'passed' | 'failed' | 'skipped'
  readonly reason: string | null
  readonly message: string | null
  readonly found?: readonly string[]
  readonly script?: string | null
  readonly tail?: readonly string[]
}

const validate = new Ajv2020({ strict: false }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/component-test.schema.json', import.meta.url), 'utf8')),
)

/** A project whose tests have a TMPDIR of their own, in which nothing may be left. */
class Tested extends TestProject {
  readonly tmp = join(this.root, '..', 'tmp')

  constructor() {
    super()
    mkdirSync(this.tmp)
  }

  override env(): Record<string, string> {
    return { ...super.env(), TMPDIR: this.tmp }
  }

  /** The checks of a component, by verdict. */
  async test(name: string, ...args: string[]): Promise<{ code: number | null; checks: CheckJson[] }> {
    const { code, stdout, stderr } = await this.paictl('component', 'test', name, '--output', 'json', ...args)
    if (stdout === '') throw new Error(stderr)
    const document = JSON.parse(stdout) as { checks: CheckJson[] }
    expect(validate(document) ? [] : validate.errors).toEqual([])
    return { code, checks: document.checks }
  }
}

const names = (checks: readonly CheckJson[], verdict: CheckJson['verdict']): string[] =>
  checks.filter((check) => check.verdict === verdict).map(({ name }) => name)

/** Runs `act` for each, a few at a time. */
async function each<T>(all: readonly T[], act: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all]
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await act(one)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

test('each fault is found by the check that is for it, and by no other', { timeout: 120_000 }, async () => {
  const project = new Tested()
  for (const [name, fault] of Object.entries(FAULTS)) addComponent(project, name, fault)
  project.write('components/ports/config/ports.yaml', `port: ${await freePort()}\n`)
  addComponent(project, 'sound')
  const found = new Map<string, { code: number | null; checks: CheckJson[] }>()
  await each([...Object.keys(FAULTS), 'sound'], async (name) => {
    found.set(name, await project.test(name))
  })
  const failures = Object.fromEntries([...found].map(([name, { checks }]) => [name, names(checks, 'failed')]))
  const expected = Object.fromEntries(Object.keys(FAULTS).map((name) => [name, [name]]))
  expect(failures).toEqual({ ...expected, sound: [] })
  const codes = Object.fromEntries([...found].map(([name, { code }]) => [name, code]))
  expect(codes).toEqual({ ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 1])), sound: 0 })
  for (const { checks } of found.values()) expect(checks.map(({ name }) => name)).toEqual(CHECKS)
  const sound = found.get('sound')?.checks ?? []
  expect(names(sound, 'skipped')).toEqual(['prerequisites', 'ports'])

  const [held] = found.get('ports')?.checks.flatMap((check) => (check.verdict === 'failed' ? check : [])) ?? []
  const escaped = Number(/process (\d+)/.exec(held?.found?.join() ?? '')?.[1])
  process.kill(escaped, 'SIGKILL')
  expect(readdirSync(project.tmp)).toEqual([])
  expect(processesOf(project.tmp)).toEqual([])
})

test('what was found is said, with the script, the end of its log and what to do', async () => {
  const project = new Tested()
  addComponent(project, 'store', { 'stop.sh': 'end; rm -rf "$PAICTL_DATA_DIR/db"', 'refresh.sh': 'echo no; exit 1' })
  const { code, stdout } = await project.paictl('component', 'test', 'store')
  const said = stdout.replaceAll(/\d+(?:\.\d+)?m?s */g, 'TIME ').replaceAll(/test-[\da-f]+|paictl-\w+/g, 'NAME')
  expect(code).toBe(1)
  expect(said).toContain(`  FAILED   refresh              TIME refresh of store failed: exited with code 1
    expected  it runs on after its refresh-script
    script    refresh.sh
    log       removed with the scratch state; --keep keeps it
    | no
    advice    see what its script says in the log
`)
  expect(said).toContain(`  FAILED   data-after-stop      TIME 1 file of its data gone after its stop
    expected  what it keeps in PAICTL_DATA_DIR is there after a stop
    found     gone: db/rows
    advice    leave PAICTL_DATA_DIR as it is in the stop-script; what is only needed while it runs belongs in PAICTL_RUN_DIR
`)
  expect(said).toContain('store fails 2 of 19 checks, 2 skipped\n')
  expect(said).not.toContain('\u001b')
})

test('what a component lacks is not checked, and that is said', async () => {
  const project = new Tested()
  project.write('components/bare/deploy/service.yaml', 'start-script: start.sh\n')
  project.write(
    'components/bare/deploy/start.sh',
    'if [ ! -e "$PAICTL_DATA_DIR/one" ]; then sleep 300 & fi\ntouch "$PAICTL_DATA_DIR/one"\n',
  )
  project.write('components/work/deploy/service.yaml', 'kind: job\nstart-script: start.sh\nprerequisite: bare\n')
  project.write('components/work/deploy/start.sh', 'echo done >"$PAICTL_DATA_DIR/result"\n')
  const [bare, work] = await Promise.all([project.test('bare'), project.test('work')])
  const reasons = (checks: readonly CheckJson[]) =>
    Object.fromEntries(checks.flatMap(({ name, verdict, reason }) => (verdict === 'passed' ? [] : [[name, reason]])))
  expect([bare.code, reasons(bare.checks)]).toEqual([
    1,
    {
      prerequisites: 'no-prerequisites',
      'status-before-start': 'no-probe',
      'status-after-start': 'no-probe',
      refresh: 'no-script',
      'status-after-kill': 'no-probe',
      // It takes a file for its process.
      'start-after-kill': 'nothing-runs',
      stop: 'no-script',
      'status-after-stop': 'no-probe',
      'stop-again': 'no-script',
      'data-after-stop': 'no-script',
      restart: 'no-script',
      'status-after-delete': 'no-probe',
      // Nothing ends it.
      processes: 'processes',
      ports: 'no-ports',
    },
  ])
  expect([work.code, reasons(work.checks)]).toEqual([
    0,
    {
      'status-before-start': 'job',
      'status-after-start': 'no-probe',
      refresh: 'no-script',
      'status-after-kill': 'job',
      'start-after-kill': 'job',
      stop: 'no-script',
      'status-after-stop': 'job',
      'stop-again': 'no-script',
      'data-after-stop': 'no-script',
      restart: 'no-script',
      'status-after-delete': 'job',
      ports: 'no-ports',
    },
  ])
})

test('files in any place are found, and --keep keeps what there is to see', async () => {
  const project = new Tested()
  addComponent(project, 'messy', {
    'start.sh':
      'mkdir -p "$TMPDIR/cache/deep"; touch "$TMPDIR/cache/deep/x" "$HOME/.rc" "$PAICTL_PROJECT/notes"; alive || begin',
  })
  const { code, stdout } = await project.paictl('component', 'test', 'messy', '--keep')
  expect(code).toBe(1)
  expect(stdout).toContain('3 files left or changed outside of its directories')
  expect(stdout).toMatch(/added: notes\n.*added: \$HOME\/\.rc\n.*added: \$TMPDIR\/cache\/\n/)
  const [, kept = ''] = /The scratch state is kept in (\S+):/.exec(stdout) ?? []
  expect(readdirSync(project.tmp)).toEqual([kept.split('/').at(-1)])
  expect(existsSync(join(kept, 'home/.rc'))).toBe(true)
  const [cluster = ''] = readdirSync(join(kept, 'state'))
  expect(readdirSync(join(kept, 'state', cluster, 'services/messy/logs')).length).toBeGreaterThan(5)
  expect(processesOf(kept)).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle takes everything down', async (signal) => {
  const project = new Tested()
  addComponent(project, 'base')
  addComponent(project, 'slow', {
    'service.yaml': 'prerequisite: base\n',
    'start.sh': 'begin; touch "$TRACE.begun"; sleep 300',
  })
  const run = project.spawn(['component', 'test', 'slow'])
  await until(() => existsSync(`${project.env().TRACE}.begun`), 'its start')
  expect(processesOf(project.tmp).length).toBeGreaterThan(2)
  run.signal(signal)
  const { code, stdout } = await run.finished
  expect(code).toBe(signal === 'SIGINT' ? 130 : 143)
  expect(stdout).toContain(`${signal}: the test ends; what it has started is taken down`)
  expect(readdirSync(project.tmp)).toEqual([])
  expect(processesOf(project.tmp)).toEqual([])
})

test('another Ctrl-C ends what takes it down, too', async () => {
  const project = new Tested()
  addComponent(project, 'slow', {
    'start.sh': 'begin; touch "$TRACE.begun"; sleep 300',
    'delete.sh': 'touch "$TRACE.deleting"; sleep 300',
  })
  const run = project.spawn(['component', 'test', 'slow'])
  for (const what of ['begun', 'deleting']) {
    await until(() => existsSync(`${project.env().TRACE}.${what}`), what)
    run.signal('SIGINT')
  }
  expect((await run.finished).code).toBe(130)
  expect(readdirSync(project.tmp)).toEqual([])
  expect(processesOf(project.tmp)).toEqual([])
})

test('a port in use is said, with who answers there, before anything is run', async () => {
  const project = new Tested()
  const port = await freePort()
  const listen =
    'alive && exit 0; setsid node -e "net.createServer().listen(JSON.parse(fs.readFileSync(process.env.PAICTL_CONFIG)).port)" & echo $! >"$file"'
  addComponent(project, 'web', { 'start.sh': listen })
  project.write('components/web/config/web.yaml', `port: ${port}\n`)
  addComponent(project, 'user', { 'service.yaml': 'prerequisite: web\n' })
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  const refused = await project.paictl('component', 'test', 'user')
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain(
    `error[PAI-port-in-use]: port ${port}, which "web" would listen on, is in use: "web" of the cluster "project" answers there`,
  )
  expect(refused.stderr).toMatch(/= help: choose another one: "--set web\.port=\d+"/)
  expect(refused.stdout).toBe('')
  const elsewhere = await project.test('user', '--set', `web.port=${await freePort()}`)
  expect(names(elsewhere.checks, 'failed')).toEqual([])
  // With a range in its schema, it is given a port by itself.
  const range = [21_000, 21_999]
  const schema = { type: 'object', properties: { port: { type: 'integer', 'x-paictl-port-range': range } } }
  project.write('components/web/config/web.schema.json', JSON.stringify(schema))
  const [one, other] = await Promise.all([project.test('web'), project.test('web')])
  expect([names(one.checks, 'failed'), names(other.checks, 'failed')]).toEqual([[], []])
  const { stdout } = await project.paictl('service', 'status', 'web', '--output', 'json')
  expect(JSON.parse(stdout)).toMatchObject({ services: [{ state: 'running' }] })
})

test('what cannot be tested is refused', async () => {
  const project = new Tested()
  addComponent(project, 'web', { 'service.yaml': 'cluster-type: k8s\n' })
  addComponent(project, 'broken', { 'service.yaml': 'stop-scrip: x\n' })
  const test = async (...args: string[]): Promise<[number | null, string]> => {
    const { code, stderr } = await project.paictl('component', 'test', ...args)
    return [code, stderr]
  }
  expect(await test('web')).toEqual([2, expect.stringContaining('"web" does not exist on cluster type "local"')])
  expect(await test('wbe')).toEqual([2, expect.stringContaining('there is no service "wbe"')])
  expect(await test('broken')).toEqual([2, expect.stringContaining('unknown key "stop-scrip"')])
  expect(await test('web', '--set', 'cluster.common.cluster-type=k8s')).toEqual([
    4,
    expect.stringContaining('PAI-no-scratch-cluster'),
  ])
  project.write('kubeconfig', '')
  const onK8s = ['--set', 'cluster.common.cluster-type=k8s', '-c', 'kubeconfig']
  expect((await project.test('web', ...onK8s)).code).toBe(0)
  expect(readdirSync(project.tmp)).toEqual([])
})

test('a component of which there are many is tried out as a deployment that no file declares', {
  timeout: 180_000,
}, async () => {
  const project = new Tested()
  const listen =
    'alive && exit 0; setsid node -e "net.createServer().listen(JSON.parse(fs.readFileSync(process.env.PAICTL_CONFIG)).port)" & echo $! >"$file"'
  addComponent(project, 'web', { 'service.yaml': 'instances: many\n', 'start.sh': listen })
  const port = { type: 'integer', 'x-paictl-port-range': [22_000, 22_999] }
  const schema = { type: 'object', required: ['port', 'color'], properties: { port, color: { type: 'string' } } }
  project.write('components/web/config/web.schema.json', JSON.stringify(schema))
  const lacking = await project.paictl('component', 'test', 'web')
  expect([lacking.code, lacking.stdout]).toEqual([2, ''])
  expect(lacking.stderr).toMatch(/^error\[PAI-missing-values\]: to be tested, "web" lacks 1 required value: color$/m)
  expect(lacking.stderr).toMatch(/= help: add --set web\.color=…$/m)
  expect(lacking.stderr).not.toMatch(/schema-violation|port|config show/)
  addComponent(project, 'base')
  const needing = ['--set', 'web.color=red', '--prerequisite']
  const [alone, needed] = await Promise.all([
    project.test('web', '--set', 'web-test.color=red'),
    project.test('web', ...needing, 'base'),
  ])
  expect([alone.code, names(alone.checks, 'skipped')]).toEqual([0, ['prerequisites', 'data-after-stop']])
  expect([needed.code, needed.checks[0]?.verdict]).toEqual([0, 'passed'])
  const unknown = await project.paictl('component', 'test', 'web', ...needing, 'bas')
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/PAI-unknown-prerequisite.*\n.*"base"/)])
  const misplaced = await project.paictl('component', 'test', 'base', '--prerequisite', 'web')
  expect([misplaced.code, misplaced.stderr]).toEqual([2, expect.stringContaining('"instances: many"')])
  // A deployment that is declared is tested as it is, also where its scratch name is taken.
  project.write('cluster-config/deployments/web-test.yaml', 'component: web\nconfig: {port: 22001, color: blue}\n')
  // Without what is required, the component is given what its first deployment has, but for ports and what was typed.
  project.write('cluster-config/deployments/zeta.yaml', 'component: web\nconfig: {port: 22002, color: red}\n')
  const start = `[ "$(node -p 'JSON.parse(fs.readFileSync(process.env.PAICTL_CONFIG)).color')" = blue ] || exit 1\n${listen}`
  addComponent(project, 'web', { 'service.yaml': 'instances: many\n', 'start.sh': start })
  const both = await Promise.all([project.test('web-test'), project.paictl('component', 'test', 'web')])
  expect(both.map(({ code }) => code)).toEqual([0, 0])
  expect(both[1].stdout).toMatch(/^Testing web .*\nwith the configuration of web-test\n/)
  const typed = await project.test('web', '--set', 'web.color=red')
  expect(names(typed.checks, 'failed')).toEqual(['start'])
  project.remove('cluster-config/deployments/zeta.yaml')
  expect(readdirSync(join(project.root, 'cluster-config/deployments'))).toEqual(['web-test.yaml'])
})

test('a port that only a probe names is looked at, too', async () => {
  const project = new Tested()
  const port = await freePort()
  const listen = `alive && exit 0; setsid node -e "net.createServer().listen(${port})" & echo $! >"$file"`
  addComponent(project, 'first', { 'start.sh': listen })
  project.write('components/second/deploy/service.yaml', `start-script: start.sh\nreadiness: {tcp: ${port}}\n`)
  project.write('components/second/deploy/start.sh', '')
  expect(await project.paictl('service', 'start', 'first')).toMatchObject({ code: 0 })
  await until(() => processesOf(project.root).length + processesOf(project.state).length > 0, 'its process')
  const { code, stderr } = await project.paictl('component', 'test', 'second')
  expect(code).toBe(4)
  expect(stderr).toMatch(
    new RegExp(`port ${port}, which "second" would listen on, is in use: process \\d+ \\(.*listen`),
  )
  expect(stderr).toContain('stop what answers there')
})

test('a terminal shows what is checked now', async () => {
  const project = new Tested()
  addComponent(project, 'web')
  const { code, stdout } = await project.terminal(['component', 'test', 'web']).finished
  expect(code).toBe(0)
  expect(stdout).toContain('checking: start-again 0s')
  const lines = stdout.split('\r\n').map((line) => line.slice(line.lastIndexOf('\r\u001b[K') + 1))
  expect(lines.filter((line) => line.includes('  ok '))).toHaveLength(CHECKS.length - 2)
  expect(lines.at(-2)).toContain('web passes: 19 checks, 2 skipped')
})
