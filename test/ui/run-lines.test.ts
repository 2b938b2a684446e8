import { describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/model/event.ts'
import type { Failure, FailureReason, Outcome } from '../../src/model/outcome.ts'
import type { Left, Plan, Verb } from '../../src/model/plan.ts'
import type { Operator } from '../../src/model/service.ts'
import { createRunLines, type OutputMode } from '../../src/ui/run-lines.ts'
import { createScreen, type Screen } from './screen.ts'

const TIMED_OUT = [
  '    awaited  the end of its stop-script for 5m00s; its probe then said: port 80 answers',
  '    limit    timeout.stop of its service.yaml',
]

const T = Date.parse('2026-03-01T10:00:00.000Z')
const NAMED = { by: 'request' } as const

function planOf(verb: Verb, steps: readonly string[], left: readonly Left[] = []): Plan {
  return {
    verb,
    left,
    steps: steps.map((id) => {
      const [operator, service = ''] = id.split(':')
      const cause = { selected: NAMED, trigger: { kind: 'asked' } } as const
      return { id, service, operator: operator as Operator, source: 'tree', adopt: false, cause, needs: [], after: [] }
    }),
  }
}

const started = (id: string, ms: number): RunEvent => ({ time: T + ms, type: 'step-started', ...named(id), log: null })

const waiting = (id: string, ms: number, waitingFor: string): RunEvent => ({
  time: T + ms,
  type: 'step-waiting',
  step: id,
  service: named(id).service,
  waitingFor,
})

const ended = (id: string, ms: number, outcome: Outcome): RunEvent => ({
  time: T + ms,
  type: 'step-ended',
  ...named(id),
  outcome,
})

function named(id: string): { step: string; service: string; operator: Operator } {
  const [operator, service = ''] = id.split(':')
  return { step: id, service, operator: operator as Operator }
}

const done = (durationMs: number): Outcome => ({ status: 'done', durationMs, warning: null })

const failed = (reason: FailureReason, more: Partial<Failure> = {}): Outcome => ({
  status: 'failed',
  durationMs: 120,
  failure: { reason, script: 'start.sh', log: '/state/ingress/start.log', tail: [], ...more },
})

const blocked = (...by: string[]): Outcome => ({ status: 'blocked', by })

const left = (service: string, reason: Left['reason'], failure = false): Left => ({
  service,
  reason,
  selected: NAMED,
  failure,
})

const CLUSTER = { id: 'iris', type: 'local' }
const SINCE = '2026-03-01T09:56:55.000Z'

/** A whole run: its start, what is left, the given events, its end after `ms`. */
function run(verb: Verb, steps: readonly string[], events: readonly RunEvent[], more: readonly Left[] = [], ms = 2300) {
  const plan = planOf(verb, steps, more)
  return [
    { time: T, type: 'run-started', run: 'r1', verb, cluster: CLUSTER, plan },
    ...more.map((entry): RunEvent => ({ time: T, type: 'service-left', left: entry })),
    ...events,
    { time: T + ms, type: 'run-ended', run: 'r1', verb, durationMs: ms, exitCode: 0 },
  ] satisfies RunEvent[]
}

function show(events: readonly RunEvent[], mode: OutputMode = 'human', screen: Screen = createScreen()): string[] {
  const report = createRunLines({ terminal: screen, mode })
  for (const event of events) report(event)
  return screen.lines()
}

const STEPS = ['start:cluster-configuration', 'start:model-store', 'start:ingress', 'start:smoke-test']

const EVENTS = [
  started('start:cluster-configuration', 0),
  ended('start:cluster-configuration', 45, done(45)),
  started('start:model-store', 50),
  waiting('start:model-store', 300, 'http://localhost:8500'),
  ended('start:model-store', 360, done(310)),
  started('start:ingress', 400),
  ended('start:ingress', 520, failed({ kind: 'exit', exitCode: 1 }, { tail: ['binding \u001b[2J', 'in use'] })),
  ended('start:smoke-test', 530, blocked('ingress')),
]

const LEFT = [left('old', { kind: 'running', since: SINCE }), left('tuned', { kind: 'running-older-configuration' })]

describe('human', () => {
  test('one line a step as it ends, what failed with all that it takes to go on, and a count', () => {
    expect(show(run('start', STEPS, EVENTS, LEFT))).toEqual([
      'Starting 4 services (cluster iris, local)',
      '  left       old                    running for 3m05s',
      '  left       tuned                  runs with another configuration: paictl service refresh tuned',
      '  done       cluster-configuration  start    45ms',
      '  done       model-store            start    310ms   ready',
      '  FAILED     ingress                start    120ms   exited with code 1',
      '    script   start.sh',
      '    log      /state/ingress/start.log',
      '    | binding \\x1b[2J',
      '    | in use',
      '    next     paictl service logs ingress',
      '             paictl service start ingress',
      '  blocked    smoke-test             start    by ingress',
      '2 started, 2 already running, 1 failed, 1 blocked by ingress in 2.3s',
      '',
    ])
  })

  test('a service that did not become ready: what was awaited, how long, and the last answer', () => {
    const reason = { kind: 'not-ready', probe: 'http', afterMs: 120_000, lastAnswer: 'status 503' } as const
    expect(show(run('start', ['start:web'], [ended('start:web', 1, failed(reason))])).slice(1, -2)).toEqual([
      '  FAILED     web  start    120ms   not ready after 2m00s',
      '    awaited  its readiness probe (http) for 2m00s; last answer: status 503',
      '    limit    readiness.timeout of its service.yaml',
      '    script   start.sh',
      '    log      /state/ingress/start.log (empty)',
      '    next     paictl service logs web',
      '             paictl service start web',
    ])
  })

  test.each<[FailureReason, string]>([
    [{ kind: 'exit', exitCode: 127 }, 'exited with code 127: a command that it calls was not found'],
    [{ kind: 'signal', signal: 'SIGKILL' }, 'ended by SIGKILL'],
    [
      { kind: 'timeout', afterMs: 300_000, lastAnswer: 'port 80 answers' },
      'still running after its timeout of 5m00s; it was ended',
    ],
    [{ kind: 'died', answer: 'no process 12' }, 'died while its readiness was awaited: no process 12'],
    [{ kind: 'still-running', answer: 'port 80' }, 'its stop-script is done, but it still answers: port 80'],
    [
      { kind: 'not-known-down', answer: 'no answer' },
      'its data was kept, since nothing says that it does not run: no answer',
    ],
    [{ kind: 'no-stop-script', answer: '' }, 'has no stop-script and still answers'],
    [{ kind: 'system', message: 'no space\nleft' }, 'no space left'],
  ])('the words for %o', (reason, words) => {
    const bare = { script: null, log: null }
    const lines = show(run('stop', ['stop:web'], [ended('stop:web', 1, failed(reason, bare))]))
    expect(lines[1]).toBe(`  FAILED     web  stop     120ms   ${words}`)
    // What cannot end otherwise is not suggested again.
    const next = reason.kind === 'no-stop-script' ? [] : ['    next     paictl service stop web']
    const waited = reason.kind === 'timeout' ? TIMED_OUT : []
    expect(lines.slice(2, -2)).toEqual([...waited, ...next])
  })

  test('a failure that is not tried again says why; one that lacks open files, what to raise', () => {
    const exit = failed({ kind: 'exit', exitCode: 1 }, { log: null, retriedOn: [75, 80] })
    const system = failed({ kind: 'system', message: '/s: too many open files' }, { script: null, log: null })
    const lines = show(run('start', ['start:a', 'start:b'], [ended('start:a', 1, exit), ended('start:b', 1, system)]))
    expect(lines.slice(1, -2)).toEqual([
      '  FAILED     a  start    120ms   exited with code 1',
      '    retry    not tried again: on-exit-codes of its service.yaml has only 75, 80',
      '    script   start.sh',
      '    next     paictl service start a',
      '  FAILED     b  start    120ms   /s: too many open files',
      '    next     ulimit -n 4096',
      '             paictl service start b',
    ])
  })

  test('a script that was ended before the step is said, and that nobody knows what it has done', () => {
    const what = { time: T, type: 'survivor-ended', step: 'start:a', service: 'a', role: 'stop', pid: 7 } as const
    const ended = (because: 'asked' | 'out-of-time'): RunEvent => ({ ...what, startedBy: 'r0', because })
    for (const mode of ['human', 'plain'] as const) {
      expect(show(run('start', ['start:a'], [ended('asked'), ended('out-of-time')]), mode)).toEqual(
        expect.arrayContaining([
          '  ended      a  its stop script of run r0 (process 7) was ended, as was asked for: what it has done is not known',
          '  ended      a  its stop script of run r0 (process 7) was ended, since its time was up: what it has done is not known',
        ]),
      )
    }
  })

  test('only the last 20 lines of a log are shown', () => {
    const tail = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
    const lines = show(
      run('start', ['start:web'], [ended('start:web', 1, failed({ kind: 'exit', exitCode: 1 }, { tail }))]),
    )
    expect(lines.filter((line) => line.startsWith('    | '))).toEqual(tail.slice(10).map((line) => `    | ${line}`))
  })

  test('what was left alone, each with its reason', () => {
    const reasons = [
      left('a', { kind: 'running', since: null }),
      left('b', { kind: 'completed', since: null }),
      left('c', { kind: 'unchanged' }),
      left('d', { kind: 'not-running', state: 'stopped' }, true),
      left('e', { kind: 'nothing-to-stop', state: 'stopped' }),
      left('f', { kind: 'never-started' }),
      left('g', { kind: 'skipped' }),
    ]
    expect(show(run('refresh', ['refresh:x'], [ended('refresh:x', 1, done(1))], reasons))).toEqual([
      'Refreshing 1 service (cluster iris, local)',
      '  left       a  already running',
      '  left       b  already completed',
      '  left       c  unchanged',
      '  left       d  not running: stopped; paictl service start d',
      '  left       e  nothing to stop: stopped',
      '  left       f  never started',
      '  left       g  skipped',
      '  done       x  refresh  1ms',
      '1 refreshed, 1 already running, 1 already completed, 1 unchanged, 1 not running, 1 with nothing to stop, ' +
        '1 never started, 1 skipped in 2.3s',
      '',
    ])
  })

  test('a plan without steps is no run', () => {
    const verb = 'start'
    const plan = planOf(verb, [], LEFT)
    const events: RunEvent[] = [
      { time: T, type: 'run-started', run: null, verb, cluster: CLUSTER, plan },
      { time: T, type: 'service-left', left: left('old', { kind: 'completed', since: SINCE }) },
      { time: T, type: 'run-ended', run: null, verb, durationMs: 0, exitCode: 0 },
    ]
    expect(show(events)).toEqual([
      'Nothing to start (cluster iris, local)',
      '  left       old    completed for 3m05s',
      '1 already completed',
      '',
    ])
  })

  test('a stop without a stop-script is said', () => {
    const warning = { kind: 'no-script', operator: 'stop' } as const
    const events = [ended('stop:web', 1, { status: 'done', durationMs: 0, warning })]
    expect(show(run('stop', ['stop:web'], events))[1]).toBe(
      '  done       web  stop     0ms     has no stop-script: nothing was run',
    )
  })

  test('a stop that was awaited is not called ready', () => {
    const events = [waiting('stop:web', 0, 'it to fall silent'), ended('stop:web', 1, done(5))]
    expect(show(run('stop', ['stop:web'], events))[1]).toBe('  done       web  stop     5ms')
  })

  test('services are counted, not steps, each by the worst of its steps', () => {
    const steps = ['stop:a', 'stop:b', 'stop:c', 'start:a', 'start:b', 'start:c']
    const events = [
      ended('stop:a', 1, done(1)),
      ended('stop:b', 1, failed({ kind: 'exit', exitCode: 1 })),
      ended('stop:c', 1, done(1)),
      ended('start:a', 1, done(1)),
      ended('start:b', 1, blocked('b')),
      ended('start:c', 1, { status: 'cancelled', begun: false, durationMs: 0 }),
    ]
    const lines = show(run('restart', steps, events))
    expect(lines[0]).toBe('Restarting 3 services (cluster iris, local)')
    expect(lines.at(-4)).toBe('1 restarted, 1 failed, 1 cancelled in 2.3s')
    expect(lines.slice(-3, -1)).toEqual(['Stopped, and not started again: c', '  paictl service start c'])
  })

  test('an interruption says what goes on and what the next one does', () => {
    const interrupted = (count: number, stillRunning: string[], signal = 'SIGINT'): RunEvent => ({
      time: T,
      type: 'interrupted',
      signal,
      count,
      stillRunning,
    })
    const cancelled = (begun: boolean): Outcome => ({ status: 'cancelled', begun, durationMs: 1500 })
    const events = [
      interrupted(1, ['a', 'b']),
      interrupted(2, ['a']),
      interrupted(3, ['a']),
      interrupted(1, [], 'SIGTERM'),
      ended('start:a', 1, cancelled(true)),
      waiting('start:b', 1, 'http://localhost:8500'),
      ended('start:b', 1, cancelled(true)),
      ended('start:c', 1, cancelled(false)),
    ]
    expect(show(run('start', ['start:a', 'start:b', 'start:c'], events)).slice(1, -1)).toEqual([
      'Interrupted: nothing new starts; waiting for 2 scripts to end (a, b). Ctrl-C again to hurry, a third time to kill.',
      'Interrupted again: hurrying 1 script (a). Ctrl-C once more to kill.',
      'Interrupted a third time: killing 1 script (a).',
      'Interrupted by SIGTERM: nothing new starts; no script is running.',
      '  cancelled  a  start    1.5s    ended before it was done',
      '  cancelled  b  start    1.5s    no longer awaited; what it has started stays',
      '  cancelled  c  start    not begun',
      '3 cancelled in 2.3s',
    ])
  })

  test('names in wide characters are aligned by their cells', () => {
    const events = [ended('start:日本', 1, done(1)), ended('start:a', 1, done(1))]
    expect(show(run('start', ['start:日本', 'start:a'], events)).slice(1, 3)).toEqual([
      '  done       日本  start    1ms',
      '  done       a     start    1ms',
    ])
  })
})

describe('at a terminal', () => {
  test('a transient line names what runs and for how long, and is gone before anything else is written', () => {
    const screen = createScreen({ interactive: true })
    const report = createRunLines({ terminal: screen, mode: 'human' })
    const last = () => screen.lines().at(-1)
    const [begin, ...rest] = run('start', STEPS, EVENTS.slice(0, 5))
    const end = rest.at(-1)
    if (begin !== undefined) report(begin)
    expect(last()).toBe('')
    report(started('start:a', 0))
    report(started('start:b', 1000))
    expect(last()).toBe('running: a 1s, b 0s')
    report(waiting('start:b', 2000, 'http://localhost/'))
    report.tick(T + 65_000)
    expect(last()).toBe('running: a 1m05s, b waiting for http://localhost/ 1m03s')
    report(ended('start:a', 66_000, done(66_000)))
    expect(screen.lines().slice(1)).toEqual([
      '  done       a                      start    1m06s',
      'running: b waiting for http://localhost/ 1m04s',
    ])
    report.clear()
    expect(last()).toBe('')
    report.tick(T + 70_000)
    if (end !== undefined) report(end)
    expect(screen.lines().slice(2)).toEqual(['1 started in 2.3s', ''])
  })

  test('the transient line is cut to the terminal, and only written when it changes', () => {
    const screen = createScreen({ interactive: true, columns: 20 })
    const report = createRunLines({ terminal: screen, mode: 'human' })
    report(started('start:some-long-name', 0))
    report.tick(T + 100)
    report.tick(T + 200)
    expect(screen.written).toEqual(['running: some-lo...'])
  })

  test('each write leaves the screen whole: the old line cleared, the new lines, the new transient line', () => {
    const screen = createScreen({ interactive: true })
    const report = createRunLines({ terminal: screen, mode: 'human' })
    report(started('start:a', 0))
    report(started('start:b', 0))
    report(ended('start:a', 10, done(10)))
    expect(screen.written.at(-1)).toBe('\r\u001b[K  done       a  start    10ms\nrunning: b 0s')
  })

  test('colours appear only where the terminal has them', () => {
    const events = run('start', STEPS, EVENTS)
    const coloured = createScreen({ interactive: true, color: true })
    show(events, 'human', coloured)
    expect(coloured.written.join('')).toContain('\u001b[31m  FAILED     ingress')
    const plain = createScreen({ interactive: true })
    show(events, 'human', plain)
    expect(plain.written.join('').replaceAll('\r\u001b[K', '')).not.toContain('\u001b')
  })
})

test('who is only told of it is not counted among what is started or deleted', () => {
  const changes = { added: [], removed: ['iris'], changed: [], changes: [] }
  const told = (verb: Verb, ...ids: readonly string[]): string | undefined => {
    const events = run(verb, ids, [])
    const [first, ...rest] = events
    if (first?.type !== 'run-started') throw new Error('a run begins with its plan')
    const steps = first.plan.steps.map((step) => {
      const trigger = { kind: 'followed', ...changes } as const
      return step.operator === 'refresh' ? { ...step, cause: { ...step.cause, trigger } } : step
    })
    return show([{ ...first, plan: { ...first.plan, steps } }, ...rest])[0]
  }
  expect(told('delete', 'refresh:ingress', 'delete:iris')).toBe(
    'Deleting 1 service, refreshing 1 follower (cluster iris, local)',
  )
  expect(told('start', 'refresh:ingress', 'refresh:edge')).toBe('Refreshing 2 followers (cluster iris, local)')
})

test('a pipe gets no escape code and no transient line', () => {
  const screen = createScreen()
  const report = createRunLines({ terminal: screen, mode: 'human' })
  for (const event of run('start', STEPS, EVENTS)) {
    report(event)
    report.tick(event.time + 5000)
  }
  report.clear()
  expect(screen.written.join('')).not.toContain('\u001b')
  expect(screen.written.join('')).not.toContain('\r')
  expect(screen.written.join('')).not.toContain('running:')
})

test('plain has a line also for what begins and for what is awaited, and never a code', () => {
  const screen = createScreen({ interactive: true, color: true })
  expect(show(run('start', STEPS.slice(0, 2), EVENTS.slice(0, 5)), 'plain', screen)).toEqual([
    'Starting 2 services (cluster iris, local)',
    '  started    cluster-configuration  start',
    '  done       cluster-configuration  start    45ms',
    '  started    model-store            start',
    '  waiting    model-store            for http://localhost:8500',
    '  done       model-store            start    310ms   ready',
    '2 started in 2.3s',
    '',
  ])
  expect(screen.written.join('')).not.toContain('\u001b')
})

test('json is the events, one a line, with the version and the time in front', () => {
  const screen = createScreen({ interactive: true, color: true })
  const events = run('start', STEPS, EVENTS, LEFT)
  const lines = show(events, 'json', screen).slice(0, -1)
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    events.map((event) => ({ ...event, v: 1, time: new Date(event.time).toISOString() })),
  )
  expect(lines[3]).toBe(
    '{"v":1,"type":"step-started","time":"2026-03-01T10:00:00.000Z","step":"start:cluster-configuration",' +
      '"service":"cluster-configuration","operator":"start","log":null}',
  )
})
