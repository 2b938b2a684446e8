import { describe, expect, test } from 'vitest'
import type { Deployment } from '../../src/config/files/deployment-file.ts'
import { nodesOf } from '../../src/engine/nodes.ts'
import type { Component, Instances } from '../../src/model/component.ts'
import type { Service } from '../../src/model/service.ts'
import { startOfFile } from '../../src/model/span.ts'
import { makeService, spanIn } from './support/services.ts'

/** Components as `name: [instances, prerequisites, followed]`. */
type Components = Readonly<Record<string, readonly [Instances, (readonly string[])?, (readonly string[])?]>>
/** Deployments as `name: [component, prerequisites]`. */
type Deployments = Readonly<Record<string, readonly [string | undefined, (readonly string[])?]>>

function nodes(components: Components, deployments: Deployments) {
  const all = Object.entries(components).map(([name, [instances, needs, follows = []]]): [string, Component] => {
    const followed = follows.map((value) => ({ value, span: spanIn(name, 9) }))
    return [name, { name, instances, service: makeService(name, needs, { follows: followed, tags: ['own'] }) }]
  })
  const declared = Object.entries(deployments).map(([name, [component, needs = []]]): [string, Deployment] => {
    const file = `/p/cluster-config/deployments/${name}.yaml`
    const named = component === undefined ? undefined : { value: component, span: startOfFile(file) }
    const { prerequisites } = makeService(name, needs)
    return [name, { name, file, component: named, config: undefined, prerequisites, description: name, tags: ['its'] }]
  })
  return nodesOf(new Map(all), new Map(declared))
}

/** `a: b c? (d)`: needs b, would like to have c, follows d. */
function edges({ services }: ReturnType<typeof nodes>): string[] {
  const shown = ({ prerequisites }: Service): string[] =>
    prerequisites.map(({ service, optional, follows }) =>
      follows ? `(${service})` : `${service}${optional ? '?' : ''}`,
    )
  return [...services.values()].map((one) => [`${one.name}:`, ...shown(one)].join(' '))
}

test('a component of which there are many is no node; each of its deployments is', () => {
  const made = nodes({ store: ['one'], server: ['many', ['store']] }, { iris: ['server'], wine: ['server', ['iris']] })
  expect(edges(made)).toEqual(['iris: store', 'store:', 'wine: store iris'])
  expect(made.services.get('wine')).toMatchObject({
    component: 'server',
    directory: '/p/components/server',
    description: 'wine',
    tags: ['own', 'its'],
    deployment: { file: '/p/cluster-config/deployments/wine.yaml' },
  })
  expect(made.diagnostics).toEqual([])
})

describe('what names a component of which there are many', () => {
  const deployments: Deployments = { b: ['server'], a: ['server', ['server']] }

  test('names all of its deployments', () => {
    const made = nodes(
      { server: ['many'], edge: ['one', ['server']], shy: ['one', ['server?']] },
      { b: ['server'], a: ['server'] },
    )
    expect(edges(made)).toEqual(['a:', 'b:', 'edge: a b', 'shy: a? b?'])
  })

  test('or none, where there are none', () => {
    expect(edges(nodes({ server: ['many'], edge: ['one', ['server'], ['server']] }, {}))).toEqual(['edge:'])
  })

  test('means the others, where it is one of them', () => {
    expect(edges(nodes({ server: ['many'] }, deployments))).toEqual(['a: b', 'b:'])
  })

  test('needs what it also follows, or would like to have', () => {
    const components: Components = { server: ['many'], edge: ['one', ['b', 'a?', 'server?'], ['server']] }
    expect(edges(nodes(components, { a: ['server'], b: ['server'] }))).toEqual(['a:', 'b:', 'edge: b a?'])
  })

  test('follows them', () => {
    const components: Components = { server: ['many'], edge: ['one', ['store'], ['server']], store: ['one'] }
    expect(edges(nodes(components, { a: ['server'] }))).toEqual(['a:', 'edge: store (a)', 'store:'])
  })
})

test('whatever a deployment names wrongly, it stays a node, unless a component is called like it', () => {
  const components: Components = { server: ['many', ['store']], store: ['one', [], ['sever', 'store']] }
  const made = nodes(components, { a: ['servr'], b: [undefined], c: ['store'], store: ['server'] })
  expect(edges(made)).toEqual(['a:', 'b:', 'c:', 'store:'])
  expect(made.diagnostics.map(({ code, service, data }) => [code, service, data])).toEqual([
    ['unknown-component', 'a', { component: 'servr', by: 'a', nearest: 'server' }],
    ['single-component', 'c', { component: 'store', by: 'c', doing: 'deploys' }],
    ['name-taken', 'store', { name: 'store' }],
    ['unknown-component', 'store', { component: 'sever', by: 'store', nearest: 'server' }],
    ['single-component', 'store', { component: 'store', by: 'store', doing: 'follows' }],
  ])
})
