import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort } from '../rig/free-port.ts'
import { processesOf } from '../rig/processes.ts'
import { type Finished, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** Puts services on ports of the test's own. */
async function setPorts(directory: string, ...services: string[]): Promise<number[]> {
  const file = join(directory, 'cluster-config', 'services-configuration.yaml')
  const ports = await Promise.all(services.map(() => freePort()))
  const sections = services.map((service, index) => `\n${service}: {port: ${ports[index]}}\n`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, (existsSync(file) ? readFileSync(file, 'utf8') : '') + sections.join(''))
  return ports
}

/** Runs the binary beside the test's project, where there is none. */
const beside = (project: TestProject, directory: string, ...args: string[]): Promise<Finished> =>
  project.spawn(args, { cwd: join(dirname(project.root), directory) }).finished

test('init makes a project that starts as it is', async () => {
  const project = new TestProject()
  const made = await beside(project, '.', 'init', 'My New_Platform')
  expect(made).toMatchObject({ code: 0, stderr: '' })
  expect(made.stdout).toMatch(/Next:\n {2}cd .*My New_Platform.*\n {2}paictl service start --all\n$/)
  const directory = join(dirname(project.root), 'My New_Platform')
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).toMatch(/^# my-new-platform\n/)
  for (const path of made.stdout.match(/(?<=created {2}).*/g) ?? []) {
    const text = readFileSync(join(dirname(project.root), path), 'utf8')
    expect([path, text]).toEqual([path, expect.not.stringMatching(/__[A-Z]+__/)])
  }
  const [port] = await setPorts(directory, 'hello')
  expect(await beside(project, 'My New_Platform', 'validate')).toMatchObject({
    code: 0,
    stdout: '1 service is valid\n',
  })
  const started = await beside(project, 'My New_Platform', 'service', 'start', '--all')
  expect(started).toMatchObject({ code: 0, stderr: '' })
  expect(started.stdout).toContain('(cluster my-new-platform, local)')
  expect(started.stdout).toContain(`http://127.0.0.1:${port}`)
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('Hello from hello\n')
  expect(await beside(project, 'My New_Platform', 'service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(project.root))).toEqual([])
})

test('init makes a cluster-id of any name', async () => {
  const project = new TestProject()
  for (const name of [`${'a'.repeat(62)}-b`, '---', 'Größe 2']) {
    expect(await beside(project, '.', 'init', `./${name}`)).toMatchObject({ code: 0 })
    expect(await beside(project, name, 'validate')).toMatchObject({ code: 0, stderr: '' })
  }
})

test('init keeps what is there already, and refuses a directory that is a project', async () => {
  const project = new TestProject()
  const directory = join(dirname(project.root), 'mine')
  mkdirSync(directory)
  writeFileSync(join(directory, 'README.md'), 'mine\n')
  const made = await beside(project, 'mine', 'init')
  expect(made.code).toBe(0)
  expect(made.stdout).not.toMatch(/README|cd /)
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).toBe('mine\n')
  const before = readdirSync(directory, { recursive: true })
  for (const args of [['init'], ['init', '../mine'], ['init', '../project']]) {
    const { code, stdout, stderr } = await beside(project, 'mine', ...args)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringContaining('exists')])
  }
  expect(readdirSync(directory, { recursive: true })).toEqual(before)
})

test('a new component of each template starts as it is, says how it is, and ends without a trace', async () => {
  const project = new TestProject()
  const [port] = await setPorts(project.root, 'hello')
  for (const [name, template, state] of [
    ['hello', 'process', 'running'],
    ['work', 'job', 'completed'],
  ] as const) {
    const made = await project.paictl('component', 'new', name, '--template', template)
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining(`paictl service start ${name}\n`) })
    expect(await project.paictl('validate')).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') })
    const started = await project.paictl('service', 'start', name)
    expect([started.code, started.stderr]).toEqual([0, expect.not.stringContaining('warning')])
    const { stdout } = await project.paictl('service', 'describe', name, '--output', 'json')
    const [service] = JSON.parse(stdout).services
    expect(service).toMatchObject({ name, state, described: expect.anything(), log: expect.any(String) })
    const again = await project.paictl('service', 'start', name)
    expect(again.stdout).toMatch(new RegExp(`left +${name} +${state} for`))
  }
  project.write('cluster-config/services-configuration.yaml', `hello: {port: ${port}, greeting: Good morning}\n`)
  expect(await project.paictl('service', 'refresh', 'hello')).toMatchObject({ code: 0 })
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('Good morning\n')
  expect(await project.paictl('service', 'restart', '--all')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(processesOf(dirname(project.root))).toEqual([])
  expect(existsSync(join(project.state, 'project', 'services', 'work', 'data'))).toBe(false)
})

test('component new refuses bad names, names in use and unknown templates, and writes nothing', async () => {
  const project = new TestProject()
  project.component('taken')
  for (const [args, said] of [
    [['Bad_Name'], '"Bad_Name" cannot be a name'],
    [['../out'], '"../out" cannot be a name'],
    [['taken'], '"components/taken" exists'],
    [['fresh', '--template', 'proces'], 'there is no template "proces"\n   = help: did you mean "process"?'],
    [['fresh', '-t', 'zzz'], 'templates: job, kubernetes, process'],
    [[], '"paictl component new" needs a name'],
  ] as const) {
    const { code, stdout, stderr } = await project.paictl('component', 'new', ...args)
    expect([args, code, stdout]).toEqual([args, 2, ''])
    expect(stderr).toContain(said)
  }
  expect(readdirSync(join(project.root, 'components'))).toEqual(['taken'])
  // The name of a project that is none.
  expect(await beside(project, '.', 'component', 'new', 'fresh')).toMatchObject({ code: 2 })
})

test('a directory written by hand, a description and a script without a first line, starts in one command', async () => {
  const project = new TestProject()
  mkdirSync(join(project.root, 'components/mine/deploy'), { recursive: true })
  writeFileSync(join(project.root, 'components/mine/deploy/service.yaml'), 'start-script: start.sh\n')
  writeFileSync(join(project.root, 'components/mine/deploy/start.sh'), 'echo "hello from mine"\n')
  const { code, stdout } = await project.paictl('service', 'start', 'mine')
  expect(code).toBe(0)
  expect(stdout).toContain('1 started in')
  expect(await project.paictl('service', 'logs', 'mine')).toMatchObject({ stdout: 'hello from mine\n' })
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  const stopped = await project.paictl('service', 'stop', 'mine')
  expect([stopped.code, stopped.stdout]).toEqual([0, expect.stringContaining('no stop-script')])
})

test('a start script whose daemon keeps the output open returns at once; the daemon lives on and writes to the log', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh':
      'nohup bash -c \'read -r line <> "$GATES/mid-web"; echo "later: $line"; exec sleep 600\' & echo "started"',
  })
  project.gate('mid web')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(processesOf(project.state)).toHaveLength(1)
  const follower = project.spawn(['service', 'logs', 'web', '--follow'])
  await until(() => follower.output().includes('started\n'), 'what was there')
  writeFileSync(join(dirname(project.root), 'gates', 'mid-web'), 'hello\n')
  await until(() => follower.output().includes('later: hello\n'), 'what came later')
  follower.signal('SIGINT')
  expect(await follower.finished).toEqual({ code: 0, stdout: 'started\nlater: hello\n', stderr: '' })
  expect(await project.paictl('service', 'logs', 'web', '--lines', '1')).toMatchObject({ stdout: 'later: hello\n' })
})
