import { expect, test } from 'vitest'
import type { RunDetail, RunRow, RunStep } from '../../src/model/past-run.ts'
import { runsTable, runText } from '../../src/ui/runs-text.ts'
import { PLAIN_STYLE } from '../../src/ui/style.ts'

const NOW = Date.parse('2026-03-01T10:00:00.000Z')
const AT = { columns: 100, style: PLAIN_STYLE, now: NOW }

const row = (more: Partial<RunRow> = {}): RunRow => ({
  run: '20260301-095500-1a2b',
  verb: 'start',
  command: 'paictl service start --all',
  state: 'done',
  startedAt: '2026-03-01T09:55:00.000Z',
  endedAt: '2026-03-01T09:55:12.000Z',
  exitCode: 0,
  steps: { done: 3, failed: 0, open: 0, total: 3 },
  ...more,
})

const at = (seconds: number): string => new Date(Date.parse('2026-03-01T09:55:00.000Z') + seconds * 1000).toISOString()

const step = (service: string, begun: number, ended: number, more: Partial<RunStep> = {}): RunStep => ({
  step: `start:${service}`,
  service,
  operator: 'start',
  outcome: { status: 'done', durationMs: (ended - begun) * 1000, warning: null },
  begunAt: at(begun),
  endedAt: at(ended),
  attempts: 1,
  ...more,
})

const detail = (more: Partial<RunDetail> = {}): RunDetail => ({
  ...row(),
  list: [step('db', 0, 2), step('web', 2, 12)],
  criticalPath: [
    { step: 'start:db', waitedMs: 0, durationMs: 2000 },
    { step: 'start:web', waitedMs: 0, durationMs: 10_000 },
  ],
  parallel: 10,
  resumptions: 0,
  pausedMs: 0,
  ...more,
})

test('runs are a table; without one that is said', () => {
  const failed = row({ state: 'failed', exitCode: 1, steps: { done: 1, failed: 1, open: 0, total: 3 } })
  const interrupted = row({ state: 'interrupted', endedAt: null, steps: { done: 1, failed: 0, open: 2, total: 3 } })
  expect(runsTable([row(), failed, interrupted], AT).split('\n')).toEqual([
    'RUN                   STATE        STEPS               STARTED    TOOK  COMMAND',
    '20260301-095500-1a2b  done         3/3 done            5m00s ago  12s   paictl service start --all',
    '20260301-095500-1a2b  failed       1/3 done, 1 failed  5m00s ago  12s   paictl service start --all',
    '20260301-095500-1a2b  interrupted  1/3 done            5m00s ago        paictl service start --all',
  ])
  expect(runsTable([], AT)).toBe('There was no run yet.')
})

test('one run has its steps and the path that bounded its time', () => {
  expect(runText(detail(), AT).split('\n')).toEqual([
    '20260301-095500-1a2b  paictl service start --all',
    'done: 3 of 3 steps done; started 2026-03-01 09:55:00Z (5m00s ago), took 12s, exit code 0',
    '',
    'STEP       RESULT  TOOK  DETAIL',
    'start db   done    2.0s',
    'start web  done    10s',
    '',
    'Critical path (2 steps)',
    '  2.0s    start db',
    '  10s     start web',
    'bounded by this path: 12s of 12s; nothing else would have made it shorter',
  ])
})

test('where the want of slots bounded it, that is what is said', () => {
  const criticalPath = [{ step: 'start:web', waitedMs: 10_000, durationMs: 2000 }]
  const text = runText(detail({ criticalPath, parallel: 1 }), AT)
  expect(text).toContain('  2.0s    start web, after waiting 10s for its turn')
  expect(text).toContain('bounded by how many ran at a time (--parallel 1): 10s of 12s were spent waiting for a turn')
})

test('that nothing else would have made it shorter is not said where it waited, and interruptions are told apart', () => {
  const criticalPath = [{ step: 'start:web', waitedMs: 4000, durationMs: 6000 }]
  const text = runText(detail({ criticalPath, parallel: 2, pausedMs: 2000, resumptions: 1 }), AT)
  expect(text.split('\n').at(-1)).toBe(
    'bounded by this path: 6.0s of 10s; 4.0s of 10s were spent waiting for a turn (--parallel 2); for 2.0s more it was interrupted',
  )
})

test('attempts, failures, what was blocked, under way or never begun', () => {
  const failure = { reason: { kind: 'exit', exitCode: 3 }, script: 'start.sh', log: null, tail: [] } as const
  const list = [
    step('a', 0, 1, { attempts: 3 }),
    step('b', 0, 1, { outcome: { status: 'failed', durationMs: 1, failure }, attempts: 2 }),
    step('c', 0, 1, { outcome: { status: 'blocked', by: ['b'] }, begunAt: null, endedAt: null }),
    step('d', 0, 1, { outcome: null, endedAt: null }),
    step('e', 0, 1, { outcome: null, begunAt: null, endedAt: null }),
  ]
  const text = runText(detail({ list, state: 'interrupted', endedAt: null, exitCode: null, resumptions: 2 }), AT)
  expect(text.split('\n').slice(1)).toEqual([
    'interrupted: 3 of 3 steps done; started 2026-03-01 09:55:00Z (5m00s ago), interrupted and gone on with 2 times',
    '',
    'STEP     RESULT     TOOK  DETAIL',
    'start a  done       1.0s  after 3 attempts',
    'start b  failed     1.0s  exited with code 3, after 2 attempts',
    'start c  blocked          by b',
    'start d  under way',
    'start e  not begun',
  ])
})
