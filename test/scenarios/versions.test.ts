import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { GOLDEN, GOLDEN_ENV, goldenProject } from '../rig/golden-state.ts'
import type { Finished, TestProject } from '../rig/project.ts'

const run = (project: TestProject, ...args: string[]): Promise<Finished> =>
  project.spawn(args, { env: GOLDEN_ENV }).finished

async function states(project: TestProject): Promise<Record<string, string>> {
  const { stdout } = await run(project, 'service', 'list', '--output', 'json')
  const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
  return Object.fromEntries(services.map(({ name, state }) => [name, state]))
}

/** The JSON files that carry a version, by path in the cluster's directory; those of backups apart. */
function versions(project: TestProject): Record<string, number> {
  const cluster = join(project.state, GOLDEN)
  const files = readdirSync(cluster, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(cluster|services\/[^/]+\/state|runs\/[^/]+\/(plan|summary))\.json$/.test(path),
  )
  return Object.fromEntries(files.map((path) => [path, JSON.parse(readFileSync(join(cluster, path), 'utf8')).v]))
}

const backups = (project: TestProject): string[] =>
  readdirSync(join(project.state, GOLDEN)).filter((name) => name.startsWith('backup'))

const GOLDEN_STATES = {
  base: 'running',
  broken: 'failed',
  deleted: 'never-started',
  orphan: 'orphan',
  slow: 'interrupted',
  train: 'completed',
  web: 'held',
}

test.each([1, 2])('readers take the state of format %d in, and leave it as it is', async (version) => {
  const project = goldenProject(version)
  const before = versions(project)
  expect(Object.values(before).every((one) => one === version)).toBe(true)
  expect(await states(project)).toEqual(GOLDEN_STATES)
  expect((await run(project, 'service', 'logs', 'broken')).stdout).toContain('no such luck')
  expect((await run(project, 'clusters')).stdout).toMatch(/^golden +2 of 7 /m)
  expect(await run(project, 'service', 'start', 'web', '--dry-run')).toMatchObject({ code: 0 })
  expect(versions(project)).toEqual(before)
  expect(backups(project)).toEqual([])
})

test('the first command that changes something rewrites the files, after copying them, and says so once', async () => {
  const project = goldenProject(1)
  const record = readFileSync(join(project.state, GOLDEN, 'services/train/state.json'), 'utf8')
  const { code, stdout, stderr } = await run(project, 'service', 'start', 'train')
  // Neither the job nor what it needs looks changed.
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 already running, 1 already completed$/m)])
  expect(project.trace()).toEqual([])
  const [backup = '', ...others] = backups(project)
  expect([backup, others]).toEqual([expect.stringMatching(/^backup-v1-\d{8}-\d{6}-[0-9a-f]{4}$/), []])
  expect(stderr).toContain(
    `the state of this cluster was taken from format 1 to 2; the old files are kept in ${join(project.state, GOLDEN, backup)}\n`,
  )
  const now = versions(project)
  expect([...new Set(Object.values(now))]).toEqual([2])
  const copied = readdirSync(join(project.state, GOLDEN, backup), { recursive: true, encoding: 'utf8' })
  expect(copied.filter((path) => path.endsWith('.json')).sort()).toEqual(Object.keys(now).sort())
  expect(readFileSync(join(project.state, GOLDEN, backup, 'services/train/state.json'), 'utf8')).toBe(record)
  for (const path of ['', ...copied]) {
    const stat = statSync(join(project.state, GOLDEN, backup, path))
    expect([path, stat.mode & 0o777]).toEqual([path, stat.isDirectory() ? 0o700 : 0o600])
  }
  expect(project.record('train', GOLDEN)).toMatchObject({ ...JSON.parse(record), v: 2 })
  expect((await run(project, 'service', 'start', 'train')).stderr).not.toContain('format')
  expect(await states(project)).toEqual(GOLDEN_STATES)
})

test('a migration that was interrupted is done again, from the same copies', async () => {
  const project = goldenProject(1)
  const cluster = join(project.state, GOLDEN)
  const identity = readFileSync(join(cluster, 'cluster.json'), 'utf8')
  const record = readFileSync(join(cluster, 'services/web/state.json'), 'utf8')
  await run(project, 'service', 'start', 'train')
  const [backup] = backups(project)
  // As it is where cluster.json and a record were still to come.
  writeFileSync(join(cluster, 'cluster.json'), identity)
  writeFileSync(join(cluster, 'services/web/state.json'), record)
  const { code, stderr } = await run(project, 'service', 'start', 'train')
  expect([code, stderr]).toEqual([0, expect.stringContaining(`kept in ${join(cluster, backup ?? '')}\n`)])
  expect(backups(project)).toEqual([backup])
  expect([...new Set(Object.values(versions(project)))]).toEqual([2])
})

test.each([1, 2])(
  'what was started under format %d is stopped and deleted with its applied scripts',
  async (version) => {
    const project = goldenProject(version)
    project.remove('components')
    expect(await run(project, '--cluster', GOLDEN, 'service', 'stop', 'base')).toMatchObject({ code: 0 })
    expect(project.trace()).toEqual(['stop base'])
    project.forgetTrace()
    expect(await run(project, '--cluster', GOLDEN, 'service', 'stop', '--all')).toMatchObject({ code: 0 })
    expect(project.trace().sort()).toEqual(['stop broken', 'stop orphan', 'stop slow'])
    project.forgetTrace()
    expect(await run(project, '--cluster', GOLDEN, 'service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
    expect(project.trace()).toEqual(['delete base'])
    expect(existsSync(project.data('base', '', GOLDEN))).toBe(false)
    expect(existsSync(project.data('train', '', GOLDEN))).toBe(false)
  },
)

test('of the run that was interrupted under format 2 what there is to say is said, and it is gone on with', async () => {
  const project = goldenProject(2)
  const { stdout, stderr } = await run(project, 'service', 'status', 'slow')
  expect(stdout + stderr).toMatch(/interrupted/)
  expect((await run(project, 'runs')).stdout).toMatch(/interrupted .*start slow$/m)
  expect(await run(project, 'resume')).toMatchObject({ code: 0 })
  expect(await states(project)).toEqual({ ...GOLDEN_STATES, slow: 'running' })
  expect(readdirSync(join(project.state, GOLDEN))).not.toContain('leases.json')
})

test('a job that was completed under format 2 is left alone, and what it needs does not look changed', async () => {
  const project = goldenProject(2)
  const { code, stdout } = await run(project, 'service', 'start', 'train')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^1 already running, 1 already completed$/m)])
  expect(backups(project)).toEqual([])
})
