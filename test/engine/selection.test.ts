import { expect, test } from 'vitest'
import { needsStates, type Selectable, select } from '../../src/engine/selection.ts'

const one = (name: string, more: Partial<Selectable> = {}): Selectable => ({
  name,
  component: name,
  kind: 'service',
  tags: [],
  state: undefined,
  ...more,
})

const SERVICES: readonly Selectable[] = [
  one('web-b', { tags: ['edge', 'public'], state: 'failed' }),
  one('web-a', { component: 'web', tags: ['edge'], state: 'running' }),
  one('train', { kind: 'job', state: 'completed' }),
  one('iris', { component: 'model-server', state: 'never-started' }),
  one('model-store', { tags: ['data'] }),
]

const names = (...selectors: string[]): readonly string[] => {
  const { names: found, problems } = select({ names: selectors, all: false }, SERVICES)
  expect(problems).toEqual([])
  return found
}

test('takes names, each once and sorted', () => {
  expect(names('web-a', 'iris', 'web-a')).toEqual(['iris', 'web-a'])
})

test('takes all, whatever else is named', () => {
  const all = ['iris', 'model-store', 'train', 'web-a', 'web-b']
  expect(select({ names: ['nobody'], all: true }, SERVICES)).toEqual({ names: all, problems: [] })
  expect(select({ names: [], all: true }, [])).toEqual({ names: [], problems: [] })
})

test.each([
  ['*', ['iris', 'model-store', 'train', 'web-a', 'web-b']],
  ['web-*', ['web-a', 'web-b']],
  ['web-?', ['web-a', 'web-b']],
  ['web-[b-z]', ['web-b']],
  ['{iris,train}', ['iris', 'train']],
  ['!web-*', ['iris', 'model-store', 'train']],
  ['tag:edge', ['web-a', 'web-b']],
  ['tag:p*', ['web-b']],
  ['state:failed', ['web-b']],
  ['state:{failed,running}', ['web-a', 'web-b']],
  ['kind:job', ['train']],
  ['component:web', ['web-a']],
  ['component:model-*', ['iris', 'model-store']],
])('%s selects %j', (selector, expected) => {
  expect(names(selector)).toEqual(expected)
})

test('names and selectors add up', () => {
  expect(names('tag:data', 'kind:job', 'web-*', 'train')).toEqual(['model-store', 'train', 'web-a', 'web-b'])
})

test('lists every unknown name with the nearest, and every pattern that matches nothing', () => {
  const request = { names: ['web-c', 'trian', 'zzz', 'db-*', 'state:held', 'iris', 'colour:red', 'tag:'], all: false }
  const { names: found, problems } = select(request, SERVICES)
  expect(found).toEqual(['iris'])
  expect(problems.map(({ code, data }) => ({ code, ...data }))).toEqual([
    { code: 'unknown-service', name: 'colour:red', nearest: null },
    { code: 'no-match', selector: 'db-*', nearest: null },
    { code: 'no-match', selector: 'state:held', nearest: null },
    { code: 'unknown-service', name: 'tag:', nearest: null },
    { code: 'unknown-service', name: 'trian', nearest: 'train' },
    { code: 'unknown-service', name: 'web-c', nearest: 'web-a' },
    { code: 'unknown-service', name: 'zzz', nearest: null },
  ])
})

test.each([
  ['tag:egde', 'no-match', 'tag:edge'],
  ['state:faild', 'no-match', 'state:failed'],
  ['kind:jbo', 'no-match', 'kind:job'],
  ['component:modle-store', 'no-match', 'component:model-store'],
  ['tga:edge', 'unknown-service', 'tag:edge'],
])('of %s the nearest is offered', (name, code, nearest) => {
  expect(select({ names: [name], all: false }, SERVICES).problems).toMatchObject([{ code, data: { nearest } }])
})

test('asks for states only where a selector does', () => {
  expect(needsStates(['web', 'tag:state', 'kind:job'])).toBe(false)
  expect(needsStates(['web', 'state:failed'])).toBe(true)
})
