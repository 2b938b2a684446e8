import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { probed } from '../rig/probed.ts'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

test('a failed script is reported with its service, its name, its exit code, the end of its log and the next command', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': 'for i in $(seq 30); do echo "line $i"; done; echo "to stderr" >&2; exit 7',
  })
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ {2}FAILED +web +start +\S+ +exited with code 7$/m)
  expect(stdout).toMatch(/^ +script +start\.sh$/m)
  const shown = [...stdout.matchAll(/^ +\| (.*)$/gm)].map(([, line]) => line)
  expect(shown).toEqual([...Array.from({ length: 19 }, (_, index) => `line ${index + 12}`), 'to stderr'])
  const log = /^ +log +(\S+)$/m.exec(stdout)?.[1] ?? ''
  expect(readFileSync(resolve(project.root, log), 'utf8')).toMatch(/^line 1\n/)
  expect(stdout).toMatch(/^ +next +paictl service logs web\n +paictl service start web$/m)
  expect(stdout).toMatch(/^1 failed in /m)
  expect((await project.paictl('service', 'logs', 'web')).stdout).toMatch(/^line 1\n(.*\n)*to stderr\n$/)
  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
  expect(status.stdout).toMatch(/^web +failed .*its start script exited with code 7/m)
})

test.each([
  ['a signal', 'kill -9 $$', /ended by SIGKILL$/m],
  ['a command that is not there', 'no-such-command', /exited with code 127: a command that it calls was not found$/m],
])('%s ends a script, and that is said', async (_, body, words) => {
  const project = new TestProject()
  project.component('web', 'strict-shell: true\n', { 'start.sh': body })
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(words)
})

test('an interpreter that is not there is named', async () => {
  const project = new TestProject()
  project.component('a')
  project.component('b')
  project.write('components/a/deploy/start.sh', '#!/usr/bin/env no-such-shell\n')
  project.write('components/b/deploy/start.sh', '#!/no/such/shell\n')
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +a +start .*needs no-such-shell, which is not in PATH$/m)
  expect(stdout).toMatch(/FAILED +b +start .*needs \/no\/such\/shell, which is not there$/m)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 3 })
})

test('a script that is out of time is ended with all that it has started', async () => {
  const project = new TestProject()
  project.component('web', 'timeout: {start: 1s}\n', {
    'start.sh': '(sleep 1000 & sleep 1000) & echo "before"; wait',
  })
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +web +start .*still running after its timeout of 1\.0s; it was ended$/m)
  expect(stdout).toContain('| before')
  expect(project.trace()).toEqual(['begin start web'])
  expect(processesOf(project.state)).toEqual([])
})

test('what hangs is named with what was awaited, what its probe says, its log and the next command', async () => {
  const project = new TestProject()
  const limits = 'timeout: {start: 500ms, stop: 500ms}\n'
  probed(project, 'up', limits, {
    'start.sh': 'echo "some words"; touch "$GATES/../up-up"; sleep 600',
    'stop.sh': 'echo "will not go"; sleep 600',
    'status.sh': 'echo "no pid file"; exit 3',
  })
  probed(project, 'down', limits, { 'start.sh': 'sleep 600', 'status.sh': 'echo "no pid file"; exit 3' })
  const start = await project.paictl('service', 'start', '--all')
  expect(start.code).toBe(1)
  const block = (text: string, name: string) =>
    text.split(/^ {2}(?=FAILED)/m).find((one) => one.includes(` ${name} `)) ?? ''
  const up = block(start.stdout, 'up')
  expect(up).toMatch(
    /^ +awaited +the end of its start-script for 500ms; its probe then said: status\.sh says that it runs$/m,
  )
  expect(up).toMatch(/^ +limit +timeout\.start of its service\.yaml$/m)
  expect(up).toMatch(/^ +log +\S+start\.log$/m)
  expect(up).toMatch(/^ +\| some words$/m)
  expect(up).toMatch(/^ +next +paictl service logs up\n +paictl service start up$/m)
  const down = block(start.stdout, 'down')
  expect(down).toMatch(/^ +awaited +the end of its start-script for 500ms; its probe then said: no pid file$/m)

  const stop = await project.paictl('service', 'stop', 'up')
  expect(stop.code).toBe(1)
  expect(stop.stdout).toMatch(
    /^ +awaited +the end of its stop-script for 500ms; its probe then said: status\.sh says that it runs$/m,
  )
  expect(stop.stdout).toMatch(/^ +\| will not go$/m)
  expect(stop.stdout).toMatch(/^ +next +paictl service logs up\n +paictl service stop up$/m)
  expect(processesOf(project.state)).toEqual([])
})

test('a stop and a refresh have their own limits', async () => {
  const project = new TestProject()
  project.component('web', 'timeout: {stop: 500ms, refresh: 500ms}\n', {
    'stop.sh': 'sleep 1000',
    'refresh.sh': 'sleep 1000',
  })
  await project.paictl('service', 'start', 'web')
  const refresh = await project.paictl('service', 'refresh', 'web')
  expect(refresh.stdout).toMatch(/FAILED +web +refresh .*still running after its timeout of 500ms/)
  const stop = await project.paictl('service', 'stop', 'web')
  expect(stop.stdout).toMatch(/FAILED +web +stop .*still running after its timeout of 500ms/)
  expect([refresh.code, stop.code]).toEqual([1, 1])
  expect(processesOf(project.state)).toEqual([])
})

/** Two roots that fail, with what stands on them, and a branch that does not. */
function branches(project: TestProject): void {
  const fails = { 'start.sh': '[ -e "$PAICTL_PROJECT/mended" ] || exit 1' }
  probed(project, 'db', '', fails)
  probed(project, 'queue', '', fails)
  probed(project, 'api', 'prerequisite: [db]\n')
  probed(project, 'web', 'prerequisite: [api, queue, store]\n')
  probed(project, 'store')
  probed(project, 'train', 'prerequisite: [store]\n')
}

test('what needs a failed service is blocked by its roots; all else goes on', async () => {
  const project = new TestProject()
  branches(project)
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(project.began().sort()).toEqual(['start db', 'start queue', 'start store', 'start train'])
  expect(stdout).toMatch(/^ {2}blocked +api +start +by db$/m)
  expect(stdout).toMatch(/^ {2}blocked +web +start +by db, queue$/m)
  expect(stdout).toMatch(/^2 started, 2 failed, 2 blocked by db, queue in /m)
})

test('after mending, the next start runs what is missing and nothing else', async () => {
  const project = new TestProject()
  branches(project)
  await project.paictl('service', 'start', '--all')
  project.write('mended', '')
  project.forgetTrace()
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(0)
  expect(project.began().sort()).toEqual([
    ...['start api', 'start db', 'start queue', 'start web'],
    // What failed is cleared away before its new start.
    ...['stop db', 'stop queue'],
  ])
  expect(stdout).toMatch(/^4 started, 2 already running in /m)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
})

test('with --on-failure stop nothing new begins, and what runs is awaited', async () => {
  const project = new TestProject()
  for (const name of ['a', 'c', 'd']) project.component(name)
  project.component('b', '', { 'start.sh': 'exit 1' })
  const a = project.gate('start a')
  const b = project.gate('start b')
  const args = ['service', 'start', '--all', '--on-failure', 'stop', '--parallel', '2']
  const run = project.spawn(args)
  await Promise.all([a.reached, b.reached])
  await b.open()
  await until(() => run.output().includes('FAILED'), 'the failure')
  await a.open()
  const { code, stdout } = await run.finished
  expect(code).toBe(1)
  expect(project.began().sort()).toEqual(['start a', 'start b'])
  expect(project.trace()).toContain('end start a')
  expect(stdout).toMatch(/^1 started, 1 failed, 2 cancelled in /m)
})

test('a daemon that keeps its output open holds nobody up, lives on and goes on writing to the log', async () => {
  const project = new TestProject()
  const fifo = join(dirname(project.root), 'say')
  execFileSync('mkfifo', [fifo])
  project.component('web', '', {
    'start.sh':
      '(while read -r line <&3; do echo "said $line"; done) 3<> "$GATES/../say" &\necho $! > "$PAICTL_DATA_DIR/pid"',
    'stop.sh': 'kill "$(cat "$PAICTL_DATA_DIR/pid")"',
  })
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(processesOf(project.state)).not.toEqual([])
  for (const word of ['hello', 'again']) {
    await writeFile(fifo, `${word}\n`)
    await until(
      async () => (await project.paictl('service', 'logs', 'web')).stdout.includes(`said ${word}`),
      'its words in the log',
    )
  }
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  await until(() => processesOf(project.state).length === 0, 'the end of the daemon')
})
