import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8')

const page = read('../docs/comparison.md')
const cases = readdirSync(new URL('diagnostics', import.meta.url)).filter((name) => name.startsWith('comparison-'))

test('there is a project for each of the six mistakes', () => {
  expect(cases).toHaveLength(6)
  expect(page.match(/^## /gm)).toHaveLength(6)
})

test.each(cases)('docs/comparison.md shows what paictl says of %s', (name) => {
  // What the real command prints is held to this file by diagnostics.test.ts.
  const expected = read(`diagnostics/${name}/expected.txt`)
  expect(expected).not.toBe('')
  expect(page).toContain(`\`\`\`\n${expected}\`\`\``)
})
