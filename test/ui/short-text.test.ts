import { describe, expect, test } from 'vitest'
import { diagnostic } from '../../src/model/diagnostic.ts'
import { diagnosticJson } from '../../src/ui/diagnostic-json.ts'
import { shortText } from '../../src/ui/wording/short-text.ts'
import { wordDiagnostic } from '../../src/ui/wording.ts'

describe('a text is cut', () => {
  test.each([
    ['no short one', 'a'.repeat(120), 120],
    ['a name', 'a.'.repeat(200_000), 120],
    ['a message', 'all is bad '.repeat(400), 300],
    ['a path', 'a/'.repeat(400), 300],
    ['no absolute path that people have', `/${'a/'.repeat(400)}`, 801],
    ['one that nobody has', `/${'a/'.repeat(40_000)}`, 1000],
  ])('%s', (_, text, length) => {
    expect(shortText(text)).toHaveLength(length)
    expect(shortText(text).endsWith('...')).toBe(text.length > length)
  })

  test('never inside of a character', () => {
    expect(shortText(`a${'👩'.repeat(100)}`)).toMatch(/^a(?:👩)+\.\.\.$/u)
  })
})

test('no name makes a title or help long, and programs get all of it', () => {
  const name = `config${'.a'.repeat(200_000)}`
  const long = 'x'.repeat(100_000)
  const data = {
    name,
    missing: long,
    nearest: long,
    available: [long],
    holder: null,
    supplier: null,
    prerequisite: null,
  }
  const problem = diagnostic('template-unknown-name', data)
  const { title, help = '' } = wordDiagnostic(problem)
  expect(title.length).toBeLessThan(300)
  expect(title).toMatch(/^unknown name "config\.a\.a.*\.\.\.": there is no "x+\.\.\."$/)
  expect(help.length).toBeLessThan(200)
  expect(diagnosticJson(problem).data).toEqual(data)
})

test('nor does what something else answers', () => {
  const { title } = wordDiagnostic(diagnostic('foreign', { service: 'web', answer: 'some html '.repeat(1000) }))
  expect(title.length).toBeLessThan(400)
})
