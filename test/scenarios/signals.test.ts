import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const CTRL_C = '\u0003'

/** Scripts that do not end as one would like when they are asked to, or whose processes are not their children. */
const STUBBORN = {
  deaf: `trap '' TERM; echo "up" >> "$TRACE"; while :; do sleep 1; done`,
  forks: `(trap '' TERM; while :; do sleep 1; done) & (trap '' TERM; while :; do sleep 1; done) & echo "up" >> "$TRACE"; wait`,
  'forks-twice': `( (trap '' TERM; while :; do sleep 1; done) & ) ; echo "up" >> "$TRACE"; sleep 600`,
} as const

const ANSWERS = ['Interrupted: ', 'Interrupted again: ', 'Interrupted a third time: '] as const

describe.each(Object.entries(STUBBORN))('at a terminal, a script that is %s', (_, script) => {
  test.each([2, 3])('is gone with its group after Ctrl-C, %i times; the terminal is as before', async (times) => {
    const project = new TestProject()
    project.component('web', '', { 'start.sh': script })
    project.component('later', 'prerequisite: [web]\n')
    const run = project.terminal(['service', 'start', '--all'], { after: 'stty -a' })
    let isOver = false
    const over = run.finished.finally(() => {
      isOver = true
    })
    await project.traced('up')
    for (const answer of ANSWERS.slice(0, times)) {
      run.type(CTRL_C)
      // On a busy machine, the grace that the second has left may be over before the third.
      await until(() => run.output().includes(answer) || isOver, answer)
    }
    await over
    const { code, stdout } = await run.finished
    expect(code).toBe(130)
    expect(processesOf(project.state)).toEqual([])
    expect(project.began()).toEqual(['start web'])
    expect(project.record('web')).toMatchObject({ phase: 'interrupted', problem: 'its start was interrupted' })
    expect((await project.paictl('service', 'status')).stdout).toMatch(/^web +interrupted/m)
    expectSane(stdout)
  })
})

test('at a terminal, one Ctrl-C is enough for scripts that end when they are asked', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': 'sleep 600 & sleep 600' })
  const gate = project.gate('start web')
  const run = project.terminal(['service', 'start', 'web'], { after: 'stty -a' })
  await gate.reached
  await until(() => run.output().includes('running: web'), 'the line of what is running')
  run.type(CTRL_C)
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  expect(stdout.match(/Interrupted/g)).toHaveLength(1)
  expect(processesOf(project.state)).toEqual([])
  expectSane(stdout)
})

test('Ctrl-C at a question leaves the terminal as it was, and nothing is done', async () => {
  const project = new TestProject()
  project.component('web')
  await project.paictl('service', 'start', 'web')
  const run = project.terminal(['service', 'delete', 'web'], { after: 'stty -a' })
  await until(() => run.output().includes('[y/N]'), 'the question')
  run.type(CTRL_C)
  const { stdout } = await run.finished
  expectSane(stdout)
  expect(project.began()).toEqual(['start web'])
})

test('a script that has stopped itself is let go on, so that it gets its SIGTERM', async () => {
  const project = new TestProject()
  project.component('web', '', {
    'start.sh': `trap 'echo "term" >> "$TRACE"; exit 0' TERM; echo "stops $$" >> "$TRACE"; kill -STOP $$`,
  })
  const run = project.spawn(['service', 'start', 'web'])
  await until(() => project.trace().some((line) => line.startsWith('stops')), 'the script')
  const pid = project
    .trace()
    .find((line) => line.startsWith('stops'))
    ?.split(' ')[1]
  await until(() => /^State:\tT/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')), 'it to stop')
  run.signal('SIGTERM')
  expect(await run.finished).toMatchObject({ code: 143 })
  expect(project.trace()).toContain('term')
  expect(processesOf(project.state)).toEqual([])
  expect(project.record('web')).toMatchObject({ phase: 'interrupted' })
})

test('when its terminal goes away, a run is ended in order: its scripts, its records, its summary', async () => {
  const project = new TestProject()
  project.component('web', '', { 'start.sh': `trap 'echo "term" >> "$TRACE"; exit 1' TERM; sleep 600 & wait` })
  project.component('ready', 'readiness: {tcp: 1, timeout: 10m}\n')
  project.component('later', 'prerequisite: [web]\n')
  const run = project.terminal(['service', 'start', '--all'])
  await Promise.all([project.traced('begin start web'), project.traced('end start ready')])
  await until(() => run.output().includes('running: '), 'the line of what is running')
  run.signal('SIGKILL')
  await run.finished
  await until(() => processesOf(project.root).length === 0, 'the end of paictl')
  expect(processesOf(project.state)).toEqual([])
  expect(project.trace()).toContain('term')
  expect(project.began().sort()).toEqual(['start ready', 'start web'])
  for (const name of ['web', 'ready']) expect(project.record(name)).toMatchObject({ phase: 'interrupted' })
  expect(summaryOf(project)).toMatchObject({ exitCode: 129 })
  expect((await project.paictl('service', 'status')).stdout).toMatch(/^web +interrupted/m)
})

test('whoever reads its output may go away; the run goes on to its end', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('web', 'prerequisite: [db]\n')
  const gate = project.gate('start db')
  const run = project.spawn(['service', 'start', 'web', '--output', 'plain'], {
    through: ['bash', '-o', 'pipefail', '-c', '"$@" | { read -r line; echo "read" >> "$TRACE"; }', 'sh'],
  })
  await Promise.all([gate.reached, project.traced('read')])
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(expect.arrayContaining(['end start db', 'end start web']))
})

function summaryOf(project: TestProject): unknown {
  const runs = join(project.state, 'project', 'runs')
  const [run = ''] = readdirSync(runs)
  return JSON.parse(readFileSync(join(runs, run, 'summary.json'), 'utf8'))
}

/** The cursor is shown, what is typed is echoed and read by line, and no transient line is left. */
function expectSane(shown: string): void {
  const [before = '', settings = ''] = shown.split(/(?=speed \d+ baud)/)
  expect(settings).toMatch(/(?<!-)\bicanon\b/)
  expect(settings).toMatch(/(?<!-)\bisig\b/)
  expect(settings).toMatch(/(?<!-)\becho\b/)
  expect(before.lastIndexOf('\u001b[?25l')).toBeLessThanOrEqual(before.lastIndexOf('\u001b[?25h'))
  const last = before.split('\r\n').map((line) => line.split('\r\u001b[K').at(-1))
  expect(last.join('\n')).not.toContain('running: ')
}
