import { expect, test } from 'vitest'
import { changesBetween } from '../../src/engine/changes.ts'
import type { JsonValue } from '../../src/model/json.ts'
import type { Manifest } from '../../src/model/manifest.ts'

const manifest = (more: Partial<Manifest> = {}): Manifest => ({ description: 'd', files: [], inputs: [], ...more })
const file = (path: string, sha256: string, executable = false) => ({ path, sha256, executable })

const values = (from: JsonValue, to: JsonValue) =>
  changesBetween('web', { manifest: undefined, config: from }, { manifest: undefined, config: to })

test('maps are compared key by key, lists and scalars as a whole; the order of keys is no change', () => {
  expect(values({ a: 1, b: { c: [1, 2], d: null } }, { b: { d: null, c: [1, 2] }, a: 1 })).toEqual([])
  expect(values({ z: 1, b: { c: [1] }, gone: {}, m: {} }, { z: '1', b: { c: [1, 2] }, n: null, m: 'x' })).toEqual([
    { kind: 'value', path: 'web.b.c', from: [1], to: [1, 2], takenBack: null },
    { kind: 'value', path: 'web.gone', from: {}, takenBack: null },
    { kind: 'value', path: 'web.m', from: {}, to: 'x', takenBack: null },
    { kind: 'value', path: 'web.n', to: null, takenBack: null },
    { kind: 'value', path: 'web.z', from: 1, to: '1', takenBack: null },
  ])
})

test('what maps inherit is none of their keys', () => {
  expect(values({}, JSON.parse('{"__proto__": 1, "constructor": 2}'))).toEqual([
    { kind: 'value', path: 'web.__proto__', to: 1, takenBack: null },
    { kind: 'value', path: 'web.constructor', to: 2, takenBack: null },
  ])
})

test('files and inputs by what became of them; service.yaml once', () => {
  const before = manifest({
    files: [file('a', '1'), file('b', '1'), file('c', '1'), file('service.yaml', '1')],
    inputs: [file('x', '1')],
  })
  const after = manifest({
    description: 'other',
    files: [file('a', '2'), file('c', '1', true), file('d', '1'), file('service.yaml', '2')],
    inputs: [file('x', '1'), file('y', '1')],
  })
  const config = {}
  expect(changesBetween('web', { manifest: before, config }, { manifest: after, config })).toEqual([
    { kind: 'description' },
    { kind: 'file', path: 'a', how: 'changed' },
    { kind: 'file', path: 'b', how: 'removed' },
    { kind: 'file', path: 'c', how: 'mode' },
    { kind: 'file', path: 'd', how: 'added' },
    { kind: 'input', path: 'y', how: 'added' },
  ])
})

test('of what is not known nothing is said', () => {
  const nothing = { manifest: undefined, config: undefined }
  expect(changesBetween('web', nothing, { manifest: manifest({ description: 'x' }), config: { a: 1 } })).toEqual([])
})
