import { beforeAll, expect, test } from 'vitest'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

const LIST = Array.from({ length: 20_000 }, (_, index) => `item ${index}`)
const CONTEXT = { list: LIST, text: 'y'.repeat(500_000), map: Object.fromEntries(LIST.map((one) => [one, { one }])) }

const render = (text: string) => {
  const {
    text: rendered,
    diagnostics,
    isComplete,
  } = renderer.renderTemplate({
    file: 't',
    text,
    context: CONTEXT,
    service: 'web',
  })
  const found = diagnostics.map(({ code, data, span }) => `${code} ${JSON.stringify(data)} ${span?.start.column}`)
  return { rendered, found, isComplete }
}

const OUTPUT = 'template-too-large {"what":"output","limit":16777216}'
const WORK = 'template-too-large {"what":"work","limit":2000000}'

test.each([
  ['{{#each list}}{{@root.text}}{{/each}}', `${OUTPUT} 15`],
  ['{{#each list}}{{#each @root.list}}{{@root.text}}{{/each}}{{/each}}', `${OUTPUT} 35`],
  ['{{indent (join list "\n") 1000}}', `${OUTPUT} 1`],
  ['{{join list text}}', `${OUTPUT} 1`],
  [`{{base64 ${'(base64 '.repeat(100)}text${')'.repeat(100)}}}`, `${OUTPUT} 1`],
  [`{{sh ${'(sh '.repeat(100)}"'"${')'.repeat(100)}}}`, `${OUTPUT} 1`],
  ['{{#each list}}{{#each @root.list}}{{/each}}{{/each}}', `${WORK} 15`],
  ['{{#each list}}{{#each @root.list}}{{! nothing }}{{/each}}{{/each}}', `${WORK} 35`],
  ['{{#each list}}{{#if (in "q" @root.list)}}x{{/if}}{{/each}}', `${WORK} 15`],
  ['{{#each list}}{{#if (eq (yaml @root.map) 1)}}x{{/if}}{{/each}}', `${WORK} 15`],
])('%s is stopped', (template, expected) => {
  const before = performance.now()
  const { rendered, found, isComplete } = render(template)
  expect(performance.now() - before).toBeLessThan(10_000)
  expect([rendered, found, isComplete]).toEqual(['', [expected], false])
})

test('a mistake inside of a long loop is looked into once', () => {
  const before = performance.now()
  expect(render('{{#each list}}{{@root.map.itme}}{{/each}}').found).toHaveLength(1)
  expect(performance.now() - before).toBeLessThan(5000)
})

test('what is large and allowed is rendered', () => {
  const { rendered, found } = render('{{#each list}}{{this}}{{yaml this}}\n{{/each}}{{text}}')
  expect(found).toEqual([])
  expect(rendered.length).toBeGreaterThan(800_000)
})

test('bytes count, not characters', () => {
  const { found } = render(`{{#each list}}${'\u20ac'.repeat(300)}{{/each}}`)
  expect(found).toEqual([`${OUTPUT} 15`])
})
