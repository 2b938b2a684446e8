import { expect, test } from 'vitest'
import { withoutConsequences } from '../../src/config/cluster/consequences.ts'
import { type Diagnostic, diagnostic } from '../../src/model/diagnostic.ts'

const at = (file: string) => ({ file, start: { line: 1, column: 1 }, end: { line: 1, column: 2 } })
const CONFIGURATION = at('/p/cluster-config/services-configuration.yaml')
const DESCRIPTION = at('/p/components/web/deploy/service.yaml')

const codes = (diagnostics: readonly Diagnostic[], services: readonly string[] = ['web']): string[] =>
  withoutConsequences(diagnostics, { services: new Set(services) }).map((one) => one.code)

const habits = (service = 'web'): Diagnostic[] => [
  diagnostic('no-stop-script', { service }, { service, severity: 'warning' }),
  diagnostic('no-probe', { service }, { service, severity: 'warning' }),
]

const unknownKey = (key: string, nearest: string | null, where = 'service.yaml'): Diagnostic =>
  diagnostic('unknown-key', { key, where, nearest, known: [] }, { span: DESCRIPTION, service: 'web' })

const wrongType = (what: string): Diagnostic =>
  diagnostic('wrong-type', { what, expected: 'a', found: 'b' }, { span: DESCRIPTION, service: 'web' })

test.each<[string, Diagnostic, string[]]>([
  ['a misspelt stop-script', unknownKey('stop-scirpt', 'stop-script'), ['unknown-key', 'no-probe']],
  ['a misspelt status-script', unknownKey('status', 'status-script'), ['unknown-key', 'no-stop-script']],
  ['a misspelt probe', unknownKey('htpp', 'http', 'readiness'), ['unknown-key', 'no-stop-script']],
  ['a probe that is none', wrongType('readiness.http'), ['wrong-type', 'no-stop-script']],
  ['a stop-script that is a list', wrongType('stop-script'), ['wrong-type', 'no-probe']],
  ['a kind that is none', wrongType('kind'), ['wrong-type']],
  ['another key', wrongType('tags'), ['wrong-type', 'no-stop-script', 'no-probe']],
  ['a key that is like none', unknownKey('zzz', null), ['unknown-key', 'no-stop-script', 'no-probe']],
])('after %s nothing is told that may only follow from it', (_, cause, left) => {
  expect(codes([cause, ...habits()])).toEqual(left)
  // What another service lacks does not follow from it.
  expect(codes([cause, ...habits('api')])).toEqual([cause.code, 'no-stop-script', 'no-probe'])
})

const excluded = diagnostic(
  'excluded-prerequisite',
  { service: 'web', prerequisite: 'disks', clusterType: 'local' },
  { span: DESCRIPTION, service: 'web' },
)
const unnamed = (name: string): Diagnostic => diagnostic('unknown-service', { name, nearest: null })

test.each<[string, Diagnostic]>([
  [
    'is no name',
    diagnostic(
      'bad-value',
      { what: 'cluster.common.cluster-type', value: 'K8S', expected: 'a', nearest: null },
      { span: CONFIGURATION },
    ),
  ],
  [
    'stands elsewhere',
    diagnostic(
      'unknown-key',
      { key: 'cluster-type', where: 'cluster', nearest: 'common.cluster-type', known: [] },
      { span: CONFIGURATION },
    ),
  ],
  ['is in a file that is no YAML', diagnostic('yaml-syntax', { message: 'no' }, { span: CONFIGURATION })],
  ['is in a file that cannot be read', diagnostic('unreadable-file', { path: CONFIGURATION.file, reason: 'no' })],
])('a cluster type that %s excludes nothing', (_, cause) => {
  expect(codes([cause, excluded, unnamed('disks'), unnamed('wbe')], ['web', 'disks'])).toEqual([
    cause.code,
    'unknown-service',
  ])
})

test('a layout or a section that is wrong says nothing of the cluster type', () => {
  const layout = diagnostic('yaml-syntax', { message: 'no' }, { span: at('/p/cluster-config/layout.yaml') })
  expect(codes([layout, wrongType('cluster'), excluded])).toEqual([
    'yaml-syntax',
    'wrong-type',
    'excluded-prerequisite',
  ])
})

test('settings that cannot be read may have said where the components are', () => {
  const settings = diagnostic('yaml-syntax', { message: 'no' }, { span: at('/p/paictl.yaml') })
  const section = diagnostic('unknown-section', { section: 'web', nearest: null }, { span: CONFIGURATION })
  expect(codes([settings, section, unnamed('web')], [])).toEqual(['yaml-syntax'])
  expect(codes([settings, section, unnamed('web')], ['api'])).toEqual([
    'yaml-syntax',
    'unknown-section',
    'unknown-service',
  ])
  expect(codes([section, unnamed('web')], [])).toEqual(['unknown-section', 'unknown-service'])
})
