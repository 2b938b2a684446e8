import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { acquireLock, breakLock, readLock } from '../../src/io/cluster-lock.ts'
import { bootId, startTimeOf } from '../../src/io/process-info.ts'
import { until } from '../rig/until.ts'
import { contentOf, temporary } from './rig.ts'

const request = (cluster: string, waitMs = 0) => ({
  cluster,
  exclusive: [],
  shared: [],
  command: 'paictl start',
  waitMs,
})

/** A lock as a process that is no more has left it. */
const staleLock = (cluster: string, changes: object = {}): void => {
  const pid = spawnSync('true').pid
  const owner = {
    v: 1,
    pid,
    startTime: '1',
    boot: bootId(),
    host: hostname(),
    command: 'old',
    since: '2026',
    nonce: 'dead',
  }
  mkdirSync(cluster, { recursive: true })
  writeFileSync(join(cluster, 'lock.json'), JSON.stringify({ ...owner, ...changes }))
}

describe('the lock of a cluster', () => {
  it('excludes others until it is released', async () => {
    const cluster = temporary()
    const lock = await acquireLock(request(cluster))
    const refused = await acquireLock(request(cluster))
    expect(!refused.ok && refused.error).toMatchObject({
      code: 'locked',
      data: { pid: process.pid, host: hostname(), command: 'paictl start' },
    })
    expect(readLock(cluster)).toMatchObject({ alive: true, owner: { pid: process.pid } })
    if (lock.ok) lock.value.release()
    expect(readdirSync(cluster)).toEqual([])
    expect(readLock(cluster)).toBeUndefined()
    expect((await acquireLock(request(cluster))).ok).toBe(true)
  })

  it('is waited for, and that is said once', async () => {
    const cluster = temporary()
    const lock = await acquireLock(request(cluster))
    const said: string[] = []
    const waiting = acquireLock({
      ...request(cluster, 30_000),
      onWait: (held) => {
        said.push(held.code)
        if (lock.ok) lock.value.release()
      },
    })
    expect((await waiting).ok).toBe(true)
    expect(said).toEqual(['locked'])
  })

  it('is no longer waited for when that is called off', async () => {
    const cluster = temporary()
    await acquireLock(request(cluster))
    const controller = new AbortController()
    const waiting = acquireLock({
      ...request(cluster, 600_000),
      signal: controller.signal,
      onWait: () => controller.abort(),
    })
    expect((await waiting).ok).toBe(false)
  })

  it.each([
    ['is gone', {}],
    ['is another one by now', { pid: process.pid }],
    [
      'lived before the machine was restarted',
      { pid: process.pid, startTime: startTimeOf(process.pid), boot: 'other' },
    ],
  ])('is taken from an owner that %s', async (_, changes) => {
    const cluster = temporary()
    staleLock(cluster, changes)
    expect(readLock(cluster)?.alive).toBe(false)
    const lock = await acquireLock(request(cluster))
    expect(lock.ok).toBe(true)
    expect(readLock(cluster)?.owner.pid).toBe(process.pid)
    expect(readdirSync(cluster)).toEqual(['lock.json'])
  })

  it('is taken from a dead owner though one that died has begun to take it', async () => {
    const cluster = temporary()
    staleLock(cluster)
    const right = JSON.parse(readFileSync(join(cluster, 'lock.json'), 'utf8'))
    writeFileSync(join(cluster, 'lock.dead.json'), JSON.stringify({ ...right, nonce: 'dead2' }))
    expect((await acquireLock(request(cluster))).ok).toBe(true)
    expect(readdirSync(cluster)).toEqual(['lock.json'])
  })

  it('of another machine is not judged, but can be broken', async () => {
    const cluster = temporary()
    staleLock(cluster, { host: 'elsewhere' })
    expect((await acquireLock(request(cluster))).ok).toBe(false)
    expect(breakLock(cluster)?.host).toBe('elsewhere')
    expect((await acquireLock(request(cluster))).ok).toBe(true)
  })

  it('that is stale goes to one of many processes that find it at once', async () => {
    const top = temporary()
    const program = join(top, 'contender.mjs')
    const source = join(process.cwd(), 'src/io/cluster-lock.ts')
    const built = spawnSync('node_modules/.bin/esbuild', [
      source,
      '--bundle',
      '--platform=node',
      '--format=esm',
      `--outfile=${top}/lock.mjs`,
    ])
    expect(built.status, String(built.stderr)).toBe(0)
    // Each takes part in all rounds; a round begins with the file `go`, and who has won holds on until all have tried.
    writeFileSync(
      program,
      `import { acquireLock } from './lock.mjs'
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
const spin = (path) => { while (!existsSync(path)); }
for (let round = 0; round < 20; round++) {
  const cluster = ${JSON.stringify(top)} + '/round' + round
  appendFileSync(cluster + '/ready', '.')
  spin(cluster + '/go')
  const lock = await acquireLock({ cluster, exclusive: [], shared: [], command: 'c', waitMs: 0 })
  appendFileSync(cluster + '/tried', lock.ok ? 'W' : '-')
  spin(cluster + '/done')
  if (lock.ok) lock.value.release()
}\n`,
    )
    for (let round = 0; round < 20; round++) staleLock(join(top, `round${round}`))
    const contenders = Array.from({ length: 5 }, () => spawn(process.execPath, [program], { stdio: 'inherit' }))
    const ends = contenders.map((contender) => once(contender, 'exit'))
    try {
      for (let round = 0; round < 20; round++) {
        const file = (name: string): string => join(top, `round${round}`, name)
        await until(() => contentOf(file('ready')).length === 5, 'all to be there')
        writeFileSync(file('go'), '')
        await until(() => contentOf(file('tried')).length === 5, 'all to have tried')
        expect(contentOf(file('tried')).replaceAll('-', '')).toBe('W')
        writeFileSync(file('done'), '')
      }
      expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0, 0, 0])
      expect(existsSync(join(top, 'round19/lock.json'))).toBe(false)
    } finally {
      for (const contender of contenders) contender.kill('SIGKILL')
    }
  })
})
