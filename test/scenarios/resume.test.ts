import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed, takeDown } from '../rig/probed.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** db, web which needs it, and app which needs web. */
function chain(add: (project: TestProject, name: string, description?: string) => void = probed): TestProject {
  const project = new TestProject()
  add(project, 'db')
  add(project, 'web', 'prerequisite: [db]\n')
  add(project, 'app', 'prerequisite: [web]\n')
  return project
}

const bare = (project: TestProject, name: string, description?: string): void => project.component(name, description)

/** Kills paictl in the middle of web's start; the script goes on, and waits for its gate. */
async function killedAtWeb(project: TestProject, ...args: string[]): Promise<ReturnType<TestProject['gate']>> {
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', '--all', ...args])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  return gate
}

const runsOf = (project: TestProject): string[] => readdirSync(join(project.state, 'project', 'runs')).sort()

const journal = (project: TestProject, run = runsOf(project)[0] ?? ''): string =>
  join(project.state, 'project', 'runs', run, 'journal.jsonl')

test('after kill -9, status names the run and the script that still runs; resume awaits it, asks, and goes on', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  const [run = ''] = runsOf(project)

  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
  expect(status.stdout).toMatch(/web +interrupted .*its start was interrupted; its script still runs \(process \d+\)/)
  expect(status.stderr).toMatch(
    new RegExp(
      `warning\\[PAI-run-interrupted\\]: run ${run} \\("paictl service start --all"\\) was interrupted: ` +
        '1 of 3 steps done, the start of "web" \\(its script still runs, process \\d+\\) under way',
    ),
  )

  const resumed = project.spawn(['resume', '--output', 'plain'])
  await until(() => resumed.output().includes('its start script, still running as process'), 'word of the script')
  expect(project.began()).toEqual(['start db', 'start web'])
  await gate.open()
  const { code, stdout } = await resumed.finished
  expect(code).toBe(0)
  expect(stdout).toContain(`Going on with run ${run} (start), 1 of 3 steps done before`)
  expect(stdout).toMatch(/resumed +web +its start was done: status.sh says that it runs/)
  expect(project.trace()).toEqual([
    'begin start db',
    'end start db',
    'begin start web',
    'end start web',
    'begin start app',
    'end start app',
  ])
  expect(runsOf(project)).toEqual([run])
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0, stderr: '' })
  const again = await project.paictl('resume')
  expect(again).toMatchObject({ code: 0, stdout: '' })
  expect(again.stderr).toContain('no run was interrupted: there is nothing to go on with')
})

test('with --end-survivors the script is ended with its group, and the step is carried out again', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  gate.remove()
  const { code, stdout } = await project.paictl('resume', '--end-survivors')
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /ended +web +its start script of run \S+ \(process \d+\) was ended, as was asked for: what it has done is not known/,
  )
  expect(stdout).toMatch(/resumed +web +its start is carried out again: status.sh/)
  const starts = project.trace().filter((line) => line.includes('start'))
  expect(starts).toEqual([
    'begin start db',
    'end start db',
    'begin start web',
    'begin start web',
    'end start web',
    'begin start app',
    'end start app',
  ])
  expect(isUp(project, 'web')).toBe(true)
  expect(processesOf(project.state)).toEqual([])
})

test('what has no probe that could tell is carried out again, and that is said', async () => {
  const project = chain(bare)
  const gate = await killedAtWeb(project)
  await gate.open()
  await project.traced('end start web')
  const { code, stdout } = await project.paictl('resume')
  expect(code).toBe(0)
  expect(stdout).toMatch(/resumed +web +.* is carried out again: it has no probe that could tell/)
  expect(project.began().filter((line) => line.startsWith('start'))).toEqual([
    'start db',
    'start web',
    'start web',
    'start app',
  ])
})

test('any other command waits for the script too, before anything of its service runs', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  const stop = project.spawn(['service', 'stop', 'web', '--output', 'plain'])
  await until(() => stop.output().includes('its start script, still running as process'), 'word of the script')
  expect(stop.output()).toContain('this takes its place; scripts that still run are awaited first')
  await gate.open()
  expect((await stop.finished).code).toBe(0)
  expect(project.trace().slice(2)).toEqual(['begin start web', 'end start web', 'begin stop web', 'end stop web'])
  expect(isUp(project, 'web')).toBe(false)
  // What was left of the run is not what is wanted any more.
  const resume = await project.paictl('resume')
  expect(resume).toMatchObject({ code: 0, stdout: '' })
  expect(resume.stderr).toContain('there is nothing to go on with')
  const named = await project.paictl('resume', runsOf(project)[0] ?? '')
  expect(named.code).toBe(4)
  expect(named.stderr).toMatch(
    /error\[PAI-not-resumable\]: run \S+ cannot be gone on with: "web" was acted on by a later run/,
  )
  expect(await project.paictl('service', 'status', 'web')).toMatchObject({ code: 0, stderr: '' })
})

test('the same start again finds what the script has done, and does not run it twice', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  const start = project.spawn(['service', 'start', '--all', '--output', 'plain'])
  await until(() => start.output().includes('its start script, still running as process'), 'word of the script')
  await gate.open()
  expect((await start.finished).code).toBe(0)
  expect(project.began()).toEqual(['start db', 'start web', 'start app'])
  expect((await project.paictl('service', 'status')).code).toBe(0)
})

test('Ctrl-C ends the waiting for such a script, and leaves it alone', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  const resumed = project.spawn(['resume', '--output', 'plain'])
  await until(() => resumed.output().includes('its start script, still running as process'), 'word of the script')
  resumed.signal('SIGINT')
  expect((await resumed.finished).code).toBe(130)
  expect(processesOf(project.state)).not.toEqual([])
  const again = project.spawn(['resume', '--output', 'plain'])
  await until(() => again.output().includes('its start script, still running as process'), 'word of the script')
  await gate.open()
  expect((await again.finished).code).toBe(0)
  expect(project.began()).toEqual(['start db', 'start web', 'start app'])
})

test('a plan is only gone on with for the files that it was made of', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  await gate.open()
  project.write('components/app/deploy/more.txt', 'another file\n')
  const { code, stderr } = await project.paictl('resume')
  expect(code).toBe(4)
  expect(stderr).toContain('cannot be gone on with: "app" changed since its plan was made')
  expect(project.began()).toEqual(['start db', 'start web'])
  project.remove('components/app/deploy/more.txt')
  expect((await project.paictl('resume')).code).toBe(0)
})

test('values of the command line that began it hold on', async () => {
  const project = new TestProject()
  project.write('components/web/config/web.yaml', 'word: plain\n')
  probed(project, 'web')
  project.write('components/web/deploy/say.sh.template', 'echo "{{config.word}}"\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web', '--set', 'web.word=special'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  gate.remove()
  expect((await project.paictl('resume', '--end-survivors')).code).toBe(0)
  const { deployDirectory } = project.record('web').applied as { deployDirectory: string }
  expect(readFileSync(join(deployDirectory, 'say.sh'), 'utf8')).toContain('special')
})

test('a torn last line is passed over', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  await gate.open()
  await project.traced('end start web')
  appendFileSync(journal(project), '{"v":2,"type":"outc')
  expect((await project.paictl('resume')).code).toBe(0)
  expect(project.began()).toEqual(['start db', 'start web', 'start app'])
  const lines = readFileSync(journal(project), 'utf8').trimEnd().split('\n')
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ v: 2 })
})

test('a damaged journal is set aside and said; what it told is asked of the services', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  writeFileSync(journal(project), `not JSON\n${readFileSync(journal(project), 'utf8')}`)
  const other = await project.paictl('service', 'status')
  expect(other.stderr).toContain('"app"')
  const resumed = project.spawn(['resume', '--output', 'plain'])
  await until(() => resumed.output().includes('its start script, still running as process'), 'word of the script')
  await gate.open()
  const { code, stderr } = await resumed.finished
  expect(code).toBe(0)
  expect(stderr).toMatch(/warning\[PAI-state-corrupt\]: ".*journal.jsonl" is damaged: line 1 is no entry of a journal/)
  expect(project.began()).toEqual(['start db', 'start web', 'start app'])
  const kept = readdirSync(join(journal(project), '..')).filter((name) => name.startsWith('journal.jsonl.corrupt-'))
  expect(kept).toHaveLength(1)
})

test('a run that Ctrl-C ended in order can be gone on with as well', async () => {
  const project = chain()
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', '--all'])
  await gate.reached
  run.signal('SIGINT')
  expect((await run.finished).code).toBe(130)
  gate.remove()
  expect((await project.paictl('service', 'status')).stderr).toBe('')
  const { code, stdout } = await project.paictl('resume')
  expect(code).toBe(0)
  expect(stdout).toContain('1 of 3 steps done before')
  expect(project.began().filter((line) => line.startsWith('start'))).toEqual([
    'start db',
    'start web',
    'start web',
    'start app',
  ])
})

test('a stop and a delete that were killed are gone on with, whatever became of the project', async () => {
  const project = chain()
  expect((await project.paictl('service', 'start', '--all')).code).toBe(0)
  writeFileSync(project.data('web', 'kept'), 'x')
  project.forgetTrace()
  const gate = project.gate('stop web')
  const run = project.spawn(['service', 'delete', '--all', '--yes'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  gate.remove()
  project.remove('components')
  project.write('components/web/deploy/service.yaml', 'start-script: [\n')
  expect(project.record('web')).toMatchObject({ phase: 'deleting' })
  const { code } = await project.paictl('resume', '--end-survivors')
  expect(code).toBe(0)
  expect(project.began()).toEqual(['stop app', 'stop web', 'stop web', 'stop db'])
  expect(() => readFileSync(project.data('web', 'kept'))).toThrow('ENOENT')
})

test('runs that cannot be gone on with say why', async () => {
  const project = chain()
  const unknown = await project.paictl('resume', '20260101-000000-0000')
  expect(unknown).toMatchObject({ code: 2 })
  expect(unknown.stderr).toContain('there is no run "20260101-000000-0000"')
  const gate = project.gate('start web')
  const start = project.spawn(['service', 'start', '--all'])
  await gate.reached
  const [run = ''] = runsOf(project)
  const running = await project.paictl('resume', run)
  expect(running.code).toBe(4)
  expect(running.stderr).toContain(`run ${run} is still under way`)
  await gate.open()
  expect((await start.finished).code).toBe(0)
  const over = await project.paictl('resume', run)
  expect(over.code).toBe(4)
  expect(over.stderr).toContain(`run ${run} is over`)
})

test('what has gone down since is started once more, before what needs it', async () => {
  const project = chain()
  const gate = await killedAtWeb(project)
  await gate.open()
  await project.traced('end start web')
  takeDown(project, 'db')
  const { code, stdout } = await project.paictl('resume')
  expect(code).toBe(0)
  expect(stdout).toContain('0 of 3 steps done before')
  const starts = project.began().filter((line) => line.startsWith('start'))
  expect(starts).toEqual(['start db', 'start web', 'start db', 'start app'])
  expect(['db', 'web', 'app'].map((name) => isUp(project, name))).toEqual([true, true, true])
})

test('after a reboot nothing that was started counts as running, unless a probe says so', async () => {
  const project = chain(bare)
  const gate = await killedAtWeb(project)
  await gate.open()
  await project.traced('end start web')
  // As if all of it had been written before the machine was restarted.
  const records = ['db', 'web'].map((name) => join(project.state, 'project', 'services', name, 'state.json'))
  for (const file of [...records, journal(project)]) {
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"boot":"[^"]*"/g, '"boot":"an earlier one"'))
  }
  expect((await project.paictl('service', 'status')).stdout).toMatch(/db +unknown/)
  const { code } = await project.paictl('resume')
  expect(code).toBe(0)
  const starts = project.began().filter((line) => line.startsWith('start'))
  expect(starts).toEqual(['start db', 'start web', 'start db', 'start web', 'start app'])
})

test('a run that is to be taken back after a failure is taken back by resume, with what was under way', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n', { 'start.sh': 'exit 1' })
  probed(project, 'slow', 'prerequisite: [db]\n')
  const gate = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all', '--on-failure', 'rollback', '--output', 'plain'])
  await gate.reached
  await until(() => run.output().includes('FAILED'), 'the failure')
  run.signal('SIGKILL')
  await run.finished
  const resumed = project.spawn(['resume', '--output', 'plain'])
  await until(() => resumed.output().includes('its start script, still running as process'), 'word of the script')
  await gate.open()
  const { code } = await resumed.finished
  expect(code).toBe(1)
  expect(project.began().slice(-3).toSorted()).toEqual(['stop db', 'stop slow', 'stop web'])
  expect(project.began().at(-1)).toBe('stop db')
  expect(['db', 'web', 'slow'].map((name) => isUp(project, name))).toEqual([false, false, false])
  expect(await project.paictl('resume')).toMatchObject({ code: 0, stdout: '' })
})

test('a server that leads a group of its own is no script that outlived its paictl', async () => {
  const project = new TestProject()
  const server =
    'setsid "$PWD/server" "$PAICTL_RUN_DIR/up" & echo $! > "$PAICTL_RUN_DIR/pid"; until [ -e "$PAICTL_RUN_DIR/up" ]; do :; done'
  probed(project, 'db', '', { 'start.sh': server, 'stop.sh': 'kill -- "-$(cat "$PAICTL_RUN_DIR/pid")"' })
  project.write('components/db/deploy/server', '#!/bin/sh\ntouch "$1"\nwhile :; do sleep 1; done\n')
  probed(project, 'web', 'prerequisite: [db]\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', '--all'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  gate.remove()
  const { code } = await project.paictl('resume', '--end-survivors')
  expect(code).toBe(0)
  expect(processesOf(project.state)).not.toEqual([])
  expect(project.began()).toEqual(['start db', 'start web', 'stop web', 'start web'])
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(processesOf(project.state)).toEqual([])
})
