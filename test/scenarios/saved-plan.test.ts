import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { probed, takeDown } from '../rig/probed.ts'
import { BINARY, TestProject } from '../rig/project.ts'

/** db and web, running; a change of web's is waiting, and a plan for it saved. */
async function planned(...args: string[]): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n', { 'refresh.sh': '' })
  project.write('components/web/config/web.yaml', 'port: 80\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.write('components/web/config/web.yaml', 'port: 81\n')
  await save(project, ...args)
  project.forgetTrace()
  return project
}

async function save(project: TestProject, ...args: string[]): Promise<void> {
  const { code, stdout } = await project.paictl('plan', '--output', 'json', ...args)
  expect(code).toBe(0)
  project.write('plan.json', stdout)
}

const applySaved = (project: TestProject, ...args: string[]) =>
  project.paictl('apply', '--plan', 'plan.json', '--yes', ...args)

const heads = (stderr: string): string[] => stderr.match(/^error\[PAI-.*$/gm) ?? []

test('a saved plan is carried out, once', async () => {
  const project = await planned()
  expect((await applySaved(project, '--dry-run')).stdout).toContain('web.port: 80 → 81')
  expect(project.trace()).toEqual([])
  expect(await applySaved(project)).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['refresh web'])
  const again = await applySaved(project)
  expect(again.code).toBe(4)
  expect(heads(again.stderr)).toEqual([
    expect.stringContaining('the plan no longer holds for "web": it was acted on since, by run '),
  ])
  expect(project.began()).toEqual(['refresh web'])
})

test('also from standard input', async () => {
  const project = await planned()
  const input = readFileSync(join(project.root, 'plan.json'))
  const run = (text: string | Buffer) =>
    spawnSync(process.execPath, [BINARY, 'apply', '--plan', '-', '--yes'], {
      cwd: project.root,
      env: project.env(),
      input: text,
      encoding: 'utf8',
    })
  const broken = run('{"v": 1,\n  "type": }')
  expect([broken.status, broken.stderr]).toEqual([2, expect.stringContaining('--> standard input:2:11')])
  expect(project.trace()).toEqual([])
  expect(run(input).status).toBe(0)
  expect(project.began()).toEqual(['refresh web'])
})

test('is refused when anything has moved, each service named with what moved', async () => {
  const project = await planned()
  project.write('components/web/config/web.yaml', 'port: 82\n')
  takeDown(project, 'db')
  probed(project, 'new')
  const { code, stderr } = await applySaved(project)
  expect(code).toBe(4)
  expect(heads(stderr)).toEqual([
    'error[PAI-plan-outdated]: the plan no longer holds for "db": it was running and is failed',
    'error[PAI-plan-outdated]: the plan no longer holds for "new": it is new in the project',
    'error[PAI-plan-outdated]: the plan no longer holds for "web": what the project declares for it has changed since',
  ])
  expect(project.trace()).toEqual([])
  project.remove('components/new')
  project.write('components/web/config/web.yaml', 'port: 81\n')
  await project.paictl('service', 'start', 'db')
  project.forgetTrace()
  const started = await applySaved(project)
  expect(heads(started.stderr)).toEqual([expect.stringContaining('"db": it was acted on since, by run')])
  expect(project.trace()).toEqual([])
})

test('is refused when it was changed by hand', async () => {
  const project = await planned()
  const text = readFileSync(join(project.root, 'plan.json'), 'utf8')
  project.write(
    'plan.json',
    text.replaceAll('refresh:web', 'start:web').replace('"operator": "refresh"', '"operator": "start"'),
  )
  const { code, stderr } = await applySaved(project)
  expect([code, heads(stderr)]).toEqual([
    4,
    ['error[PAI-plan-outdated]: the plan no longer holds for "web": other steps would be taken for it now'],
  ])
  expect(project.trace()).toEqual([])
})

test('of some services does not care what becomes of the others', async () => {
  const project = await planned('db')
  const other = JSON.parse(readFileSync(join(project.root, 'plan.json'), 'utf8'))
  expect(other.selection).toMatchObject({ names: ['db'], all: false })
  project.write('components/web/config/web.yaml', 'port: 83\n')
  expect(await applySaved(project)).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual([])
})

test('is carried out with the values of the command line that it was made with, unless others are given', async () => {
  const project = await planned('--set', 'web.port=5', '--canary', '1')
  const other = await applySaved(project, '--set', 'web.port=6')
  expect([other.code, other.stderr]).toEqual([
    4,
    expect.stringContaining('what the project declares for it has changed'),
  ])
  expect(await applySaved(project)).toMatchObject({ code: 0 })
  expect((await project.paictl('plan', '--set', 'web.port=5')).stdout).toContain('Nothing to do')
  expect(project.record('web').applied).toMatchObject({
    commandLine: [{ path: 'web.port', value: 5, source: '--set' }],
  })
})

/** Every file below a directory, links not followed. */
const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((path) => join(directory, path))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())

test('no secret is in a plan, in what is printed, or in a file other than those that are staged', async () => {
  const project = new TestProject()
  const [before, after] = ['first-horse', 'second-battery']
  probed(project, 'web', '', { 'refresh.sh': '' })
  project.write('components/web/config/web.yaml', 'password: ${env:PASSWORD}\nport: 80\n')
  project.write('components/web/deploy/secret.txt.template', 'a={{ config.port }}\npassword={{ config.password }}\n')
  const paictl = (password: string, ...args: string[]) => project.spawn(args, { env: { PASSWORD: password } }).finished
  const outputs = [await paictl(before, 'service', 'start', 'web')]
  project.write('components/web/config/web.yaml', 'password: ${env:PASSWORD}\nport: 81\n')
  const shown = await paictl(after, 'plan', '--diff')
  outputs.push(shown, await paictl(after, 'plan'))
  expect(shown.stdout).toContain('web.password: another secret\n')
  expect(shown.stdout).toContain('-a=80\n+a=81\n password=***\n')
  const saved = await paictl(after, 'plan', '--diff', '--output', 'json')
  outputs.push(saved)
  project.write('plan.json', saved.stdout)
  const applied = await paictl(after, 'apply', '--plan', 'plan.json', '--yes')
  expect(applied.code).toBe(0)
  outputs.push(applied, await paictl(after, 'plan', '--output', 'json'))
  // Only the secret is another one.
  const only = await paictl(before, 'plan', '--diff')
  outputs.push(only)
  expect(only.stdout).toContain('web/secret.txt differs in secrets only\n')
  for (const { code, stdout, stderr } of outputs) {
    expect([code, stdout + stderr]).toEqual([0, expect.not.stringMatching(/first-horse|second-battery/)])
  }
  const holding = filesBelow(project.state).filter((path) =>
    /first-horse|second-battery/.test(readFileSync(path, 'utf8')),
  )
  const names = new Set(holding.map((path) => path.split('/').at(-1)))
  expect([...names].sort()).toEqual(['config.json', 'secret.txt', 'secrets.json'])
})

test('a secret that was typed is to be typed again', async () => {
  const project = new TestProject()
  probed(project, 'web')
  project.write('components/web/config/web.yaml', 'password: ${env:PASSWORD}\nother: ""\n')
  const paictl = (...args: string[]) => project.spawn(args, { env: { PASSWORD: 'first-horse' } }).finished
  const set = ['--set', 'web.other=first-horse']
  project.write('plan.json', (await paictl('plan', '--output', 'json', ...set)).stdout)
  const refused = await paictl('apply', '--plan', 'plan.json', '--yes')
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('holds no secrets: give all its --set again'),
  ])
  expect(await paictl('apply', '--plan', 'plan.json', '--yes', ...set)).toMatchObject({ code: 0 })
})
