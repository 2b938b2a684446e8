import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** Writes a line at each SIGTERM, as does a process that it leaves behind; then waits for the gate `mid web`. */
const TWO_WITNESSES = `
  trap 'echo "term script" >> "$TRACE"' TERM
  (trap 'echo "term grandchild" >> "$TRACE"; exit 0' TERM; echo "grandchild up" >> "$TRACE"; while :; do sleep 1; done) &
  if [ -p "$GATES/mid-web" ]; then read -r _ <> "$GATES/mid-web"; fi`

/** Ends by SIGKILL alone. */
const DEAF = `trap '' TERM; echo "deaf $$" >> "$TRACE"; while :; do sleep 1; done`

async function states(project: TestProject): Promise<Record<string, string>> {
  const { stdout } = await project.paictl('service', 'status', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return Object.fromEntries(services.map(({ name, state }) => [name, state]))
}

test('the first Ctrl-C ends the whole group of a running script by one SIGTERM, and nothing new starts', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': TWO_WITNESSES })
  project.component('later', 'prerequisite: [web]\n')
  project.component('waiting')
  project.component('beside')
  const middle = project.gate('mid web')
  const beside = project.gate('start beside')
  const run = project.spawn(['service', 'start', '--all', '--parallel', '2'])
  await Promise.all([project.traced('grandchild up'), beside.reached])

  run.signal('SIGINT')
  await Promise.all([project.traced('term script'), project.traced('term grandchild')])
  await until(() => run.output().includes('waiting for'), 'word of who is still running')
  expect(run.output()).toContain(
    'nothing new starts; waiting for 2 scripts to end (beside, web). Ctrl-C again to hurry, a third time to kill.',
  )
  await middle.open()
  const { code, stdout } = await run.finished

  expect(code).toBe(130)
  expect(stdout).toMatch(/cancelled {2}later +start +not begun/)
  expect(stdout).toMatch(/4 cancelled in/)
  expect(project.trace().filter((line) => line.startsWith('term'))).toEqual(
    expect.toSatisfy((lines: string[]) => lines.toSorted().join() === 'term grandchild,term script'),
  )
  expect(project.began().sort()).toEqual(['start beside', 'start web'])
  expect(processesOf(project.state)).toEqual([])
  expect(project.record('web')).toMatchObject({ phase: 'interrupted', problem: 'its start was interrupted' })

  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
  expect(await states(project)).toEqual({
    beside: 'interrupted',
    later: 'never-started',
    waiting: 'never-started',
    web: 'interrupted',
  })
  beside.remove()
  project.component('web')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  expect(Object.values(await states(project))).toEqual(['running', 'running', 'running', 'running'])
})

test('a second Ctrl-C leaves a script that ignores SIGTERM one second more', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': DEAF })
  const run = project.spawn(['service', 'start', 'web'])
  await until(() => project.trace().some((line) => line.startsWith('deaf')), 'the script')
  run.signal('SIGINT')
  await until(() => run.output().includes('Interrupted: '), 'the first answer')
  expect(processesOf(project.state)).not.toEqual([])
  const hurried = Date.now()
  run.signal('SIGINT')
  const { code, stdout } = await run.finished
  // The grace of a single Ctrl-C is 10 s.
  expect(Date.now() - hurried).toBeLessThan(8000)
  expect(code).toBe(130)
  expect(stdout).toContain('Interrupted again: hurrying 1 script (web). Ctrl-C once more to kill.')
  expect(processesOf(project.state)).toEqual([])
})

test('a third Ctrl-C kills', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': DEAF })
  project.component('later', 'prerequisite: [web]\n')
  const run = project.spawn(['service', 'start', '--all'])
  await until(() => project.trace().some((line) => line.startsWith('deaf')), 'the script')
  for (const said of ['Interrupted: ', 'Interrupted again: ', 'Interrupted a third time: killing 1 script (web).']) {
    run.signal('SIGINT')
    await until(() => run.output().includes(said), said)
  }
  expect(await run.finished).toMatchObject({ code: 130 })
  expect(processesOf(project.state)).toEqual([])
  expect(project.began()).toEqual(['start web'])
})

test('SIGTERM and SIGHUP end a run as Ctrl-C does, with their own exit codes', async () => {
  for (const [signal, expected] of [['SIGTERM', 143] as const, ['SIGHUP', 129] as const]) {
    const project = new TestProject()
    project.component('web')
    const gate = project.gate('start web')
    const run = project.spawn(['service', 'start', 'web'])
    await gate.reached
    run.signal(signal)
    const { code, stdout } = await run.finished
    expect(code).toBe(expected)
    expect(stdout).toContain(`Interrupted by ${signal}: `)
    expect(project.record('web')).toMatchObject({ phase: 'interrupted' })
    expect(processesOf(project.state)).toEqual([])
  }
})

test('Ctrl-C at a terminal reaches the scripts once, through paictl alone, and leaves the terminal sane', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': TWO_WITNESSES })
  const middle = project.gate('mid web')
  const run = project.terminal(['service', 'start', 'web'])
  await project.traced('grandchild up')
  await until(() => run.output().includes('running: web'), 'the line of what is running')
  run.type('\u0003')
  await Promise.all([project.traced('term script'), project.traced('term grandchild')])
  await middle.open()
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  expect(project.trace().filter((line) => line.startsWith('term'))).toHaveLength(2)
  // The transient line is taken away before anything else is printed, and at the end.
  const shown = stdout.split('\r\n').map((line) => line.split('\r\u001b[K').at(-1))
  expect(shown.join('\n')).not.toContain('running: web')
  expect(shown.at(-1)).toBe('')
  expect(stdout.match(/Interrupted/g)).toHaveLength(1)
})

test('a daemon whose start script had ended survives the interruption of another script', async () => {
  const project = new TestProject()
  project.component('daemon', '', { 'start.sh': 'nohup sleep 600 & echo "daemon $!" >> "$TRACE"' })
  project.component('web', 'prerequisite: [daemon]\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web'])
  await gate.reached
  const pid = Number(
    project
      .trace()
      .find((line) => line.startsWith('daemon'))
      ?.split(' ')[1],
  )
  run.signal('SIGINT')
  expect(await run.finished).toMatchObject({ code: 130 })
  expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/^\d+ \(sleep\) S/)
  expect(await states(project)).toEqual({ daemon: 'running', web: 'interrupted' })
})

test('an interruption ends the waiting for readiness, and a probe that hangs with it', async () => {
  const project = new TestProject()
  project.component('web', 'readiness:\n  script: ready.sh\n', {
    'start.sh': 'touch "$TRACE.hang"',
    // Hangs only when it is asked for the first time after the start.
    'ready.sh': 'rm "$TRACE.hang" || exit 1; echo "asked" >> "$TRACE"; sleep 600',
  })
  const run = project.spawn(['service', 'start', 'web', '--output', 'plain'])
  await project.traced('asked')
  // The second question: by then it is said what is waited for.
  await until(() => run.output().includes('waiting'), 'word of what is waited for')
  run.signal('SIGINT')
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  // Its script had ended: none is waited for, and none was ended.
  expect(run.output()).toContain('Interrupted: nothing new starts; no script is running.')
  expect(stdout).toMatch(/cancelled +web +start .*no longer awaited; what it has started stays$/m)
  expect(processesOf(project.state)).toEqual([])
  expect(project.trace()).toContain('end start web')
  expect(project.record('web')).toMatchObject({ phase: 'interrupted' })
  // What has been started is known with its scripts, so that it can be stopped.
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  expect(project.began()).toContain('stop web')
})

test('Ctrl-C while services are being looked at leaves no probe behind', async () => {
  const project = new TestProject()
  project.component('web', '', { 'status.sh': 'echo "status $$" >> "$TRACE"; sleep 600' })
  for (const command of [
    ['service', 'status'],
    ['service', 'start', 'web'],
    ['service', 'describe', 'web'],
  ]) {
    project.forgetTrace()
    const run = project.spawn(command)
    await until(() => project.trace().some((line) => line.startsWith('status ')), 'the probe')
    run.signal('SIGINT')
    expect(await run.finished).toMatchObject({ code: 130 })
    expect(processesOf(project.state), command.join(' ')).toEqual([])
  }
})

test('an interrupted stop is recorded, and can be done again', async () => {
  const project = new TestProject()
  project.component('web')
  await project.paictl('service', 'start', 'web')
  const gate = project.gate('stop web')
  const run = project.spawn(['service', 'stop', 'web'])
  await gate.reached
  run.signal('SIGINT')
  expect(await run.finished).toMatchObject({ code: 130 })
  expect(project.record('web')).toMatchObject({ phase: 'interrupted', problem: 'its stop was interrupted' })
  const again = project.spawn(['service', 'stop', 'web'])
  await gate.open()
  expect(await again.finished).toMatchObject({ code: 0 })
  expect(await states(project)).toEqual({ web: 'held' })
})
