import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bootId, startTimeOf } from '../../src/io/scripts/process-info.ts'
import { breakLock, readLock, underLock } from '../../src/io/state/cluster-lock.ts'
import { until } from '../rig/until.ts'
import { contentOf, temporary } from './rig.ts'

const request = (cluster: string) => ({ cluster, command: 'paictl start' })

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
  it('is held while something is done, and given back whatever comes of that', async () => {
    const cluster = temporary()
    const held = await underLock(request(cluster), () => readLock(cluster))
    expect(held.ok && held.value).toMatchObject({ alive: true, owner: { pid: process.pid, command: 'paictl start' } })
    expect(readdirSync(cluster)).toEqual([])
    const failing = underLock(request(cluster), () => {
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(readdirSync(cluster)).toEqual([])
  })

  it('is waited for while its owner changes something', async () => {
    const cluster = temporary()
    // A change of this process: `sleep` stands for another one that lives.
    const owner = spawn('sleep', ['100'])
    try {
      staleLock(cluster, { pid: owner.pid, startTime: startTimeOf(owner.pid ?? 0), brief: true })
      let done = false
      const waiting = underLock(request(cluster), () => {
        done = true
      })
      expect(done).toBe(false)
      owner.kill('SIGKILL')
      expect((await waiting).ok && done).toBe(true)
    } finally {
      owner.kill('SIGKILL')
    }
  })

  it('of an older paictl, held for a whole run, is not waited for', async () => {
    const cluster = temporary()
    staleLock(cluster, { pid: process.pid, startTime: startTimeOf(process.pid) })
    const refused = await underLock(request(cluster), () => 'never')
    expect(!refused.ok && refused.error).toMatchObject({ pid: process.pid, command: 'old' })
    expect(readdirSync(cluster)).toEqual(['lock.json'])
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
    const held = await underLock(request(cluster), () => readLock(cluster)?.owner.pid)
    expect(held).toEqual({ ok: true, value: process.pid })
    expect(readdirSync(cluster)).toEqual([])
  })

  it('is taken from a dead owner though one that died has begun to take it', async () => {
    const cluster = temporary()
    staleLock(cluster)
    const right = JSON.parse(readFileSync(join(cluster, 'lock.json'), 'utf8'))
    writeFileSync(join(cluster, 'lock.dead.json'), JSON.stringify({ ...right, nonce: 'dead2' }))
    expect((await underLock(request(cluster), () => readdirSync(cluster))).ok).toBe(true)
    expect(readdirSync(cluster)).toEqual([])
  })

  it('of another machine is not judged, but can be broken', async () => {
    const cluster = temporary()
    staleLock(cluster, { host: 'elsewhere' })
    expect((await underLock(request(cluster), () => 'never')).ok).toBe(false)
    const found = readLock(cluster)
    expect(found?.alive).toBe(true)
    if (found) breakLock(cluster, { ...found.owner, nonce: 'another' })
    expect(readLock(cluster)?.owner.host).toBe('elsewhere')
    if (found) breakLock(cluster, found.owner)
    expect((await underLock(request(cluster), () => 'now')).ok).toBe(true)
  })

  it('that is stale goes to one after the other of many processes that find it at once', async () => {
    const top = temporary()
    const program = join(top, 'contender.mjs')
    const source = join(process.cwd(), 'src/io/state/cluster-lock.ts')
    const built = spawnSync('node_modules/.bin/esbuild', [
      source,
      '--bundle',
      '--platform=node',
      '--format=esm',
      `--outfile=${top}/lock.mjs`,
    ])
    expect(built.status, String(built.stderr)).toBe(0)
    // Each takes part in all rounds; a round begins with the file `go`.
    writeFileSync(
      program,
      `import { underLock } from './lock.mjs'
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
const spin = (path) => { while (!existsSync(path)); }
for (let round = 0; round < 20; round++) {
  const cluster = ${JSON.stringify(top)} + '/round' + round
  appendFileSync(cluster + '/ready', '.')
  spin(cluster + '/go')
  await underLock({ cluster, command: 'c' }, () => {
    appendFileSync(cluster + '/tried', '(')
    const until = performance.now() + 2
    while (performance.now() < until);
    appendFileSync(cluster + '/tried', ')')
  })
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
        await until(() => contentOf(file('tried')).length === 10, 'all to have held it')
        expect(contentOf(file('tried'))).toBe('()()()()()')
      }
      expect((await Promise.all(ends)).map(([code]) => code)).toEqual([0, 0, 0, 0, 0])
      expect(existsSync(join(top, 'round19/lock.json'))).toBe(false)
    } finally {
      for (const contender of contenders) contender.kill('SIGKILL')
    }
  })
})
