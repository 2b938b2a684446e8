import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test as plainTest } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { type Finished, TestProject } from '../rig/project.ts'

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const
const test = plainTest.skipIf(!canMount())

function canMount(): boolean {
  const probe = 'd=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s'
  return spawnSync('bash', ['-c', probe]).status === 0
}

/** Services that depend on each other in a row, with their state on a disk of its own of 2 MiB. */
function onSmallDisk(names: readonly string[]): TestProject {
  const project = new TestProject()
  for (const [index, name] of names.entries()) {
    probed(project, name, index === 0 ? '' : `prerequisite: [${names[index - 1]}]\n`)
  }
  mkdirSync(project.state)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m,mode=700', 'tmpfs', project.state])
  onTestFinished(() => void execFileSync('umount', ['-l', project.state]))
  return project
}

/** Takes all room that is left. */
function fill(project: TestProject): void {
  spawnSync('dd', ['if=/dev/zero', `of=${join(project.state, 'filler')}`, 'bs=4k'])
}

const free = (project: TestProject): void => rmSync(join(project.state, 'filler'), { force: true })

function expectPlain({ code, stdout, stderr }: Finished): void {
  expect(code).not.toBe(70)
  expect(stdout + stderr).not.toMatch(/^ +at |internal error/m)
}

/** Every file of the state is whole, and nothing half written is left. */
function expectWhole(project: TestProject): void {
  const files = readdirSync(project.state, { recursive: true, encoding: 'utf8' })
  for (const file of files.filter((path) => /^project\/(?!tree)[^@]*\.jsonl?$/.test(path))) {
    const lines = readFileSync(join(project.state, file), 'utf8').trimEnd().split('\n')
    const texts = file.endsWith('.jsonl') ? lines : [lines.join('\n')]
    for (const text of texts) expect([file, isJson(text)]).toEqual([file, true])
  }
  expect(files.filter((path) => path.endsWith('.tmp'))).toEqual([])
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

test('a full disk fails the next command in words, leaves the state whole, and is recovered from', async () => {
  const project = onSmallDisk(['one', 'two'])
  expect(await project.paictl('service', 'start', 'one')).toMatchObject({ code: 0 })
  fill(project)
  project.forgetTrace()
  for (const command of [
    ['start', '--all'],
    ['stop', 'one'],
    ['delete', 'one', '--yes'],
  ]) {
    const finished = await project.paictl('service', ...command)
    expectPlain(finished)
    expect([command, finished.code]).toEqual([command, 1])
    expect(finished.stdout + finished.stderr).toContain('no space left on the device')
    expectWhole(project)
  }
  // What cannot be written down is not begun.
  expect([project.began(), isUp(project, 'one')]).toEqual([[], true])
  const status = await project.paictl('service', 'status')
  expectPlain(status)
  free(project)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expectWhole(project)
})

test('a disk that fills up in the middle of a run ends it there, and the next command goes on', async () => {
  const project = onSmallDisk(['one', 'two', 'three'])
  const gate = project.gate('start two')
  const run = project.spawn(['service', 'start', '--all'])
  await gate.reached
  fill(project)
  await gate.open()
  const finished = await run.finished
  expectPlain(finished)
  expect(finished.code).toBe(1)
  expect(finished.stdout + finished.stderr).toContain('no space left on the device')
  expect(project.began()).toEqual(['start one', 'start two'])
  expectWhole(project)
  const status = await project.paictl('service', 'status')
  expectPlain(status)
  expect(status.code).toBe(3)

  free(project)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  expect(project.began().filter((step) => step === 'start three')).toHaveLength(1)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  expectWhole(project)
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
})

test('what cannot be tidied up after a run is said, and takes nothing from how it ended', async () => {
  const project = new TestProject()
  probed(project, 'one')
  expect(await project.paictl('service', 'start', 'one')).toMatchObject({ code: 0 })
  // More runs than are kept, of which the oldest cannot be removed.
  const runs = join(project.state, 'project/runs')
  for (let index = 10; index < 70; index++) mkdirSync(join(runs, `19700101-0000${index}-0000`))
  const mounted = join(runs, '19700101-000010-0000/disk')
  mkdirSync(mounted)
  execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', mounted])
  onTestFinished(() => void execFileSync('umount', ['-l', mounted]))
  project.remove('components/one')
  const { code, stdout, stderr } = await project.paictl('service', 'delete', 'one', '--yes')
  expect(stderr).toMatch(/warning.*a file system is mounted there/)
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 deleted/m)])
  // What comes at the very end: it is declared no more, and so forgotten.
  expect(existsSync(join(project.state, 'project/services/one'))).toBe(false)
})

test('a state on a disk that became read-only can be looked at, and says why nothing else', async () => {
  const project = onSmallDisk(['one'])
  expect(await project.paictl('service', 'start', 'one')).toMatchObject({ code: 0 })
  project.forgetTrace()
  execFileSync('mount', ['-o', 'remount,ro', project.state])
  for (const command of [
    ['start', 'one'],
    ['stop', 'one'],
    ['delete', 'one', '--yes'],
  ]) {
    const finished = await project.paictl('service', ...command)
    expectPlain(finished)
    expect([command, finished.code]).toEqual([command, 1])
    expect(finished.stderr).toContain('the file system is read-only')
  }
  for (const command of [['status'], ['list'], ['logs'], ['describe', 'one']]) {
    const finished = await project.paictl('service', ...command)
    expectPlain(finished)
    expect([command, finished.code]).toEqual([command, command[0] === 'status' ? expect.toBeOneOf([0, 3]) : 0])
  }
  expect([project.began(), isUp(project, 'one')]).toEqual([[], true])
  execFileSync('mount', ['-o', 'remount,rw', project.state])
  expect(await project.paictl('service', 'stop', 'one')).toMatchObject({ code: 0 })
})

plainTest.skipIf(process.getuid?.() !== 0)(
  'a part of the state without permission fails what needs it (needs root)',
  async () => {
    const project = new TestProject()
    for (const name of ['one', 'two']) probed(project, name)
    execFileSync('chown', ['-R', '65534:65534', dirname(project.root)])
    const paictl = (...args: string[]) => project.spawn(args, { through: AS_NOBODY }).finished
    expect(await paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
    const directory = join(project.state, 'project/services/one')
    chownSync(directory, 0, 0)
    chmodSync(directory, 0o755)
    const stopped = await paictl('service', 'stop', '--all')
    expectPlain(stopped)
    expect([stopped.code, stopped.stdout]).toEqual([1, expect.stringMatching(/one\/state\.json: permission denied/)])
    expect([isUp(project, 'one'), isUp(project, 'two')]).toEqual([true, false])
    chownSync(directory, 65534, 65534)
    expect(await paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
    expect(isUp(project, 'one')).toBe(false)
  },
)

plainTest('with hardly any files to open all goes on, or what fails says so', async () => {
  const project = new TestProject()
  const names = Array.from({ length: 12 }, (_, index) => `s${index}`)
  for (const name of names) probed(project, name)
  const limited = (limit: number) => ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash']
  let begun = 0
  for (const limit of [22, 23, 24, 26, 28, 30, 32, 36, 40, 48]) {
    const finished = await project.spawn(['service', 'start', '--all'], { through: limited(limit) }).finished
    // Below some number Node itself does not begin.
    if (finished.code === null || /node:internal|Assertion|uv_/.test(finished.stderr)) continue
    expectPlain(finished)
    expect([limit, finished.code]).toEqual([limit, expect.toBeOneOf([0, 1])])
    if (finished.code === 1) expect(finished.stdout + finished.stderr).toContain('too many open files')
    begun += 1
  }
  expect(begun).toBeGreaterThan(0)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  expect(names.every((name) => isUp(project, name))).toBe(true)
})

plainTest('what a killed command has left half written is swept away by the next', async () => {
  const project = new TestProject()
  probed(project, 'web')
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  const cluster = join(project.state, 'project')
  const dead = spawnSync('true').pid
  const left = [`cluster.json.${dead}.tmp`, `services/web/state.json.${dead}.tmp`].map((path) => join(cluster, path))
  const alive = join(cluster, `services/web/state.json.${process.pid}.tmp`)
  for (const path of [...left, alive]) writeFileSync(path, '{"v":')
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  expect([...left, alive].map((path) => existsSync(path))).toEqual([false, false, true])
})
