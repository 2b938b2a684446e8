import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createSnippet } from '../../src/ui/snippet.ts'
import { widthOf } from '../../src/ui/text-width.ts'

/** Lines as they come: letters, tabs, wide and combining characters, halves of pairs, escapes, emoji of several code points. */
const piece = fc.constantFrom(
  'a',
  'bc ',
  '\t',
  '日',
  'e\u0301',
  '👩‍🚀',
  '\ud83d',
  '\u001b[2J',
  '\u202e',
  '\r',
  '\u200b',
  '한',
)
const line = fc.array(piece, { maxLength: 120 }).map((pieces) => pieces.join(''))

test('whatever the line and the span: it fits, nothing in it acts on a terminal, and the marks are below it', () => {
  fc.assert(
    fc.property(line, fc.nat(400), fc.nat(40), fc.integer({ min: 12, max: 160 }), (text, start, extent, width) => {
      const span = {
        file: '/f',
        start: { line: 1, column: start + 1 },
        end: { line: 1, column: start + 1 + extent },
      }
      const { text: shown, markStart, markWidth } = createSnippet(text, span, width)
      expect(widthOf(shown)).toBeLessThanOrEqual(width)
      expect(shown).not.toMatch(/[\t\r\u202e]/)
      expect(shown).not.toContain('\u001b')
      expect(markStart).toBeGreaterThanOrEqual(0)
      expect(markWidth).toBeGreaterThanOrEqual(1)
      // The place behind the last character is the furthest that can be marked.
      expect(markStart + markWidth).toBeLessThanOrEqual(width + 1)
    }),
    { numRuns: 2000 },
  )
})

test('a word in any plain line is the one that is marked, if there is room for it', () => {
  fc.assert(
    fc.property(fc.nat(300), fc.nat(300), fc.integer({ min: 40, max: 160 }), (before, after, width) => {
      const text = `${'x'.repeat(before)}WORD${'y'.repeat(after)}`
      const span = { file: '/f', start: { line: 1, column: before + 1 }, end: { line: 1, column: before + 5 } }
      const { text: shown, markStart, markWidth } = createSnippet(text, span, width)
      expect(shown.slice(markStart, markStart + markWidth)).toBe('WORD')
    }),
  )
})
