import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** Runs the rest in a pipe whose reader leaves after a line; ends with the exit code of the first. */
const INTO_HEAD = ['bash', '-c', '"$@" | head -1; exit "${PIPESTATUS[0]}"', 'bash']

function smallProject(): TestProject {
  const project = new TestProject()
  project.component('store', 'outputs: {url: "http://127.0.0.1:1"}\n')
  project.component('web', 'prerequisite: [store]\n')
  project.component('train', 'kind: job\nprerequisite: [store]\n')
  return project
}

test('every unknown name is listed at once', async () => {
  const { stderr } = await smallProject().paictl('service', 'start', 'wbe', 'stoer', 'web')
  expect(stderr).toMatch(/"stoer"\n.*did you mean "store"\?\n\n.*"wbe"\n.*did you mean "web"\?/)
})

test('without a project every command says where it looked and how to make one', async () => {
  const project = smallProject()
  for (const args of [
    ['service', 'start', '--all'],
    ['service', 'status'],
    ['validate'],
    ['graph'],
    ['component', 'list'],
  ]) {
    const { code, stderr } = await project.spawn(args, { cwd: dirname(project.root) }).finished
    expect([args, code]).toEqual([args, 2])
    expect(stderr).toContain(`there is no project in "${dirname(project.root)}" or above it`)
    expect(stderr).toContain('make one with "paictl init"')
  }
  // Clusters are known without any.
  expect(await project.spawn(['clusters'], { cwd: dirname(project.root) }).finished).toMatchObject({ code: 0 })
  const below = project.spawn(['service', 'list'], { cwd: `${project.root}/components/web/deploy` })
  expect(await below.finished).toMatchObject({ code: 0, stdout: expect.stringMatching(/^web +never-started$/m) })
})

test('a mistyped -C does not mean the project around it', async () => {
  const project = smallProject()
  for (const [wrong, said] of [
    ['wbe', '-C: "wbe" does not exist'],
    ['component', 'did you mean "components"?'],
    ['components/web/deploy/start.sh', `there is no project in "${project.root}/components/web/deploy/start.sh": `],
  ] as const) {
    const { code, stderr } = await project.paictl('-C', wrong, 'service', 'start', '--all')
    expect([code, stderr]).toEqual([2, expect.stringContaining(said)])
  }
  const { code, stderr } = await project.paictl('init', 'components/web/deploy/start.sh')
  expect([code, stderr]).toEqual([1, expect.stringContaining('cannot use "components/web')])
  expect(project.trace()).toEqual([])
})

test('a working directory that is gone is said in a line', async () => {
  const project = smallProject()
  const through = ['bash', '-c', 'mkdir gone && cd gone && rmdir ../gone && exec "$@"', 'bash']
  const { code, stdout, stderr } = await project.spawn(['service', 'list'], { through }).finished
  expect([code, stdout, stderr]).toEqual([2, '', 'paictl: the working directory is gone; go to one that is there\n'])
})

test('--help tells of every command and option, --version is one line', async () => {
  const project = smallProject()
  const help = await project.paictl('--help')
  expect(help).toMatchObject({ code: 0, stderr: '' })
  for (const word of ['service', 'component', 'config', 'init', 'validate', 'graph', 'clusters', '--state-dir']) {
    expect(help.stdout).toContain(word)
  }
  const start = await project.paictl('service', 'start', '--help')
  for (const word of ['--all', '-n,', '-k,', '--no-prerequisites', '--again', '--adopt', '--dry-run', '--parallel']) {
    expect(start.stdout).toContain(word)
  }
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  expect(await project.paictl('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
  expect(await project.paictl('service', '--version')).toMatchObject({ code: 0, stdout: `${version}\n` })
})

test('with --output json what looks prints one document with its version', async () => {
  const project = smallProject()
  await project.paictl('service', 'start', '--all')
  for (const [args, key] of [
    [['service', 'list'], 'services'],
    [['service', 'status'], 'services'],
    [['service', 'describe', 'web'], 'services'],
    [['service', 'render', '--all'], 'services'],
    [['service', 'stop', '--all', '--dry-run'], 'plan'],
    [['component', 'list'], 'components'],
    [['config', 'show'], 'configuration'],
    [['clusters'], 'clusters'],
    [['graph'], 'services'],
    [['validate'], 'diagnostics'],
  ] as const) {
    const { code, stdout } = await project.paictl(...args, '--output', 'json')
    expect([args, code]).toEqual([args, 0])
    expect(JSON.parse(stdout)).toMatchObject({ v: 1, [key]: expect.anything() })
  }
})

test('with --output json a run prints events, and problems are JSON too', async () => {
  const project = smallProject()
  project.component('web', 'prerequisite: [store]\n', { 'start.sh': 'exit 1' })
  const { code, stdout } = await project.paictl('service', 'start', '--all', '--output=json')
  expect(code).toBe(1)
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  for (const event of events) expect(event).toMatchObject({ v: 1, type: expect.any(String), time: expect.any(String) })
  expect(events.map(({ time }) => Date.parse(time))).toEqual(events.map(({ time }) => Date.parse(time)).toSorted())
  expect(events.at(-1)).toMatchObject({ type: 'run-ended', exitCode: 1 })
  for (const args of [
    ['service', 'start', 'wbe'],
    ['service', 'strat'],
  ]) {
    const refused = await project.paictl(...args, '--output', 'json')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    for (const line of refused.stderr.trimEnd().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ v: 1, type: 'diagnostic', code: expect.stringMatching(/^PAI-/) })
    }
  }
})

test('nothing but a terminal is given colours, and a terminal not when it must not', async () => {
  const project = smallProject()
  const ESC = '\u001b'
  for (const output of ['human', 'plain']) {
    const { stdout, stderr } = await project.paictl('service', 'start', '--all', '--output', output)
    expect(stdout + stderr).not.toContain(ESC)
  }
  const plain = await project.terminal(['service', 'restart', '--all', '--output', 'plain']).finished
  expect(plain.stdout).not.toContain(ESC)
  const uncoloured = await project.terminal(['service', 'list'], { env: { NO_COLOR: '1' } }).finished
  expect(uncoloured.stdout).not.toContain(ESC)
  const coloured = await project.terminal(['service', 'list']).finished
  expect(coloured.stdout).toContain(ESC)
  expect(await project.spawn(['service', 'list'], { env: { FORCE_COLOR: '1' } }).finished).toMatchObject({
    stdout: expect.stringContaining(ESC),
  })
})

test('a reader that leaves early ends neither the command nor the run', async () => {
  const project = new TestProject()
  for (let index = 100; index < 160; index++) project.component(`service-${index}`)
  const shown = await project.spawn(['config', 'show', '--output', 'json'], { through: INTO_HEAD }).finished
  expect(shown).toEqual({ code: 0, stdout: '{\n', stderr: '' })
  const run = await project.spawn(['service', 'start', '--all', '--output', 'plain'], { through: INTO_HEAD }).finished
  expect(run).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Starting 60 services .*\n$/) })
  expect(run.stderr).not.toMatch(/EPIPE|internal error/)
  expect(project.began()).toHaveLength(60)
})

test.each(['stop', 'delete'])('the help of "service %s" offers no rollback, which it refuses', async (verb) => {
  const { stdout } = await new TestProject().paictl('service', verb, '--help')
  expect(stdout).toMatch(/--on-failure .*"continue", "stop"\]/)
  expect(stdout).not.toContain('rollback')
})

test('the help of an apply says what --canary takes, and a plan can be made for a cluster to be taken over', async () => {
  const project = new TestProject()
  expect((await project.paictl('apply', '--help')).stdout).toMatch(/--canary +Await N refreshes/)
  expect((await project.paictl('plan', '--help')).stdout).toContain('--take-over')
})
