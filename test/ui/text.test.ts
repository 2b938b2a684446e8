import { describe, expect, test } from 'vitest'
import { noteText } from '../../src/ui/note-text.ts'
import { printable, printableSentence } from '../../src/ui/printable.ts'
import { confirmationText, isConfirmed } from '../../src/ui/prompt-text.ts'
import { createStyle, PLAIN_STYLE } from '../../src/ui/style.ts'
import { cropToWidth, padToWidth, widthOf } from '../../src/ui/text-width.ts'
import { formatAge, formatTime } from '../../src/ui/timestamp.ts'
import { andList, counted, shortList } from '../../src/ui/wording/lists.ts'

test.each([
  ['plain – ünï 日本', 'plain – ünï 日本'],
  ['\u001b]0;title\u0007', '\\x1b]0;title\\x07'],
  ['a\tb\rc\nd', 'a    b\\rc\\nd'],
  ['\u009b2J\u0085', '\\x9b2J\\x85'],
  ['\u202e\u2066\u200f\u2028', '\\u{202e}\\u{2066}\\u{200f}\\u{2028}'],
  ['\ufefftext', 'text'],
])('%j is made printable', (text, shown) => {
  expect(printable(text)).toBe(shown)
  // Twice the same: what was made harmless before is not mangled.
  expect(printable(printable(text))).toBe(shown)
})

test('a sentence goes on over line breaks', () => {
  expect(printableSentence('  one\r\n   two\n\nthree\n')).toBe('one two three')
})

describe('widths', () => {
  test.each([
    ['abc', 3],
    ['日本', 4],
    ['e\u0301', 1],
    ['👩‍🚀', 2],
    ['\u001b[31mab\u001b[39m', 2],
  ])('%j takes %i cells', (text, width) => {
    expect(widthOf(text)).toBe(width)
    expect(padToWidth(text, 6)).toBe(text + ' '.repeat(6 - width))
    expect(padToWidth(text, 0)).toBe(text)
  })

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdefg', 6, 'abc...'],
    ['ab cdef', 6, 'ab...'],
    ['日本語', 6, '日本語'],
    ['日本語', 5, '日...'],
    ['日本語', 4, '...'],
    ['👩‍🚀👩‍🚀👩‍🚀', 5, '👩‍🚀...'],
    ['abc', 2, '..'],
    ['abc', 0, ''],
    ['abc', -1, ''],
    ['', 0, ''],
    ['abc', Number.POSITIVE_INFINITY, 'abc'],
  ])('%j in %i cells is %j', (text, width, cropped) => {
    expect(cropToWidth(text, width)).toBe(cropped)
  })
})

test('ages and times', () => {
  const now = Date.parse('2026-03-01T10:00:00.000Z')
  expect(formatAge('2026-03-01T09:56:55.000Z', now)).toBe('3m05s ago')
  expect(formatAge('2026-03-01T09:59:59.500Z', now)).toBe('just now')
  expect(formatAge('2026-03-01T11:00:00.000Z', now)).toBe('just now')
  expect(formatAge('yesterday', now)).toBe('yesterday')
  expect(formatTime('2026-03-01T11:56:55.900+02:00', now)).toBe('2026-03-01 09:56:55Z (3m04s ago)')
  expect(formatTime('yesterday', now)).toBe('yesterday')
})

test('lists and counts', () => {
  expect([[], ['a'], ['a', 'b'], ['a', 'b', 'c']].map(andList)).toEqual(['', 'a', 'a and b', 'a, b and c'])
  expect([counted(1, 'service'), counted(0, 'service'), counted(2, 'entry', 'entries')]).toEqual([
    '1 service',
    '0 services',
    '2 entries',
  ])
  expect(shortList(['a', 'b', 'c'], 2)).toBe('a, b, c')
  expect(shortList(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
})

test('styles can be nested, and leave an empty text empty', () => {
  const style = createStyle(true)
  expect(style.red(style.bold('x'))).toBe('\u001b[31m\u001b[1mx\u001b[22m\u001b[39m')
  expect(style.dim('')).toBe('')
  expect(createStyle(false)).toBe(PLAIN_STYLE)
})

describe('confirmations', () => {
  const one = { kind: 'delete', services: ['model-store'] } as const
  const several = { kind: 'delete', services: ['a', 'b', 'c'] } as const
  const all = { kind: 'delete-typed', services: ['a', 'b', 'c', 'd', 'e'], cluster: 'iris' } as const

  test.each([
    [one, 'Delete model-store and its data? [y/N] '],
    [several, 'Delete a, b and c and their data? [y/N] '],
    [all, 'This deletes 5 services and their data. Type the cluster-id (iris) to go on: '],
    [
      { ...all, services: ['model-store'] },
      'This deletes model-store and its data. Type the cluster-id (iris) to go on: ',
    ],
    [{ kind: 'apply', steps: 1, cluster: 'iris' }, 'Take this step on cluster iris? [y/N] '],
    [{ kind: 'apply', steps: 3, cluster: 'iris' }, 'Take these 3 steps on cluster iris? [y/N] '],
  ] as const)('%o', (confirmation, text) => {
    expect(confirmationText(confirmation)).toBe(text)
  })

  test('only a clear yes is one; where the cluster-id is asked for, only that', () => {
    expect(['y', 'Y', ' yes\n', 'YES'].every((typed) => isConfirmed(one, typed))).toBe(true)
    expect(['', 'n', 'no', 'ye', 'yes!', 'iris'].some((typed) => isConfirmed(one, typed))).toBe(false)
    expect(isConfirmed(all, 'iris\n')).toBe(true)
    expect(['', 'y', 'yes', 'Iris', 'iris2'].some((typed) => isConfirmed(all, typed))).toBe(false)
  })
})

test('notes', () => {
  expect(noteText({ kind: 'problems', warnings: 1, elsewhere: 2 })).toBe(
    '2 errors in services that are not selected and 1 warning: "paictl validate" shows them',
  )
  expect(noteText({ kind: 'problems', warnings: 3, elsewhere: 0 })).toBe('3 warnings: "paictl validate" shows them')
  expect(noteText({ kind: 'cluster-id', clusterId: 'demo' })).toBe(
    'no cluster-id is configured: the cluster is called "demo", after the project\'s directory',
  )
})
