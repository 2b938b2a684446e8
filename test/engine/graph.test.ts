import { expect, test } from 'vitest'
import {
  buildGraph,
  closure,
  type Edge,
  type Graph,
  graphOf,
  reverse,
  stronglyConnected,
  topologicalOrder,
} from '../../src/engine/graph.ts'
import { makeService } from './support/services.ts'

const edge = (to: string): Edge => ({ to: to.replace('?', ''), optional: to.endsWith('?') })

function graph(nodes: Readonly<Record<string, readonly string[]>>): Graph {
  return buildGraph(Object.entries(nodes).map(([name, needs]) => [name, needs.map(edge)]))
}

const plain = (built: Graph): [string, string[]][] =>
  [...built].map(([name, edges]) => [name, edges.map(({ to, optional }) => (optional ? `${to}?` : to))])

/** `s00000` needs nothing, each other one the one before it; handed over from the last to the first. */
function chain(length: number): Graph {
  const name = (index: number): string => `s${String(index).padStart(6, '0')}`
  return buildGraph(
    Array.from({ length }, (_, index) => length - 1 - index).map((index) => [
      name(index),
      index === 0 ? [] : [edge(name(index - 1))],
    ]),
  )
}

test('sorts nodes and edges, whatever the order in which they come', () => {
  expect(plain(graph({ web: ['store', 'db'], db: [], store: ['db?'] }))).toEqual([
    ['db', []],
    ['store', ['db?']],
    ['web', ['db', 'store']],
  ])
})

test('sorts by code unit, not by locale', () => {
  expect([...graph({ b: [], a10: [], 'a-1': [], a9: [] }).keys()]).toEqual(['a-1', 'a10', 'a9', 'b'])
})

test('drops edges that lead out of the graph', () => {
  expect(plain(graph({ web: ['db', 'gone', 'lost?'], db: [] }))).toEqual([
    ['db', []],
    ['web', ['db']],
  ])
})

test('of two edges to the same node the one that is not optional stays', () => {
  expect(plain(graph({ a: ['z?', 'z'], b: ['z', 'z?'], z: [] }))).toEqual([
    ['a', ['z']],
    ['b', ['z']],
    ['z', []],
  ])
})

test('takes the edges of declared services', () => {
  expect(plain(graphOf([makeService('web', ['db', 'cache?']), makeService('db'), makeService('cache')]))).toEqual([
    ['cache', []],
    ['db', []],
    ['web', ['cache?', 'db']],
  ])
})

test('reversed, dependents stand in the place of prerequisites; twice reversed it is the same graph', () => {
  const built = graph({ web: ['db', 'cache?'], job: ['db'], db: [], cache: [] })
  expect(plain(reverse(built))).toEqual([
    ['cache', ['web?']],
    ['db', ['job', 'web']],
    ['job', []],
    ['web', []],
  ])
  expect(reverse(reverse(built))).toEqual(built)
})

test('a closure says by whom each node was first reached', () => {
  const built = graph({ top: ['left', 'right'], left: ['base'], right: ['base'], base: [], other: ['base'] })
  expect([...closure(built, ['top'])]).toEqual([
    ['top', undefined],
    ['left', 'top'],
    ['right', 'top'],
    ['base', 'left'],
  ])
})

test('a closure starts at all names at once, leaves out unknown ones, and follows no other edges than it may', () => {
  const built = graph({ a: ['b', 'c?'], b: ['d'], c: ['d'], d: [] })
  expect([...closure(built, ['c', 'a', 'nobody'])]).toEqual([
    ['a', undefined],
    ['c', undefined],
    ['b', 'a'],
    ['d', 'c'],
  ])
  expect([...closure(built, ['a'], ({ optional }) => !optional).keys()]).toEqual(['a', 'b', 'd'])
  expect([...closure(built, ['a'], () => false).keys()]).toEqual(['a'])
})

test('orders prerequisites before dependents, the same from every input order', () => {
  const nodes: [string, Edge[]][] = [
    ['ingress', [edge('model-server'), edge('store')]],
    ['model-server', [edge('store'), edge('train')]],
    ['train', [edge('store')]],
    ['store', []],
    ['alone', []],
  ]
  const order = topologicalOrder(buildGraph(nodes))
  expect(order).toEqual(['alone', 'store', 'train', 'model-server', 'ingress'])
  for (let turn = 1; turn < nodes.length; turn += 1) {
    const turned = [...nodes.slice(turn), ...nodes.slice(0, turn)].map(
      ([name, edges]) => [name, [...edges].reverse()] as const,
    )
    expect(topologicalOrder(buildGraph(turned))).toEqual(order)
  }
})

test('groups what reaches each other, prerequisites first', () => {
  const groups = stronglyConnected(graph({ a: ['b'], b: ['c'], c: ['a', 'd'], d: ['e'], e: ['d'], f: ['a'] }))
  expect(groups.map((group) => [...group].sort())).toEqual([['d', 'e'], ['a', 'b', 'c'], ['f']])
})

test.each([10_000, 100_000])('a chain of %i overflows nothing', { timeout: 10_000 }, (length) => {
  const built = chain(length)
  const order = topologicalOrder(built)
  expect(order).toHaveLength(length)
  expect(order[0]).toBe('s000000')
  expect(order).toEqual([...built.keys()])
  const last = order.at(-1) ?? ''
  expect(closure(built, [last]).size).toBe(length)
  expect(stronglyConnected(reverse(built))).toHaveLength(length)
})

test('a cycle of 5,000 is one group', { timeout: 5000 }, () => {
  const name = (index: number): string => `s${index % 5000}`
  const ring = buildGraph(Array.from({ length: 5000 }, (_, index) => [name(index), [edge(name(index + 1))]]))
  const groups = stronglyConnected(ring)
  expect(groups).toHaveLength(1)
  expect(new Set(groups[0]).size).toBe(5000)
})
