import { expect, test } from 'vitest'
import { readSettings } from '../../src/config/files/settings-file.ts'
import { listing } from './listing.ts'

const read = (text: string | undefined, name = 'demo') =>
  readSettings({ root: '/p', name, file: '/p/paictl.yaml', text, home: '/home/me' })

test('every key has a default', () => {
  const defaults = {
    root: '/p',
    name: 'demo',
    componentsDirectory: '/p/components',
    clusterConfigDirectory: '/p/cluster-config',
    stateDirectory: undefined,
    overlays: [],
    parallel: 10,
    fileSizeLimit: 524_288,
  }
  expect(read(undefined)).toEqual({ settings: defaults, places: {}, diagnostics: [] })
  expect(read('')).toEqual({ settings: defaults, places: {}, diagnostics: [] })
  expect(read('components:\nstate: ~\n').settings).toEqual(defaults)
})

test('paths count from the root, from home, or from nowhere', () => {
  expect(read('components: src/parts\ncluster-config: ../site\nstate: ~/state\nparallel: 3\n').settings).toMatchObject({
    componentsDirectory: '/p/src/parts',
    clusterConfigDirectory: '/site',
    stateDirectory: '/home/me/state',
    parallel: 3,
  })
  expect(read('state: /var/lib/paictl\n').settings.stateDirectory).toBe('/var/lib/paictl')
  expect(read('state: ~x/state\n').settings.stateDirectory).toBe('/p/~x/state')
})

test('what is wrong is said, and the default stands in', () => {
  const { settings, diagnostics } = read('paralell: 3\nparallel: 0\ncomponents: [a]\nstate: ""\n')
  expect(listing(diagnostics)).toEqual([
    'error unknown-key /p/paictl.yaml:1:1 {"key":"paralell","where":"paictl.yaml","nearest":"parallel"}',
    'error bad-value /p/paictl.yaml:2:11 {"what":"parallel","value":"0","expected":"a whole number above zero","nearest":null}',
    'error wrong-type /p/paictl.yaml:3:13 {"what":"components","expected":"the path of a directory","found":"a list"}',
    'error bad-value /p/paictl.yaml:4:8 {"what":"state","value":"","expected":"the path of a directory","nearest":null}',
  ])
  expect(settings).toMatchObject({ componentsDirectory: '/p/components', parallel: 10, stateDirectory: undefined })
})

test.each([
  ['My Project_2', 'my-project-2'],
  ['--Ünïcode--', 'unicode'],
  ['...', 'project'],
  ['x'.repeat(80), 'x'.repeat(63)],
])('the directory %s is the project %s', (name, expected) => {
  expect(read(undefined, name).settings.name).toBe(expected)
})

test.each([
  ['4096', 4096],
  ['"4096"', 4096],
  ['256KiB', 256 * 1024],
  ['2 MiB', 2 * 1024 * 1024],
])('file-size-limit: %s is %i bytes', (text, expected) => {
  const { settings, diagnostics } = read(`file-size-limit: ${text}\n`)
  expect(listing(diagnostics)).toEqual([])
  expect(settings.fileSizeLimit).toBe(expected)
})

test.each(['0', '-1', '1.5', '2MB', '100MiB', 'lots'])('file-size-limit: %s is no size', (text) => {
  const { settings, diagnostics } = read(`file-size-limit: ${text}\n`)
  expect(listing(diagnostics)).toEqual([
    `error bad-value /p/paictl.yaml:1:18 {"what":"file-size-limit","value":"${text}","expected":"a size such as 4096, 512KiB or 2MiB, of at most 64MiB","nearest":null}`,
  ])
  expect(settings.fileSizeLimit).toBe(524_288)
})
