import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { canonicalJson, type Fingerprinted, fingerprint, sha256 } from '../../src/engine/fingerprint.ts'

const GIVEN: Fingerprinted = {
  description: 'start-script: start.sh\n',
  config: { port: 8501, labels: { b: [1, 'zwei', null], a: true } },
  files: [
    { path: 'start.sh', executable: true, sha256: sha256('#!/bin/bash\n') },
    { path: 'conf/a.yaml', executable: false, sha256: sha256('a: ü\n') },
  ],
  inputs: [
    { path: 'model/b.bin', sha256: sha256('b') },
    { path: 'model/a.bin', sha256: sha256('a') },
  ],
}

test('is what it has always been: another value would make every service look changed', () => {
  expect(fingerprint(GIVEN)).toBe('1ea734b9e22f56a2ea07a9cd3605c34137899b86e78f3e72cc912e7858d97f30')
})

test('does not depend on the order of files, inputs and keys', () => {
  const turned: Fingerprinted = {
    inputs: [...GIVEN.inputs].reverse(),
    files: [...GIVEN.files].reverse(),
    config: { labels: { a: true, b: [1, 'zwei', null] }, port: 8501 },
    description: GIVEN.description,
  }
  expect(fingerprint(turned)).toBe(fingerprint(GIVEN))
})

const [script, conf] = GIVEN.files as [Fingerprinted['files'][number], Fingerprinted['files'][number]]

test.each<[string, Partial<Fingerprinted>]>([
  ['its description', { description: 'start-script: run.sh\n' }],
  ['a value', { config: { port: '8501', labels: { b: [1, 'zwei', null], a: true } } }],
  ['the order of a list', { config: { port: 8501, labels: { b: ['zwei', 1, null], a: true } } }],
  ['the content of a file', { files: [{ ...script, sha256: sha256('#!/bin/sh\n') }, conf] }],
  ['the name of a file', { files: [{ ...script, path: 'go.sh' }, conf] }],
  ['whether a file can be run', { files: [{ ...script, executable: false }, conf] }],
  ['a file less', { files: [script] }],
  ['an input less', { inputs: GIVEN.inputs.slice(1) }],
  ['a file that became an input', { files: [script], inputs: [...GIVEN.inputs, conf] }],
])('changes with %s', (_, change) => {
  expect(fingerprint({ ...GIVEN, ...change })).not.toBe(fingerprint(GIVEN))
})

test('parts that add up to the same text are told apart', () => {
  const empty = { description: '', config: null, inputs: [] }
  const one = fingerprint({ ...empty, files: [{ path: 'a', executable: false, sha256: 'bc' }] })
  expect(fingerprint({ ...empty, files: [{ path: 'ab', executable: false, sha256: 'c' }] })).not.toBe(one)
})

test('hashes are hexadecimal SHA-256', () => {
  expect(fingerprint(GIVEN)).toMatch(/^[0-9a-f]{64}$/)
  expect(sha256('ü')).toBe(createHash('sha256').update('ü', 'utf8').digest('hex'))
})

test('canonical JSON sorts the keys of every map and leaves lists as they are', () => {
  expect(canonicalJson({ b: [{ z: 1, y: 'a"b' }, 2], a: null, ü: false })).toBe(
    '{"a":null,"b":[{"y":"a\\"b","z":1},2],"ü":false}',
  )
})
