import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ScratchProcesses } from '../../src/io/scratch/scratch-processes.ts'
import { procStat } from '../../src/io/scripts/process-info.ts'
import { until } from '../rig/until.ts'

const search = () => new ScratchProcesses({ clusterId: 'none', service: 'web', isTheirs: () => false })

/** The leader of a session of its own, with a child in it that says nothing of whose it is. */
async function session(): Promise<{ leader: ChildProcess; pid: number; child: number; startTime: string }> {
  const leader = spawn('bash', ['-c', 'sleep 300 & echo $!; read -r _'], {
    cwd: '/',
    detached: true,
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const [line] = (await once(leader.stdout as NodeJS.ReadableStream, 'data')) as [Buffer]
  const child = Number(String(line))
  const pid = leader.pid ?? 0
  onTestFinished(() => {
    for (const one of [pid, child]) if (isThere(one)) process.kill(one, 'SIGKILL')
  })
  return { leader, pid, child, startTime: procStat(pid)?.startTime ?? '' }
}

const isThere = (pid: number): boolean => procStat(pid)?.zombie === false

async function ended({ leader, pid }: Awaited<ReturnType<typeof session>>): Promise<void> {
  leader.stdin?.end()
  await once(leader, 'exit')
  await until(() => !isThere(pid), 'its end')
}

describe.skipIf(process.platform !== 'linux')('processes of a scratch state', () => {
  it('knows what a script has left in its session, and ends that', async () => {
    const script = await session()
    await ended(script)
    const processes = search()
    processes.learn([script])
    expect(processes.find().map(({ pid }) => pid)).toEqual([script.child])
    expect(await processes.kill()).toEqual([])
    expect(isThere(script.child)).toBe(false)
  })

  it('takes nobody for its own who has the number of a script that ended', async () => {
    const stranger = await session()
    const processes = search()
    processes.learn([{ pid: stranger.pid, startTime: '1' }])
    expect(processes.find()).toEqual([])
    expect(await processes.kill()).toEqual([])
    // Nor when the session is left without its leader.
    await ended(stranger)
    expect(await processes.kill()).toEqual([])
    expect(isThere(stranger.child)).toBe(true)
  })
})
