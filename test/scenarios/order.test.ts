import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** Fails unless the lines stand in the trace in this order. */
function expectOrder(trace: readonly string[], ...lines: readonly string[]): void {
  expect(trace.filter((line) => lines.includes(line))).toEqual(lines)
}

/** How many scripts ran side by side at most, by what they wrote down themselves. */
function mostAtOnce(trace: readonly string[]): number {
  let now = 0
  return Math.max(...trace.map((line) => (line.startsWith('begin ') ? ++now : now--)))
}

function diamond(project: TestProject): void {
  project.component('db')
  project.component('api', 'prerequisite: [db]\n')
  project.component('cache', 'prerequisite: [db]\n')
  project.component('web', 'prerequisite: [api, cache]\n')
}

test('each service of a diamond begins after all that it needs has ended, and only once', async () => {
  const project = new TestProject()
  diamond(project)
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(0)
  const trace = project.trace()
  for (const middle of ['api', 'cache']) {
    expectOrder(trace, 'end start db', `begin start ${middle}`)
    expectOrder(trace, `end start ${middle}`, 'begin start web')
  }
  expect(project.began().sort()).toEqual(['start api', 'start cache', 'start db', 'start web'])
  expect(stdout).toMatch(/^4 started in /m)
})

test('a service begins when its own prerequisites are done, whatever else of their layer still runs', async () => {
  const project = new TestProject()
  project.component('slow')
  project.component('fast')
  project.component('next', 'prerequisite: [fast]\n')
  project.component('last', 'prerequisite: [next]\n')
  project.component('join', 'prerequisite: [last, slow]\n')
  const slow = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all'])
  await slow.reached
  await project.traced('end start last')
  expect(project.trace()).not.toContain('begin start join')
  await slow.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expectOrder(project.trace(), 'end start last', 'end start slow', 'begin start join', 'end start join')
})

test('the same holds for stop, from dependents to what they need', async () => {
  const project = new TestProject()
  diamond(project)
  project.component('other-db')
  project.component('other-web', 'prerequisite: [other-db]\n')
  await project.paictl('service', 'start', '--all')
  project.forgetTrace()
  const api = project.gate('stop api')
  const run = project.spawn(['service', 'stop', '--all'])
  await api.reached
  await project.traced('end stop other-db')
  await project.traced('end stop cache')
  expect(project.trace()).not.toContain('begin stop db')
  await api.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  const trace = project.trace()
  expectOrder(trace, 'end stop web', 'begin stop api', 'end stop api', 'begin stop db')
  expectOrder(trace, 'end stop web', 'begin stop cache')
  expectOrder(trace, 'end stop other-web', 'begin stop other-db')
})

test('--parallel is reached and never exceeded', async () => {
  const project = new TestProject()
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) project.component(name)
  project.component('top', 'prerequisite: [a, b, c, d, e, f, g, h]\n')
  const gates = ['a', 'b', 'c'].map((name) => project.gate(`start ${name}`))
  const run = project.spawn(['service', 'start', '--all', '--parallel', '3'])
  await Promise.all(gates.map((gate) => gate.reached))
  for (const gate of gates) await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(mostAtOnce(project.trace())).toBe(3)
  expect(project.began()).toHaveLength(9)
})

test('--parallel 1 runs one script at a time, here and in what the project says', async () => {
  const project = new TestProject()
  project.write('paictl.yaml', 'parallel: 1\n')
  for (const name of ['a', 'b', 'c', 'd']) project.component(name)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  expect(mostAtOnce(project.trace())).toBe(1)
  expect(project.began()).toEqual(['start a', 'start b', 'start c', 'start d'])
  project.forgetTrace()
  const gates = ['a', 'b'].map((name) => project.gate(`stop ${name}`))
  const run = project.spawn(['service', 'stop', '--all', '--parallel', '2'])
  await Promise.all([project.traced('end stop c'), project.traced('end stop d'), gates[1]?.reached])
  for (const gate of gates) await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(mostAtOnce(project.trace())).toBe(2)
  expect(await project.paictl('service', 'start', '--all', '--parallel', '0')).toMatchObject({ code: 2 })
})

test('what took longest the last time goes first', async () => {
  const project = new TestProject()
  for (const name of ['a', 'b', 'y']) project.component(name)
  project.component('z', 'prerequisite: [y]\n')
  const slow = project.gate('start z')
  const first = project.spawn(['service', 'start', '--all'])
  await slow.reached
  const since = Date.now()
  await until(() => ['a', 'b', 'y'].every((name) => project.record(name).phase === 'running'), 'the others')
  const took = ['a', 'b', 'y'].map((name) => (project.record(name).durations as { start: number }).start)
  const others = took.reduce((sum, one) => sum + one, 0)
  await until(() => Date.now() - since > others, 'its start to have taken longer than those of all others')
  await slow.open()
  expect(await first.finished).toMatchObject({ code: 0 })
  await project.paictl('service', 'stop', '--all')
  project.forgetTrace()
  await project.paictl('service', 'start', '--all', '--parallel', '1')
  expect(project.began().slice(0, 2)).toEqual(['start y', 'start z'])
})

test('a chain of 10,000 is validated, drawn and planned within seconds', { timeout: 120_000 }, async () => {
  const project = new TestProject()
  const name = (index: number): string => `s${String(index).padStart(5, '0')}`
  for (let index = 0; index < 10_000; index += 1) {
    const deploy = join(project.root, 'components', name(index), 'deploy')
    mkdirSync(deploy, { recursive: true })
    const edge = index === 0 ? '' : `prerequisite: [${name(index - 1)}]\n`
    writeFileSync(join(deploy, 'service.yaml'), `start-script: start.sh\nstop-script: start.sh\n${edge}`)
    writeFileSync(join(deploy, 'start.sh'), '#!/bin/sh\n')
  }
  const within = async (...args: string[]): Promise<string> => {
    const begun = Date.now()
    const { code, stdout } = await project.paictl(...args)
    expect(code).toBe(0)
    // Alone on the machine these take two to four seconds.
    expect(Date.now() - begun).toBeLessThan(25_000)
    return stdout
  }
  expect(await within('validate')).toContain('10000 services are valid')
  const graph = JSON.parse(await within('graph', '--format', 'json')) as { edges: unknown[] }
  expect(graph.edges).toHaveLength(9999)
  const plan = (await within('service', 'start', name(9999), '--dry-run')).trimEnd().split('\n')
  expect(plan).toHaveLength(10_000)
  expect(plan[0]).toBe('start  s00000  never started; needed by s00001')
  expect(plan.at(-1)).toBe('start  s09999  never started; after s09998')
})

test('a cycle is shown with the place of each of its edges, and nothing is started', async () => {
  const project = new TestProject()
  project.component('a', 'prerequisite: [b]\n')
  project.component('b', 'prerequisite: [c]\n')
  project.component('c', 'prerequisite:\n  - {service: a, optional: true}\n')
  project.component('alone')
  const { code, stderr } = await project.paictl('service', 'start', 'alone')
  expect(code).toBe(2)
  expect(stderr).toContain('services need each other in a cycle: "a" -> "b" -> "c" -> "a"')
  expect(stderr).toContain('components/a/deploy/service.yaml:3:16')
  expect(stderr).toContain('components/b/deploy/service.yaml:3:16')
  expect(stderr).toContain('components/c/deploy/service.yaml:4')
  expect(project.trace()).toEqual([])
})
