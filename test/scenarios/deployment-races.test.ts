import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { type Finished, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const isEvent = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(new URL('../../schemas/events.schema.json', import.meta.url), 'utf8')),
)

// Commands on deployments beside others that act on the same, and killed in between.

const SCRIPTS = {
  'start.sh': 'echo "$PAICTL_SERVICE runs with $(cat level)" >> "$TRACE"; touch "$PAICTL_DATA_DIR/up"',
  'stop.sh': 'rm -f "$PAICTL_DATA_DIR/up"',
  'status.sh': 'if [ -e "$PAICTL_DATA_DIR/up" ]; then exit 0; else exit 3; fi',
  'refresh.sh': 'echo "$PAICTL_SERVICE runs with $(cat level)" >> "$TRACE"',
}

function projectOf(scripts: Record<string, string> = SCRIPTS): TestProject {
  const project = new TestProject()
  project.write('cluster-config/services-configuration.yaml', 'cluster:\n  common:\n    cluster-id: project\n')
  project.component('server', 'instances: many\n', scripts)
  project.write('components/server/deploy/level.template', '{{config.level}}')
  project.write('components/server/config/server.yaml', 'level: 0\n')
  return project
}

const acts = (project: TestProject): string[] => project.began().filter((one) => !one.startsWith('status'))
const fileOf = (project: TestProject, name: string): string =>
  join(project.root, `cluster-config/deployments/${name}.yaml`)
const textOf = (project: TestProject, name: string): string => readFileSync(fileOf(project, name), 'utf8')
/** With what it was started or refreshed, in order. */
const levels = (project: TestProject): string[] => project.trace().filter((line) => line.includes(' runs with '))
const deployments = (project: TestProject): string[] => readdirSync(join(project.root, 'cluster-config/deployments'))
const isRecorded = (project: TestProject, name: string): boolean =>
  existsSync(join(project.state, 'project/services', name))

const declare = (project: TestProject, name: string, level = 1): string =>
  project.write(`cluster-config/deployments/${name}.yaml`, `component: server\nconfig: {level: ${level}}\n`)

async function done(project: TestProject, ...args: string[]): Promise<Finished> {
  const finished = await project.paictl(...args)
  expect({ args, ...finished }).toEqual({ args, ...finished, code: 0 })
  return finished
}

test('what is about to be deleted is not started meanwhile, though it never ran', async () => {
  const project = projectOf()
  declare(project, 'iris')
  const run = project.terminal(['deployment', 'delete', 'iris'])
  await until(() => run.output().includes('[y/N]'), 'the question')
  const start = await project.paictl('service', 'start', 'iris')
  expect(start).toMatchObject({ code: 4 })
  expect(start.stderr).toContain('deployment delete iris')
  run.type('y\r')
  expect(await run.finished).toMatchObject({ code: 0 })
  expect([deployments(project), acts(project), isRecorded(project, 'iris')]).toEqual([[], [], false])
})

test('what is deleted with another one is not started while that is being stopped', async () => {
  const project = projectOf()
  for (const name of ['iris', 'wine']) declare(project, name)
  await done(project, 'service', 'start', 'wine')
  const gate = project.gate('stop wine')
  const run = project.spawn(['deployment', 'delete', 'iris', 'wine', '--yes'])
  await gate.reached
  expect(await project.paictl('service', 'start', 'iris')).toMatchObject({ code: 4 })
  const waiting = project.spawn(['service', 'start', 'iris', '--wait-lock', '60s'])
  await until(() => waiting.output().includes('deployment delete iris wine'), 'whom it waits for')
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  // It goes on when nothing is left of what it is to start.
  expect(await waiting.finished).toMatchObject({ code: 2 })
  expect([deployments(project), acts(project)]).toEqual([[], ['start wine', 'stop wine']])
})

/** How far apart the places are where something is killed; with CRASH_EVERY=1 nothing is left out. */
const every = (otherwise: number): number => Number(process.env.CRASH_EVERY ?? otherwise)

/** The last changes of the state come after the last entry of the journal. */
const PLACES = [
  { place: 'journal:after', from: 1, step: every(3), most: 40 },
  { place: 'state:before', from: 62, step: every(5), most: 140 },
]

test.each(PLACES)(
  'a delete that was killed leaves nothing when it is over, not the file either: $place',
  {
    timeout: 180_000,
  },
  async ({ place, from, step, most }) => {
    const project = projectOf()
    project.component('front', 'follows: server\n', { 'refresh.sh': 'sed "s/^/front: /" routes >> "$TRACE"' })
    project.write('components/front/deploy/routes.template', '{{#each deployments}}{{this.name}} {{/each}}.\n')
    declare(project, 'kept')
    await done(project, 'service', 'start', '--all')
    const args = ['deployment', 'delete', 'iris', 'wine', '--yes']
    let kills = 0
    let isKilled = true
    for (let at = from; isKilled; at += step) {
      declare(project, 'iris')
      declare(project, 'wine')
      await done(project, 'service', 'start', 'iris')
      project.forgetTrace()
      isKilled = (await project.killedAt(`${place}:${at}`, ...args)).code === null
      if (isKilled) {
        kills += 1
        // What had not begun is typed again, and every other time what can be gone on with.
        const resumed = kills % 2 === 1 ? await project.paictl('resume') : undefined
        if (resumed === undefined || resumed.stderr.includes('nothing to go on with')) await project.paictl(...args)
        else expect({ at, ...resumed }).toMatchObject({ at, code: 0 })
      }
      const left = [deployments(project), isRecorded(project, 'iris'), isRecorded(project, 'wine')]
      expect([at, ...left]).toEqual([at, ['kept.yaml'], false, false])
      await done(project, 'apply', '--yes')
      const started = acts(project).filter((one) => one.startsWith('start'))
      const routes = project.trace().filter((line) => line.startsWith('front: '))
      expect([at, started, routes.at(-1)]).toEqual([at, [], 'front: kept .'])
      expect(at).toBeLessThan(most)
    }
    expect(kills).toBeGreaterThanOrEqual(3)
  },
)

/** Has a delete killed when all is deleted but the file. */
async function killedBeforeTheFile(project: TestProject): Promise<void> {
  const isDeleted = (): boolean => isRecorded(project, 'iris') && project.record('iris').phase === 'never-started'
  for (let entry = 3; !isDeleted(); entry += 1) {
    await project.paictl('deployment', 'delete', 'iris', '--yes')
    declare(project, 'iris')
    await done(project, 'service', 'start', 'iris')
    const { code } = await project.killedAt(`journal:after:${entry}`, 'deployment', 'delete', 'iris', '--yes')
    expect(code).toBe(null)
  }
}

test('that a file was to be removed is said to whoever comes next, and to nobody who has declared it anew', async () => {
  const project = projectOf()
  await killedBeforeTheFile(project)
  expect(deployments(project)).toEqual(['iris.yaml'])
  const runs = await done(project, 'runs', '--output', 'json')
  expect(JSON.parse(runs.stdout).runs.at(-1)).toMatchObject({ state: 'interrupted', steps: { open: 0 } })
  const planned = await done(project, 'apply', '--dry-run')
  expect(planned.stderr).toContain('1 of 1 step done; still declared: "iris"')
  const rest = await done(project, 'resume', '--dry-run')
  expect(rest.stdout).toMatch(/ {2}removes {2}\S*iris\.yaml\n$/)
  declare(project, 'iris', 2)
  const resumed = await done(project, 'resume')
  expect(resumed.stderr).toContain('there is nothing to go on with')
  expect(deployments(project)).toEqual(['iris.yaml'])
  expect((await done(project, 'apply', '--yes')).stderr).not.toContain('still declared')
})

test('an update waits for a start that is under way, and what runs is what is declared', async () => {
  const project = projectOf()
  const gate = project.gate('start iris')
  const create = project.spawn(['deployment', 'create', 'iris', '--component', 'server', '--set', 'level=1'])
  await gate.reached
  const hasty = await project.paictl('deployment', 'update', 'iris', '--set', 'level=3', '--wait-lock', '0s')
  expect(hasty).toMatchObject({ code: 4 })
  expect(textOf(project, 'iris')).toContain('level: 1')
  const update = project.spawn(['deployment', 'update', 'iris', '--set', 'level=2'])
  await until(() => update.output().includes('deployment create iris'), 'whom it waits for')
  await gate.open()
  expect(await create.finished).toMatchObject({ code: 0 })
  expect(await update.finished).toMatchObject({ code: 0 })
  expect(textOf(project, 'iris')).toContain('level: 2')
  expect(levels(project)).toEqual(['iris runs with 1', 'iris runs with 2'])
})

test('an update changes nothing of what is being deleted', async () => {
  const project = projectOf()
  declare(project, 'iris')
  await done(project, 'service', 'start', 'iris')
  const gate = project.gate('stop iris')
  const run = project.spawn(['deployment', 'delete', 'iris', '--yes'])
  await gate.reached
  const hasty = await project.paictl('deployment', 'update', 'iris', '--set', 'level=2', '--wait-lock', '0s')
  expect(hasty).toMatchObject({ code: 4 })
  expect(hasty.stderr).not.toContain('changed')
  const patient = project.spawn(['deployment', 'update', 'iris', '--set', 'level=2'])
  await until(() => patient.output().includes('deployment delete iris'), 'whom it waits for')
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  const late = await patient.finished
  expect(late).toMatchObject({ code: 2 })
  expect(late.stderr).toContain('there is no deployment "iris"')
  expect(deployments(project)).toEqual([])
})

test('who has agreed to a plan is not asked again because another deployment was written meanwhile', async () => {
  const { 'refresh.sh': _, ...scripts } = SCRIPTS
  const project = projectOf(scripts)
  declare(project, 'iris')
  await done(project, 'service', 'start', 'iris')
  const run = project.terminal(['deployment', 'update', 'iris', '--set', 'level=2'])
  await until(() => run.output().includes('[y/N]'), 'the question')
  await done(project, 'deployment', 'create', 'wine', '--component', 'server', '--no-start')
  run.type('y\r')
  const finished = await run.finished
  expect(finished).toMatchObject({ code: 0 })
  expect(finished.stdout.split('[y/N]').length).toBe(2)
  expect(levels(project)).toEqual(['iris runs with 1', 'iris runs with 2'])
})

test('with --output json it is said which files were created, changed and removed', async () => {
  const project = projectOf()
  const files = async (...args: string[]): Promise<unknown[]> => {
    const { stdout } = await done(project, 'deployment', ...args, '--output', 'json')
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const event of events) expect(isEvent(event)).toBe(true)
    return events.flatMap(({ type, time: _, ...event }) => (type === 'deployment-file' ? [event] : []))
  }
  const event = { v: 1, deployment: 'iris', file: fileOf(project, 'iris') }
  expect(await files('create', 'iris', '--component', 'server')).toEqual([{ ...event, outcome: 'created' }])
  expect(await files('update', 'iris', '--set', 'level=2')).toEqual([{ ...event, outcome: 'changed' }])
  expect(await files('delete', 'iris', '--yes')).toEqual([{ ...event, outcome: 'removed' }])
})

test('the plan of a delete names the files that go', async () => {
  const project = projectOf()
  for (const name of ['iris', 'wine']) declare(project, name)
  await done(project, 'service', 'start', 'iris')
  const args = ['deployment', 'delete', 'iris', 'wine', '--dry-run']
  const { stdout } = await done(project, ...args)
  expect(stdout).toMatch(
    /delete +iris[\s\S]*\n {2}removes {2}\S*deployments\/iris\.yaml\n {2}removes {2}\S*wine\.yaml\n$/,
  )
  const document = JSON.parse((await done(project, ...args, '--output', 'json')).stdout)
  expect(document.files).toEqual(
    ['iris', 'wine'].map((name) => ({ name, file: fileOf(project, name), outcome: 'to-be-removed' })),
  )
  const run = project.terminal(['deployment', 'delete', 'wine'])
  await until(() => run.output().includes('[y/N]'), 'the question')
  expect(run.output()).toMatch(/ {2}removes {2}\S*wine\.yaml/)
  run.type('n\r')
  expect(await run.finished).toMatchObject({ code: 4 })
  expect(deployments(project).sort()).toEqual(['iris.yaml', 'wine.yaml'])
})

test('what is no file is said before anybody is asked', async () => {
  const project = projectOf()
  mkdirSync(join(fileOf(project, 'iris'), 'kept'), { recursive: true })
  symlinkSync('nowhere', fileOf(project, 'wine'))
  for (const name of ['iris', 'wine']) {
    const { code, stderr } = await project.paictl('deployment', 'delete', name)
    expect([name, code]).toEqual([name, 2])
    expect(stderr).toMatch(name === 'iris' ? /PAI-not-a-file[\s\S]*iris\.yaml/ : /PAI-unreadable-file[\s\S]*wine\.yaml/)
    expect(stderr).not.toMatch(/ERR_|cannot ask/)
  }
  expect(deployments(project).sort()).toEqual(['iris.yaml', 'wine.yaml'])
})

test('who needs a component protects those of its deployments that it was last started or refreshed with', async () => {
  const project = projectOf()
  project.component('web', 'prerequisite: [server]\n', { 'refresh.sh': '' })
  declare(project, 'iris')
  await done(project, 'service', 'start', 'web')
  await done(project, 'deployment', 'create', 'wine', '--component', 'server')
  expect(await project.paictl('service', 'stop', 'iris')).toMatchObject({ code: 4 })
  await done(project, 'service', 'stop', 'wine')
  await done(project, 'service', 'start', 'wine')
  await done(project, 'service', 'refresh', 'web')
  const refused = await project.paictl('deployment', 'delete', 'wine', '--yes')
  expect(refused).toMatchObject({ code: 4 })
  expect(refused.stderr).toContain('PAI-dependents-running')
})

test('an apply that has waited for a delete does not bring back what was deleted', async () => {
  const project = projectOf()
  for (const name of ['iris', 'wine']) declare(project, name)
  await done(project, 'service', 'start', 'iris')
  const gate = project.gate('stop iris')
  const run = project.spawn(['deployment', 'delete', 'iris', '--yes'])
  await gate.reached
  const apply = project.spawn(['apply', '--yes', '--wait-lock', '60s'])
  await until(() => apply.output().includes('deployment delete iris'), 'whom it waits for')
  await gate.open()
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(await apply.finished).toMatchObject({ code: 0 })
  expect(acts(project)).toEqual(['start iris', 'stop iris', 'start wine'])
  expect([deployments(project), isRecorded(project, 'iris')]).toEqual([['wine.yaml'], false])
})
