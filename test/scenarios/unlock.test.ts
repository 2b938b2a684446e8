import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { leases } from '../rig/leases.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const ELSEWHERE = {
  nonce: '0123456789abcdef',
  pid: 4711,
  startTime: '1',
  boot: '1',
  host: 'elsewhere',
  command: 'paictl service start web',
  since: '2026-01-02T03:04:05.000Z',
  run: null,
  planning: false,
  exclusive: ['web'],
  shared: ['base'],
}

function document(value: unknown): unknown {
  const file = new URL('../../schemas/unlock.schema.json', import.meta.url)
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(file, 'utf8')),
  )
  return validate(value) ? 'valid' : validate.errors
}

/** A project whose services were started, and are held by a process of another machine. */
async function heldElsewhere(): Promise<TestProject> {
  const project = new TestProject()
  project.component('base')
  project.component('web', 'prerequisite: [base]\n')
  project.component('other')
  await project.paictl('service', 'start', '--all')
  writeFileSync(join(project.state, 'project', 'leases.json'), JSON.stringify({ v: 1, leases: [ELSEWHERE] }))
  return project
}

test('what a process of another machine holds is refused to others, until it is taken away', async () => {
  const project = await heldElsewhere()
  const refused = await project.paictl('service', 'stop', 'web')
  expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('(process 4711 on elsewhere, since ') })
  expect(refused.stderr).toContain('take it away with "paictl unlock web"')
  expect(await project.paictl('service', 'stop', 'other')).toMatchObject({ code: 0 })

  const unasked = await project.paictl('unlock')
  expect(unasked).toMatchObject({ code: 4, stdout: '' })
  expect(unasked.stderr).toMatch(/4711 on elsewhere +unknown .* web +base +paictl service start web/)
  expect(unasked.stderr).toContain('cannot ask whether to unlock "base", "web": there is no terminal')
  expect(leases(project)).toHaveLength(1)

  expect(await project.paictl('unlock', 'other')).toMatchObject({ code: 0, stdout: 'nothing is held\n' })
  expect(await project.paictl('unlock', 'nobody')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('PAI-unknown-service'),
  })
  expect(leases(project)).toHaveLength(1)
  const unlocked = await project.paictl('unlock', 'base', '--yes')
  expect(unlocked).toMatchObject({ code: 0, stdout: expect.stringContaining('taken away from 1 process') })
  expect(leases(project)).toEqual([])
  expect(await project.paictl('unlock')).toMatchObject({ code: 0, stdout: 'nothing is held\n', stderr: '' })
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
})

test('unlock works from anywhere, and in a project that is broken; programs get one document', async () => {
  const project = await heldElsewhere()
  project.write('components/web/deploy/service.yaml', 'prerequisite: [')
  const there = await project.spawn(['unlock', '--cluster', 'project', '--output', 'json'], { cwd: tmpdir() }).finished
  expect([there.code, there.stdout]).toEqual([4, ''])
  const { code, stdout } = await project.paictl('unlock', '--yes', '--output', 'json')
  expect(document(JSON.parse(stdout))).toBe('valid')
  const { nonce, startTime, boot, ...shown } = ELSEWHERE
  expect([code, JSON.parse(stdout)]).toEqual([0, { v: 1, removed: [{ ...shown, owner: 'unknown', all: false }] }])
  const again = await project.spawn(['unlock', '--cluster', 'project', '--output', 'json'], { cwd: tmpdir() }).finished
  expect([again.code, JSON.parse(again.stdout)]).toEqual([0, { v: 1, removed: [] }])
})

test('at a terminal it asks, and says who is still at work; a no leaves all as it is', async () => {
  const project = new TestProject()
  project.component('web')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web'])
  await gate.reached
  for (const [answer, code] of [
    ['n\n', 4],
    ['y\n', 0],
  ] as const) {
    const asking = project.terminal(['unlock'])
    await until(() => asking.output().includes('[y/N]'), 'the question')
    expect(asking.output()).toMatch(new RegExp(`${run.pid} on .* alive `))
    expect(asking.output()).toContain(
      'It is still at work: what comes next may act on the same services at the same time. Take away what it holds? [y/N]',
    )
    asking.type(answer)
    expect(await asking.finished).toMatchObject({ code })
    expect(leases(project)).toHaveLength(code === 0 ? 0 : 1)
  }
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(leases(project)).toEqual([])
})

test('what a command here holds that is at work is not taken away unasked, unless by force', async () => {
  const project = new TestProject()
  project.component('web')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web'])
  await gate.reached
  for (const options of [['--yes'], [], ['--force']]) {
    const refused = await project.paictl('unlock', ...options)
    expect([refused.code, refused.stdout]).toEqual([4, ''])
    expect(refused.stderr).toMatch(
      new RegExp(`still at work on this machine: ".*service start web" \\(process ${run.pid}\\)`),
    )
    expect(leases(project)).toHaveLength(1)
  }
  expect(await project.paictl('unlock', '--yes', '--force')).toMatchObject({ code: 0 })
  expect(leases(project)).toEqual([])
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
})

test('the scripts of a command from which all was taken away are awaited before another script of the service runs', async () => {
  const project = new TestProject()
  project.component('web')
  project.component('other')
  const [web, other] = [project.gate('start web'), project.gate('start other')]
  const run = project.spawn(['service', 'start', '--all'])
  await Promise.all([web.reached, other.reached])
  expect(await project.paictl('unlock', '--yes', '--force')).toMatchObject({ code: 0 })

  const stopping = project.spawn(['service', 'stop', 'web', '--output', 'plain'])
  await until(() => stopping.output().includes('its start script, still running as process'), 'word of the script')
  expect(project.began()).not.toContain('stop web')
  await web.open()
  expect(await stopping.finished).toMatchObject({ code: 0 })
  expect(project.trace().filter((line) => line.endsWith(' web'))).toEqual([
    'begin start web',
    'end start web',
    'begin stop web',
    'end stop web',
  ])
  await other.open()
  await run.finished
  expect(await project.paictl('service', 'stop', 'other')).toMatchObject({ code: 0 })
})

test('a lock that nobody gives back is taken away, too', async () => {
  const project = await heldElsewhere()
  const lock = join(project.state, 'project', 'lock.json')
  const { exclusive, shared, planning, run, ...owner } = ELSEWHERE
  writeFileSync(lock, JSON.stringify({ v: 1, ...owner, brief: true }))
  const { code, stdout } = await project.paictl('unlock', '--yes')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/4711 on elsewhere .* all /)])
  expect(existsSync(lock)).toBe(false)
  expect(readdirSync(join(project.state, 'project')).filter((name) => /lock|lease/.test(name))).toEqual([])
  expect(JSON.parse(readFileSync(join(project.state, 'project', 'cluster.json'), 'utf8'))).toMatchObject({
    clusterId: 'project',
  })
})
