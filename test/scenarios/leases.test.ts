import { hostname } from 'node:os'
import { describe, expect, test } from 'vitest'
import { leases } from '../rig/leases.ts'
import { probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

async function states(project: TestProject): Promise<Record<string, string>> {
  const { stdout } = await project.paictl('service', 'list', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return Object.fromEntries(services.map(({ name, state }) => [name, state]))
}

describe('two commands at once', () => {
  test('go on side by side when they are about different services', async () => {
    const project = new TestProject()
    project.component('web')
    project.component('other')
    const [web, other] = [project.gate('start web'), project.gate('start other')]
    const first = project.spawn(['service', 'start', 'web'])
    const second = project.spawn(['service', 'start', 'other'])
    await Promise.all([web.reached, other.reached])
    expect(await states(project)).toEqual({ other: 'starting', web: 'starting' })
    expect(leases(project).map(({ exclusive }) => exclusive)).toEqual(expect.arrayContaining([['web'], ['other']]))
    await Promise.all([web.open(), other.open()])
    expect([(await first.finished).code, (await second.finished).code]).toEqual([0, 0])
    expect(leases(project)).toEqual([])
  })

  test('on one service are refused, and told by whom; readers are not', async () => {
    const project = new TestProject()
    project.component('web')
    const gate = project.gate('start web')
    const run = project.spawn(['service', 'start', 'web'])
    await gate.reached

    for (const command of ['start', 'stop', 'restart', 'refresh', 'delete']) {
      const { code, stdout, stderr } = await project.paictl('service', command, 'web', '--yes')
      expect([command, code, stdout]).toEqual([command, 4, ''])
      expect(stderr).toContain(
        `error[PAI-locked]: another command is at work on "web": "paictl service start web" (process ${run.pid} on ${hostname()}, since `,
      )
      expect(stderr).toContain(`wait for it with "--wait-lock 30s", or end process ${run.pid}`)
    }
    expect(await states(project)).toEqual({ web: 'starting' })
    expect(await project.paictl('service', 'start', 'web', '--dry-run')).toMatchObject({ code: 0 })
    const impatient = await project.paictl('service', 'start', 'web', '--wait-lock', '50ms')
    expect(impatient.code).toBe(4)

    await gate.open()
    expect(await run.finished).toMatchObject({ code: 0 })
    expect(project.began()).toEqual(['start web'])
  })

  test('with --wait-lock the second says for whom it waits, and goes on after that one', async () => {
    const project = new TestProject()
    project.component('web')
    project.component('other', 'prerequisite: [web]\n')
    const gate = project.gate('start web')
    const first = project.spawn(['service', 'start', 'web'])
    await gate.reached
    const second = project.spawn(['service', 'start', 'other', '--wait-lock', '1m'])
    await until(() => second.output().includes('another command is at work on "web"'), 'word of the waiting')
    expect(second.output()).toContain('warning[PAI-locked]')
    await gate.open()
    expect(await first.finished).toMatchObject({ code: 0 })
    expect(await second.finished).toMatchObject({ code: 0 })
    expect(project.began().at(-1)).toBe('start other')
  })

  test('who waits can be interrupted, and leaves the other alone', async () => {
    const project = new TestProject()
    project.component('web')
    const gate = project.gate('start web')
    const first = project.spawn(['service', 'start', 'web'])
    await gate.reached
    const second = project.spawn(['service', 'start', 'web', '--wait-lock', '1m'])
    await until(() => second.output().includes('another command is at work'), 'word of the waiting')
    second.signal('SIGINT')
    await second.finished
    expect(leases(project)).toMatchObject([{ pid: first.pid, exclusive: ['web'] }])
    await gate.open()
    expect(await first.finished).toMatchObject({ code: 0 })
    expect(project.began()).toEqual(['start web'])
  })

  test('share a prerequisite that runs', async () => {
    const project = new TestProject()
    probed(project, 'base')
    project.component('web', 'prerequisite: [base]\n')
    project.component('other', 'prerequisite: [base]\n')
    await project.paictl('service', 'start', 'base')
    const [web, other] = [project.gate('start web'), project.gate('start other')]
    const first = project.spawn(['service', 'start', 'web'])
    await web.reached
    const second = project.spawn(['service', 'start', 'other'])
    await other.reached
    expect(leases(project)).toMatchObject([
      { exclusive: ['web'], shared: ['base'], planning: false },
      { exclusive: ['other'], shared: ['base'], planning: false },
    ])
    await Promise.all([web.open(), other.open()])
    expect([(await first.finished).code, (await second.finished).code]).toEqual([0, 0])
    expect(project.began().filter((step) => step === 'start base')).toHaveLength(1)
  })

  test('a prerequisite that somebody relies on is not started again meanwhile, but after', async () => {
    const project = new TestProject()
    // Without a probe: every start runs it again.
    project.component('base')
    project.component('web', 'prerequisite: [base]\n')
    project.component('other', 'prerequisite: [base]\n')
    const gate = project.gate('start web')
    const first = project.spawn(['service', 'start', 'web'])
    await gate.reached
    await until(() => leases(project)[0]?.shared.includes('base') ?? false, 'the prerequisite to be relied on only')
    const refused = await project.paictl('service', 'start', 'other')
    expect(refused).toMatchObject({ code: 4, stderr: expect.stringContaining('another command relies on "base"') })
    const second = project.spawn(['service', 'start', 'other', '--wait-lock', '1m'])
    await until(() => second.output().includes('another command relies on "base"'), 'word of the waiting')
    expect(project.began()).toEqual(['start base', 'start web'])
    await gate.open()
    expect([(await first.finished).code, (await second.finished).code]).toEqual([0, 0])
    expect(project.began()).toEqual(['start base', 'start web', 'start base', 'start other'])
  })
})

describe('a long job', () => {
  function withLongJob(): TestProject {
    const project = new TestProject()
    probed(project, 'base', '', { 'delete.sh': '' })
    probed(project, 'ingress', 'prerequisite: [base]\n')
    project.component('job', 'kind: job\nprerequisite: [base]\n')
    return project
  }

  test('keeps nobody from what it does not need', async () => {
    const project = withLongJob()
    const gate = project.gate('start job')
    const run = project.spawn(['service', 'start', '--all'])
    await gate.reached
    await project.traced('end start ingress')
    await until(() => leases(project)[0]?.exclusive.length === 1, 'all but the job to be given back')
    expect(leases(project)).toMatchObject([{ exclusive: ['job'], shared: ['base'], run: expect.any(String) }])
    expect(await project.paictl('service', 'stop', 'ingress')).toMatchObject({ code: 0 })
    expect(await project.paictl('service', 'start', 'ingress')).toMatchObject({ code: 0 })
    expect(await states(project)).toEqual({ base: 'running', ingress: 'running', job: 'starting' })
    await gate.open()
    expect(await run.finished).toMatchObject({ code: 0 })
  })

  test('is not to lose what it needs: who would stop that is refused, and told by whom', async () => {
    const project = withLongJob()
    const gate = project.gate('start job')
    const run = project.spawn(['service', 'start', 'job'])
    await gate.reached
    for (const command of [
      ['stop', 'base', '--force'],
      ['stop', 'base', '--with-dependents'],
      ['delete', 'base', '--yes'],
      ['restart', 'base'],
      ['stop', '--all'],
    ]) {
      const { code, stderr } = await project.paictl('service', ...command)
      expect([command, code]).toEqual([command, 4])
      expect(stderr).toMatch(/another command (relies on|is at work on) ("base"|"base", "job")/)
      expect(stderr).toContain(`"paictl service start job" (process ${run.pid} on `)
    }
    expect(project.began()).toEqual(['start base', 'start job'])
    await gate.open()
    expect(await run.finished).toMatchObject({ code: 0 })
    expect(await project.paictl('service', 'stop', 'base')).toMatchObject({ code: 0 })
  })
})

describe('a command that is only planning', () => {
  test('is waited for by others, without --wait-lock and without a word', async () => {
    const project = new TestProject()
    project.component('base', '', {
      'start.sh': 'touch "$PAICTL_RUN_DIR/up"',
      'status.sh': '[ -e "$PAICTL_RUN_DIR/up" ] || exit 3',
    })
    project.component('web', 'prerequisite: [base]\n')
    project.component('other', 'prerequisite: [base]\n')
    await project.paictl('service', 'start', 'base')
    const probe = project.gate('status base')
    const first = project.spawn(['service', 'start', 'web'])
    await until(() => leases(project).some(({ planning }) => planning), 'the first to plan')
    await probe.reached
    const second = project.spawn(['service', 'start', 'other'])
    // As long as that takes to come to the lease.
    await project.paictl('validate')
    expect(leases(project)).toMatchObject([{ planning: true, exclusive: ['base', 'web'], pid: first.pid }])
    await probe.open()
    expect(await first.finished).toMatchObject({ code: 0 })
    expect(await second.finished).toMatchObject({ code: 0, stderr: expect.not.stringContaining('PAI-locked') })
  })

  test('holds what its plan acts on, and no more, while a person is asked', async () => {
    const project = new TestProject()
    project.component('web', '', { 'delete.sh': '' })
    project.component('other')
    await project.paictl('service', 'start', '--all')
    const asking = project.terminal(['service', 'delete', 'web'])
    await until(() => asking.output().includes('[y/N]'), 'the question')
    expect(leases(project)).toMatchObject([{ planning: false, exclusive: ['web'], shared: [], run: null }])
    expect(await project.paictl('service', 'stop', 'other')).toMatchObject({ code: 0 })
    expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 4 })
    asking.type('y\n')
    expect(await asking.finished).toMatchObject({ code: 0 })
    expect(await states(project)).toEqual({ other: 'held', web: 'never-started' })
  })

  test('makes its plan from what it finds when it is no longer kept waiting', async () => {
    const project = new TestProject()
    probed(project, 'base')
    project.component('web', 'prerequisite: [base]\n')
    project.component('late', 'prerequisite: [base]\n')
    const gate = project.gate('start base')
    const first = project.spawn(['service', 'start', 'late'])
    await gate.reached
    const second = project.spawn(['service', 'stop', 'base', '--with-dependents', '--wait-lock', '1m'])
    await until(() => second.output().includes('another command is at work on "base"'), 'word of the waiting')
    await gate.open()
    expect(await first.finished).toMatchObject({ code: 0 })
    expect(await second.finished).toMatchObject({ code: 0 })
    // What was not there yet when it began is stopped first, and under a lease.
    expect(project.began().slice(-2)).toEqual(['stop late', 'stop base'])
  })

  test('says once what is to be noted, though it begins anew', async () => {
    const project = new TestProject()
    probed(project, 'base')
    project.component('late', 'prerequisite: [base]\n')
    const gate = project.gate('start base')
    const first = project.spawn(['service', 'start', 'late'])
    await gate.reached
    const second = project.spawn(['service', 'restart', 'base', '--with-dependents', '--wait-lock', '1m'])
    await until(() => second.output().includes('another command is at work on "base"'), 'word of the waiting')
    await gate.open()
    expect(await first.finished).toMatchObject({ code: 0 })
    const { code, stderr } = await second.finished
    expect([code, stderr.match(/no cluster-id is configured/g)]).toEqual([0, ['no cluster-id is configured']])
    expect(project.began().slice(-4)).toEqual(['stop late', 'stop base', 'start base', 'start late'])
  })
})

test('what was killed leaves leases that the next command takes', async () => {
  const project = new TestProject()
  probed(project, 'base')
  project.component('web', 'prerequisite: [base]\n')
  const gate = project.gate('start web')
  const run = project.spawn(['service', 'start', 'web'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  expect(leases(project)).toMatchObject([{ pid: run.pid }])
  await gate.open()
  await project.traced('end start web')
  expect(await states(project)).toMatchObject({ web: 'interrupted' })
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(leases(project)).toEqual([])
})
