import { expect, test } from 'vitest'
import { mergeTrees } from '../../src/config/cluster/merge.ts'
import { deepestNode, toJson, type YamlNode } from '../../src/config/yaml/yaml-node.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'
import { listing } from './listing.ts'

function tree(file: string, text: string): YamlNode {
  const { root } = parseYaml(file, text)
  if (root === undefined) throw new Error('no document')
  return root
}

const merge = (base: string, over: string) => mergeTrees(tree('base', base), tree('over', over), 'web')

test('maps merge, lists and scalars replace, order is that of the base', () => {
  const { tree, diagnostics } = merge('a: {x: 1, y: 2}\nl: [1, 2]\ns: old\n', 'new: 1\ns: [now]\nl: [3]\na: {y: 3}\n')
  expect(diagnostics).toEqual([])
  expect(JSON.stringify(toJson(tree))).toBe('{"a":{"x":1,"y":3},"l":[3],"s":["now"],"new":1}')
})

test('each value keeps the place that supplied it', () => {
  const { tree } = merge('a: {x: 1, y: 2}\n', 'a:\n  y: 3\n')
  const place = (...path: string[]) => {
    const { file, start } = deepestNode(tree, path).node.span
    return `${file}:${start.line}:${start.column}`
  }
  expect([place('a', 'x'), place('a', 'y'), place('a')]).toEqual(['base:1:8', 'over:2:6', 'over:2:3'])
})

test('a map against something else is an error at what overrides, and the base stays', () => {
  const { tree, diagnostics } = merge('a: {b: {x: 1}}\nc: 1\n', 'a: {b: 2}\nc: {d: 1}\n')
  expect(listing(diagnostics)).toEqual([
    'error merge-type over:1:8 [web] {"path":"a.b","expected":"a map","found":"a number"}',
    'error merge-type over:2:4 [web] {"path":"c","expected":"a number","found":"a map"}',
  ])
  expect(diagnostics[0]?.related).toEqual([
    {
      span: expect.objectContaining({ file: 'base', start: { line: 1, column: 8 } }),
      note: 'the value that it would replace',
    },
  ])
  expect(toJson(tree)).toEqual({ a: { b: { x: 1 } }, c: 1 })
})

test('a default without a value takes a map', () => {
  expect(toJson(merge('a:\n', 'a: {b: 1}\n').tree)).toEqual({ a: { b: 1 } })
})

test('a key called __proto__ merges like any other', () => {
  const merged = toJson(merge('__proto__: {a: 1}\n', '__proto__: {b: 2}\n').tree)
  expect(JSON.stringify(merged)).toBe('{"__proto__":{"a":1,"b":2}}')
  expect('a' in {}).toBe(false)
})
