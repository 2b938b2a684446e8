import { expect, test } from 'vitest'
import type { Diagnostic, Severity } from '../../src/model/diagnostic.ts'
import { diagnostic } from '../../src/model/diagnostic.ts'
import { renderDiagnostics } from '../../src/ui/diagnostic.ts'
import { MOST_PROBLEMS, shownProblems } from '../../src/ui/shown-problems.ts'
import { PLAIN_STYLE } from '../../src/ui/style.ts'

const many = (count: number, severity: Severity, first = 1): Diagnostic[] =>
  Array.from({ length: count }, (_, index) => {
    const line = first + index
    const span = { file: '/p/a.yaml', start: { line, column: 1 }, end: { line, column: 2 } }
    return diagnostic('duplicate-key', { key: `k${line}` }, { span, severity })
  })

const view = { source: () => undefined, display: (file: string) => file, style: PLAIN_STYLE, columns: 80 }

test('as many problems as are read are all shown', () => {
  const problems = many(MOST_PROBLEMS, 'error')
  expect(shownProblems(problems)).toEqual(problems)
  expect(renderDiagnostics(problems, view)).not.toContain('more problem')
})

test('of more, the first are shown, and the counts stay true', () => {
  const text = renderDiagnostics([...many(40_000, 'error'), ...many(3, 'warning', 50_000)], view)
  expect(text.match(/^error/gm)).toHaveLength(MOST_PROBLEMS)
  expect(text).not.toMatch(/^warning/m)
  expect(text.split('\n').slice(-3)).toEqual([
    '',
    '40000 errors, 3 warnings',
    'For more about a problem: paictl explain PAI-duplicate-key',
  ])
  expect(text.split('\n').at(-4)).toBe('... and 39803 more problems: "--output json" lists all')
})

test('no warning takes the place of an error, and the order of places is kept', () => {
  const warnings = many(300, 'warning')
  const errors = many(150, 'error', 1000)
  expect(shownProblems([...warnings, ...errors])).toEqual([...warnings.slice(0, 50), ...errors])
})
