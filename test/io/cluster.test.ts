import {
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
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createWorkspace } from '../../src/io/staging/workspace.ts'
import { claimCluster, listClusters } from '../../src/io/state/cluster-file.ts'
import { createRecordStore } from '../../src/io/state/record-store.ts'
import { createRunStore, newRunId, ownRunOwner } from '../../src/io/state/run-store.ts'
import { StateError } from '../../src/io/state/state-error.ts'
import { stateDirectory } from '../../src/io/state/state-location.ts'
import { projectWith, recordOf, renderedService, temporary, writeTree } from './rig.ts'

describe('where the state is', () => {
  const env = { HOME: '/home/u', PAICTL_STATE_DIR: '/env', XDG_STATE_HOME: '/xdg' }
  it.each([
    [{ flag: '/flag', env, setting: '/setting' }, '/flag'],
    [{ flag: undefined, env, setting: '/setting' }, '/env'],
    [{ flag: undefined, env: { ...env, PAICTL_STATE_DIR: '' }, setting: '/setting' }, '/setting'],
    [{ flag: undefined, env: { HOME: '/home/u', XDG_STATE_HOME: '/xdg' }, setting: undefined }, '/xdg/paictl'],
    [
      { flag: undefined, env: { HOME: '/home/u', XDG_STATE_HOME: 'xdg' }, setting: undefined },
      '/home/u/.local/state/paictl',
    ],
  ])('%j', (location, expected) => expect(stateDirectory(location)).toBe(expected))
})

describe('claiming a cluster', () => {
  const claim = (state: string, project: string, takeOver = false) =>
    claimCluster({ state, clusterId: 'demo', project, takeOver })

  it('is refused for another project, unless it is taken over', () => {
    const state = temporary()
    const [one, two] = [temporary(), temporary()]
    expect(claim(state, one)).toEqual({ ok: true, value: undefined })
    expect(claim(state, one).ok).toBe(true)
    const refused = claim(state, two)
    expect(!refused.ok && refused.error).toMatchObject({
      code: 'cluster-taken',
      data: { cluster: 'demo', owner: one, project: two },
    })
    expect(claim(state, two, true).ok).toBe(true)
    expect(claim(state, one).ok).toBe(false)
    rmSync(two, { recursive: true })
    const gone = claim(state, one)
    expect(!gone.ok && gone.error.data).toMatchObject({ owner: two, isGone: true })
    expect(statSync(join(state, 'demo/cluster.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(state, 'demo'))).toEqual(['cluster.json'])
  })

  it('points the mirror at the place that a project was moved to', () => {
    const { root, cluster, componentsDirectory } = projectWith({
      'a.txt': 'a',
      'components/web/deploy/x': '',
      'components/web/src/y': '',
    })
    const state = join(cluster, '..')
    claim(state, root)
    const { deployDirectory } = createWorkspace({ cluster, project: { root, componentsDirectory } }).stage(
      renderedService(root, 'web'),
      'r1',
    )
    const moved = `${root}-moved`
    renameSync(root, moved)
    expect(claim(state, moved, true).ok).toBe(true)
    expect(readFileSync(join(deployDirectory, '../../../a.txt'), 'utf8')).toBe('a')
    expect(readlinkSync(join(deployDirectory, '../src'))).toBe(join(moved, 'components/web/src'))
  })

  it('refuses what a newer paictl has written, and sets aside what makes no sense', () => {
    const state = temporary()
    const file = join(state, 'demo/cluster.json')
    writeTree(state, { 'demo/cluster.json': '{"v": 3}' })
    const newer = claim(state, state)
    expect(!newer.ok && newer.error).toMatchObject({
      code: 'state-newer',
      data: { path: file, found: 3, supported: 2 },
    })
    writeFileSync(file, '{"v": 1, "clus')
    const corrupt = claim(state, state)
    expect(!corrupt.ok && corrupt.error.code).toBe('state-corrupt')
    expect(readdirSync(join(state, 'demo'))[0]).toMatch(/^cluster\.json\.corrupt-\d+$/)
    expect(claim(state, state).ok).toBe(true)
  })

  it('says plainly why the state cannot be written', () => {
    const top = temporary()
    writeTree(top, { file: '' })
    const error = (() => {
      try {
        return claim(join(top, 'file/state'), top)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(StateError)
    expect((error as StateError).diagnostic).toMatchObject({ code: 'state-unwritable' })
    expect((error as StateError).message).toMatch(/: a file is where a directory should be$/)
  })
})

describe('the list of clusters', () => {
  it('counts services by phase', () => {
    const state = temporary()
    const project = temporary()
    claimCluster({ state, clusterId: 'b', project, takeOver: false })
    claimCluster({ state, clusterId: 'a', project: state, takeOver: false })
    const records = createRecordStore(join(state, 'b'))
    records.write(recordOf('web'))
    records.write(recordOf('db'))
    records.write(recordOf('job', { phase: 'completed' }))
    rmSync(project, { recursive: true })
    writeTree(state, { 'stray/x': '', 'c/cluster.json': 'nonsense' })
    const { clusters, problems } = listClusters(state)
    expect(clusters).toMatchObject([
      { id: 'a', project: state, projectExists: true, services: 0, phases: {} },
      { id: 'b', project, projectExists: false, services: 3, phases: { running: 2, completed: 1 } },
    ])
    expect(problems.map((problem) => problem.code)).toEqual(['state-corrupt'])
    expect(listClusters(join(state, 'none'))).toEqual({ clusters: [], problems: [] })
  })
})

describe('records', () => {
  it('are what was written, for another process too', () => {
    const cluster = temporary()
    const record = recordOf('web', { problem: 'it said "no"\n', durations: { start: 12 } })
    const records = createRecordStore(cluster)
    expect(records.read('web')).toBeUndefined()
    records.write(record)
    records.write(recordOf('db'))
    expect(records.read('web')).toEqual(record)
    const other = createRecordStore(cluster)
    expect(other.names()).toEqual(['db', 'web'])
    expect(other.read('web')).toEqual(record)
    expect(statSync(join(cluster, 'services/web/state.json')).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(cluster, 'services/web'))).toEqual(['state.json'])
    other.forget('web')
    expect(other.names()).toEqual(['db'])
    expect(records.read('web')).toBeDefined()
    records.reread()
    expect(records.read('web')).toBeUndefined()
  })

  it('that are broken are set aside and do not stop the others', () => {
    const cluster = temporary()
    createRecordStore(cluster).write(recordOf('web'))
    writeTree(cluster, { 'services/db/state.json': '', 'services/x/state.json': '{"v":1}' })
    const records = createRecordStore(cluster)
    expect(records.names()).toEqual(['web'])
    expect(records.problems().map((problem) => problem.code)).toEqual(['state-corrupt', 'state-corrupt'])
    expect(readdirSync(join(cluster, 'services/db'))[0]).toMatch(/corrupt/)
  })

  it('of a newer paictl are refused', () => {
    const cluster = temporary()
    writeTree(cluster, { 'services/db/state.json': '{"v":9}' })
    expect(() => createRecordStore(cluster).read('db')).toThrow(StateError)
  })

  it('are never read or written through a link', () => {
    const cluster = temporary()
    const outside = temporary()
    writeTree(outside, { 'state.json': JSON.stringify({ v: 1, ...recordOf('web') }) })
    mkdirSync(join(cluster, 'services/web'), { recursive: true })
    symlinkSync(join(outside, 'state.json'), join(cluster, 'services/web/state.json'))
    const records = createRecordStore(cluster)
    expect(records.read('web')).toBeUndefined()
    expect(records.problems()).toMatchObject([{ code: 'state-corrupt', data: { message: 'it is a symbolic link' } }])
    createRecordStore(cluster).write(recordOf('web', { phase: 'failed' }))
    expect(createRecordStore(cluster).read('web')?.phase).toBe('failed')
    expect(readFileSync(join(outside, 'state.json'), 'utf8')).toContain('running')
  })

  it('are forgotten with the staged copies', () => {
    const { root, cluster, componentsDirectory } = projectWith({ 'components/web/deploy/x': '' })
    const { deployDirectory } = createWorkspace({ cluster, project: { root, componentsDirectory } }).stage(
      renderedService(root, 'web'),
      'r1',
    )
    const records = createRecordStore(cluster)
    records.write(recordOf('web'))
    records.forget('web')
    expect(readdirSync(join(cluster, 'services'))).toEqual([])
    expect(readdirSync(join(deployDirectory, '..'))).toEqual(['deploy'])
  })
})

describe('runs', () => {
  it('have ids that sort by time and differ', () => {
    const now = Date.UTC(2026, 10, 20, 7, 30, 15, 250)
    const ids = Array.from({ length: 500 }, () => newRunId(now))
    expect(ids[0]).toMatch(/^20261120-073015-[0-9a-f]{4}$/)
    expect(new Set(ids).size).toBe(500)
    expect([...ids].sort()).toEqual(ids)
    const later = newRunId(now + 60_000)
    expect(later > (ids.at(-1) ?? '')).toBe(true)
    expect(later.startsWith('20261120-073115-')).toBe(true)
  })

  it('are listed oldest first, and pruned', () => {
    const runs = createRunStore(temporary())
    expect(runs.list()).toEqual([])
    const plan = {
      verb: 'start',
      command: 'paictl',
      startedAt: '2026',
      owner: ownRunOwner(),
      parallel: 10,
      onFailure: 'continue',
      overlays: [],
      assignments: [],
      fingerprints: {},
      plan: { verb: 'start', steps: [], left: [] },
    } as const
    for (const run of ['r2', 'r1', 'r3']) runs.begin({ run, ...plan }).close()
    expect(runs.list()).toEqual(['r1', 'r2', 'r3'])
    runs.prune({ keep: 2 })
    expect(runs.list()).toEqual(['r2', 'r3'])
    expect(runs.readPlan('r2')).toMatchObject({ ok: true, value: { run: 'r2', ...plan } })
    expect(runs.readSummary('r2')).toEqual({ ok: true, value: undefined })
  })
})
