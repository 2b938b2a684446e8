import { describe, expect, test } from 'vitest'
import { entryOf, toJson, type YamlNode } from '../../src/config/yaml-node.ts'
import { parseYaml } from '../../src/config/yaml-tree.ts'
import { listing } from './listing.ts'

const problems = (text: string): string[] => listing(parseYaml('f', text).diagnostics)

function json(text: string): unknown {
  const { root, diagnostics } = parseYaml('f', text)
  expect(listing(diagnostics)).toEqual([])
  return root && toJson(root)
}

function place(node: YamlNode | undefined): string | undefined {
  return node && `${node.span.start.line}:${node.span.start.column}-${node.span.end.line}:${node.span.end.column}`
}

describe('places', () => {
  test('a value and its key know where they stand', () => {
    const { root } = parseYaml('f', 'a: 1\nbc:\n  - x\n  - "yz"\n')
    const entry = entryOf(root, 'bc')
    expect(entry?.key.span).toEqual({ file: 'f', start: { line: 2, column: 1 }, end: { line: 2, column: 3 } })
    expect(place(entryOf(root, 'a')?.value)).toBe('1:4-1:5')
    expect(entry?.value.kind === 'list' && entry.value.items.map(place)).toEqual(['3:5-3:6', '4:5-4:9'])
  })

  test('a byte order mark is no column, and CRLF ends one line', () => {
    const { root } = parseYaml('f', '\ufeffa: 1\r\nb: 2\r\n')
    expect(place(entryOf(root, 'a')?.value)).toBe('1:4-1:5')
    expect(place(entryOf(root, 'b')?.value)).toBe('2:4-2:5')
  })
})

describe('values', () => {
  test('the core schema of YAML 1.2, and keys as they are written', () => {
    expect(json('a: yes\nb: true\nc: 0x10\nd: ~\n8080: x\n1.0: y\n')).toEqual({
      a: 'yes',
      b: true,
      c: 16,
      d: null,
      8080: 'x',
      '1.0': 'y',
    })
  })

  test('no document is no problem', () => {
    expect(['', '# comment\n', '---\n', '\ufeff'].map((text) => parseYaml('f', text))).toEqual(
      Array(4).fill({ root: undefined, diagnostics: [] }),
    )
  })

  test('aliases and merge keys, own keys winning', () => {
    expect(json('a: &a {x: 1, y: 2}\nb: *a\nc:\n  <<: *a\n  y: 3\nd: {<<: [*a, {z: 4, x: 5}]}\n')).toEqual({
      a: { x: 1, y: 2 },
      b: { x: 1, y: 2 },
      c: { x: 1, y: 3 },
      d: { x: 1, y: 2, z: 4 },
    })
  })

  test('keys that name parts of a prototype are keys like any other', () => {
    const value = json('__proto__: {polluted: true}\nconstructor: 1\n') as object
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect('polluted' in {}).toBe(false)
    expect('polluted' in value).toBe(false)
  })
})

describe('problems', () => {
  test.each([
    ['a:\n\tb: 1\n', 'f:2:1', 'a tab is not allowed as indentation: use spaces'],
    ['a: b: c\n', 'f:1:4', 'a `: ` inside a value: quote the value, or look at the indentation'],
    ['a: 1\n---\nb: 2\n', 'f:2:1', 'a second document begins here, and only one is expected'],
    ['a: *x\n', 'f:1:4', 'no anchor &x above this alias'],
    ['a: &a [*a]\n', 'f:1:8', 'no anchor &a above this alias'],
    ['a: 12345678901234567890\n', 'f:1:4', 'this number cannot be kept exactly: quote it'],
    ['a: .inf\n', 'f:1:4', 'this number cannot be kept exactly: quote it'],
    ['a: !foo x\n', 'f:1:4', 'Unresolved tag: !foo'],
    ['? [a]\n: 1\n', 'f:1:3', 'a key must be a plain name'],
    ['a:\n  <<: 1\n', 'f:2:3', 'only maps can be merged with <<'],
  ])('%j', (text, at, message) => {
    expect(problems(text)).toEqual([`error yaml-syntax ${at} ${JSON.stringify({ message })}`])
    expect(parseYaml('f', text).root).toBeUndefined()
  })

  test('a duplicate key leaves the first value to go on with', () => {
    const { root, diagnostics } = parseYaml('f', 'a: 1\nb: 2\na: 3\n')
    expect(listing(diagnostics)).toEqual(['error yaml-syntax f:3:1 {"message":"this key is already given above"}'])
    expect(root && toJson(root)).toEqual({ a: 1, b: 2 })
  })

  test('all of them, one a line', () => {
    expect(problems('a: @x @y\nb: 1\nc: %z\n')).toEqual([
      'error yaml-syntax f:1:4 {"message":"Plain value cannot start with reserved character @"}',
      'error yaml-syntax f:3:4 {"message":"Plain value cannot start with directive indicator character %"}',
    ])
  })
})

describe('hostile texts', () => {
  test('aliases that stand for gigabytes are refused at the first that goes too far', () => {
    const lines = Array.from({ length: 20 }, (_, level) => {
      const of = level === 0 ? '1' : `*a${level - 1}`
      return `a${level}: &a${level} [${Array(10).fill(of).join(', ')}]\n`
    })
    expect(problems(lines.join(''))).toEqual([
      'error yaml-syntax f:5:10 {"message":"aliases stand for more than 20000 values"}',
    ])
  })

  test.each([
    ['open brackets', '['.repeat(20_000)],
    ['balanced brackets', '['.repeat(150) + ']'.repeat(150)],
    ['dashes', '- '.repeat(20_000)],
    ['maps', `a: ${'{a: '.repeat(500)}${'}'.repeat(500)}`],
  ])('nesting: %s', (_, text) => {
    const [first] = parseYaml('f', text).diagnostics
    expect(first?.code === 'yaml-syntax' && first.data.message).toBe('nested more than 100 levels deep')
  })

  test('of a thousand problems fifty are enough', () => {
    expect(problems('a: 1\n'.repeat(1000))).toHaveLength(50)
  })

  test('thirty thousand keys are not compared with each other', () => {
    const text = Array.from({ length: 30_000 }, (_, index) => `k${index}: 1\n`).join('')
    const before = performance.now()
    expect(problems(text)).toEqual([])
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
