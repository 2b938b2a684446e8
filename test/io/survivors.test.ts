import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { replay } from '../../src/engine/replay.ts'
import { bootId, startTimeOf } from '../../src/io/scripts/process-info.ts'
import type { InterruptedRun } from '../../src/io/state/interrupted-runs.ts'
import { findSurvivors } from '../../src/io/state/survivors.ts'
import type { RunPlan, StartedScript } from '../../src/model/run.ts'
import { until } from '../rig/until.ts'

/** A process in a group of its own, as scripts are, ended with the test. */
function start(command: string, env: Record<string, string> = {}, name = 'sh'): number {
  const child = spawn('/bin/sh', ['-c', command, name], {
    detached: true,
    stdio: 'ignore',
    env: { ...process.env, ...env },
  })
  const pid = child.pid ?? -1
  onTestFinished(() => void process.kill(-pid, 'SIGKILL'))
  return pid
}

const LOOP = 'while :; do sleep 1; done'

const identityOf = (pid: number) => ({ pid, startTime: startTimeOf(pid) ?? '-', boot: bootId() })

const SOURCES = {
  clusterId: 'demo',
  appliedOf: () => ({ scripts: { start: 'start.sh' }, timeouts: { start: 5000 } }),
}

/** A run that was interrupted in the middle of `start:web`, after it had started these scripts. */
function interrupted(...scripts: readonly Pick<StartedScript, 'pid' | 'startTime' | 'boot'>[]): InterruptedRun {
  const started = scripts.map((script) => ({
    ...{ type: 'script', step: 'start:web', role: 'start', script: 'start.sh', attempt: 1 },
    ...{ timeoutMs: null, time: 2, ...script },
  }))
  const entries = [{ type: 'intent', step: 'start:web', time: 1 }, ...started]
  const plan = {
    run: 'run-1',
    fingerprints: { web: 'f' },
    plan: { steps: [{ service: 'web' }] },
  } as unknown as RunPlan
  return { plan, progress: replay(entries as Parameters<typeof replay>[0]), problem: undefined }
}

const pids = (...runs: readonly InterruptedRun[]): number[] => findSurvivors(runs, SOURCES).map(({ pid }) => pid)

test('a process that still runs is one, with whose it is', () => {
  const pid = start('exec sleep 100')
  const [found, ...others] = findSurvivors([interrupted(identityOf(pid))], SOURCES)
  expect(found).toMatchObject({ pid, service: 'web', run: 'run-1', role: 'start', fingerprint: 'f' })
  expect(others).toEqual([])
})

test('a later process of the same number is none, nor one of an earlier boot', () => {
  const pid = start('exec sleep 100')
  expect(pids(interrupted({ ...identityOf(pid), startTime: '1' }))).toEqual([])
  expect(pids(interrupted({ ...identityOf(pid), boot: 'an earlier one' }))).toEqual([])
})

test('a zombie is none', async () => {
  // The shell becomes a process that never reads how its child ended.
  const parent = start('sleep 0.2 & exec sleep 100')
  const children = (): string => readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim()
  await until(() => children() !== '', 'the child')
  const child = Number(children())
  const identity = identityOf(child)
  await until(() => startTimeOf(child) === undefined, 'its end')
  expect(pids(interrupted(identity))).toEqual([])
})

test('one that nobody had time to write down is known by its environment and its command', () => {
  const env = { PAICTL_RUN_ID: 'run-1', PAICTL_SERVICE: 'web', PAICTL_OPERATOR: 'start', PAICTL_CLUSTER_ID: 'demo' }
  const ofIt = start(LOOP, env, '/tree/components/web/web@run-1/start.sh')
  start(LOOP, env)
  start(LOOP, { ...env, PAICTL_RUN_ID: 'run-2' }, '/tree/components/web/web@run-2/start.sh')
  start(LOOP, { ...env, PAICTL_CLUSTER_ID: 'other' }, '/tree/components/web/web@run-1/start.sh')
  expect(findSurvivors([interrupted()], SOURCES)).toMatchObject([
    { pid: ofIt, fingerprint: 'f', script: 'start.sh', timeoutMs: 5000 },
  ])
  start(LOOP, env, '/tree/components/web/web@run-1/server')
  expect(pids({ ...interrupted(), progress: undefined })).toEqual([ofIt])
  expect(pids(interrupted(identityOf(ofIt)))).toEqual([ofIt])
})
