import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

// What a killed command was doing is not done, whatever the service's probe says of it.

/** Kills a command while a script of its stands at a gate; the script goes on when the gate is opened. */
async function killedAt(project: TestProject, step: string, args: readonly string[]) {
  const gate = project.gate(step)
  const run = project.spawn(args)
  await gate.reached
  // The next command knows the script by what was written down of it.
  await until(() => journals(project).includes('"type":"script"'), 'the line about the script')
  run.signal('SIGKILL')
  await run.finished
  return gate
}

function journals(project: TestProject): string {
  const runs = join(project.state, 'project', 'runs')
  return readFileSync(join(runs, readdirSync(runs).sort().at(-1) ?? '', 'journal.jsonl'), 'utf8')
}

const stateOf = async (project: TestProject, name: string): Promise<string> =>
  (await project.paictl('service', 'status', name)).stdout

test('a refresh whose paictl was killed is interrupted, though the service answers, and is done again', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'refresh.sh': '' })
  await project.paictl('service', 'start', '--all')
  const gate = await killedAt(project, 'refresh web', ['service', 'refresh', 'web'])
  expect(await stateOf(project, 'web')).toMatch(
    /web +interrupted .*its refresh was interrupted; its script still runs \(process \d+\)/,
  )
  const plan = await project.paictl('plan')
  expect(plan.stdout).toMatch(/refresh +web +its refresh was interrupted; its script still runs \(process \d+\)/)
  await gate.open()
  await project.traced('end refresh web')
  const start = await project.paictl('service', 'start', 'web')
  expect(start).toMatchObject({ code: 0 })
  expect(start.stdout).toContain('runs, but its last refresh was not done to the end: paictl service refresh web')
  expect((await project.paictl('apply', '--yes')).code).toBe(0)
  expect(project.began()).toEqual(['start web', 'refresh web', 'refresh web'])
  expect(await stateOf(project, 'web')).toMatch(/web +running /)
  expect((await project.paictl('plan')).stdout).toContain('up to date')
})

test('a stop whose paictl was killed is interrupted, and what was to be stopped is not started by apply', async () => {
  const project = new TestProject()
  probed(project, 'web')
  await project.paictl('service', 'start', '--all')
  const gate = await killedAt(project, 'stop web', ['service', 'stop', 'web'])
  expect(await stateOf(project, 'web')).toMatch(/web +interrupted .*its stop was interrupted; its script still runs/)
  const plan = await project.paictl('plan')
  expect(plan.stdout).toMatch(/left +web +its stop was interrupted; paictl service stop web/)
  await gate.open()
  await project.traced('end stop web')
  expect((await project.paictl('apply', '--yes')).stdout).toContain('its stop was interrupted')
  expect(project.began()).toEqual(['start web', 'stop web'])
  expect((await project.paictl('service', 'stop', 'web')).code).toBe(0)
  expect(await stateOf(project, 'web')).toMatch(/web +held /)
})

test('a start that came to its end without paictl is found done by the next start, and its duration is not made up', async () => {
  const project = new TestProject()
  probed(project, 'web')
  const gate = await killedAt(project, 'start web', ['service', 'start', 'web'])
  await gate.open()
  await project.traced('end start web')
  expect(await stateOf(project, 'web')).toMatch(/web +interrupted .*its start was interrupted/)
  expect((await project.paictl('plan')).stdout).toMatch(/start +web +its start was interrupted/)
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(0)
  expect(stdout).toMatch(/resumed +web +its start was done: status.sh says that it runs/)
  expect(project.began()).toEqual(['start web'])
  expect(project.record('web')).toMatchObject({ phase: 'running', durations: {} })
  expect((await project.paictl('plan')).stdout).toContain('1 up to date')
})

test('a start that came to its end with other files than the project has now is done again', async () => {
  const project = new TestProject()
  probed(project, 'web')
  const gate = await killedAt(project, 'start web', ['service', 'start', 'web'])
  await gate.open()
  await project.traced('end start web')
  project.write('components/web/deploy/new.txt', 'new')
  expect((await project.paictl('service', 'start', 'web')).code).toBe(0)
  expect(project.began()).toEqual(['start web', 'stop web', 'start web'])
  expect(isUp(project, 'web')).toBe(true)
})

test('a refresh that failed is said by status for as long as it is the last word', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'refresh.sh': '[ -e "$GATES/../fine" ] || exit 3' })
  await project.paictl('service', 'start', '--all')
  expect((await project.paictl('service', 'refresh', 'web')).code).toBe(1)
  expect(await stateOf(project, 'web')).toMatch(/web +running .*its refresh script exited with code 3/)
  project.write('../fine', '')
  expect((await project.paictl('service', 'refresh', 'web')).code).toBe(0)
  expect(await stateOf(project, 'web')).not.toContain('refresh')
})
