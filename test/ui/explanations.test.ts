import { expect, test } from 'vitest'
import { readServiceFile } from '../../src/config/files/service-file.ts'
import type { DiagnosticCode } from '../../src/model/diagnostic.ts'
import { codesText, explanationText } from '../../src/ui/explanation-text.ts'
import { EXPLAINED_AREAS, EXPLANATIONS } from '../../src/ui/explanations.ts'
import { createStyle, PLAIN_STYLE } from '../../src/ui/style.ts'

const codes = Object.keys(EXPLANATIONS) as DiagnosticCode[]

test('every code belongs to one area', () => {
  expect(EXPLAINED_AREAS.flatMap((area) => area.codes).sort()).toEqual([...codes].sort())
  expect(codes.length).toBeGreaterThan(60)
})

test.each(codes)('%s is explained in whole sentences, with an example of the mistake and of its cure', (code) => {
  const { summary, cause, cure, example } = EXPLANATIONS[code]
  expect(summary).toMatch(/^(?:[a-z]|JSON).*[^.]$/)
  expect(summary.length).toBeLessThanOrEqual(70)
  for (const text of [cause, cure]) expect(text).toMatch(/^\S.{40,}\.$/)
  for (const text of [cause, cure]) expect((text.match(/`/g) ?? []).length % 2).toBe(0)
  if (example === undefined) return
  expect(example.wrong).not.toEqual(example.right)
  expect([...example.wrong, ...example.right].filter((line) => line.length > 90)).toEqual([])
})

test.each([
  'yaml-syntax',
  'yaml-empty',
  'wrong-type',
  'unknown-key',
  'bad-value',
  'escaping-path',
  'self-prerequisite',
  'duplicate-prerequisite',
] as const)('the example of %s makes this mistake, and no longer once it is cured', (code) => {
  const found = (lines: readonly string[] = []): string[] => {
    const file = '/p/components/web/deploy/service.yaml'
    const input = { component: 'web', directory: '/p/components/web', file, text: lines.join('\n') }
    return readServiceFile(input).diagnostics.map((one) => one.code)
  }
  expect(new Set(found(EXPLANATIONS[code].example?.wrong))).toEqual(new Set([code]))
  expect(found(EXPLANATIONS[code].example?.right)).toEqual([])
})

test('a code is shown with what to do, and with the lines that are wrong and right', () => {
  const lines = explanationText('self-prerequisite', { style: PLAIN_STYLE, columns: 60 }).split('\n')
  expect(lines.slice(0, 3)).toEqual([
    'PAI-self-prerequisite: a service needs itself',
    '',
    'The service is among its own prerequisites. It would have to',
  ])
  expect(lines.slice(-8)).toEqual([
    '',
    'Wrong, in components/web/deploy/service.yaml',
    '',
    '  prerequisite: [web, store]',
    '',
    'Right',
    '',
    '  prerequisite: [store]',
  ])
  expect(lines.filter((line) => line.length > 60)).toEqual([])
})

test('colours add nothing to the text', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes begin with one
  const bare = (text: string): string => text.replace(/\u001b\[\d+m/g, '')
  const plain = { style: PLAIN_STYLE, columns: 80 }
  const coloured = { style: createStyle(true), columns: 80 }
  expect(codesText(coloured)).not.toBe(codesText(plain))
  expect(bare(codesText(coloured))).toBe(codesText(plain))
  expect(bare(explanationText('cycle', coloured))).toBe(explanationText('cycle', plain))
})
