import { describe, expect, test } from 'vitest'
import { entryOf, toJson, type YamlNode } from '../../src/config/yaml/yaml-node.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'
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

  test.each(['\ufeffa: 1\r\nb: 2\r\n', 'a: 1\rb: 2\r'])('a byte order mark is no column, %j has two lines', (text) => {
    const { root } = parseYaml('f', text)
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
    ['a: 1\nb\tc: 2\n\td: 1\n', 'f:3:1', 'a tab is not allowed as indentation: use spaces'],
    ['a: b: c\n', 'f:1:4', 'a `: ` inside a value: quote the value, or look at the indentation'],
    ['a: 1\nb:2\nc: 3\n', 'f:2:1', 'a space is missing after the colon: write `b: 2`'],
    ['a:\n  b:2\n  c: 3\n', 'f:2:3', 'a space is missing after the colon: write `b: 2`'],
    ['a:\n  - b\n  -c\n', 'f:3:3', 'a space is missing after the dash: write `- c`'],
    ['a: - b\n   - c\n', 'f:1:4', 'a list cannot begin on the line of its key: put it on the next line'],
    [
      'a: 1\n- b\n',
      'f:2:1',
      'a `-` where none can stand: items of a list begin in one column, below a key without a value',
    ],
    [
      'a:\n  - b\n - c\n',
      'f:3:2',
      'a `-` where none can stand: items of a list begin in one column, below a key without a value',
    ],
    ['- b\na: 1\n', 'f:2:1', 'a list goes on above: begin this line with `- `, or take it out of the list'],
    [
      'a:\n  b: 1\n c: 2\n',
      'f:3:2',
      'this is indented differently from what it belongs to: keys of one map begin in one column',
    ],
    [
      'a:\n  - b: 1\n   c: 2\n',
      'f:3:4',
      'this is indented differently from what it belongs to: keys of one map begin in one column',
    ],
    ['a: 1\n  b: 2\n', 'f:2:3', 'this is indented below a key that has a value already: indent it as that key'],
    ['a:\n  x\n  b: 2\n', 'f:2:3', 'this is no `key: value`: a colon is missing, or the indentation'],
    ['a: 1\nb\nc: 2\n', 'f:2:1', 'this is no `key: value`: a colon is missing, or the indentation'],
    ['a: "x\nb: 1\nc: @\n', 'f:1:4', 'this quote is never closed'],
    ["b: 1\n'a: 2\nc: 1\n", 'f:2:1', 'this quote is never closed'],
    ['a: "x\nb: "y"\nc: 3\n', 'f:1:4', 'this quote is never closed'],
    ["a: 'it's'\n", 'f:1:8', 'text after the closing quote: quote all of the value, and write a quote inside it twice'],
    [
      'a: "x" y\n',
      'f:1:8',
      'text after the closing quote: quote all of the value, and write a quote inside it with a backslash before it',
    ],
    ['a: [x, y\nb: 2\nc: [1]\n', 'f:1:4', 'this `[` is never closed'],
    ['a: [x, {y: 1\nb: 2\n', 'f:1:8', 'this `{` is never closed'],
    ['a: {x: 1\n  y: 2}\n', 'f:2:3', 'a comma is missing before this line'],
    ['a: [x]]\n', 'f:1:7', 'this `]` closes nothing'],
    ['a: [x] y\n', 'f:1:8', 'text after the end of the value: quote all of it'],
    ['a: [x,,y]\n', 'f:1:7', 'a comma with nothing before it'],
    [
      'a: [b: c: d]\n',
      'f:1:8',
      'a value in brackets can hold no `: `, and no list or map over several lines: quote it',
    ],
    ['a: {{x}}\n', 'f:1:4', 'a value that begins with `{{` must be quoted'],
    ['a:\n  - {{x}}/y\n', 'f:2:5', 'a value that begins with `{{` must be quoted'],
    ['a: @x\n', 'f:1:4', 'a value cannot begin with `@`: quote it'],
    ['a: `x`\n', 'f:1:4', 'a value cannot begin with a backtick: quote it'],
    ['%x\n', 'f:1:1', 'a line cannot begin with `%`'],
    ['a: "\\q"\n', 'f:1:5', '`\\q` means nothing in double quotes: use single quotes, or `\\\\`'],
    ['a: x\nb: | y\n', 'f:2:6', 'the text after `|` or `>` begins on the next line'],
    ['a: "x"#y\n', 'f:1:7', 'a space is missing before the `#`'],
    ['a: *\n', 'f:1:4', 'a name is missing after the `*` or `&`: quote the value, if it is meant as a text'],
    ['a: 1\n---\nb: 2\n', 'f:2:1', 'a second document begins here, and only one is expected'],
    ['a: *x\n', 'f:1:4', 'no anchor &x above this alias: quote the value, if it is meant as a text'],
    ['a: &base 1\nb: *bsae\n', 'f:2:4', 'no anchor &bsae above this alias: did you mean *base?'],
    ['a: &a [*a]\n', 'f:1:8', 'no anchor &a above this alias: quote the value, if it is meant as a text'],
    ['a: 12345678901234567890\n', 'f:1:4', 'this number cannot be kept exactly: quote it'],
    ['a: .inf\n', 'f:1:4', 'this number cannot be kept exactly: quote it'],
    ['a: !foo x\n', 'f:1:4', 'the tag !foo is not known: quote the value, if it is meant as a text'],
    ['? [a]\n: 1\n', 'f:1:3', 'a key must be a plain name'],
    [': 1\n', 'f:1:1', 'a key is missing before the colon'],
    ['a:\n  <<: 1\n', 'f:2:3', 'only maps can be merged with <<'],
    ['\ufeffa: 1\r\nb: 2\r\n\tc: 3\r\n', 'f:3:1', 'a tab is not allowed as indentation: use spaces'],
    ['a: 1\rb: @c\r', 'f:2:4', 'a value cannot begin with `@`: quote it'],
  ])('%j', (text, at, message) => {
    expect(problems(text)).toEqual([`error yaml-syntax ${at} ${JSON.stringify({ message })}`])
    expect(parseYaml('f', text).root).toBeUndefined()
  })

  test('a duplicate key leaves the first value to go on with, and shows where it is', () => {
    const { root, diagnostics } = parseYaml('f', 'a: 1\nb: 2\na: 3\n')
    expect(listing(diagnostics)).toEqual(['error duplicate-key f:3:1 {"key":"a"}'])
    expect(diagnostics[0]?.related).toMatchObject([
      { span: { start: { line: 1, column: 1 } }, note: 'first given here' },
    ])
    expect(root && toJson(root)).toEqual({ a: 1, b: 2 })
  })

  test('a bracket that something else closes shows where it was opened', () => {
    const { diagnostics } = parseYaml('f', 'a: [b,\n  c}\nd: 1\n')
    expect(listing(diagnostics)).toEqual([
      'error yaml-syntax f:2:4 {"message":"this `}` does not close the `[`: write `]` instead"}',
    ])
    expect(diagnostics[0]?.related).toMatchObject([{ span: { start: { line: 1, column: 4 } }, note: 'opened here' }])
  })

  test('every line that lacks a space is shown, and nothing that follows from a quote left open', () => {
    expect(problems('start:a.sh\nstop:b.sh\nkind: job\n')).toEqual([
      'error yaml-syntax f:1:1 {"message":"a space is missing after the colon: write `start: a.sh`"}',
      'error yaml-syntax f:2:1 {"message":"a space is missing after the colon: write `stop: b.sh`"}',
    ])
    expect(problems('a: @x\nb: "c\nd: @e\nf: [\n')).toEqual([
      'error yaml-syntax f:1:4 {"message":"a value cannot begin with `@`: quote it"}',
      'error yaml-syntax f:2:4 {"message":"this quote is never closed"}',
    ])
  })

  test('all of them, one a line', () => {
    expect(problems('a: @x @y\nb: 1\nc: %z\n')).toEqual([
      'error yaml-syntax f:1:4 {"message":"a value cannot begin with `@`: quote it"}',
      'error yaml-syntax f:3:4 {"message":"a value cannot begin with `%`: quote it"}',
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

  test('what is merged beyond that limit is no other mistake', () => {
    const maps = Array.from({ length: 30 }, (_, index) => `m${index}:\n  <<: *big\n`)
    const big = Array.from({ length: 1000 }, (_, index) => `k${index}: 1`).join(', ')
    const found = problems(`big: &big {${big}}\n${maps.join('')}`)
    expect(found).toEqual([expect.stringContaining('aliases stand for more than')])
  })

  test.each([
    ['open brackets', '['.repeat(20_000)],
    // So many as would use up the stack of the library amid one of its regular expressions.
    ['fewer open braces', '{'.repeat(2000)],
    ['balanced brackets', '['.repeat(150) + ']'.repeat(150)],
    ['dashes', '- '.repeat(20_000)],
    ['maps', `a: ${'{a: '.repeat(500)}${'}'.repeat(500)}`],
  ])('nesting: %s', (_, text) => {
    const [first] = parseYaml('f', text).diagnostics
    expect(first?.code === 'yaml-syntax' && first.data.message).toBe('nested more than 100 levels deep')
  })

  test('half a MiB of brackets and commas is refused where it becomes too much', () => {
    expect(problems(`a: [${'x,'.repeat(260_000)}]`)).toEqual([
      'error yaml-syntax f:1:346671 {"message":"more than 520005 brackets, commas and values"}',
    ])
  })

  test.each([
    ['quotes', '"', 'yaml-syntax'],
    ['anchors', '&a ', 'yaml-syntax'],
    ['aliases', '*a ', 'yaml-syntax'],
    ['expressions', '{{x}} ', 'yaml-syntax'],
    ['tags', '! ', 'yaml-syntax'],
    ['anchors that contain themselves', '- &a [1, *b]\n', 'yaml-syntax'],
    ['the same key', 'the-key: 1\n', 'duplicate-key'],
    ['directives', '%x\n', 'yaml-syntax'],
  ])('half a MiB of %s is done with in bounded time', { timeout: 20_000 }, (_, part, code) => {
    const { diagnostics } = parseYaml('f', part.repeat(Math.floor((512 * 1024) / part.length)))
    expect(diagnostics[0]?.code).toBe(code)
    expect(diagnostics.length).toBeLessThanOrEqual(50)
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
