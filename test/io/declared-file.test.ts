import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { replaceAllDeclared } from '../../src/io/project/declared-file.ts'
import { StateError } from '../../src/io/state/state-error.ts'

test('of several files all are replaced or none', () => {
  const directory = mkdtempSync(join(tmpdir(), 'paictl-test-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const file = (name: string): string => join(directory, name)
  for (const name of ['a', 'b']) writeFileSync(file(name), `${name} before`)
  chmodSync(file('a'), 0o640)
  mkdirSync(file('c'))
  const texts = (names: readonly string[]) => new Map(names.map((name) => [file(name), `${name} after`]))
  expect(() => replaceAllDeclared(texts(['a', 'b', 'c']))).toThrow(StateError)
  expect(readdirSync(directory)).toEqual(['a', 'b', 'c'])
  expect([readFileSync(file('a'), 'utf8'), readFileSync(file('b'), 'utf8')]).toEqual(['a before', 'b before'])
  replaceAllDeclared(texts(['a', 'b']))
  expect([readFileSync(file('a'), 'utf8'), readFileSync(file('b'), 'utf8')]).toEqual(['a after', 'b after'])
})
