import { describe, expect, test } from 'vitest'
import { clustersTable } from '../../src/ui/clusters-table.ts'
import { componentTable } from '../../src/ui/component-table.ts'
import { createStyle, PLAIN_STYLE } from '../../src/ui/style.ts'
import { closingTable, type ServiceRow, serviceTable } from '../../src/ui/tables.ts'
import { widthOf } from '../../src/ui/text-width.ts'

const NOW = Date.parse('2026-03-01T10:00:00.000Z')

const row = (name: string, more: Partial<ServiceRow> = {}): ServiceRow => ({
  name,
  component: name,
  kind: 'service',
  state: 'running',
  since: '2026-03-01T09:56:55.000Z',
  outputs: {},
  detail: '',
  description: null,
  prerequisites: [],
  tags: [],
  ...more,
})

const table = (rows: readonly ServiceRow[], columns: number): string[] =>
  serviceTable(rows, { columns, style: PLAIN_STYLE, now: NOW }).split('\n')

const PREDICT = 'http://localhost:8080/v1/models/iris:predict'
const ROWS = [
  row('ingress', { outputs: { url: 'http://localhost:8080', predict: PREDICT } }),
  row('model-server', { state: 'failed', detail: 'exited with code 1 while its readiness was awaited: 503' }),
  row('never', { state: 'never-started', since: null }),
  row('train-iris', { kind: 'job', state: 'completed', since: '2026-03-01T08:00:00.000Z' }),
]

describe('the services', () => {
  test('in 80 columns: details are cut, outputs stand below in full', () => {
    expect(table(ROWS, 80)).toEqual([
      'NAME          STATE          SINCE      DETAIL',
      'ingress       running        3m05s ago',
      `    predict  ${PREDICT}`,
      '    url      http://localhost:8080',
      'model-server  failed         3m05s ago  exited with code 1 while its readines...',
      'never         never-started',
      'train-iris    completed      2h00m ago',
    ])
  })

  test('in 160 columns: outputs go below rather than cutting a detail', () => {
    expect(table(ROWS, 160)).toEqual([
      'NAME          STATE          SINCE      DETAIL',
      'ingress       running        3m05s ago',
      `    predict  ${PREDICT}`,
      '    url      http://localhost:8080',
      'model-server  failed         3m05s ago  exited with code 1 while its readiness was awaited: 503',
      'never         never-started',
      'train-iris    completed      2h00m ago',
    ])
  })

  test('outputs stand in the row where all of it fits', () => {
    const rows = [row('ingress', { outputs: { url: 'http://localhost:8080' } }), row('web', { detail: 'odd' })]
    expect(table(rows, 80)).toEqual([
      'NAME     STATE    SINCE      OUTPUTS                    DETAIL',
      'ingress  running  3m05s ago  url=http://localhost:8080',
      'web      running  3m05s ago                             odd',
    ])
    expect(table(rows, 61)[1]).toBe('ingress  running  3m05s ago')
    expect(table(rows, 62)[1]).toBe('ingress  running  3m05s ago  url=http://localhost:8080')
  })

  test('what has no content has no column', () => {
    expect(table([row('a', { since: null })], 80)).toEqual(['NAME  STATE', 'a     running'])
    expect(table([], 80)).toEqual(['There are no services.'])
  })

  test('in a narrow terminal the detail goes first, then the time; name and state stay whole', () => {
    const rows = [row('a-name-of-some-length', { state: 'never-started', detail: 'some detail' })]
    expect(table(rows, 60)[1]).toBe('a-name-of-some-length  never-started  3m05s ago  some detail')
    expect(table(rows, 57)[1]).toBe('a-name-of-some-length  never-started  3m05s ago')
    expect(table(rows, 40)[1]).toBe('a-name-of-some-length  never-started')
    expect(table(rows, 20)[1]).toBe('a-name-of-some-length  never-started')
  })

  test('wide characters count as two cells, aligned and cut', () => {
    const rows = [row('a', { detail: '日本語'.repeat(20) }), row('b', { detail: 'short' })]
    const lines = table(rows, 40)
    expect(lines).toEqual([
      'NAME  STATE    SINCE      DETAIL',
      'a     running  3m05s ago  日本語日本...',
      'b     running  3m05s ago  short',
    ])
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(40)
  })

  test('a probe cannot write to the terminal, nor break the table', () => {
    expect(table([row('a', { detail: 'x\u001b[2J\ny' })], 80)[1]).toBe('a     running  3m05s ago  x\\x1b[2J y')
  })

  test('colours change nothing but colours', () => {
    const coloured = serviceTable(ROWS, { columns: 80, style: createStyle(true), now: NOW })
    expect(coloured).toContain('\u001b[31mfailed       \u001b[39m')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
    expect(coloured.replace(/\u001b\[\d+m/g, '').split('\n')).toEqual(table(ROWS, 80))
  })
})

test('the end of a start: what is up with its outputs, then what to type', () => {
  const next = [`curl ${PREDICT}`, 'paictl service status']
  expect(closingTable(ROWS, { style: PLAIN_STYLE, next }).split('\n')).toEqual([
    `  ingress     running    predict  ${PREDICT}`,
    '                         url      http://localhost:8080',
    '  train-iris  completed',
    '',
    'Next:',
    `  curl ${PREDICT}`,
    '  paictl service status',
  ])
  expect(closingTable([row('a')], { style: PLAIN_STYLE, next: [] })).toBe('  a  running')
})

describe('the clusters', () => {
  const cluster = {
    id: 'iris',
    services: 5,
    running: 3,
    lastRun: '2026-03-01T09:00:00.000Z',
    project: '/home/someone/platform',
    projectExists: true,
  }
  const show = (columns: number) =>
    clustersTable([cluster, { ...cluster, id: 'x', lastRun: null, projectExists: false }], {
      columns,
      style: PLAIN_STYLE,
      now: NOW,
    }).split('\n')

  test('with where they belong, which is never cut', () => {
    expect(show(80)).toEqual([
      'CLUSTER  RUNNING  LAST RUN   PROJECT',
      'iris     3 of 5   1h00m ago  /home/someone/platform',
      'x        3 of 5   none       /home/someone/platform (gone)',
    ])
    expect(show(48)).toEqual([
      'CLUSTER  RUNNING  PROJECT',
      'iris     3 of 5   /home/someone/platform',
      'x        3 of 5   /home/someone/platform (gone)',
    ])
    expect(clustersTable([], { columns: 80, style: PLAIN_STYLE, now: NOW })).toBe('No cluster has been started yet.')
  })
})

test('the components', () => {
  const rows = [
    {
      name: 'ingress',
      kind: 'service',
      instances: 'one',
      deployments: [],
      scripts: ['start', 'stop'],
      prerequisites: ['model-server', 'model-store'],
      tags: [],
      description: 'Routes requests to the models that are served',
    },
    {
      name: 'train',
      kind: 'job',
      instances: 'many',
      deployments: ['train-iris', 'train-wine'],
      scripts: [],
      prerequisites: [],
      tags: [],
      description: null,
    },
  ] as const
  const show = (columns: number) => componentTable(rows, { columns, style: PLAIN_STYLE }).split('\n')
  expect(show(160)).toEqual([
    'COMPONENT  KIND     INSTANCES  PREREQUISITES              SCRIPTS      DESCRIPTION',
    'ingress    service  one        model-server, model-store  start, stop  Routes requests to the models that are served',
    'train      job      2          -                          -',
  ])
  expect(show(80)).toEqual([
    'COMPONENT  KIND     INSTANCES  PREREQUISITES              SCRIPTS',
    'ingress    service  one        model-server, model-store  start, stop',
    'train      job      2          -                          -',
  ])
  expect(componentTable([], { columns: 80, style: PLAIN_STYLE })).toBe('There are no components.')
})

test('outputs of what is down are not shown: nobody answers there', () => {
  const url = { url: 'http://127.0.0.1:1' }
  expect(table([row('a', { state: 'held', since: null, outputs: url })], 80)).toEqual(['NAME  STATE', 'a     held'])
})
