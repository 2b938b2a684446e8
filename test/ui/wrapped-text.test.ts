import { describe, expect, test } from 'vitest'
import { diagnostic } from '../../src/model/diagnostic.ts'
import { renderDiagnostic } from '../../src/ui/diagnostic.ts'
import { PLAIN_STYLE } from '../../src/ui/style.ts'
import { hangingLines } from '../../src/ui/wrapped-text.ts'

describe('a text behind an indent', () => {
  test.each([
    ['one that fits stays', 'a b c', 60, 10, ['a b c']],
    [
      'breaks between words, below its text',
      `${'ab '.repeat(12)}z`,
      41,
      10,
      ['ab ab ab ab ab ab ab ab ab ab', '          ab ab z'],
    ],
    ['fills a line to its last cell', 'aaaa bbbbb', 10, 0, ['aaaa bbbbb']],
    ['one cell more goes to the next', 'aaaa bbbbbb', 10, 0, ['aaaa', '    bbbbbb']],
    ['a longer word is not broken', `a ${'x'.repeat(50)} b`, 40, 5, ['a', `     ${'x'.repeat(50)}`, '     b']],
    ['spaces inside of a line stay', 'a "b   c" d', 60, 5, ['a "b   c" d']],
    ['wide characters take two cells', '日本 日本 日本', 34, 4, ['日本 日本 日本']],
    ['little room: hardly indented', 'aaaaa bbbbb', 40, 36, ['aaaaa', '    bbbbb']],
  ])('%s', (_, text, columns, indent, expected) => {
    expect(hangingLines(text, columns, indent)).toEqual(expected)
  })
})

const unknown = diagnostic('unknown-key', {
  key: 'port',
  where: 'service.yaml',
  nearest: null,
  known: ['prerequisite', 'start-script', 'stop-script', 'delete-script', 'refresh-script', 'readiness', 'timeout'],
})

describe('a problem', () => {
  const view = { source: () => undefined, display: (file: string) => file, style: PLAIN_STYLE, columns: 60 }

  test('in a terminal is broken between words, each part below its text', () => {
    expect(renderDiagnostic(unknown, { ...view, wraps: true }).split('\n')).toEqual([
      'error[PAI-unknown-key]: unknown key "port" in "service.yaml"',
      '   = help: known keys: delete-script, prerequisite,',
      '           readiness, refresh-script, start-script,',
      '           stop-script, timeout',
    ])
  })

  test('through a pipe is not', () => {
    expect(renderDiagnostic(unknown, view).split('\n')).toHaveLength(2)
  })

  test('has a secret taken out before it is broken', () => {
    const mask = (text: string): string => text.replace('refresh-script, start-script', '***')
    const text = renderDiagnostic(unknown, { ...view, wraps: true, mask })
    expect(text).toContain('***')
    expect(text).not.toMatch(/refresh-script|start-script/)
  })
})
