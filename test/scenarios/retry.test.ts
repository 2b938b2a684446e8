import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** Fails as often as `times` says, with an exit code of its own each time: 11, 12 … */
const failing = (times: number): string => `
  failed=$(cat "$PAICTL_DATA_DIR/failed" 2>/dev/null || echo 0)
  if [ "$failed" -lt ${times} ]; then
    echo $((failed + 1)) > "$PAICTL_DATA_DIR/failed"
    echo "came to nothing"
    exit $((failed + 11))
  fi`

test('a start is tried again until it works, with its stop-script before each new attempt; dependents wait for that', async () => {
  const project = new TestProject()
  project.component('db', 'retry: {attempts: 4, delay: 10ms}\n', {
    'start.sh': `[ -e "$PAICTL_RUN_DIR/left" ] && echo "found what was left" >> "$TRACE"; touch "$PAICTL_RUN_DIR/left"${failing(2)}`,
  })
  project.component('web', 'prerequisite: [db]\n')
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(0)
  expect(project.trace()).toEqual([
    'begin start db',
    'begin stop db',
    'end stop db',
    'begin start db',
    'begin stop db',
    'end stop db',
    'begin start db',
    'end start db',
    'begin start web',
    'end start web',
  ])
  expect(stdout).toMatch(/^ {2}retrying +db +start +attempt 2 of 4 in \d+ms: exited with code 11$/m)
  expect(stdout).toMatch(/^ {2}retrying +db +start +attempt 3 of 4 in \d+ms: exited with code 12$/m)
  expect(stdout).toMatch(/^ {2}done +db +start .* after 3 attempts$/m)
  expect(stdout).toMatch(/^2 started in /m)
})

test('when no attempt is left, the failure says how many there were, and the log tells them apart', async () => {
  const project = new TestProject()
  project.component('db', 'retry: {start: {attempts: 2, delay: 10ms}}\n', { 'start.sh': failing(9) })
  const { code, stdout } = await project.paictl('service', 'start', 'db')
  expect(code).toBe(1)
  expect(stdout).toMatch(/^ {2}FAILED +db +start .* after 2 attempts: exited with code 12$/m)
  const log = /^ +log +(\S+)$/m.exec(stdout)?.[1] ?? ''
  expect(readFileSync(resolve(project.root, log), 'utf8').replace(/\d+ms/, 'N')).toBe(
    [
      'came to nothing',
      'paictl: its start script exited with code 11; attempt 2 of 2 in N',
      'paictl: running stop.sh before the start',
      'came to nothing',
      '',
    ].join('\n'),
  )
  expect(project.record('db')).toMatchObject({ phase: 'failed' })
  expect((await project.paictl('service', 'status')).stdout).toContain(
    'its start script exited with code 12 (attempt 2)',
  )
})

test('only the listed exit codes are worth another attempt; what is out of time always is', async () => {
  const project = new TestProject()
  const retry = 'retry: {attempts: 3, delay: 10ms, on-exit-codes: [11]}\n'
  project.component('code', retry, { 'start.sh': failing(9) })
  project.component('slow', `${retry}timeout: {start: 200ms}\n`, {
    'start.sh': '[ -e "$PAICTL_DATA_DIR/slow" ] || { touch "$PAICTL_DATA_DIR/slow"; sleep 600; }',
  })
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +code +start .* after 2 attempts: exited with code 12$/m)
  expect(stdout).toMatch(
    /retrying +slow +start +attempt 2 of 3 .*still running after its timeout of 200ms; it was ended$/m,
  )
  expect(stdout).toMatch(/done +slow +start .* after 2 attempts$/m)
  expect(processesOf(project.state)).toEqual([])
})

test('a readiness that does not come is tried again; what an earlier attempt has printed does not count', async () => {
  const project = new TestProject()
  project.component(
    'db',
    'readiness: {log: "^up$", timeout: 300ms, interval: 20ms}\nretry: {attempts: 3, delay: 10ms}\n',
    {
      'start.sh': `
      tries=$(cat "$PAICTL_DATA_DIR/tries" 2>/dev/null || echo 0)
      echo $((tries + 1)) > "$PAICTL_DATA_DIR/tries"
      if [ "$tries" = 1 ]; then echo up; fi`,
      'stop.sh': 'echo up',
    },
  )
  const { code, stdout } = await project.paictl('service', 'start', 'db')
  expect(code).toBe(0)
  expect(stdout).toMatch(/retrying +db +start +attempt 2 of 3 .*: not ready after \d+ms$/m)
  expect(stdout).toMatch(/done +db +start .* ready after 2 attempts$/m)
  expect(project.began()).toEqual(['start db', 'stop db', 'start db'])
})

test('a stop that fails is tried again as the service was started with', async () => {
  const project = new TestProject()
  project.component('db', 'retry: {stop: {attempts: 3, delay: 10ms}}\n', { 'stop.sh': failing(1) })
  await project.paictl('service', 'start', 'db')
  const { code, stdout } = await project.paictl('service', 'stop', 'db')
  expect(code).toBe(0)
  expect(project.began()).toEqual(['start db', 'stop db', 'stop db'])
  expect(stdout).toMatch(/done +db +stop .* after 2 attempts$/m)
})

test('Ctrl-C while an attempt is waited for ends the run at once, and nothing more is run', async () => {
  const project = new TestProject()
  project.component('db', 'retry: {attempts: 5, delay: 10m, max-delay: 1h}\n', { 'start.sh': 'exit 1' })
  project.component('web', 'prerequisite: [db]\n')
  const run = project.spawn(['service', 'start', 'web'])
  await until(() => run.output().includes('retrying'), 'the delay')
  run.signal('SIGINT')
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  expect(stdout).toMatch(/^ {2}cancelled +db +start .*ended before it was done$/m)
  expect(project.trace()).toEqual(['begin start db'])
  expect(project.record('db')).toMatchObject({ phase: 'interrupted', problem: 'its start was interrupted' })
  expect((await project.paictl('service', 'status')).stdout).toMatch(/^db +interrupted/m)
})

test('the start of what failed or was interrupted last time runs its stop-script first, and says so beforehand', async () => {
  const project = new TestProject()
  project.component('bad', '', { 'start.sh': failing(1) })
  project.component('cut')
  project.component('fresh')
  project.component('bare', '', { 'start.sh': failing(1) })
  project.write('components/bare/deploy/service.yaml', 'start-script: start.sh\n')
  await project.paictl('service', 'start', 'bad', 'bare')
  const gate = project.gate('start cut')
  const run = project.spawn(['service', 'start', 'cut'])
  await gate.reached
  run.signal('SIGINT')
  await run.finished
  gate.remove()
  project.forgetTrace()
  const { stdout } = await project.paictl('service', 'start', '--all', '--dry-run')
  expect(stdout).toMatch(/^start +bad +not running \(failed: .*\); its stop-script first$/m)
  expect(stdout).toMatch(/^start +cut +not running \(interrupted: .*\); its stop-script first$/m)
  expect(stdout).toMatch(/^start +bare +not running \(failed: [^;]*\)$/m)
  expect(stdout).toMatch(/^start +fresh +never started$/m)

  expect(await project.paictl('service', 'start', '--all', '--parallel', '1')).toMatchObject({ code: 0 })
  const of = (name: string) => project.trace().filter((line) => line.endsWith(` ${name}`))
  expect(of('bad')).toEqual(['begin stop bad', 'end stop bad', 'begin start bad', 'end start bad'])
  expect(of('cut')).toEqual(['begin stop cut', 'end stop cut', 'begin start cut', 'end start cut'])
  expect(of('bare')).toEqual(['begin start bare', 'end start bare'])
  expect(of('fresh')).toEqual(['begin start fresh', 'end start fresh'])
})
