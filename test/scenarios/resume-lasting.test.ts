import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isUp, probed, takeDown } from '../rig/probed.ts'
import { type Running, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const runsDirectory = (project: TestProject): string => join(project.state, 'project', 'runs')

const runsOf = (project: TestProject): string[] => readdirSync(runsDirectory(project)).sort()

const fileOf = (project: TestProject, file: string, run = runsOf(project)[0] ?? ''): string =>
  join(runsDirectory(project), run, file)

/** Changes a file as if it had been written so. */
function rewrite(file: string, from: RegExp, to: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(from)
  writeFileSync(file, text.replace(from, to))
}

/** Kills a run when a step has come to its gate; the step's script goes on from there. */
async function killed(project: TestProject, step: string, args: readonly string[]): Promise<Running> {
  const gate = project.gate(step)
  const run = project.spawn(args)
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  await gate.open()
  await project.traced(`end ${step}`)
  return run
}

/** db, which cannot be asked, web which needs it, and app which needs web. */
function chain(project: TestProject): void {
  project.component('db')
  probed(project, 'web', 'prerequisite: [db]\n')
  probed(project, 'app', 'prerequisite: [web]\n')
}

const starts = (project: TestProject): string[] => project.began().filter((line) => line.startsWith('start'))

async function stateOf(project: TestProject, run = runsOf(project)[0] ?? ''): Promise<unknown> {
  const { stdout } = await project.paictl('runs', run, '--output', 'json')
  return JSON.parse(stdout).run
}

test('of two that wait to go on with a run, the second goes on from where the first was killed', async () => {
  const project = new TestProject()
  chain(project)
  probed(project, 'last', 'prerequisite: [app]\n')
  await killed(project, 'start web', ['service', 'start', '--all'])
  // It is in the way of both, until both have read how far the run had come.
  const busy = project.gate('start db')
  const other = project.spawn(['service', 'start', 'db'])
  await project.traced('begin start db', 2)
  const gate = project.gate('start last')
  const both = [1, 2].map(() => project.spawn(['resume', '--wait-lock', '60s', '--output', 'plain']))
  await until(() => both.every((one) => one.output().includes('PAI-locked')), 'both to wait')
  await busy.open()
  expect((await other.finished).code).toBe(0)
  await gate.reached
  const first = both.find((one) => one.output().includes('Going on with run'))
  const second = both.find((one) => one !== first)
  first?.signal('SIGKILL')
  await first?.finished
  await gate.open()
  const ended = await second?.finished
  expect(ended).toMatchObject({ code: 0 })
  expect(starts(project)).toEqual(['start db', 'start web', 'start db', 'start app', 'start last'])
  const versions = readdirSync(join(project.state, 'project', 'services', 'app', 'versions'))
  expect(versions).toEqual([`${runsOf(project)[0]}-2`])
})

test('what was to be taken back and was not even decided is taken back, whatever became of the project', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  probed(project, 'web', 'prerequisite: [api]\n')
  await project.paictl('service', 'start', '--all', '--on-failure', 'stop')
  // As if it had been killed right after the last outcome.
  rmSync(fileOf(project, 'summary.json'))
  for (const file of ['plan.json', 'journal.jsonl']) {
    rewrite(fileOf(project, file), /"onFailure": ?"stop"/g, '"onFailure":"rollback"')
  }
  project.write('components/db/deploy/service.yaml', 'start-script: [\n')
  expect((await project.paictl('service', 'status')).stderr).toContain('was interrupted')
  expect(await stateOf(project)).toMatchObject({ state: 'interrupted' })
  expect(await project.paictl('resume')).toMatchObject({ code: 1 })
  expect(isUp(project, 'db')).toBe(false)
  expect(project.began()).toEqual(['start db', 'start api', 'stop api', 'stop db'])
  expect(await project.paictl('resume')).toMatchObject({ code: 0, stdout: '' })
})

test('a rollback that Ctrl-C has ended can be gone on with', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  const gate = project.gate('stop api')
  const run = project.spawn(['service', 'start', 'api', '--on-failure', 'rollback'])
  await gate.reached
  run.signal('SIGINT')
  expect((await run.finished).code).toBe(130)
  gate.remove()
  expect(await stateOf(project)).toMatchObject({ state: 'interrupted' })
  expect(isUp(project, 'db')).toBe(true)
  const resumed = await project.paictl('resume')
  expect(resumed.stdout).toContain('Rolling back')
  expect(resumed.code).toBe(1)
  expect(project.began()).toEqual(['start db', 'start api', 'stop api', 'stop db'])
  expect(isUp(project, 'db')).toBe(false)
  expect(await stateOf(project)).toMatchObject({ state: 'failed' })
})

test('a signal that comes between a failure and the rollback leaves that for resume', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'bad', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  probed(project, 'slow', 'prerequisite: [db]\n')
  const gate = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all', '--on-failure', 'rollback', '--output', 'plain'])
  await gate.reached
  await until(() => run.output().includes('FAILED'), 'the failure')
  run.signal('SIGINT')
  expect((await run.finished).code).toBe(130)
  gate.remove()
  expect(isUp(project, 'db')).toBe(true)
  expect((await project.paictl('resume')).code).toBe(1)
  expect(starts(project)).toHaveLength(3)
  expect(project.began().at(-1)).toBe('stop db')
})

test('what resume was told to do about failures holds when that is gone on with', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'app', 'prerequisite: [db]\n')
  project.write('components/app/deploy/start.sh', '#!/bin/sh\necho "begin start app" >> "$TRACE"\nexit 1\n')
  await killed(project, 'start db', ['service', 'start', '--all'])
  const late = project.gate('stop app')
  const again = project.spawn(['resume', '--on-failure', 'rollback'])
  await late.reached
  again.signal('SIGKILL')
  await again.finished
  await late.open()
  // As if it had been killed before the rollback was written down.
  const lines = readFileSync(fileOf(project, 'journal.jsonl'), 'utf8').split('\n')
  const decided = lines.findIndex((line) => line.includes('"type":"rollback"'))
  expect(decided).toBeGreaterThan(0)
  writeFileSync(fileOf(project, 'journal.jsonl'), `${lines.slice(0, decided).join('\n')}\n`)
  expect((await project.paictl('resume')).code).toBe(1)
  expect(isUp(project, 'db')).toBe(false)
})

test('--on-failure rollback is refused for what stops or deletes, as when that is typed anew', async () => {
  const project = new TestProject()
  chain(project)
  await project.paictl('service', 'start', '--all')
  await killed(project, 'stop web', ['service', 'stop', '--all'])
  const { code, stderr } = await project.paictl('resume', '--on-failure', 'rollback')
  expect(code).toBe(2)
  expect(stderr).toContain('what a stop has done is not taken back')
  expect(project.began().filter((line) => line === 'stop db')).toEqual([])
})

test('an overlay is found again from elsewhere', async () => {
  const project = new TestProject()
  project.write('components/web/config/web.yaml', 'word: plain\n')
  probed(project, 'web')
  project.write('components/web/deploy/say.sh.template', 'echo "{{config.word}}"\n')
  project.write('mine/overlay.yaml', 'web: {word: special}\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web', '--overlay', 'overlay.yaml'], {
    cwd: join(project.root, 'mine'),
  })
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  gate.remove()
  expect(await project.paictl('resume', '--end-survivors')).toMatchObject({ code: 0 })
  const { deployDirectory } = project.record('web').applied as { deployDirectory: string }
  expect(readFileSync(join(deployDirectory, 'say.sh'), 'utf8')).toContain('special')
})

describe('what was done before the end may have changed since', () => {
  test('while it runs, that is no reason not to go on', async () => {
    const project = new TestProject()
    probed(project, 'db')
    probed(project, 'web', 'prerequisite: [db]\n')
    probed(project, 'app', 'prerequisite: [web]\n')
    await killed(project, 'start web', ['service', 'start', '--all'])
    project.write('components/db/deploy/more.txt', 'another file\n')
    expect(await project.paictl('resume')).toMatchObject({ code: 0 })
    expect(project.began()).toEqual(['start db', 'start web', 'start app'])
  })

  test('where it would have to be started again, it is', async () => {
    const project = new TestProject()
    probed(project, 'db')
    probed(project, 'web', 'prerequisite: [db]\n')
    probed(project, 'app', 'prerequisite: [web]\n')
    await killed(project, 'start web', ['service', 'start', '--all'])
    project.write('components/db/deploy/more.txt', 'another file\n')
    takeDown(project, 'db')
    const { code, stderr } = await project.paictl('resume')
    expect(code).toBe(4)
    expect(stderr).toContain('cannot be gone on with: "db" changed since its plan was made')
    project.remove('components/db/deploy/more.txt')
    expect(await project.paictl('resume')).toMatchObject({ code: 0 })
    expect(starts(project)).toEqual(['start db', 'start web', 'start db', 'start app'])
  })
})

test('resume --dry-run shows what is left, and leaves everything as it is', async () => {
  const project = new TestProject()
  chain(project)
  await killed(project, 'start web', ['service', 'start', '--all'])
  const before = readFileSync(fileOf(project, 'journal.jsonl'), 'utf8')
  const { code, stdout } = await project.paictl('resume', '--dry-run')
  expect(code).toBe(0)
  expect(stdout.split('\n').map((line) => line.split(/ {2,}/).slice(0, 2).join(' ').trim())).toEqual([
    ...['start web', 'start app'],
    '',
  ])
  expect(stdout).not.toContain('after db')
  expect(readFileSync(fileOf(project, 'journal.jsonl'), 'utf8')).toBe(before)
  expect(project.began()).toEqual(['start db', 'start web'])
})

test('a damaged journal of a run that is being gone on with is left to whoever does so', async () => {
  const project = new TestProject()
  chain(project)
  project.component('lone')
  await killed(project, 'start web', ['service', 'start', 'app'])
  const gate = project.gate('start app')
  const resumed = project.spawn(['resume'])
  await gate.reached
  rewrite(fileOf(project, 'journal.jsonl'), /^/, 'not JSON\n')
  const other = await project.paictl('service', 'start', 'lone')
  expect(other.code).toBe(0)
  expect(other.stderr).not.toContain('PAI-')
  expect(readdirSync(join(runsDirectory(project), runsOf(project)[0] ?? ''))).toEqual(['journal.jsonl', 'plan.json'])
  await gate.open()
  expect((await resumed.finished).code).toBe(0)
})

test('a run of this machine under another name counts as on until a person says otherwise', async () => {
  const project = new TestProject()
  chain(project)
  await killed(project, 'start web', ['service', 'start', '--all'])
  for (const file of [fileOf(project, 'plan.json'), fileOf(project, 'journal.jsonl')]) {
    rewrite(file, /"host": ?"[^"]*"/g, '"host":"as it was called"')
  }
  rewrite(join(project.state, 'project', 'leases.json'), /"host": ?"[^"]*"/g, '"host":"as it was called"')
  expect((await project.paictl('resume', runsOf(project)[0] ?? '')).stderr).toContain('is still under way')
  expect(await project.paictl('unlock', '--yes')).toMatchObject({ code: 0 })
  expect(await project.paictl('resume')).toMatchObject({ code: 0 })
  expect(starts(project)).toEqual(['start db', 'start web', 'start app'])
})

describe('runs that are kept', () => {
  test('one that can be gone on with stays, however many came after it', async () => {
    const project = new TestProject()
    chain(project)
    project.component('lone')
    await killed(project, 'start web', ['service', 'start', 'app'])
    const [run = ''] = runsOf(project)
    for (let second = 10; second < 65; second += 1) {
      mkdirSync(join(runsDirectory(project), `20991231-2359${second}-0000`))
    }
    expect((await project.paictl('service', 'start', 'lone')).code).toBe(0)
    expect(runsOf(project).length).toBeLessThan(55)
    expect(runsOf(project)).toContain(run)
    expect(await project.paictl('resume', run)).toMatchObject({ code: 0 })
  })

  test('one that others have taken the place of is closed, and looked into no more', async () => {
    const project = new TestProject()
    chain(project)
    await killed(project, 'start web', ['service', 'start', '--all'])
    const [run = ''] = runsOf(project)
    expect((await project.paictl('service', 'stop', '--all')).code).toBe(0)
    expect(existsSync(fileOf(project, 'summary.json', run))).toBe(true)
    expect(await stateOf(project, run)).toMatchObject({ state: 'replaced', exitCode: null })
    const named = await project.paictl('resume', run)
    expect(named.code).toBe(4)
    expect(named.stderr).toMatch(/cannot be gone on with: "web" was acted on by a later run/)
    expect((await project.paictl('resume')).stderr).toContain(run)
  })

  test('one that was killed when all of it was done is done', async () => {
    const project = new TestProject()
    chain(project)
    await project.paictl('service', 'start', '--all')
    const [run = ''] = runsOf(project)
    rmSync(fileOf(project, 'summary.json'))
    expect(await stateOf(project, run)).toMatchObject({ state: 'done', exitCode: null })
    expect((await project.paictl('service', 'stop', 'app')).code).toBe(0)
    expect(await stateOf(project, run)).toMatchObject({ state: 'done', exitCode: 0 })
  })

  test('what took a run back is not counted among its steps', async () => {
    const project = new TestProject()
    probed(project, 'db')
    probed(project, 'api', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
    await project.paictl('service', 'start', 'api', '--on-failure', 'rollback')
    expect(await stateOf(project)).toMatchObject({ steps: { done: 1, failed: 1, open: 0, total: 2 } })
  })
})
