import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { generatedFiles } from '../../scripts/reference/generated-files.ts'
import { SCHEMAS } from '../../scripts/reference/schemas.ts'
import { SERVICE_SUBKEYS } from '../../src/config/shape/service-keys.ts'
import { EDITOR_KEYWORDS } from '../../src/config/shape/shape-schema.ts'
import { parseDuration } from '../../src/model/duration.ts'
import { DEFAULT_READINESS, DEFAULT_TIMEOUTS } from '../../src/model/service.ts'
import { EXPLANATIONS } from '../../src/ui/explanations.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const generated = generatedFiles(ROOT)

test.each([...generated.keys()])('%s is what its source says', (path) => {
  expect(read(path), `${path} is stale: npm run generate`).toBe(generated.get(path))
})

test('every schema in schemas/ that is made is there, with the two pages', () => {
  expect([...generated.keys()].sort()).toEqual([
    'docs/diagnostics.md',
    'docs/service-yaml.md',
    'schemas/deployment.schema.json',
    'schemas/paictl.schema.json',
    'schemas/service.schema.json',
  ])
})

describe.each(Object.entries(SCHEMAS))('%s', (_, schema) => {
  test('is valid under its meta-schema, draft 7', () => {
    const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, keywords: [...EDITOR_KEYWORDS] })
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#')
    expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
    ajv.compile(schema)
  })

  test('says of every key what it means', () => {
    const keys = Object.entries(schema.properties as Record<string, { description?: string }>)
    expect(keys.length).toBeGreaterThan(3)
    expect(keys.filter(([, key]) => !key.description?.endsWith('.'))).toEqual([])
  })
})

/** What ships, and what new projects are made of, with the placeholders of templates left as they are. */
const SHIPPED = [
  ...['components', 'templates'].flatMap((directory) =>
    readdirSync(join(ROOT, directory)).map((name) => `${directory}/${name}/deploy/service.yaml`),
  ),
  'templates/project/paictl.yaml',
].filter((path) => path !== 'templates/project/deploy/service.yaml')

test.each(SHIPPED)('%s fits its schema', (path) => {
  const name = path.endsWith('paictl.yaml') ? 'paictl' : 'service'
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, keywords: [...EDITOR_KEYWORDS] })
  const isValid = ajv.validate(JSON.parse(read(`schemas/${name}.schema.json`)), parse(read(path)))
  expect(isValid, ajv.errorsText()).toBe(true)
})

test('the defaults that the reference gives are those that count', () => {
  const { timeout, readiness } = SERVICE_SUBKEYS
  const ms = (value: unknown): number | undefined => parseDuration(String(value))
  const timeouts = Object.entries(timeout).map(([key, spec]) => [key, ms(spec.default)])
  expect(Object.fromEntries(timeouts)).toEqual(DEFAULT_TIMEOUTS)
  expect({
    intervalMs: ms(readiness.interval?.default),
    timeoutMs: ms(readiness.timeout?.default),
    successThreshold: readiness['success-threshold']?.default,
  }).toEqual(DEFAULT_READINESS)
})

test('the page of diagnostics has a section for every code, and a link to it', () => {
  const page = read('docs/diagnostics.md')
  for (const code of Object.keys(EXPLANATIONS)) {
    expect(page).toContain(`\n### PAI-${code}\n`)
    expect(page).toContain(`[PAI-${code}](#pai-${code})`)
  }
})
