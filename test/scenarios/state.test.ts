import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** A user who is nobody: file modes hold for them. */
const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const
const canChangeUser = process.getuid?.() === 0 && succeeds('setpriv', '--version')

/** Paths below a directory; links are not followed. */
function walk(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name)
    return entry.isDirectory() ? [path, ...walk(path)] : [path]
  })
}

/** What a listing of a source tree shows: paths, modes, and contents. */
function listing(directory: string): Record<string, string> {
  return Object.fromEntries(
    walk(directory).map((path) => {
      const { mode, mtimeMs } = lstatSync(path)
      const isFile = lstatSync(path).isFile()
      return [path, `${mode.toString(8)} ${mtimeMs} ${isFile ? readFileSync(path, 'utf8') : ''}`]
    }),
  )
}

function succeeds(command: string, ...args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function canMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'paictl-mount-'))
  const can = succeeds('mount', '-t', 'tmpfs', 'tmpfs', directory) && succeeds('umount', directory)
  rmdirSync(directory)
  return can
}

const umask = (mask: string): readonly string[] => ['bash', '-c', `umask ${mask}; exec "$@"`, 'bash']

test.each(['000', '022', '077', '0777'])('the state is private under umask %s', async (mask) => {
  const project = new TestProject()
  project.write('components/web/config/web.yaml', 'greeting: hello\n')
  project.component('web', '', { 'start.sh': 'echo said' })
  project.write('components/web/deploy/etc/settings.json.template', '[{{json config.greeting}}]')
  for (const command of ['start', 'status', 'stop']) {
    const { code, stderr } = await project.spawn(['service', command, 'web'], { through: umask(mask) }).finished
    expect([code, stderr.replace(/.*(warning|cluster-id).*\n/g, '')]).toEqual([0, ''])
  }
  // What scripts write themselves is theirs.
  const paths = [project.state, ...walk(project.state)].filter((path) => !path.includes('/data/'))
  const scripts = paths.filter((path) => path.endsWith('.sh') && !lstatSync(path).isSymbolicLink())
  expect(scripts).toHaveLength(2)
  for (const path of paths) {
    const stat = lstatSync(path)
    if (stat.isSymbolicLink()) continue
    const expected = stat.isDirectory() || scripts.includes(path) ? '700' : '600'
    expect([path, (stat.mode & 0o777).toString(8)]).toEqual([path, expected])
  }
})

test('the state is where --state-dir says, else PAICTL_STATE_DIR, paictl.yaml, XDG_STATE_HOME, ~/.local/state', async () => {
  const project = new TestProject('My Project')
  project.component('web')
  const place = (name: string): string => join(dirname(project.state), name)
  project.write('paictl.yaml', 'state: ../by-setting\n')
  const places: [place: string, args: string[], env: Record<string, string>, withoutSetting?: boolean][] = [
    ['by-flag', ['--state-dir', '../by-flag'], { PAICTL_STATE_DIR: place('by-env') }],
    ['by-env', [], { PAICTL_STATE_DIR: place('by-env') }],
    ['by-setting', [], { PAICTL_STATE_DIR: '', XDG_STATE_HOME: place('xdg') }],
    ['xdg/paictl', [], { PAICTL_STATE_DIR: '', XDG_STATE_HOME: place('xdg') }, true],
    ['home/.local/state/paictl', [], { PAICTL_STATE_DIR: '', XDG_STATE_HOME: 'relative', HOME: place('home') }, true],
  ]
  for (const [expected, args, env, withoutSetting] of places) {
    if (withoutSetting) project.write('paictl.yaml', '')
    const { code, stderr } = await project.spawn(['service', 'start', 'web', ...args], { env }).finished
    expect(code).toBe(0)
    expect(stderr).toContain('no cluster-id is configured: the cluster is called "my-project", after the project\'s')
    expect(existsSync(join(place(expected), 'my-project', 'services', 'web', 'state.json'))).toBe(true)
  }
  const { stdout } = await project.spawn(['clusters'], { env: { PAICTL_STATE_DIR: place('by-env') } }).finished
  expect(stdout).toMatch(/my-project +1 of 1 .* \S*\/My Project\n$/)
})

test('a project whose path has blanks and quotes in it works, and stays as it is', async () => {
  const project = new TestProject(`it's "a $project" \\ (1)`)
  project.component('web', 'outputs: {file: "{{service.data_dir}}/x"}\n', { 'start.sh': 'cat ../../../"root file"' })
  project.write('root file', 'the root\n')
  project.write('components/web/deploy/name.txt.template', '{{sh cluster_cfg.cluster.common.cluster-id}}')
  const before = listing(project.root)
  for (const command of [
    ['start', 'web'],
    ['status'],
    ['logs', 'web'],
    ['stop', '--all'],
    ['delete', '--all', '--yes'],
  ]) {
    const { code, stdout } = await project.paictl('service', ...command)
    expect([command, code]).toEqual([command, 0])
    if (command[0] === 'logs') expect(stdout).toContain('the root\n')
  }
  expect(listing(project.root)).toEqual(before)
  expect(Object.keys(before)).toHaveLength(walk(project.root).length)
})

test('the project may be reached by a link', async () => {
  const project = new TestProject()
  project.component('web')
  const link = join(dirname(project.root), 'link')
  execFileSync('ln', ['-s', project.root, link])
  expect(await project.paictl('-C', link, 'service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(await project.paictl('-C', link, 'service', 'status')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await project.paictl('-C', link, 'service', 'stop', '--all')).toMatchObject({ code: 0 })
})

test('deleting leaves nothing of a service that is no longer declared, and no data of the others', async () => {
  const project = new TestProject()
  for (const name of ['kept', 'removed']) project.component(name, '', { 'start.sh': 'echo x > "$PAICTL_DATA_DIR/x"' })
  await project.paictl('service', 'start', '--all')
  project.remove('components/removed')
  expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect(walk(project.state).filter((path) => /\/data|removed@/.test(path))).toEqual([])
  expect(readdirSync(join(project.state, 'project', 'services'))).toEqual(['kept'])
})

test.skipIf(!canChangeUser)(
  'a state directory that may not be written is said in a line (needs root and setpriv)',
  async () => {
    const project = new TestProject()
    project.component('web')
    chmodSync(dirname(project.root), 0o755)
    mkdirSync(project.state, { mode: 0o755 })
    const { code, stdout, stderr } = await project.spawn(['service', 'start', 'web'], { through: AS_NOBODY }).finished
    expect(code).toBe(4)
    expect(stdout).toBe('')
    expect(stderr).toContain(
      'error[PAI-state-unsafe]: "../state" belongs to another user: its owner is 0, this is user 65534',
    )
    expect(stderr).toContain('choose another place with "--state-dir DIR"')
    expect(stderr).not.toMatch(/^ +at /m)
    // Its own one, which it has made read-only.
    chownSync(project.state, 65534, 65534)
    chmodSync(project.state, 0o500)
    const own = await project.spawn(['service', 'start', 'web'], { through: AS_NOBODY }).finished
    expect(own).toMatchObject({ code: 1, stdout: '' })
    expect(own.stderr).toMatch(/^error\[PAI-state-unwritable\]: cannot use "\.\.\/state\/project": permission denied$/m)
    expect(own.stderr).not.toMatch(/^ +at /m)
  },
)

test.skipIf(!canMount())('a full disk fails what cannot be kept, in words (needs the right to mount)', async () => {
  const project = new TestProject()
  project.component('greedy', '', { 'start.sh': 'head -c 10M /dev/zero > "$PAICTL_DATA_DIR/filler" || true' })
  project.component('next', 'prerequisite: [greedy]\n')
  mkdirSync(project.state)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', project.state])
  try {
    const { code, stdout, stderr } = await project.paictl('service', 'start', '--all')
    expect(code).toBe(1)
    expect(stdout + stderr).toContain('no space left on the device')
    expect(stdout + stderr).not.toMatch(/^ +at |internal error/m)
    expect(project.began()).toEqual(['start greedy'])
  } finally {
    execFileSync('umount', [project.state])
  }
})

test('the state of a newer paictl is refused, and left as it is', async () => {
  const project = new TestProject()
  project.component('web')
  await project.paictl('service', 'start', 'web')
  for (const file of ['cluster.json', 'services/web/state.json']) {
    const path = join(project.state, 'project', file)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.replace(/"v": ?2/, '"v":3'))
    for (const command of ['start', 'stop', 'status']) {
      const { code, stderr } = await project.paictl('service', command, ...(command === 'status' ? [] : ['web']))
      expect([command, code]).toEqual([command, expect.toBeOneOf([1, 2, 4])])
      expect(stderr).toContain('was written by a newer paictl: format 3, where this one knows 2')
    }
    expect(readFileSync(path, 'utf8')).toBe(text.replace(/"v": ?2/, '"v":3'))
    writeFileSync(path, text)
  }
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
})

test('a damaged record is set aside and said; the others go on', async () => {
  const project = new TestProject()
  for (const name of ['one', 'two']) project.component(name)
  await project.paictl('service', 'start', '--all')
  const directory = join(project.state, 'project', 'services', 'one')
  writeFileSync(join(directory, 'state.json'), '{"v":1,"name":"o')
  const { code, stdout, stderr } = await project.paictl('service', 'stop', 'two')
  expect([code, stdout]).toEqual([0, expect.stringContaining('1 stopped')])
  expect(stderr).toMatch(/warning|error/)
  expect(stderr).toMatch(/state\.json" is damaged: /)
  const aside = readdirSync(directory).find((name) => name.startsWith('state.json.corrupt-'))
  expect(readFileSync(join(directory, aside ?? ''), 'utf8')).toBe('{"v":1,"name":"o')
  expect(await project.paictl('service', 'start', 'one')).toMatchObject({
    code: 0,
    stderr: expect.not.stringContaining('damaged'),
  })
})

test('of each service three staged copies are kept besides the one in use, and of the runs fifty', async () => {
  const project = new TestProject()
  project.component('web')
  for (let run = 0; run < 52; run++) await project.paictl('service', 'start', 'web')
  const cluster = join(project.state, 'project')
  const versions = readdirSync(join(cluster, 'services', 'web', 'versions')).sort()
  expect(versions).toHaveLength(4)
  expect(project.record('web')).toMatchObject({ startedVersion: versions.at(-1) })
  const copies = readdirSync(join(cluster, 'tree', 'components', 'web')).filter((name) => name.includes('@'))
  expect(copies.sort()).toEqual(versions.map((version) => `web@${version}`))
  for (const version of versions) {
    const link = join(cluster, 'services', 'web', 'versions', version, 'deploy')
    expect(existsSync(join(dirname(link), readlinkSync(link), 'start.sh'))).toBe(true)
  }
  expect(readdirSync(join(cluster, 'runs'))).toHaveLength(50)
})
