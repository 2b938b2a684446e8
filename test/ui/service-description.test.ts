import { expect, test } from 'vitest'
import { configText } from '../../src/ui/config-text.ts'
import { type ServiceDescription, serviceDescription } from '../../src/ui/service-description.ts'
import { createStyle, PLAIN_STYLE } from '../../src/ui/style.ts'

const NOW = Date.parse('2026-03-01T10:00:00.000Z')

const FULL: ServiceDescription = {
  row: {
    name: 'iris',
    component: 'model-server',
    kind: 'service',
    state: 'running',
    since: '2026-03-01T09:56:55.000Z',
    outputs: { url: 'http://localhost:8501', grpc: 'localhost:8500' },
    detail: 'its start failed, yet http://localhost:8501 answers',
    description: 'Serves the iris model',
    prerequisites: ['model-store'],
    tags: ['serving'],
  },
  run: '20260301-095650-ab12',
  directory: 'components/model-server',
  prerequisites: [
    { service: 'train', optional: false },
    { service: 'metrics', optional: true },
  ],
  dependents: ['ingress'],
  scripts: { status: 'status.sh', start: 'start.sh', stop: 'stop.sh' },
  readiness: {
    probe: { kind: 'http', url: 'http://localhost:8501/' },
    intervalMs: 1000,
    timeoutMs: 120_000,
    successThreshold: 2,
  },
  timeouts: { start: undefined, stop: 300_000 },
  retries: {
    start: { attempts: 5, delayMs: 10_000, backoff: 2, maxDelayMs: 60_000, jitter: 0.1, exitCodes: [75, 76] },
    stop: { attempts: 2, delayMs: 500, backoff: 1, maxDelayMs: 60_000, jitter: 0, exitCodes: null },
  },
  configuration: 'port: 8501\nmodel:\n  name: iris',
  log: '/state/iris/start.log',
  described: { version: 3 },
}

test('all that is known of a service', () => {
  expect(serviceDescription(FULL, { style: PLAIN_STYLE, now: NOW }).split('\n')).toEqual([
    'iris',
    '  Serves the iris model',
    'state          running',
    '               its start failed, yet http://localhost:8501 answers',
    'since          2026-03-01 09:56:55Z (3m05s ago)',
    'run            20260301-095650-ab12',
    'kind           service',
    'component      model-server, components/model-server',
    'tags           serving',
    'prerequisites  metrics (optional), train',
    'dependents     ingress',
    'readiness      http http://localhost:8501/, every 1.0s for at most 2m00s, 2 answers in a row',
    'log            /state/iris/start.log',
    '',
    'outputs:',
    '  grpc  localhost:8500',
    '  url   http://localhost:8501',
    '',
    'scripts:',
    '  start   start.sh',
    '  stop    stop.sh',
    '  status  status.sh',
    '',
    'timeouts:',
    '  start  none',
    '  stop   5m00s',
    '',
    'retries:',
    '  start  5 attempts, 10s between, each wait 2 times the last, up to 1m00s, of exit codes only 75, 76',
    '  stop   2 attempts, 500ms between',
    '',
    'configuration:',
    '  port: 8501',
    '  model:',
    '    name: iris',
    '',
    'described by its describe-script:',
    '  {',
    '    "version": 3',
    '  }',
  ])
})

test('little is known of what was never started', () => {
  const bare: ServiceDescription = {
    row: {
      name: 'web',
      component: 'web',
      kind: 'job',
      state: 'never-started',
      since: null,
      outputs: {},
      detail: '',
      description: null,
      prerequisites: [],
      tags: [],
    },
    run: null,
    directory: 'components/web',
    prerequisites: [],
    dependents: [],
    scripts: {},
    readiness: null,
    timeouts: {},
    retries: {},
    configuration: null,
    log: null,
    described: undefined,
  }
  expect(serviceDescription(bare, { style: PLAIN_STYLE, now: NOW }).split('\n')).toEqual([
    'web',
    'state          never-started',
    'kind           job',
    'component      components/web',
    'prerequisites  none',
    'dependents     none',
    'readiness      none',
    'log            none',
  ])
})

test.each([
  [{ kind: 'script', script: 'ready.sh' }, 'script ready.sh'],
  [{ kind: 'tcp', host: 'localhost', port: 80 }, 'tcp localhost:80'],
  [{ kind: 'log', pattern: 'listening on \\d+' }, 'log /listening on \\d+/'],
] as const)('a readiness probe %o', (probe, words) => {
  const readiness = { probe, intervalMs: 500, timeoutMs: 10_000, successThreshold: 1 }
  const text = serviceDescription({ ...FULL, readiness }, { style: PLAIN_STYLE, now: NOW })
  expect(text).toContain(`readiness      ${words}, every 500ms for at most 10s\n`)
})

test('paths are named as the caller wants', () => {
  const display = (file: string) => `<${file}>`
  const text = serviceDescription(FULL, { style: PLAIN_STYLE, now: NOW, display })
  expect(text).toContain('component      model-server, <components/model-server>\n')
  expect(text).toContain('log            </state/iris/start.log>\n')
})

test('the state has its colour', () => {
  expect(serviceDescription(FULL, { style: createStyle(true), now: NOW })).toContain('\u001b[32mrunning\u001b[39m')
})

test('a configuration is printed as YAML that reads back as the same', async () => {
  const shared = { host: 'a', port: 1 }
  const long = 'word '.repeat(40).trim()
  expect(await configText({ b: shared, a: shared, text: long, yes: 'yes', list: [], map: {} })).toBe(
    [
      'b:',
      '  host: a',
      '  port: 1',
      'a:',
      '  host: a',
      '  port: 1',
      `text: ${long}`,
      'yes: yes',
      'list: []',
      'map: {}',
    ].join('\n'),
  )
})
