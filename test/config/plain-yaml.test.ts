import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPlainYaml } from '../../src/config/yaml/plain-yaml.ts'
import { parseWithLibrary } from '../../src/config/yaml/yaml-tree.ts'

const SERVICE = `# What it is.
description: Serves models, and more
tags: [front, "zone 1", 'b']
prerequisite:
  - store
  - service: ingress
    optional: true

start-script: start.sh   # starts it
readiness:
    http: http://127.0.0.1:{{config.port}}/healthz
    interval: 500ms
protected: false
`

const VALUES = `port: 8080
ratio: -1.5e3
nothing: ~
text: it's 3 o'clock:#1
map: {"a": {"b": [1, 2.50, true]}, c: d e, "x y":1}
list:
- [a, [], {}]
- nested
- name: x
  command:
    - run --flag=a,b
# between
other:
  deep:
    deeper: 1.2.3
`

/** What a slip of the hand puts into a file, and what means something to YAML. */
const PIECES = [
  ...[' ', '  ', '\n', '\n\n', ':', ': ', ' #', '- ', '-', '#', '"', "'", ',', '[', ']', '{', '}', '&a ', '*a', '!t '],
  ...['|\n', '>-\n', '?', '? ', '%', '@', '`', '\t', '\r\n', '\\', '---\n', '...', '<<: ', '~', 'null', 'true', '0x1'],
  ...[
    '01',
    '1e999',
    '9007199254740993',
    '.5',
    '+1',
    '\u00e9',
    '\u2028',
    '\ufeff',
    '\u0000',
    'a: b\n',
    '  # c\n',
    '0o7',
  ],
]

interface Slip {
  readonly at: number
  readonly cut: number
  readonly piece: string
}

const slip = fc.record({ at: fc.nat(400), cut: fc.constantFrom(0, 0, 1, 2, 5), piece: fc.constantFrom('', ...PIECES) })

const withSlips = (text: string, slips: readonly Slip[]): string =>
  slips.reduce((now, { at, cut, piece }) => {
    const place = at % (now.length + 1)
    return now.slice(0, place) + piece + now.slice(place + cut)
  }, text)

describe('plain YAML', () => {
  test.each([
    ['a description', SERVICE],
    ['a configuration', VALUES],
    ['no line break at the end', 'a: 1\nb:\n  - c'],
  ])('%s is read as the library reads it', (_, text) => {
    const { root, diagnostics } = parseWithLibrary('f', text)
    expect(diagnostics).toEqual([])
    expect(root).toBeDefined()
    expect(readPlainYaml('f', text)).toEqual(root)
  })

  test.each([
    ['an anchor', 'a: &x 1\n'],
    ['a tag', 'a: !t 1\n'],
    ['a block scalar', 'a: |\n  b\n'],
    ['a value on two lines', 'a: b\n  c\n'],
    ['a key given twice', 'a: 1\na: 2\n'],
    ['a merge key', '<<: {}\n'],
    ['a tab', 'a:\tb\n'],
    ['a number that is not kept', 'a: 9007199254740993\n'],
    ['a second document', 'a: 1\n---\nb: 2\n'],
    ['nothing', ''],
    ['a single value', 'a\n'],
    ['a key like any object has', 'a: {__proto__: 1, constructor: 2} }\n'],
  ])('%s is left to the library', (_, text) => {
    expect(readPlainYaml('f', text)).toBeUndefined()
  })

  test('with any slip of the hand: as the library, or left to it', { timeout: 60_000 }, () => {
    const runs = Number(process.env.PLAIN_YAML_RUNS ?? 3000)
    let plain = 0
    fc.assert(
      fc.property(fc.constantFrom(SERVICE, VALUES), fc.array(slip, { minLength: 1, maxLength: 4 }), (seed, slips) => {
        const text = withSlips(seed, slips)
        const tree = readPlainYaml('f', text)
        if (tree === undefined) return
        plain += 1
        expect({ root: tree, diagnostics: [] }).toEqual(parseWithLibrary('f', text))
      }),
      { numRuns: runs },
    )
    // It would hold for a reader that leaves all to the library, too.
    expect(plain).toBeGreaterThan(runs / 10)
  })
})
