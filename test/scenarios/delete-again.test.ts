import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { bringUp, isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const
const isRoot = process.getuid?.() === 0

const KEEPS_DATA = 'echo yes > "$PAICTL_DATA_DIR/kept"'

async function state(project: TestProject, name: string): Promise<string | undefined> {
  const { stdout } = await project.paictl('service', 'list', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return services.find((one) => one.name === name)?.state
}

test('a delete whose script fails halfway is done by the next one', async () => {
  const project = new TestProject()
  probed(project, 'web', '', {
    'start.sh': KEEPS_DATA,
    'delete.sh': 'rm -f "$GATES/../up-web"; [ -e "$GATES/../mended" ] || exit 1',
  })
  await project.paictl('service', 'start', 'web')
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 1 })
  expect(existsSync(project.data('web', 'kept'))).toBe(true)
  expect(await state(project, 'web')).toBe('failed')
  writeFileSync(join(dirname(project.root), 'mended'), '')
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web'))).toBe(false)
  expect(await state(project, 'web')).toBe('never-started')
})

/** Its delete-script wants to find what the service keeps, as a dump before the end would. */
const WANTS_DATA = { 'start.sh': KEEPS_DATA, 'delete.sh': 'cat "$PAICTL_DATA_DIR/kept" && rm "$GATES/../up-web"' }

/** A service that was deleted but for what somebody else has put into its data, by a user without rights there. */
async function halfDeleted(): Promise<{ project: TestProject; paictl: TestProject['paictl']; foreign: string }> {
  const project = new TestProject()
  probed(project, 'web', '', WANTS_DATA)
  execFileSync('chown', ['-R', '65534:65534', dirname(project.root)])
  const paictl = (...args: string[]) => project.spawn(args, { through: AS_NOBODY }).finished
  expect(await paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  const foreign = project.data('web', 'zone')
  mkdirSync(foreign)
  writeFileSync(join(foreign, 'file'), '')
  const { code, stdout } = await paictl('service', 'delete', 'web', '--yes')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +web +delete .*data\/zone\/file: permission denied/)
  expect(project.record('web')).toMatchObject({ phase: 'deleting', onlyDataLeft: true })
  project.forgetTrace()
  return { project, paictl, foreign }
}

test.skipIf(!isRoot)('where only data is left, the next delete removes it, and runs no script', async () => {
  const { project, paictl, foreign } = await halfDeleted()
  rmSync(project.data('web', 'kept'), { force: true })
  const status = await paictl('service', 'status', 'web')
  expect(status.stdout).toMatch(/^web +interrupted .*permission denied/m)
  expect(await paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 1 })
  rmSync(foreign, { recursive: true })
  const { code, stdout } = await paictl('service', 'delete', 'web', '--yes')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 deleted in /m)])
  expect(project.trace()).toEqual([])
  expect(existsSync(project.data('web'))).toBe(false)
  expect(project.record('web')).toMatchObject({ phase: 'never-started', dataGeneration: expect.any(Number) })
  expect(await paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(project.record('web')).not.toHaveProperty('onlyDataLeft')
})

test.skipIf(!isRoot)('what answers in the place of what is half deleted keeps the rest', async () => {
  const { project, paictl, foreign } = await halfDeleted()
  rmSync(foreign, { recursive: true })
  writeFileSync(project.data('web', 'rest'), '')
  bringUp(project, 'web')
  expect(await paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 1 })
  expect(existsSync(project.data('web', 'rest'))).toBe(true)
  expect(project.record('web')).toMatchObject({ phase: 'deleting', onlyDataLeft: true })
})

test('a stop of what was killed in its delete leaves it half deleted', async () => {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n', WANTS_DATA)
  await project.paictl('service', 'start', 'web')
  const gate = project.gate('delete web')
  const run = project.spawn(['service', 'delete', 'web', '--yes'])
  await gate.reached
  run.signal('SIGKILL')
  await run.finished
  expect(project.record('web')).toMatchObject({ phase: 'deleting' })
  const refused = await project.paictl('service', 'stop', 'db')
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('"web" (interrupted) needs it')])

  gate.remove()
  expect(await project.paictl('service', 'stop', 'web', '--end-survivors')).toMatchObject({ code: 0 })
  expect([isUp(project, 'web'), existsSync(project.data('web', 'kept'))]).toEqual([false, true])
  expect(project.record('web')).toMatchObject({ phase: 'deleting' })
  const status = await project.paictl('service', 'status', 'web')
  expect([status.code, status.stdout]).toEqual([3, expect.stringMatching(/^web +interrupted .*stopped since/m)])

  bringUp(project, 'web')
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web'))).toBe(false)
  expect(await state(project, 'web')).toBe('never-started')
})

test('a link that was put in the place of the data directory goes, and what it leads to stays', async () => {
  const project = new TestProject()
  probed(project, 'web', '', { 'start.sh': KEEPS_DATA })
  await project.paictl('service', 'start', 'web')
  const outside = join(dirname(project.root), 'outside')
  mkdirSync(outside)
  writeFileSync(join(outside, 'precious'), 'yes')
  rmSync(project.data('web'), { recursive: true })
  symlinkSync(outside, project.data('web').replace(/\/$/, ''))
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect(existsSync(project.data('web'))).toBe(false)
  expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('yes')
})
