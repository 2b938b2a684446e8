import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Lease, LeaseNeeds } from '../../src/engine/ports.ts'
import { bootId, startTimeOf } from '../../src/io/scripts/process-info.ts'
import { aloneIn, createLeases, removeLeases } from '../../src/io/state/leases.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { until } from '../rig/until.ts'
import { temporary } from './rig.ts'

const NOTHING: LeaseNeeds = { exclusive: [], possible: [], shared: [] }

const acquire = (cluster: string, needs: Partial<LeaseNeeds>, more: object = {}) =>
  createLeases(cluster).acquire({ ...NOTHING, ...needs, command: 'paictl start', waitMs: 0, ...more })

async function held(cluster: string, needs: Partial<LeaseNeeds>): Promise<Lease> {
  const lease = await acquire(cluster, needs)
  if (!lease.ok) throw new Error(`refused: ${JSON.stringify(lease.error)}`)
  return lease.value
}

/** A lease that has been planned. */
async function planned(cluster: string, exclusive: readonly string[], shared: readonly string[] = []): Promise<Lease> {
  const lease = await held(cluster, { exclusive, shared })
  await lease.narrow({ exclusive, shared, run: 'r1' })
  return lease
}

const file = (cluster: string): string => join(cluster, 'leases.json')

function written(cluster: string): Record<string, unknown>[] {
  return existsSync(file(cluster)) ? JSON.parse(readFileSync(file(cluster), 'utf8')).leases : []
}

const nonceOf = ({ nonce }: Record<string, unknown>): string => String(nonce)

const exclusiveOf = (cluster: string): unknown[] => written(cluster).flatMap(({ exclusive }) => exclusive)

/** A lease as somebody else has left it: of a process that is no more, where `changes` does not say otherwise. */
function foreignLease(cluster: string, changes: object = {}): void {
  const lease = {
    nonce: 'theirs',
    pid: spawnSync('true').pid,
    startTime: '1',
    boot: bootId(),
    host: hostname(),
    command: 'paictl stop',
    since: '2026-01-01T00:00:00.000Z',
    run: null,
    planning: false,
    exclusive: ['web'],
    shared: [],
    ...changes,
  }
  mkdirSync(cluster, { recursive: true })
  writeFileSync(file(cluster), JSON.stringify({ v: 1, leases: [lease] }))
}

const self = () => ({ pid: process.pid, startTime: startTimeOf(process.pid) })

describe('leases', () => {
  it('are written down with their owner, and leave nothing when they are given back', async () => {
    const cluster = temporary()
    const lease = await held(cluster, { exclusive: ['web'], possible: ['base'], shared: ['dns'] })
    expect(written(cluster)).toEqual([
      {
        nonce: expect.stringMatching(/^[0-9a-f]{16}$/),
        ...self(),
        boot: bootId(),
        host: hostname(),
        command: 'paictl start',
        since: expect.stringMatching(/^20.*Z$/),
        run: null,
        planning: true,
        exclusive: ['base', 'web'],
        shared: ['dns'],
      },
    ])
    expect(await lease.narrow({ exclusive: ['web'], shared: ['base'], run: 'r1' })).toEqual({ ok: true })
    expect(written(cluster)).toMatchObject([{ run: 'r1', planning: false, exclusive: ['web'], shared: ['base'] }])
    await lease.release()
    await lease.release()
    expect(readdirSync(cluster)).toEqual([])
  })

  it('are refused with their owner and the services named, and then nothing is taken', async () => {
    const cluster = temporary()
    await planned(cluster, ['web', 'base'], ['dns'])
    const refused = await acquire(cluster, { exclusive: ['other', 'base'] })
    expect(!refused.ok && refused.error).toMatchObject({
      code: 'locked',
      data: { pid: process.pid, command: 'paictl start', services: ['base'], holds: 'acts', isHere: true, others: 0 },
    })
    const relied = await acquire(cluster, { exclusive: ['dns'] })
    expect(!relied.ok && relied.error.data).toMatchObject({ services: ['dns'], holds: 'relies' })
    expect(written(cluster)).toHaveLength(1)
    expect((await acquire(cluster, { exclusive: ['other'] })).ok).toBe(true)
  })

  it('are waited for, which is said once', async () => {
    const cluster = temporary()
    const lease = await planned(cluster, ['web'])
    const said: string[] = []
    const onWait = (refusal: Diagnostic): void => {
      said.push(refusal.code)
      void lease.release()
    }
    expect((await acquire(cluster, { exclusive: ['web'] }, { waitMs: 30_000, onWait })).ok).toBe(true)
    expect(said).toEqual(['locked'])
  })

  it('of who is only planning are waited for without a word at first', async () => {
    const cluster = temporary()
    const lease = await held(cluster, { possible: ['web', 'base'] })
    const said: string[] = []
    const waiting = acquire(cluster, { exclusive: ['base'] }, { onWait: () => said.push('waits') })
    await lease.narrow({ exclusive: ['web'], shared: [], run: null })
    expect((await waiting).ok).toBe(true)
    expect(said).toEqual([])
  })

  it('of who takes long to plan are waited for, which is said once', async () => {
    const cluster = temporary()
    const lease = await held(cluster, { possible: ['web', 'base'] })
    const said: string[] = []
    const onWait = (refusal: Diagnostic): void => {
      said.push(refusal.code)
      void lease.release()
    }
    expect((await acquire(cluster, { exclusive: ['base'] }, { onWait })).ok).toBe(true)
    expect(said).toEqual(['locked'])
  })

  it('of what others rely on are shared, until nobody else does', async () => {
    const cluster = temporary()
    const first = await planned(cluster, ['one'], ['base'])
    const second = await held(cluster, { possible: ['base', 'two'] })
    expect(written(cluster)[1]).toMatchObject({ exclusive: ['two'], shared: ['base'] })
    const refused = await second.narrow({ exclusive: ['base', 'two'], shared: [], run: null })
    expect(!refused.ok && refused.error.data).toMatchObject({ services: ['base'], holds: 'relies' })
    expect(written(cluster)[1]).toMatchObject({ planning: true, exclusive: ['two'], shared: ['base'] })
    await first.release()
    expect((await second.narrow({ exclusive: ['base', 'two'], shared: [], run: null })).ok).toBe(true)
    expect(written(cluster)).toMatchObject([{ planning: false, exclusive: ['base', 'two'] }])
  })

  it('shrink a few times a second, by what is open when that is written', async () => {
    const cluster = temporary()
    const all = Array.from({ length: 1000 }, (_, index) => `s${index}`)
    const lease = await planned(cluster, all)
    let asked = 0
    for (let settled = 1; settled <= 600; settled++) {
      lease.shrink(() => {
        asked += 1
        return { exclusive: all.slice(settled), shared: [], run: 'r1' }
      })
    }
    await until(() => exclusiveOf(cluster).length === 400, 'the lease to shrink')
    expect(asked).toBe(1)
    expect((await acquire(cluster, { exclusive: ['s0', 's599'] })).ok).toBe(true)
    expect((await acquire(cluster, { exclusive: ['s600'] })).ok).toBe(false)
  })

  it('that were taken away are not taken back by a step that settles', async () => {
    const cluster = temporary()
    const lease = await planned(cluster, ['web', 'base'])
    writeFileSync(file(cluster), JSON.stringify({ v: 1, leases: [] }))
    const other = await planned(cluster, ['web'])
    lease.shrink(() => ({ exclusive: ['web'], shared: [], run: 'r1' }))
    await lease.release()
    expect(written(cluster)).toHaveLength(1)
    await other.release()
    expect(readdirSync(cluster)).toEqual([])
  })

  it('that were taken away are not put back by who has made a plan by then', async () => {
    const cluster = temporary()
    const lease = await held(cluster, { exclusive: ['web'] })
    await removeLeases(cluster, { command: 'paictl unlock', nonces: new Set(written(cluster).map(nonceOf)) })
    const refused = await lease.narrow({ exclusive: ['web'], shared: [], run: null })
    expect(!refused.ok && refused.error).toMatchObject({ code: 'lease-lost', data: { services: ['web'] } })
    expect(written(cluster)).toEqual([])
  })

  it('tell others what is acted on, once that is decided', async () => {
    const cluster = temporary()
    const own = createLeases(cluster)
    const lease = await own.acquire({ ...NOTHING, possible: ['web', 'base'], command: 'c', waitMs: 0 })
    if (!lease.ok) throw new Error('refused')
    const others = createLeases(cluster)
    expect([...others.actedOn()]).toEqual([])
    await lease.value.narrow({ exclusive: ['web'], shared: ['base'], run: null })
    expect([...others.actedOn()]).toEqual(['web'])
    expect([...own.actedOn()]).toEqual([])
    await lease.value.narrow({ exclusive: ['web'], shared: ['base'], run: 'r1' })
    expect([[...own.runs()], [...others.runs()]]).toEqual([['r1'], ['r1']])
    foreignLease(cluster, { run: 'r2' })
    expect([[...others.actedOn()], [...others.runs()]]).toEqual([[], []])
  })
})

describe('leases of somebody who is no more', () => {
  it.each([
    ['is gone', () => ({})],
    ['is another one by now', () => ({ pid: process.pid })],
    ['lived before the machine was restarted', () => ({ ...self(), boot: 'other' })],
  ])('are dropped where the owner %s', async (_, changes) => {
    const cluster = temporary()
    foreignLease(cluster, changes())
    await held(cluster, { exclusive: ['web'] })
    expect(written(cluster)).toMatchObject([{ pid: process.pid }])
  })

  it('are dropped where the owner is a zombie', async () => {
    const cluster = temporary()
    // A shell that does not wait for its child, so that the child stays a zombie when it has ended.
    const parent = spawn('bash', ['-c', 'sleep 100 & echo $!; exec sleep 100'], { stdio: ['ignore', 'pipe', 'ignore'] })
    try {
      let printed = ''
      parent.stdout.on('data', (text) => (printed += text))
      await until(() => printed.endsWith('\n'), 'the child')
      const pid = Number(printed)
      const startTime = startTimeOf(pid)
      foreignLease(cluster, { pid, startTime })
      expect((await acquire(cluster, { exclusive: ['web'] })).ok).toBe(false)
      process.kill(pid, 'SIGKILL')
      await until(() => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '), 'the child to be a zombie')
      expect((await acquire(cluster, { exclusive: ['web'] })).ok).toBe(true)
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('of another machine stay, since nobody can tell', async () => {
    const cluster = temporary()
    foreignLease(cluster, { host: 'elsewhere' })
    const refused = await acquire(cluster, { exclusive: ['web'] })
    expect(!refused.ok && refused.error.data).toMatchObject({ host: 'elsewhere', isHere: false, services: ['web'] })
    expect((await acquire(cluster, { exclusive: ['base'] })).ok).toBe(true)
    expect(written(cluster)).toMatchObject([{ host: 'elsewhere' }, { pid: process.pid }])
  })
})

describe('a file of leases that makes no sense', () => {
  it.each([
    ['is torn', '{"v":1,"leases":[{"nonce"', /JSON/],
    ['is empty', '', 'it is empty'],
    ['is a list', '[]', 'it holds no JSON object'],
    ['has no version', '{"leases":[]}', 'it has no format version'],
    ['has no leases', '{"v":1}', '"leases" is missing'],
    ['has half a lease', '{"v":1,"leases":[{"nonce":"x","pid":1}]}', '"leases" makes no sense'],
  ])('is set aside where it %s, and said', async (_, text, message) => {
    const cluster = temporary()
    writeFileSync(file(cluster), text)
    expect([...createLeases(cluster).actedOn()]).toEqual([])
    const problems: Diagnostic[] = []
    const onProblem = (problem: Diagnostic): number => problems.push(problem)
    expect((await acquire(cluster, { exclusive: ['web'] }, { onProblem })).ok).toBe(true)
    expect(problems).toMatchObject([{ code: 'state-corrupt', data: { path: file(cluster) } }])
    expect(problems[0]?.data).toMatchObject({ message: expect.stringMatching(message) })
    const aside = readdirSync(cluster).filter((name) => name.includes('corrupt'))
    expect(aside.map((name) => readFileSync(join(cluster, name), 'utf8'))).toEqual([text])
  })

  it.each([
    ['planned', (lease: Lease) => lease.narrow({ exclusive: ['web'], shared: [], run: null })],
    ['settled a step', (lease: Lease) => lease.shrink(() => ({ exclusive: [], shared: [], run: 'r1' }))],
    ['come to its end', (lease: Lease) => lease.release()],
  ])('is set aside and said by who has %s', async (_, act) => {
    const cluster = temporary()
    const problems: Diagnostic[] = []
    const onProblem = (problem: Diagnostic): number => problems.push(problem)
    const lease = await acquire(cluster, { exclusive: ['web'] }, { onProblem })
    if (!lease.ok) throw new Error('refused')
    writeFileSync(file(cluster), 'nonsense')
    await act(lease.value)
    await until(() => problems.length > 0, 'word of the damage')
    expect(problems).toMatchObject([{ code: 'state-corrupt', data: { path: file(cluster) } }])
  })

  it('is set aside where it is a link, which is not followed', async () => {
    const cluster = temporary()
    const target = join(temporary(), 'target')
    writeFileSync(target, JSON.stringify({ v: 1, leases: [] }))
    symlinkSync(target, file(cluster))
    const problems: string[] = []
    const onProblem = ({ code }: Diagnostic): number => problems.push(code)
    expect((await acquire(cluster, { exclusive: ['web'] }, { onProblem })).ok).toBe(true)
    expect(problems).toEqual(['state-corrupt'])
    expect(JSON.parse(readFileSync(target, 'utf8'))).toEqual({ v: 1, leases: [] })
  })

  it('of a newer paictl is left as it is', async () => {
    const cluster = temporary()
    writeFileSync(file(cluster), '{"v":99,"leases":[]}')
    await expect(acquire(cluster, { exclusive: ['web'] })).rejects.toMatchObject({
      diagnostic: { code: 'state-newer' },
    })
    expect(readFileSync(file(cluster), 'utf8')).toBe('{"v":99,"leases":[]}')
  })
})

describe('a lock of an older paictl', () => {
  it('is respected by all that begins, and waited for where that is asked for', async () => {
    const cluster = temporary()
    const lock = { v: 1, ...self(), boot: bootId(), host: hostname(), command: 'old', since: 'then', nonce: 'old' }
    writeFileSync(join(cluster, 'lock.json'), JSON.stringify(lock))
    const refused = await acquire(cluster, { exclusive: ['web'] })
    expect(!refused.ok && refused.error.data).toMatchObject({ command: 'old', holds: 'all', services: [] })
    const onWait = (): void => writeFileSync(join(cluster, 'lock.json'), JSON.stringify({ ...lock, boot: 'other' }))
    const done = await aloneIn(cluster, { command: 'c', waitMs: 30_000, onWait }, () => ({ done: true }))
    expect(done).toEqual({ ok: true, value: { done: true } })
  })
})
