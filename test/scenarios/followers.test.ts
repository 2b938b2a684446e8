import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { deploy, followed, misrouted, TABLE, tables, undeploy } from '../rig/followed.ts'
import { probed, takeDown } from '../rig/probed.ts'
import { type Finished, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

function project(...args: Parameters<typeof followed> extends [unknown, ...infer Rest] ? Rest : never): TestProject {
  const made = new TestProject()
  followed(made, ...args)
  deploy(made, 'a', 1)
  deploy(made, 'b', 2)
  return made
}

/** Runs a command that must come to its end. */
async function done(project: TestProject, ...args: string[]): Promise<Finished> {
  const finished = await project.paictl(...args)
  expect([args, finished]).toEqual([args, { ...finished, code: 0 }])
  return finished
}

/** With all of it running, and nothing in the trace. */
async function running(made: TestProject): Promise<TestProject> {
  await done(made, 'service', 'start', '--all')
  made.forgetTrace()
  return made
}

/** From now on one deployment does not come up. */
function failStartOf(all: TestProject, name: string): void {
  const script = readFileSync(join(all.root, 'components/model/deploy/start.sh'), 'utf8')
  const failing = script.replace('\ntouch', `\n[ "$PAICTL_SERVICE" = ${name} ] && exit 1\ntouch`)
  all.write('components/model/deploy/start.sh', failing)
}

describe('a start', () => {
  test('of everything gives the follower what is there; one more is told of when it is ready', async () => {
    const all = project()
    await done(all, 'service', 'start', '--all')
    expect(all.trace().slice(-3)).toEqual([
      'begin start routes',
      'routes knows a=1/1/model b=2/2/model ',
      'end start routes',
    ])
    all.forgetTrace()
    deploy(all, 'c', 3)
    const { stdout } = await done(all, 'service', 'start', 'c')
    expect(stdout).toMatch(/done +c +start/)
    expect(stdout).toContain('1 started, 1 refreshed')
    expect(all.began()).toEqual(['start c', 'refresh routes'])
    expect(all.trace().indexOf('begin refresh routes')).toBeGreaterThan(all.trace().indexOf('end start c'))
    expect(tables(all)).toEqual(['a=1 b=2 c=3'])
    all.forgetTrace()
    await done(all, 'service', 'start', 'c')
    await done(all, 'service', 'start', 'routes')
    await done(all, 'apply', '--yes')
    expect(all.began()).toEqual([])
    await done(all, 'service', 'restart', 'c')
    expect(all.began()).toEqual(['stop c', 'start c', 'refresh routes'])
  })

  test('says in its plan why, and what comes after what', async () => {
    const all = await running(project())
    deploy(all, 'c', 3)
    const dry = await done(all, 'service', 'start', 'c', '--dry-run')
    expect(dry.stdout.split('\n').map((line) => line.trim())).toContain(
      'refresh  routes  followed deployments changed: + c; after start of c (optional)',
    )
    const planned = await all.paictl('plan', '--exit-code', '--diff')
    expect(planned.code).toBe(3)
    expect(planned.stdout).toMatch(/refresh +routes +followed deployments changed: \+ c/)
    expect(planned.stdout).toContain('+c=3/3/model')
    expect(planned.stdout).not.toContain('-a=1')
    const json = JSON.parse((await all.paictl('plan', '--output', 'json')).stdout)
    expect(json.plan.steps.at(-1)).toMatchObject({
      id: 'refresh:routes',
      deployments: ['a', 'b', 'c'],
      cause: { selected: { by: 'request' }, trigger: { kind: 'followed', added: ['c'], removed: [], changed: [] } },
    })
    expect(all.began()).toEqual([])
  })

  test('that fails is not routed to, and the others are', async () => {
    const all = await running(project())
    deploy(all, 'bad', 3)
    deploy(all, 'good', 4)
    failStartOf(all, 'bad')
    const { code, stdout } = await all.paictl('service', 'start', 'bad', 'good')
    expect(code).toBe(1)
    expect(stdout).toMatch(/done +routes +refresh +.*without bad, which did not come up/)
    expect(tables(all)).toEqual(['a=1 b=2 good=4'])
    all.forgetTrace()
    await done(all, 'service', 'start', 'good')
    expect(all.began()).toEqual([])
  })

  test('of one takes out of the table another one that has died', async () => {
    const all = await running(project())
    takeDown(all, 'a')
    deploy(all, 'c', 3)
    await done(all, 'service', 'start', 'c')
    expect(tables(all)).toEqual(['b=2 c=3'])
  })

  test('mends a table that does not have what runs, and takes out what has died', async () => {
    const all = await running(project())
    takeDown(all, 'a')
    await all.paictl('service', 'start', 'routes')
    expect(tables(all)).toEqual(['b=2'])
    await done(all, 'service', 'start', 'a')
    expect(tables(all)).toEqual(['b=2', 'a=1 b=2'])
    takeDown(all, 'b')
    all.write('components/model/deploy/start.sh', '#!/bin/sh\nexit 1\n')
    expect((await all.paictl('service', 'start', 'b')).code).toBe(1)
    expect(tables(all).at(-1)).toBe('a=1')
  })

  test('leaves a follower alone that does not run, was stopped, or is to be skipped, and says so', async () => {
    const all = project()
    await done(all, 'service', 'start', 'a')
    expect(all.began()).toEqual(['start a'])
    await done(all, 'service', 'start', 'routes')
    const { stderr } = await done(all, 'service', 'start', 'b', '-k', 'routes')
    expect(stderr).toContain('"routes" follows "b", and is not refreshed: it is to be skipped')
    await done(all, 'service', 'stop', 'routes')
    deploy(all, 'c', 3)
    await done(all, 'service', 'start', 'c')
    await done(all, 'apply', '--yes')
    expect(tables(all)).toEqual(['a=1'])
    await done(all, 'service', 'start', 'routes')
    expect(tables(all)).toEqual(['a=1', 'a=1 b=2 c=3'])
  })

  test('after a stop, that fails, is not routed to any more', async () => {
    const all = await running(project())
    failStartOf(all, 'b')
    expect((await all.paictl('service', 'restart', 'b', 'a')).code).toBe(1)
    expect(tables(all)).toEqual(['a=1'])
  })

  test('finds out that the follower cannot be rendered with it before anything is touched', async () => {
    const all = await running(project())
    all.write('components/routes/deploy/table.template', '{{#each deployments}}{{config.prot}}{{/each}}')
    deploy(all, 'c', 3)
    const { code, stderr } = await all.paictl('service', 'start', 'c')
    expect(code).toBe(2)
    expect(stderr).toMatch(/components\/routes\/deploy\/table\.template:1:\d+/)
    expect(all.began()).toEqual([])
  })
})

describe('a change', () => {
  test('of a deployment is taken in by it, and then by the follower; once, whatever else is new', async () => {
    const all = await running(project())
    deploy(all, 'a', 11)
    const { stdout } = await done(all, 'service', 'refresh', 'a', '--dry-run')
    expect(stdout).toContain('followed deployments changed: a; after a (optional)')
    await done(all, 'service', 'refresh', 'a')
    expect(all.began()).toEqual(['refresh a', 'refresh routes'])
    deploy(all, 'b', 22)
    deploy(all, 'c', 33)
    all.write('components/routes/deploy/more.sh', '#!/bin/sh\n')
    const plan = await all.paictl('plan')
    expect(plan.stdout).toMatch(/refresh +routes +files changed/)
    await done(all, 'apply', '--yes')
    expect(tables(all)).toEqual(['a=11 b=2', 'a=11 b=22 c=33'])
  })

  test('that the project already holds when the follower is told of something else goes with it, and is said', async () => {
    const all = await running(project())
    all.write('components/routes/deploy/more.sh', '#!/bin/sh\n')
    deploy(all, 'c', 3)
    const { stdout } = await done(all, 'service', 'start', 'c', '--dry-run')
    expect(stdout).toContain('followed deployments changed: + c; changed: more.sh (new); after start of c (optional)')
    await done(all, 'service', 'start', 'c')
    expect((await all.paictl('plan')).stdout).toContain('Nothing to do')
  })

  test('of what follows: a plan that was saved is carried out as long as it is the same', async () => {
    const all = await running(project())
    deploy(all, 'c', 3)
    const saved = await all.paictl('plan', '--output', 'json')
    all.write('saved.json', saved.stdout)
    deploy(all, 'd', 4)
    const other = await all.paictl('apply', '--plan', 'saved.json', '--yes')
    expect(other.code).toBe(4)
    undeploy(all, 'd')
    await done(all, 'apply', '--plan', 'saved.json', '--yes')
    expect(tables(all)).toEqual(['a=1 b=2 c=3'])
  })

  test('without a refresh-script is a stop and a start of the follower, which is not held by a stop of another', async () => {
    const all = await running(project({ refreshes: false }))
    deploy(all, 'c', 3)
    await done(all, 'service', 'start', 'c')
    await done(all, 'service', 'stop', 'b')
    expect(all.began()).toEqual(['start c', 'stop routes', 'start routes', 'stop routes', 'stop b', 'start routes'])
    expect(tables(all)).toEqual(['a=1 b=2 c=3', 'a=1 c=3'])
    expect(misrouted(['end start a', 'end start b', ...all.trace()])).toEqual([])
    expect(all.record('routes')).toMatchObject({ phase: 'running', held: false })
  })
})

describe('an apply', () => {
  test('stops a follower without a refresh-script when what it follows has come up', async () => {
    const all = await running(project({ refreshes: false }))
    deploy(all, 'c', 3)
    const gate = all.gate('start c')
    const apply = all.spawn(['apply', '--yes'])
    await gate.reached
    await gate.open()
    expect((await apply.finished).code).toBe(0)
    expect(all.trace()).toEqual([
      'begin start c',
      'end start c',
      'begin stop routes',
      'end stop routes',
      'begin start routes',
      'routes knows a=1/1/model b=2/2/model c=3/3/model ',
      'end start routes',
    ])
  })

  test('does the same where one of them does not come up, and says so', async () => {
    const all = await running(project({ refreshes: false }))
    deploy(all, 'bad', 3)
    deploy(all, 'c', 4)
    failStartOf(all, 'bad')
    const { code, stdout } = await all.paictl('apply', '--yes', '--on-failure', 'continue')
    expect([code, stdout.includes('without bad, which did not come up')]).toEqual([1, true])
    expect(all.began().slice(-2)).toEqual(['stop routes', 'start routes'])
    expect(tables(all).at(-1)).toBe('a=1 b=2 c=4')
    expect(all.record('routes')).toMatchObject({ phase: 'running' })
  })

  test('that stops at a failure says which follower was not told of what has come up, and what to type', async () => {
    for (const refreshes of [true, false]) {
      const all = await running(project({ refreshes }))
      deploy(all, 'c', 3)
      deploy(all, 'd', 4)
      probed(all, 'fails', '', { 'start.sh': 'exit 1' })
      const [slow, failing] = [all.gate('start d'), all.gate('start fails')]
      const apply = all.spawn(['apply', '--yes'])
      await all.traced('end start c')
      await failing.open()
      await until(() => apply.output().includes('FAILED'), 'the failure')
      await slow.open()
      const { code, stdout } = await apply.finished
      expect(code).toBe(1)
      expect(stdout).toContain(
        '\nNot refreshed after what it follows has come up (c, d): routes\n  paictl service refresh routes\n',
      )
      expect(stdout).not.toContain('not started again')
      all.forgetTrace()
      await done(all, 'service', 'refresh', 'routes')
      expect(tables(all)).toEqual(['a=1 b=2 c=3 d=4'])
    }
  })

  test('that restarts a follower restarts who declares that with it, down as shortly', async () => {
    const all = project({ refreshes: false })
    probed(all, 'app', 'prerequisite: [routes]\nrestart-with-prerequisites: true\n')
    await running(all)
    deploy(all, 'c', 3)
    await done(all, 'apply', '--yes')
    expect(all.began()).toEqual(['start c', 'stop app', 'stop routes', 'start routes', 'start app'])
    expect(tables(all)).toEqual(['a=1 b=2 c=3'])
  })

  test('prunes what both it and the follower stand on, restarted, after the follower knows', async () => {
    const all = new TestProject()
    probed(all, 'cfg')
    followed(all, { description: 'prerequisite: [cfg]\n' })
    for (const [name, port] of [
      ['a', 1],
      ['b', 2],
    ] as const)
      deploy(all, name, port, 'prerequisite: [cfg]\n')
    await running(all)
    undeploy(all, 'a')
    all.write('components/cfg/deploy/more.sh', '#!/bin/sh\n')
    await done(all, 'apply', '--prune', '--yes')
    expect(all.began()).toEqual(['stop cfg', 'start cfg', 'refresh routes', 'stop a'])
    expect(misrouted(['end start a', 'end start b', ...all.trace()])).toEqual([])
    expect(tables(all)).toEqual(['b=2'])
  })
})

test('a follower without a refresh-script that could not be started again is not stopped', async () => {
  const all = project({ refreshes: false })
  all.write('components/routes/deploy/table.template', '{{deployments.[0].name}}={{deployments.[1].name}}')
  await running(all)
  failStartOf(all, 'b')
  const { code, stdout } = await all.paictl('service', 'restart', 'b')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +routes +stop +.*it could not be started again: it cannot be rendered: /)
  expect(all.began()).toEqual(['stop b', 'start b'])
  expect(all.record('routes')).toMatchObject({ phase: 'running', problem: null })
})

test('rendered for a look, a follower sees what it would see', async () => {
  const all = await running(project())
  await done(all, 'service', 'stop', 'b')
  await done(all, 'service', 'render', 'routes', '--to', 'out')
  expect(readFileSync(join(all.root, 'out/routes/table'), 'utf8')).toBe('a=1/1/model\n')
})

describe('a stop', () => {
  test('and a delete begin when the follower no longer knows of it', async () => {
    const all = await running(project())
    await done(all, 'service', 'stop', 'a')
    await done(all, 'service', 'delete', 'b', '--yes')
    expect(all.trace().filter((line) => !line.startsWith('end'))).toEqual([
      'begin refresh routes',
      'routes knows b=2/2/model ',
      'begin stop a',
      'begin refresh routes',
      'routes knows ',
      'begin stop b',
    ])
    expect(misrouted(['end start a', 'end start b', ...all.trace()])).toEqual([])
  })

  test('does not begin where the follower could not be told; the next one tells it', async () => {
    const failing = { 'refresh.sh': '[ -e "$GATES/../broken" ] && exit 1' }
    const all = await running(project({ scripts: failing }))
    const broken = join(all.state, '../broken')
    all.write('../broken', '')
    expect(broken).toContain('broken')
    const { code, stdout } = await all.paictl('service', 'stop', 'a')
    expect(code).toBe(1)
    expect(stdout).toContain('1 blocked by routes')
    expect(all.began()).toEqual(['refresh routes'])
    all.remove('../broken')
    // Nobody knows how far it has come: it is told anew though nothing is to be otherwise.
    await done(all, 'service', 'start', 'a')
    expect(tables(all)).toEqual(['a=1 b=2'])
    await done(all, 'service', 'stop', 'a')
    expect(tables(all)).toEqual(['a=1 b=2', 'b=2'])
  })

  test('is refused where the follower cannot be rendered, unless it is forced or the follower is stopped too', async () => {
    const all = await running(project())
    all.write('components/routes/deploy/table.template', '{{nothing}}')
    const refused = await all.paictl('service', 'stop', 'a')
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(
      /error\[PAI-follower-not-refreshed\]: cannot stop "a": "routes", which follows it, cannot be refreshed first: it cannot be rendered: unknown name "nothing"/,
    )
    expect(all.began()).toEqual([])
    const forced = await done(all, 'service', 'stop', 'a', '--force')
    expect(forced.stderr).toContain('"routes" follows "a", and is not refreshed')
    await done(all, 'service', 'stop', 'b', 'routes')
    expect(all.began()).toEqual(['stop a', 'stop routes', 'stop b'])
  })

  test('needs no project where nobody follows it, and is refused without one where somebody does', async () => {
    const all = await running(project())
    all.remove('components/routes')
    const { code, stderr } = await all.paictl('service', 'stop', 'a')
    expect(code).toBe(4)
    expect(stderr).toContain('the project does not have it any more')
    all.remove('components/model')
    await done(all, 'service', 'stop', '--all')
    const [first, ...others] = all.began()
    expect([first, others.sort()]).toEqual(['stop routes', ['stop a', 'stop b']])
  })

  test('of an orphan that an apply prunes begins when the follower no longer knows of it', async () => {
    const all = await running(project())
    undeploy(all, 'a')
    deploy(all, 'c', 3)
    await done(all, 'apply', '--yes')
    expect(tables(all)).toEqual(['a=1 b=2 c=3'])
    deploy(all, 'd', 4)
    await done(all, 'apply', '--prune', '--yes')
    expect(tables(all)).toEqual(['a=1 b=2 c=3', 'b=2 c=3 d=4'])
    expect(misrouted(['end start a', 'end start b', ...all.trace()])).toEqual([])
  })
})

describe('a rollback', () => {
  test('tells the follower first that what was started goes again', async () => {
    const all = await running(project())
    deploy(all, 'c', 3)
    probed(all, 'fails', 'prerequisite: [routes]\n', { 'start.sh': 'exit 1' })
    const { code, stdout } = await all.paictl(
      'service',
      'start',
      'c',
      'fails',
      '--on-failure',
      'rollback',
      '--parallel',
      '1',
    )
    expect(code).toBe(1)
    expect(stdout).toContain('Rolling back: stopping 2 services that this run has started')
    expect(tables(all)).toEqual(['a=1 b=2 c=3', 'a=1 b=2'])
    expect(misrouted(['end start a', 'end start b', ...all.trace()])).toEqual([])
    expect(all.record('c')).toMatchObject({ phase: 'stopped' })
    all.forgetTrace()
    await done(all, 'service', 'start', 'a', 'b', 'routes')
    expect(all.began()).toEqual([])
  })
})

test('a follower of a follower is told when that has become another', async () => {
  const all = new TestProject()
  followed(all, { description: 'instances: many\noutputs: {known: "{{#each deployments}}{{name}} {{/each}}"}\n' })
  all.write('cluster-config/deployments/one.yaml', 'component: routes\n')
  deploy(all, 'a', 1)
  probed(all, 'edge', 'follows: [routes]\n', {
    'start.sh': 'echo "edge knows $(cat table)" >> "$TRACE"',
    'refresh.sh': 'echo "edge knows $(cat table)" >> "$TRACE"',
  })
  all.write('components/edge/deploy/table.template', '{{#each deployments}}{{name}}={{outputs.known}}{{/each}}')
  await running(all)
  deploy(all, 'b', 2)
  await done(all, 'service', 'start', 'b')
  expect(all.began()).toEqual(['start b', 'refresh one', 'refresh edge'])
  expect(all.trace().filter((line) => line.startsWith('edge'))).toEqual(['edge knows one=a b '])
  all.forgetTrace()
  await done(all, 'service', 'restart', 'one')
  expect(all.began()).toEqual(['stop one', 'start one', 'refresh edge'])
})

test('secrets of a deployment reach the follower, and nobody else', async () => {
  const all = project()
  all.write(
    'components/model/config/model.schema.json',
    JSON.stringify({ properties: { key: { 'x-paictl-secret': true } } }),
  )
  all.write('components/model/config/model.yaml', 'port: 0\nkey: hunter2hunter2\n')
  all.write(
    'components/model/deploy/service.yaml',
    `${readFileSync(join(all.root, 'components/model/deploy/service.yaml'), 'utf8').replace('outputs: {', 'outputs: {key: "{{config.key}}", ')}`,
  )
  all.write('components/routes/deploy/table.template', `{{#each deployments}}{{name}}={{outputs.key}}\n{{/each}}`)
  await done(all, 'service', 'start', '--all')
  deploy(all, 'c', 3)
  const { stdout, stderr } = await done(all, 'service', 'start', 'c', '--output', 'json')
  expect(stdout + stderr).not.toContain('hunter2')
  expect(JSON.stringify(all.record('routes'))).not.toContain('hunter2')
  expect(tables(all).at(-1)).toBe('a=hunter2hunter2 b=hunter2hunter2 c=hunter2hunter2')
  all.forgetTrace()
  await done(all, 'apply', '--yes')
  expect(all.began()).toEqual([])
  expect(TABLE).toContain('outputs.port')
})
