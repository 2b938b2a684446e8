import { describe, expect, test } from 'vitest'
import { drawGraph, GRAPH_FORMATS, type GraphService } from '../../src/ui/graph-drawing/draw-graph.ts'

/** `server?` is an optional prerequisite. */
const service = (name: string, needs: readonly string[] = [], more: Partial<GraphService> = {}): GraphService => ({
  name,
  kind: 'service',
  prerequisites: needs.map((need) => ({ service: need.replace(/\?$/, ''), optional: need.endsWith('?') })),
  ...more,
})

const GRAPH = [
  service('smoke-test', ['ingress'], { kind: 'job' }),
  service('ingress', ['server', 'configuration?']),
  service('server', ['train'], { state: 'running' }),
  service('train', ['configuration'], { kind: 'job' }),
  service('configuration'),
  service('dashboard', ['server', 'configuration']),
]

const draw = (services: readonly GraphService[], format: (typeof GRAPH_FORMATS)[number]): string[] =>
  drawGraph(services, format).split('\n')

describe('tree', () => {
  test('what nobody needs, below it what it needs, and a branch that was shown is only named', () => {
    expect(draw(GRAPH, 'tree')).toEqual([
      'dashboard',
      '|-- configuration',
      '`-- server (running)',
      '    `-- train (job)',
      '        `-- configuration',
      'smoke-test (job)',
      '`-- ingress',
      '    |-- configuration (optional)',
      '    `-- server (running) (see above)',
    ])
  })

  test('a line connects what belongs together', () => {
    expect(
      draw([service('a', ['b', 'c']), service('b', ['d', 'e']), ...['c', 'd', 'e'].map((n) => service(n))], 'tree'),
    ) //
      .toEqual(['a', '|-- b', '|   |-- d', '|   `-- e', '`-- c'])
  })

  test('a cycle and what is missing are shown too', () => {
    expect(draw([service('a', ['b']), service('b', ['a', 'gone']), service('c', ['a'])], 'tree')).toEqual([
      'c',
      '`-- a',
      '    `-- b',
      '        |-- a (see above)',
      '        `-- gone (missing)',
    ])
    expect(draw([service('a', ['b']), service('b', ['a'])], 'tree')).toEqual(['a', '`-- b', '    `-- a (see above)'])
    expect(draw([], 'tree')).toEqual(['There are no services.'])
  })

  test('a deep branch goes on further down', () => {
    const lines = draw(chain(50), 'tree')
    expect(lines.slice(0, 2)).toEqual(['s0049', '`-- s0048'])
    expect(lines.slice(20, 23)).toEqual([`${' '.repeat(76)}\`-- s0029 (see below)`, 's0029', '`-- s0028'])
    expect(lines.map((line) => line.trim().replace(/^`-- | \(see below\)$/g, ''))).toEqual(
      [...Array(52).keys()].map((_, i) => name(i <= 20 ? 49 - i : i <= 41 ? 50 - i : 51 - i)),
    )
  })

  test('names cannot act on the terminal', () => {
    expect(draw([service('a\u001b[2J')], 'tree')).toEqual(['a\\x1b[2J'])
  })
})

const name = (index: number): string => `s${String(index).padStart(4, '0')}`

const chain = (length: number): GraphService[] =>
  Array.from({ length }, (_, index) => service(name(index), index === 0 ? [] : [name(index - 1)]))

test.each(GRAPH_FORMATS)('%s: a chain of 10,000 is drawn, and in little space', (format) => {
  const drawing = drawGraph(chain(10_000), format)
  expect(drawing.match(/s0000/g)?.length).toBeGreaterThan(0)
  expect(drawing.match(/s9999/g)?.length).toBeGreaterThan(0)
  expect(drawing.length).toBeLessThan(2_000_000)
})

test.each(GRAPH_FORMATS)('%s: the order of the services makes no difference', (format) => {
  expect(drawGraph([...GRAPH].reverse(), format)).toBe(drawGraph(GRAPH, format))
})

test('dot: optional edges dashed, jobs round, names escaped', () => {
  expect(draw([...GRAPH.slice(1, 5), service('a"b\\c', ['gone'])], 'dot')).toEqual([
    'digraph paictl {',
    '  rankdir=LR;',
    '  node [shape=box];',
    '  "a\\"b\\\\c";',
    '  "configuration";',
    '  "ingress";',
    '  "server" [label="server\\nrunning"];',
    '  "train" [shape=ellipse];',
    '  "gone" [style=dotted];',
    '  "a\\"b\\\\c" -> "gone";',
    '  "ingress" -> "configuration" [style=dashed];',
    '  "ingress" -> "server";',
    '  "server" -> "train";',
    '  "train" -> "configuration";',
    '}',
  ])
})

test('mermaid: optional edges dotted, jobs round, names escaped and never ids', () => {
  expect(draw([...GRAPH.slice(1, 5), service('a"b#c', ['gone']), service('end')], 'mermaid')).toEqual([
    'flowchart LR',
    '  s1["a#34;b#35;c"]',
    '  s2["configuration"]',
    '  s3["end"]',
    '  s4["ingress"]',
    '  s5["server (running)"]',
    '  s6(["train"])',
    '  s7["gone (missing)"]',
    '  s1 --> s7',
    '  s4 -.-> s2',
    '  s4 --> s5',
    '  s5 --> s6',
    '  s6 --> s2',
  ])
})

test('json: nodes and edges, sorted', () => {
  expect(JSON.parse(drawGraph(GRAPH.slice(1, 5), 'json'))).toEqual({
    v: 1,
    services: [
      { name: 'configuration', kind: 'service' },
      { name: 'ingress', kind: 'service' },
      { name: 'server', kind: 'service', state: 'running' },
      { name: 'train', kind: 'job' },
    ],
    edges: [
      { service: 'ingress', needs: 'configuration', optional: true },
      { service: 'ingress', needs: 'server', optional: false },
      { service: 'server', needs: 'train', optional: false },
      { service: 'train', needs: 'configuration', optional: false },
    ],
  })
})

test('what is only followed is said to be', () => {
  const followed = { service: 'server', optional: true, follows: true } as const
  const graph = [service('ingress', [], { prerequisites: [followed] }), service('server')]
  expect(draw(graph, 'tree')).toEqual(['ingress', '`-- server (followed)'])
  expect(draw(graph, 'dot').at(-2)).toBe('  "ingress" -> "server" [style=dashed, label=follows];')
  expect(draw(graph, 'mermaid').at(-1)).toBe('  s1 -. follows .-> s2')
  expect(JSON.parse(drawGraph(graph, 'json')).edges).toEqual([
    { service: 'ingress', needs: 'server', optional: true, follows: true },
  ])
})
