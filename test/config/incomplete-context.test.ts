import { describe, expect, test } from 'vitest'
import { treeOf } from '../../src/config/cluster/plain-json.ts'
import { incompleteMaps } from '../../src/config/rendering/incomplete-context.ts'
import { type Diagnostic, diagnostic } from '../../src/model/diagnostic.ts'
import { startOfFile } from '../../src/model/span.ts'

const WEB = { port: 1, db: { host: 'h' } }
const CLUSTER = { 'cluster-id': 'demo' }
const LAYOUT = { machines: [{ host: 'h' }] }
const CLUSTER_CFG = { cluster: CLUSTER, layout: LAYOUT, web: WEB, api: {} }

const NAMES = new Map<unknown, string>([
  [CLUSTER_CFG, 'cluster_cfg'],
  [CLUSTER, 'cluster'],
  [LAYOUT, 'layout'],
  [LAYOUT.machines, 'machines'],
  [LAYOUT.machines[0], 'machine'],
  [WEB, 'web'],
  [WEB.db, 'web.db'],
  [CLUSTER_CFG.api, 'api'],
])

function incomplete(problem: Diagnostic, isShown = true): string[] {
  const sections = new Map([['web', { config: WEB }]]) as unknown as Parameters<typeof incompleteMaps>[0]['sections']
  const input = {
    clusterCfg: CLUSTER_CFG,
    layout: LAYOUT,
    sections,
    underived: new Set<string>(),
    diagnostics: [problem],
  }
  return [
    ...incompleteMaps(
      input,
      () => isShown,
      () => isShown,
    ),
  ].map((map) => NAMES.get(map) ?? 'another')
}

const at = (file: string) => ({ span: startOfFile(`/p/cluster-config/${file}`) })
const SERVICES = 'services-configuration.yaml'
const violation = { service: 'web', path: 'port', message: 'must be lower', nearest: null }

describe('incomplete is', () => {
  test.each([
    [
      'a section that is not whole',
      diagnostic('yaml-syntax', { message: 'm' }, { ...at('web.yaml'), service: 'web' }),
      ['web', 'web.db'],
    ],
    [
      'nothing of one with a warning',
      diagnostic('schema-violation', violation, { service: 'web', severity: 'warning' }),
      [],
    ],
    ['the layout', diagnostic('yaml-syntax', { message: 'm' }, at('layout.yaml')), ['layout', 'machines', 'machine']],
    [
      'the layout that cannot be opened',
      diagnostic('unreadable-file', { path: '/p/layout.yaml', reason: 'r' }),
      ['layout', 'machines', 'machine'],
    ],
    [
      'the cluster, by a wrong value of it',
      diagnostic('bad-value', { what: 'w', value: 'v', expected: 'e', nearest: null }, at(SERVICES)),
      ['cluster'],
    ],
    [
      'everything, when a file is lost',
      diagnostic('yaml-syntax', { message: 'm' }, at(SERVICES)),
      [...NAMES.values()].sort(),
    ],
  ])('%s', (_, problem, expected) => {
    const found = incomplete(problem)
    expect(expected.length > 5 ? found.sort() : found).toEqual(expected)
  })

  test('a section that was not derived, because another has an error that is told', () => {
    const sections = new Map([['web', { config: WEB }]]) as unknown as Parameters<typeof incompleteMaps>[0]['sections']
    const underived = new Set(['web'])
    const input = { clusterCfg: CLUSTER_CFG, layout: LAYOUT, sections, underived, diagnostics: [] }
    const found = (isTold: boolean) =>
      [
        ...incompleteMaps(
          input,
          () => true,
          () => isTold,
        ),
      ].length
    expect([found(true), found(false)]).toEqual([2, 0])
  })

  test('nothing by a problem that is not told', () => {
    expect(incomplete(diagnostic('schema-violation', violation, { service: 'web' }), false)).toEqual([])
  })
})

describe('of a section', () => {
  const tree = treeOf(WEB, startOfFile('/p/web.yaml'), undefined)
  /** Which of `port`, `db`, `db.host`, `db.port`, `other` a problem leaves in doubt, and which it hides. */
  const doubts = (problem: Diagnostic): string[] => {
    const sections = new Map([['web', { config: WEB, tree, isWhole: true, commandLine: [], component: 'web' }]])
    const declared = { clusterCfg: CLUSTER_CFG, layout: LAYOUT, sections, underived: new Set<string>() }
    const all = () => true
    const gaps = incompleteMaps({ ...declared, diagnostics: [problem] }, all, all)
    const names: [object, string, string][] = [
      [WEB, 'port', 'port'],
      [WEB, 'db', 'db'],
      [WEB.db, 'host', 'db.host'],
      [WEB.db, 'port', 'db.port'],
      [WEB, 'other', 'other'],
    ]
    return names.flatMap(([map, name, path]) => [
      ...(gaps.isDoubtful(map, name) ? [`${path}?`] : []),
      ...(gaps.has(map, name) ? [path] : []),
    ])
  }
  const of = { service: 'web' }

  test.each<[string, Diagnostic, string[]]>([
    ['a wrong value is in doubt', diagnostic('schema-violation', violation, of), ['port?']],
    [
      'a required key',
      diagnostic('schema-violation', { ...violation, path: 'db', lacking: 'db.port' }, of),
      ['db.port'],
    ],
    ['the key that was misspelt', diagnostic('schema-violation', { ...violation, lacking: 'other' }, of), ['other']],
    ['nothing for a key too many', diagnostic('schema-violation', { ...violation, lacking: null }, of), []],
    [
      'what does not merge',
      diagnostic('merge-type', { path: 'web.db', expected: 'a map', found: 'a string' }, of),
      ['db?'],
    ],
    ['nothing for a check', diagnostic('check-failed', { service: 'web', path: 'port', message: 'm' }, of), []],
    [
      'all by a schema that is none',
      diagnostic('bad-schema', { message: 'm' }, of),
      ['port', 'db', 'db.host', 'db.port', 'other'],
    ],
  ])('%s', (_, problem, expected) => expect(doubts(problem)).toEqual(expected))
})
