import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { editYaml, isSameJson, type YamlEdit } from '../../src/config/yaml/yaml-edit.ts'
import { jsonObject, toJson } from '../../src/config/yaml/yaml-node.ts'
import { inlineText } from '../../src/config/yaml/yaml-text.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'
import type { JsonObject, JsonValue } from '../../src/model/json.ts'

const set = (path: string, value: JsonValue): YamlEdit => ({ kind: 'set', path: path.split('.'), value })
const unset = (path: string): YamlEdit => ({ kind: 'unset', path: path.split('.') })

function edit(text: string, ...edits: YamlEdit[]): string {
  const edited = editYaml({ file: '/f.yaml', text }, edits)
  if (!edited.ok) throw new Error(JSON.stringify(edited.error))
  return edited.value
}

function refusal(text: string, ...edits: YamlEdit[]): string {
  const edited = editYaml({ file: '/f.yaml', text }, edits)
  if (edited.ok) return `edited: ${edited.value}`
  return edited.error
    .map(
      ({ code, data, span }) =>
        `${code} ${'reason' in data ? data.reason : ''} ${span?.start.line}:${span?.start.column}`,
    )
    .join('\n')
}

const FILE = `# The first one.
component: "server"   # not the other

config:
  # Which model it serves.
  model: 'iris'   # by its name
  limits: {cpu: 1, "memory": 2Gi} # of the box
  hosts:   # where
    - a
    - b    # the last

  note: |  # for people
    Two
    lines.

  port: 9501
tags: [x, y]
# The end.
`

describe('a value is changed, and all else is as it was', () => {
  test.each<[string, YamlEdit, [string, string]]>([
    ['a number', set('config.port', 9502), ['port: 9501', 'port: 9502']],
    ['a text in its quotes', set('config.model', "it's"), ["'iris'", "'it''s'"]],
    ['a text by a number', set('config.model', 3), ["'iris'", '3']],
    ['at the root', set('component', 'other'), ['"server"', '"other"']],
    ['in brackets', set('config.limits.memory', '3,5'), ['2Gi', '"3,5"']],
    ['one more in brackets', set('config.limits.disk.size', 1), ['2Gi}', '2Gi, disk: {size: 1}}']],
    [
      'a list by another',
      set('config.hosts', ['c', 'd: e']),
      ['hosts:   # where\n    - a\n    - b    # the last', 'hosts: [c, "d: e"]   # where'],
    ],
    [
      'a list by a text',
      set('config.hosts', 'c'),
      ['hosts:   # where\n    - a\n    - b    # the last', 'hosts: c   # where'],
    ],
    ['a list by a map', set('config.hosts', { a: 1 }), ['    - a\n    - b    # the last', '    a: 1']],
    [
      'a block by a text',
      set('config.note', 'x\ny'),
      ['|  # for people\n    Two\n    lines.', '"x\\ny"  # for people'],
    ],
    [
      'a map by a text',
      set('config', 'x'),
      [FILE.slice(FILE.indexOf('config:'), FILE.indexOf('\ntags')), 'config: x\n  # Which model it serves.'],
    ],
    ['one more', set('config.new', true), ['port: 9501', 'port: 9501\n  new: true']],
    [
      'one more, deeper',
      set('config.a.b', [1, { c: null }]),
      ['port: 9501', 'port: 9501\n  a:\n    b: [1, {c: null}]'],
    ],
    ['one more at the root', set('description', 'A: b'), ['tags: [x, y]', 'tags: [x, y]\ndescription: "A: b"']],
    ['two of a map', set('config', { port: 1, x: 2 }), ['port: 9501', 'port: 1\n  x: 2']],
    ['one less', unset('config.model'), ["  model: 'iris'   # by its name\n", '']],
    ['a block less', unset('config.note'), ['  note: |  # for people\n    Two\n    lines.\n', '']],
    ['the last one less', unset('config.port'), ['  port: 9501\n', '']],
    ['one less in brackets', unset('config.limits.cpu'), ['cpu: 1, ', '']],
    ['the last less in brackets', unset('config.limits.memory'), [', "memory": 2Gi', '']],
    ['what is so already', set('config.port', 9501), ['', '']],
    ['what is not there', unset('config.nothing.at.all'), ['', '']],
  ])('%s', (_, change, [before, after]) => {
    const expected = FILE.replace(before, () => after)
    expect(edit(FILE, change)).toBe(expected)
    expect(edit(FILE.replaceAll('\n', '\r\n'), change)).toBe(expected.replaceAll('\n', '\r\n'))
    expect(edit(`\ufeff${FILE}`, change)).toBe(`\ufeff${expected}`)
    expect(edit(FILE.replaceAll('\n', '\r'), change)).toBe(expected.replaceAll('\n', '\r'))
  })

  test.each<[string, string, YamlEdit, string]>([
    ['no line break at the end', 'a: 1', set('b', 2), 'a: 1\nb: 2'],
    ['no line break at the end, one less', 'a: 1\nb: 2', unset('b'), 'a: 1'],
    ['a map that is not there', 'component: c\n', set('config.a.b', 1), 'component: c\nconfig:\n  a:\n    b: 1\n'],
    ['an empty map', 'config: # c\n\nx: 1\n', set('config.a', 1), 'config: # c\n  a: 1\n\nx: 1\n'],
    ['an empty map in brackets', 'config: {}   # c\nx: 1\n', set('config.a', 1), 'config:   # c\n  a: 1\nx: 1\n'],
    ['a map that is null', 'config: ~ # c\n', set('config.a', 1), 'config: # c\n  a: 1\n'],
    ['an empty value', 'a:\nb: 1\n', set('a', 2), 'a: 2\nb: 1\n'],
    ['an empty value with a comment', 'a:   # c\n', set('a', 'x'), 'a: x   # c\n'],
    ['nothing left', 'config:\n  # c\n  a: 1 # d\nx: 1\n', unset('config.a'), 'config: {}\n  # c\nx: 1\n'],
    ['nothing left in brackets', 'config: {a: 1}\n', unset('config.a'), 'config: {}\n'],
    ['an empty file', '', set('a', 1), 'a: 1\n'],
    ['comments alone', '# c', set('a', 1), '# c\na: 1\n'],
    [
      'deep indentation',
      'config:\n      a: 1\n      # c\n',
      set('config.b.c', 1),
      'config:\n      a: 1\n      b:\n        c: 1\n      # c\n',
    ],
    ['a text over lines', 'a: one\n  two # c\nb: 1\n', set('a', 'x'), 'a: x # c\nb: 1\n'],
    ['a quoted text over lines', 'a: "one\n  two" # c\nb: 1\n', set('a', 'x'), 'a: "x" # c\nb: 1\n'],
    [
      'a text that keeps its empty lines',
      'a:\n  b: |+\n    x\n\nc: 1\n',
      set('a.d', 1),
      'a:\n  b: |+\n    x\n\n  d: 1\nc: 1\n',
    ],
    [
      'brackets over lines',
      'a: {\n  b: 1, # c\n  d: 2 # e\n}\n',
      set('a.f', 3),
      'a: {\n  b: 1, # c\n  d: 2, f: 3 # e\n}\n',
    ],
    [
      'a key that needs quotes',
      'a: 1\n',
      { kind: 'set', path: ['b: c', '1', '<<'], value: 1 },
      'a: 1\n"b: c":\n  "1":\n    "<<": 1\n',
    ],
    ['an alias by a value', 'a: &x 1\nb: *x\n', set('b', 2), 'a: &x 1\nb: 2\n'],
    [
      'a key beside a merged map',
      'a: &x {b: 1}\nc:\n  <<: *x\n',
      set('c.b', 2),
      'a: &x {b: 1}\nc:\n  <<: *x\n  b: 2\n',
    ],
    ['an anchor that nobody uses', 'a: &x 1\n', set('a', 2), 'a: &x 2\n'],
    ['letters of anywhere', 'name: Zoë # né\n', set('name', 'Łódź 東京'), 'name: Łódź 東京 # né\n'],
    [
      'a list that ends with nothing',
      'a:\n  b:\n    - 1\n    -\nc: 1\n',
      set('a.d', 1),
      'a:\n  b:\n    - 1\n    -\n  d: 1\nc: 1\n',
    ],
    ['after the end of a document', 'a: 1\n...\n', set('b', 1), 'a: 1\nb: 1\n...\n'],
  ])('%s', (_, before, change, after) => {
    expect(edit(before, change)).toBe(after)
  })

  test.each([
    'yes',
    'no',
    'null',
    '~',
    '1',
    '0x1',
    '1e3',
    '',
    ' x',
    'x ',
    'a: b',
    'a #b',
    '- a',
    '*a',
    '"',
    "'",
    '\u0000',
    '\u2028',
    '{{x}}',
    '${env:A}',
    '@a',
    '2024-01-01',
    ':',
    'a:',
    '#',
    '<<',
    '?',
    '-',
    '---',
    '\t',
    '\\',
  ])('the text %j is one afterwards, in a block and in brackets', (text) => {
    expect(value(edit('a: 1\n', set('b', text)))).toEqual({ a: 1, b: text })
    expect(value(edit('{a: "1"}\n', set('a', text)))).toEqual({ a: text })
    expect(value(edit("a: '1'\n", { kind: 'set', path: [text === 'a' ? 'b' : text], value: [text] }))).toEqual({
      a: '1',
      [text]: [text],
    })
  })
})

describe('what is not safe to change is refused, at its place', () => {
  test.each<[string, string, YamlEdit, string]>([
    ['an anchor that others use', 'a: &x 1\nb: *x\n', set('a', 2), 'cannot-edit shared 1:7'],
    ['below an alias', 'a: &x {c: 1}\nb: *x\n', set('b.c', 2), 'cannot-edit shared 2:4'],
    ['below an anchor that others use', 'a: &x\n  c: 1\nb: *x\n', set('a.c', 2), 'cannot-edit shared 2:6'],
    ['a tag', 'a: !!str 1\n', set('a', 2), 'cannot-edit shared 1:10'],
    ['a merged value', 'a: &x {b: 1}\nc:\n  <<: *x\n', unset('c.b'), 'cannot-edit shared 1:11'],
    ['below a text', 'a: x\n', set('a.b', 1), 'cannot-edit no-map 1:4'],
    ['below a list', 'a:\n  - x\n', set('a.0', 1), 'cannot-edit no-map 2:3'],
    [
      'in brackets, beside a comment of a neighbour',
      'config: {a: 1, # about a\n  b: 2}\n',
      unset('config.b'),
      'cannot-edit form 2:3',
    ],
    [
      'in brackets, before a comment',
      'config: {a: 1, # about a\n  b: 2}\n',
      unset('config.a'),
      'cannot-edit form 1:10',
    ],
    ['after another change, as it stood before', 'a: 1\nb: &x 1\nc: *x\n', set('b', 2), 'cannot-edit shared 2:7'],
  ])('%s', (_, text, change, expected) => {
    expect(refusal(text, change)).toBe(expected)
    expect(refusal(text, set('new', { one: 1, two: 2 }), change)).toBe(expected)
  })

  test('a text that is no YAML, or no map', () => {
    expect(refusal('a: [\n', set('a', 1))).toMatch(/^yaml-syntax .* 1:/)
    expect(refusal('- a\n', set('a', 1))).toBe('wrong-type  1:1')
  })
})

const value = (text: string): JsonValue | undefined => {
  const { root, diagnostics } = parseYaml('/f.yaml', text)
  expect(diagnostics).toEqual([])
  return root && toJson(root)
}

const KEY = fc.constantFrom('a', 'b', 'c', 'd-e', 'x y', '1', 'true', 'ü', 'a.b')
const TEXT = fc.oneof(
  fc.constantFrom(
    'x',
    'two words',
    'no',
    '1.5',
    'a: b',
    "it's",
    'say "hi"',
    '# c',
    '',
    'Ünï\ncode',
    '- x',
    'http://h:1/p?q=1',
  ),
  fc.string({ maxLength: 6 }),
)
const SCALAR = fc.oneof(TEXT, fc.integer(), fc.boolean(), fc.constant(null), fc.constantFrom(0.5, -1.25e-7))
const { tree: TREE } = fc.letrec<{ tree: JsonValue; map: JsonObject }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3, withCrossShrink: true }, SCALAR, fc.array(tie('tree'), { maxLength: 3 }), tie('map')),
  map: fc.array(fc.tuple(KEY, tie('tree')), { maxLength: 4 }).map((entries) => jsonObject(entries)),
}))
const MAP = fc.array(fc.tuple(KEY, TREE), { minLength: 1, maxLength: 4 }).map((entries) => jsonObject(entries))
const NOISE = fc.array(fc.nat(11), { minLength: 40, maxLength: 40 })
const EDITS = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), path: fc.array(KEY, { minLength: 1, maxLength: 3 }), value: TREE }),
    fc.record({ kind: fc.constant('unset' as const), path: fc.array(KEY, { minLength: 1, maxLength: 3 }) }),
  ),
  { minLength: 1, maxLength: 4 },
)

/** A map as somebody may have written it: comments, empty lines, brackets, quotes, as `noise` says. */
function written(map: JsonObject, noise: readonly number[]): string {
  let next = 0
  const chance = (): number => noise[next++ % noise.length] ?? 0
  const comment = (): string => (chance() === 0 ? '  # why: [not]' : '')
  const lines: string[] = []
  const write = (value: JsonObject, indent: string): void => {
    for (const [key, member] of Object.entries(value)) {
      const luck = chance()
      if (luck === 1) lines.push('', `${indent}# about ${inlineText(key)}`)
      const name = `${indent}${inlineText(key, luck === 2 ? 'double' : undefined)}:`
      if (
        typeof member === 'object' &&
        member !== null &&
        !Array.isArray(member) &&
        Object.keys(member).length > 0 &&
        luck !== 3
      ) {
        lines.push(`${name}${comment()}`)
        write(member as JsonObject, `${indent}${luck === 4 ? '    ' : '  '}`)
      } else if (Array.isArray(member) && member.length > 0 && luck !== 3) {
        lines.push(`${name}${comment()}`)
        for (const item of member as readonly JsonValue[])
          lines.push(`${indent}${luck === 5 ? '' : '  '}- ${inlineText(item)}${comment()}`)
      } else if (member === null && luck > 6) lines.push(`${name}${comment()}`)
      else if (typeof member === 'string' && luck === 6 && /^[a-z ]+\n?[a-z]+$/.test(member))
        lines.push(`${name} |-${comment()}`, ...member.split('\n').map((line) => `${indent}  ${line}`))
      else
        lines.push(
          `${name}  ${inlineText(member, luck === 7 ? 'double' : luck === 8 ? 'single' : undefined)}${comment()}`,
        )
    }
  }
  write(map, '')
  const end = chance() === 0 ? '' : chance() === 1 ? '\n\n# the end\n' : '\n'
  return lines.join('\n') + end
}

/** What the edits mean, without any text. `undefined`: something is in their way. */
function meant(map: JsonValue | undefined, { path: [key, ...rest], ...change }: YamlEdit): JsonValue | undefined {
  if (key === undefined) return change.kind === 'set' ? lay(map, (change as { value: JsonValue }).value) : undefined
  const here = map ?? {}
  const isMap = typeof here === 'object' && !Array.isArray(here)
  const own = new Map(isMap ? Object.entries(here as JsonObject) : [])
  if (change.kind === 'unset' && !own.has(key)) return map
  if (!isMap) return undefined
  if (change.kind === 'unset' && rest.length === 0) own.delete(key)
  else {
    const member = meant(own.get(key), { ...change, path: rest } as YamlEdit)
    if (member === undefined) return undefined
    own.set(key, member)
  }
  return jsonObject(own)
}

function lay(below: JsonValue | undefined, above: JsonValue): JsonValue {
  const isMap = (value: JsonValue | undefined): value is JsonObject =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isMap(below) || !isMap(above)) return above
  const all = new Map(Object.entries(below))
  for (const [key, member] of Object.entries(above)) all.set(key, lay(all.get(key), member))
  return jsonObject(all)
}

const comments = (text: string): string[] => text.match(/# (?:about .*|the end)$/gm) ?? []

test('whatever is written and changed, what comes out says what was meant, and no comment of another key is lost', () => {
  let edited = 0
  let refused = 0
  fc.assert(
    fc.property(MAP, NOISE, EDITS, fc.constantFrom('\n', '\r\n'), (map, noise, edits, end) => {
      const text = written(map, noise).replaceAll('\n', end)
      fc.pre(isSameJson((value(text) ?? {}) as JsonValue, map))
      const expected = edits.reduce<JsonValue | undefined>((now, one) => now && meant(now, one), map)
      const result = editYaml({ file: '/f.yaml', text }, edits)
      if (!result.ok) {
        // Of an empty root nothing can be left; anything else that has a meaning is carried out.
        refused += 1
        if (expected !== undefined)
          expect(edits.some(({ kind, path }) => kind === 'unset' && path.length === 1)).toBe(true)
        return
      }
      edited += 1
      expect(isSameJson((value(result.value) ?? {}) as JsonValue, expected ?? {})).toBe(true)
      if (end === '\r\n' && text.includes(end)) expect(result.value.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
      const adding = edits.every(({ kind, path: [first = ''] }) => kind === 'set' && !Object.hasOwn(map, first))
      if (adding) expect(comments(result.value)).toEqual(comments(text))
      if (adding && text.includes(end))
        for (const line of text.split(end)) expect(result.value.split(end)).toContain(line)
    }),
    { numRuns: 2000 },
  )
  expect(edited).toBeGreaterThan(1000)
  expect(refused).toBeGreaterThan(10)
})

test('of a scalar that another takes the place of, nothing else changes, to the byte', () => {
  fc.assert(
    fc.property(MAP, NOISE, SCALAR, fc.constantFrom('\n', '\r\n'), (map, noise, scalar, end) => {
      const text = written(map, noise).replaceAll('\n', end)
      const { root } = parseYaml('/f.yaml', text)
      fc.pre(root?.kind === 'map' && isSameJson(toJson(root), map))
      for (const { key, value: old } of root?.kind === 'map' ? root.entries : []) {
        if (old.kind !== 'scalar' || old.span.start.line !== old.span.end.line || old.value === null) continue
        const result = edit(text, { kind: 'set', path: [key.value], value: scalar })
        const lines = text.split(end)
        const line = lines[old.span.start.line - 1] ?? ''
        const after = line.slice(old.span.end.column - 1)
        const changed = result.split(end)[old.span.start.line - 1] ?? ''
        expect(result.split(end).toSpliced(old.span.start.line - 1, 1)).toEqual(
          lines.toSpliced(old.span.start.line - 1, 1),
        )
        expect(changed.startsWith(line.slice(0, old.span.start.column - 1))).toBe(true)
        expect(changed.endsWith(after)).toBe(true)
      }
    }),
    { numRuns: 500 },
  )
})

test('of a map in brackets no comment is lost: an entry goes without one, or is left to a person', () => {
  let edited = 0
  let refused = 0
  const ENTRY = fc.record({ value: SCALAR, above: fc.boolean(), behind: fc.boolean(), broken: fc.boolean() })
  fc.assert(
    fc.property(
      fc.dictionary(KEY, ENTRY, { minKeys: 2, maxKeys: 5 }),
      KEY,
      SCALAR,
      fc.boolean(),
      (map, key, by, gone) => {
        const entries = Object.entries(map).map(([name, { value: member, above, behind, broken }], index, all) => {
          const comma = index < all.length - 1 ? ',' : ''
          const note = above ? `\n  # above ${index}\n  ` : broken ? '\n  ' : ' '
          return `${note}${inlineText(name)}: ${inlineText(member)}${comma}${behind ? ` # behind ${index}\n  ` : ''}`
        })
        const text = `config: {${entries.join('')}\n  }\nlast: 1\n`
        const config = jsonObject(Object.entries(map).map(([name, one]) => [name, one.value]))
        fc.pre(isSameJson(value(text) as JsonValue, { config, last: 1 }))
        const path = ['config', key]
        const change: YamlEdit = gone ? { kind: 'unset', path } : { kind: 'set', path, value: by }
        const result = editYaml({ file: '/f.yaml', text }, [change])
        if (!result.ok) {
          refused += 1
          expect(gone && text.includes('#')).toBe(true)
          return
        }
        edited += 1
        expect(isSameJson(value(result.value) as JsonValue, meant({ config, last: 1 }, change) as JsonValue)).toBe(true)
        const notes = (one: string): string[] => (one.match(/# (?:above|behind) \d/g) ?? []).sort()
        expect(notes(result.value)).toEqual(notes(text))
      },
    ),
    { numRuns: 1000 },
  )
  expect(edited).toBeGreaterThan(300)
  expect(refused).toBeGreaterThan(10)
})
