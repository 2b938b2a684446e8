import { expect, test } from 'vitest'
import { checkGraph, existsOn } from '../../src/engine/check-graph.ts'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import type { Service } from '../../src/model/service.ts'
import { makeService, spanIn } from './support/services.ts'

const byName = (services: readonly Service[]): Map<string, Service> => new Map(services.map((one) => [one.name, one]))

const check = (services: readonly Service[], clusterType = 'local'): Diagnostic[] =>
  checkGraph(byName(services), { name: clusterType })

/** The cycles as trails of names; other problems by their code. */
const trails = (problems: readonly Diagnostic[]): string[] =>
  problems.map((one) =>
    one.code === 'cycle'
      ? [...one.data.edges.map((edge) => edge.service), one.data.edges.at(-1)?.needs].join('>')
      : one.code,
  )

/** Services that need each other in a ring. */
const ring = (names: readonly string[]): Service[] =>
  names.map((name, index) => makeService(name, [names[(index + 1) % names.length] ?? name]))

test('a sound graph has no problems', () => {
  expect(check([makeService('web', ['db', 'cache?']), makeService('db'), makeService('cache', ['db'])])).toEqual([])
})

test('an unknown prerequisite is shown where it stands, with the nearest name', () => {
  expect(
    check([makeService('web', ['cache', 'model-stor']), makeService('cache'), makeService('model-store')]),
  ).toEqual([
    {
      code: 'unknown-prerequisite',
      severity: 'error',
      span: spanIn('web', 3),
      service: 'web',
      data: { service: 'web', prerequisite: 'model-stor', nearest: 'model-store' },
    },
  ])
})

test('where nothing is near, nothing is suggested; an optional one can be misspelled too', () => {
  const [problem] = check([makeService('web', ['postgres?']), makeService('db')])
  expect(problem).toMatchObject({ code: 'unknown-prerequisite', data: { nearest: null } })
})

test('a prerequisite that does not exist on the cluster type is an error, unless it is optional', () => {
  const disks = makeService('disks', [], { clusterTypes: ['k8s'] })
  expect(check([makeService('web', ['disks']), disks])).toMatchObject([
    {
      code: 'excluded-prerequisite',
      span: spanIn('web', 2),
      service: 'web',
      data: { service: 'web', prerequisite: 'disks', clusterType: 'local' },
    },
  ])
  expect(check([makeService('web', ['disks?']), disks])).toEqual([])
  expect(check([makeService('web', ['disks']), disks], 'k8s')).toEqual([])
})

test('what excludes a prerequisite is shown with it: its own list, and where the cluster type is set', () => {
  const span = spanIn('disks', 9)
  const disks = makeService('disks', [], { clusterTypes: ['k8s'], clusterTypesSpan: span })
  const set = { file: '/p/cluster-config/services-configuration.yaml', start: span.start, end: span.end }
  const services = byName([makeService('web', ['disks']), disks])
  expect(checkGraph(services, { name: 'local', span: set })).toMatchObject([
    {
      code: 'excluded-prerequisite',
      span: spanIn('web', 2),
      related: [
        { span, note: 'where "disks" exists' },
        { span: set, note: 'the cluster type' },
      ],
    },
  ])
})

test('what does not exist on the cluster type is not checked there', () => {
  const broken = makeService('broken', ['nobody', 'web'], { clusterTypes: ['k8s'] })
  expect(check([broken, makeService('web', ['broken?'])])).toEqual([])
  expect(existsOn(broken, 'k8s')).toBe(true)
  expect(existsOn(makeService('web'), 'anything')).toBe(true)
  expect(existsOn(makeService('none', [], { clusterTypes: [] }), 'local')).toBe(false)
})

test('a cycle points at every one of its edges', () => {
  const services = [
    makeService('a', ['x', 'b']),
    makeService('b', ['c']),
    makeService('c', ['x', 'a']),
    makeService('x'),
  ]
  expect(check(services)).toEqual([
    {
      code: 'cycle',
      severity: 'error',
      span: spanIn('a', 3),
      related: [
        { span: spanIn('b', 2), note: 'b needs c' },
        { span: spanIn('c', 3), note: 'c needs a' },
      ],
      data: {
        edges: [
          { service: 'a', needs: 'b' },
          { service: 'b', needs: 'c' },
          { service: 'c', needs: 'a' },
        ],
      },
    },
  ])
})

test('an optional edge closes a cycle like any other', () => {
  expect(trails(check([makeService('a', ['b']), makeService('b', ['a?'])]))).toEqual(['a>b>a'])
})

test('of every cyclic edge the shortest cycle is shown, each cycle once', () => {
  const services = [
    makeService('a', ['b']),
    makeService('b', ['a', 'c']),
    makeService('c', ['d']),
    makeService('d', ['a']),
  ]
  expect(trails(check(services))).toEqual(['a>b>a', 'a>b>c>d>a'])
})

test('an edge of a long cycle that has a shorter one of its own is shown with that, too', () => {
  // d -> b closes a shorter cycle for b -> c and c -> d than the long one that they were found in first.
  const services = [
    makeService('a', ['b']),
    makeService('b', ['c']),
    makeService('c', ['d']),
    makeService('d', ['b', 'e']),
    makeService('e', ['a']),
  ]
  expect(trails(check(services))).toEqual(['a>b>c>d>e>a', 'b>c>d>b'])
})

test('two separate cycles are two problems; what only leads into one is none', () => {
  const services = [...ring(['n', 'm']), ...ring(['b', 'c', 'a']), makeService('z', ['a', 'm'])]
  expect(trails(check(services))).toEqual(['a>b>c>a', 'm>n>m'])
})

test('says the same whatever the order of the input', () => {
  const services = [
    ...ring(['b', 'c', 'a']),
    ...ring(['n', 'm']),
    makeService('y', ['unknown']),
    makeService('x', ['lost', 'a']),
  ]
  const expected = check(services)
  expect(trails(expected)).toEqual(['unknown-prerequisite', 'unknown-prerequisite', 'a>b>c>a', 'm>n>m'])
  for (let turn = 1; turn < services.length; turn += 1) {
    expect(check([...services.slice(turn), ...services.slice(0, turn)])).toEqual(expected)
  }
  expect(check([...services].reverse())).toEqual(expected)
})

test('twenty cycles are shown, the rest is counted as cycles', () => {
  const rings = Array.from({ length: 25 }, (_, index) => {
    const number = String(index).padStart(2, '0')
    return ring([`a${number}`, `b${number}`, `c${number}`])
  }).flat()
  const problems = check(rings)
  expect(problems.map((one) => one.code)).toEqual([...Array.from({ length: 20 }, () => 'cycle'), 'more-cycles'])
  expect(trails(problems).slice(0, 2)).toEqual(['a00>b00>c00>a00', 'a01>b01>c01>a01'])
  const unnamed = ['20', '21', '22', '23', '24']
  expect(problems.at(-1)).toMatchObject({
    span: spanIn('a20', 2),
    data: {
      count: 5,
      isAtLeast: false,
      services: ['a', 'b', 'c'].flatMap((letter) => unnamed.map((number) => letter + number)),
    },
  })
  expect(check(rings.slice(0, 60)).map((one) => one.code)).not.toContain('more-cycles')
})

/** Services that all need each other. */
const mesh = (names: readonly string[]): Service[] =>
  names.map((name) =>
    makeService(
      name,
      names.filter((other) => other !== name),
    ),
  )

test('of every tangle a cycle is shown before a second of any', () => {
  const tangle = Array.from({ length: 10 }, (_, index) => `a${index}`)
  const problems = check([...mesh(tangle), ...ring(['y', 'z'])])
  expect(trails(problems)).toContain('y>z>y')
  // 45 pairs and one ring, of which 20 are shown.
  expect(problems.at(-1)).toMatchObject({ code: 'more-cycles', data: { count: 26, services: [] } })
})

test('a cycle of 5,000 is found in bounded time', { timeout: 10_000 }, () => {
  const names = Array.from({ length: 5000 }, (_, index) => `s${String(index).padStart(4, '0')}`)
  const [problem, ...others] = check(ring(names))
  expect(others).toEqual([])
  expect(problem?.related).toHaveLength(4999)
  expect(problem?.code === 'cycle' && problem.data.edges.map((edge) => edge.service)).toEqual(names)
})

test('5,000 that are fully meshed in blocks are counted exactly', { timeout: 10_000 }, () => {
  const blocks = Array.from({ length: 50 }, (_, block) =>
    mesh(Array.from({ length: 100 }, (_, index) => `b${block}-${String(index).padStart(2, '0')}`)),
  ).flat()
  const problems = check(blocks)
  expect(problems).toHaveLength(21)
  const last = problems.at(-1)
  expect(last).toMatchObject({ code: 'more-cycles', data: { count: (50 * 100 * 99) / 2 - 20, isAtLeast: false } })
  const named = new Set(
    problems.flatMap((one) => (one.code === 'cycle' ? one.data.edges.map((edge) => edge.service) : [])),
  )
  const rest = last?.code === 'more-cycles' ? last.data.services : []
  expect(new Set([...named, ...rest]).size).toBe(5000)
})

test('5,000 unknown prerequisites are reported in bounded time', { timeout: 10_000 }, () => {
  const services = Array.from({ length: 5000 }, (_, index) => makeService(`service-${index}`, [`servicd-x-${index}`]))
  expect(check(services)).toHaveLength(5000)
})

test('a thicket of cycles is counted in bounded time', { timeout: 20_000 }, () => {
  const names = Array.from({ length: 5000 }, (_, index) => `s${String(index).padStart(4, '0')}`)
  const at = (index: number): string => names[index % names.length] ?? ''
  const thicket = names.map((name, index) => makeService(name, [at(index + 1), at(index * 7 + 3), at(index * 31 + 5)]))
  const problems = check(
    thicket.filter((service) => service.prerequisites.every((one) => one.service !== service.name)),
  )
  expect(problems.filter((one) => one.code === 'cycle')).toHaveLength(20)
  const count = problems.find((one) => one.code === 'more-cycles')
  expect(count?.code === 'more-cycles' && count.data.count).toBeGreaterThan(20)
})
