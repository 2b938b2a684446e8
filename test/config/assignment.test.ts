import { describe, expect, test } from 'vitest'
import { readAssignment, readRemoval } from '../../src/config/cluster/assignment.ts'
import { deepestNode, toJson } from '../../src/config/yaml/yaml-node.ts'
import { listing } from './listing.ts'

const value = (text: string) => {
  const { tree, diagnostics } = readAssignment(text, 1)
  expect(diagnostics).toEqual([])
  return tree && toJson(tree)
}
const problems = (text: string, line = 1) => listing(readAssignment(text, line).diagnostics)

describe('a value', () => {
  test.each([
    ['web.port=8080', { web: { port: 8080 } }],
    ['web.a.b.c=x', { web: { a: { b: { c: 'x' } } } }],
    ['web.on=true', { web: { on: true } }],
    ['web.name=', { web: { name: '' } }],
    ['web.name=null', { web: { name: null } }],
    ['web.name="8080"', { web: { name: '8080' } }],
    ['web.name=a=b=c', { web: { name: 'a=b=c' } }],
    ['web.name=echo: hi # there', { web: { name: 'echo: hi # there' } }],
    ['web.url=http://a:1/?b=[c]', { web: { url: 'http://a:1/?b=[c]' } }],
    ['web.list=[1, two]', { web: { list: [1, 'two'] } }],
    ['web.map={a: 1}', { web: { map: { a: 1 } } }],
    [String.raw`web.a\.b.c=1`, { web: { 'a.b': { c: 1 } } }],
    [String.raw`web.a\\.c=1`, { web: { 'a\\': { c: 1 } } }],
    ['web.token=${env:TOKEN}', { web: { token: '${env:TOKEN}' } }],
  ])('%s', (text, expected) => {
    expect(value(text)).toEqual(expected)
  })

  test('cannot reach a prototype', () => {
    const tree = value('web.__proto__.polluted=1') as { web: object }
    expect(Object.keys(tree.web)).toEqual(['__proto__'])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('stands where it was typed', () => {
    const { tree } = readAssignment('web.port=8080', 3)
    expect(tree && deepestNode(tree, ['web', 'port']).node.span).toEqual({
      file: '--set',
      start: { line: 3, column: 10 },
      end: { line: 3, column: 14 },
    })
    expect(tree?.entries[0]?.key.span).toMatchObject({ start: { line: 3, column: 1 }, end: { line: 3, column: 4 } })
    const list = readAssignment('web.l=[1, two]', 2).tree
    expect(list && deepestNode(list, ['web', 'l', '1']).node.span).toMatchObject({
      start: { line: 2, column: 11 },
      end: { line: 2, column: 14 },
    })
  })
})

describe('no value', () => {
  test.each([
    ['web.port', 'error bad-set --set:1:1 {"text":"web.port","problem":"there is no \\"=\\" in it"}'],
    [
      'web=1',
      'error bad-set --set:1:1 {"text":"web=1","problem":"\\"web\\" is a section, and the key in it is missing"}',
    ],
    ['=1', 'error bad-set --set:1:1 {"text":"=1","problem":"a part of its key is empty"}'],
    ['', 'error bad-set --set:1:1 {"text":"","problem":"there is no \\"=\\" in it"}'],
    ['web..port=1', 'error bad-set --set:1:1 {"text":"web..port=1","problem":"a part of its key is empty"}'],
    ['web.=1', 'error bad-set --set:1:1 {"text":"web.=1","problem":"a part of its key is empty"}'],
    ['.port=1', 'error bad-set --set:1:1 {"text":".port=1","problem":"a part of its key is empty"}'],
  ])('%s', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)])
  })

  test('YAML that does not parse is pointed at in the line that it was given on', () => {
    expect(problems('web.list=[1, 2', 2)).toEqual([expect.stringMatching(/^error yaml-syntax --set:2:1\d/)])
  })
})

test('of one section that is known, the keys alone are given', () => {
  const read = readAssignment('port=1', 2, false)
  expect(read.tree && toJson(read.tree)).toEqual({ port: 1 })
  expect(read.tree?.entries[0]?.key.span).toMatchObject({ file: '--set', start: { line: 2, column: 1 } })
  expect(readAssignment('port', 1, false).diagnostics).toMatchObject([{ code: 'bad-set', data: { form: 'key=value' } }])
  expect(readAssignment('port=1', 1).diagnostics).toMatchObject([{ code: 'bad-set' }])
})

describe('a key to remove', () => {
  test.each([
    ['a', ['a']],
    ['a.b', ['a', 'b']],
    [String.raw`a\.b.c`, ['a.b', 'c']],
  ])('%s', (text, keys) => {
    expect(readRemoval(text, 1)).toEqual({ ok: true, value: keys })
  })

  test.each(['', '.', 'a.', '.a', 'a..b', '\\', 'a\\', 'a\nb'])(
    '%j is none: it would be all that is above it',
    (text) => {
      expect(readRemoval(text, 2)).toMatchObject({
        ok: false,
        error: { code: 'bad-set', span: { file: '--unset', start: { line: 2, column: 1 } } },
      })
    },
  )
})
