import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

const isRoot = process.getuid?.() === 0
const NOBODY = 65534

const CHANGING = [
  ['start', 'web'],
  ['stop', 'web'],
  ['delete', 'web', '--yes'],
]
const LOOKING = [['status'], ['list'], ['logs'], ['describe', 'web']]

async function running(): Promise<{ project: TestProject; cluster: string }> {
  const project = new TestProject()
  for (const name of ['web', 'other'])
    probed(project, name, '', { 'start.sh': 'echo said; echo yes > "$PAICTL_DATA_DIR/kept"' })
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return { project, cluster: join(project.state, 'project') }
}

/** What is in a directory, with modes, times and contents: all that somebody could have changed. */
function listing(directory: string): Record<string, string> {
  const paths = readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    paths.map((path) => {
      const stat = lstatSync(join(directory, path))
      const content = stat.isFile() ? readFileSync(join(directory, path), 'utf8') : ''
      return [path, `${stat.mode.toString(8)} ${stat.mtimeMs} ${content}`]
    }),
  )
}

/** Moves what is at `path` outside of the state and puts a link to it there; returns where it is. */
function replaceByLink(project: TestProject, path: string): string {
  const outside = join(dirname(project.root), 'outside')
  renameSync(path, outside)
  symlinkSync(outside, path)
  return outside
}

test.each([
  'services',
  'runs',
  'tree',
  'services/web',
  'services/web/logs',
  'services/web/versions',
  'services/web/data',
])('nothing is written, read or removed through a link in the place of %s', async (place) => {
  const { project, cluster } = await running()
  const outside = replaceByLink(project, join(cluster, place))
  const before = listing(outside)
  const said: string[] = []
  for (const command of [...LOOKING, ...CHANGING, ['delete', '--all', '--yes']]) {
    const { code, stdout, stderr } = await project.paictl('service', ...command)
    expect([command, code]).not.toEqual([command, 70])
    expect(stdout + stderr).not.toMatch(/^ +at |internal error/m)
    if (code !== 0) said.push(stdout + stderr)
  }
  // A delete takes the link itself away, as anything else that a service kept.
  if (place !== 'services/web/data') expect(said.join('\n')).toMatch(/is a symbolic link/)
  else expect(existsSync(join(cluster, place))).toBe(false)
  expect(listing(outside)).toEqual(before)
})

test('a link in the place of one service concerns nobody else', async () => {
  const { project, cluster } = await running()
  replaceByLink(project, join(cluster, 'services/web'))
  const { code, stderr } = await project.paictl('service', 'stop', 'other')
  expect([code, stderr]).toEqual([0, expect.stringContaining('services/web" is a symbolic link')])
  expect([isUp(project, 'other'), isUp(project, 'web')]).toEqual([false, true])
})

test('data is not written through a link either', async () => {
  const { project, cluster } = await running()
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  const outside = replaceByLink(project, join(cluster, 'services/web/data'))
  const before = listing(outside)
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect([code, stdout]).toEqual([1, expect.stringContaining('services/web/data is a symbolic link')])
  expect(listing(outside)).toEqual(before)
})

test('links in the place of files are replaced, and what they lead to stays', async () => {
  const { project, cluster } = await running()
  const outside = join(dirname(project.root), 'outside')
  mkdirSync(outside)
  const log = readdirSync(join(cluster, 'services/web/logs'))[0] ?? ''
  for (const path of ['lock.json', 'leases.json', 'services/web/run', `services/web/logs/${log}`]) {
    writeFileSync(join(outside, 'precious'), 'yes')
    rmSync(join(cluster, path), { recursive: true, force: true })
    symlinkSync(join(outside, 'precious'), join(cluster, path))
    for (const command of [...CHANGING, ['start', 'web'], ['logs', 'web']]) {
      const { code, stdout, stderr } = await project.paictl('service', ...command)
      expect([path, command, code, stderr]).toEqual([path, command, 0, expect.not.stringMatching(/internal|^ +at /m)])
      expect(stdout).not.toContain('yes\n')
    }
    expect([path, readFileSync(join(outside, 'precious'), 'utf8')]).toEqual([path, 'yes'])
  }
})

test.skipIf(!isRoot)('what belongs to another user is refused to everybody, root too (needs root)', async () => {
  const { project, cluster } = await running()
  for (const directory of [project.state, cluster]) {
    chownSync(directory, NOBODY, NOBODY)
    for (const command of [...LOOKING, ...CHANGING]) {
      const { code, stderr } = await project.paictl('service', ...command)
      expect([command, code]).toEqual([command, 4])
      expect(stderr).toContain('belongs to another user: its owner is 65534, this is user 0')
    }
    const { stdout, stderr } = await project.paictl('clusters')
    expect(stdout + stderr).toContain('belongs to another user')
    expect((await project.paictl('--cluster', 'project', 'service', 'stop', '--all')).code).toBe(4)
    chownSync(directory, 0, 0)
  }
  expect(project.trace()).toEqual([])
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
})

test('a state that others may write to is refused, one that they may read is closed', async () => {
  const { project, cluster } = await running()
  for (const [directory, mode] of [
    [project.state, 0o777],
    [project.state, 0o770],
    [cluster, 0o720],
  ] as const) {
    chmodSync(directory, mode)
    for (const command of [...LOOKING, ...CHANGING]) {
      const { code, stderr } = await project.paictl('service', ...command)
      expect([command, code]).toEqual([command, 4])
      expect(stderr).toMatch(new RegExp(`others may write to ".*" \\(mode ${mode.toString(8)}\\)`))
      expect(stderr).toContain('chmod go-w')
    }
    chmodSync(directory, 0o700)
  }
  expect(project.trace()).toEqual([])
  // As /tmp is: nobody replaces what others have made there.
  chmodSync(project.state, 0o1777)
  chmodSync(cluster, 0o755)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'stop', 'web')).toMatchObject({ code: 0 })
  expect((statSync(cluster).mode & 0o777).toString(8)).toBe('700')
})

test('a link to the state directory is a name like any other', async () => {
  const { project } = await running()
  const link = join(dirname(project.root), 'link')
  symlinkSync(project.state, link)
  expect(await project.paictl('service', 'stop', '--all', '--state-dir', link)).toMatchObject({ code: 0 })
  expect(readlinkSync(link)).toBe(project.state)
})
