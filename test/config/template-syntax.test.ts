import { beforeAll, describe, expect, test } from 'vitest'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

/** Every problem as `line:column "what is marked" message`, related places behind it. */
function problems(text: string): string[] {
  const { diagnostics } = renderer.renderTemplate({ file: 't', text, context: { a: 1 }, service: 'web' })
  const lines = text.split(/\r\n?|\n/)
  return diagnostics.map(({ code, data, span, related = [] }) => {
    if (code !== 'template-syntax' || span === undefined) throw new Error(code)
    const { start, end } = span
    const marked = lines[start.line - 1]?.slice(start.column - 1, end.column - 1) ?? ''
    const others = related.map((one) => ` | ${one.span.start.line}:${one.span.start.column} ${one.note}`)
    return `${start.line}:${start.column} "${marked}" ${data.message}${others.join('')}`
  })
}

describe('blocks', () => {
  test.each([
    ['a\n{{#if a}}\nb', ['2:1 "{{#if a}}" {{#if}} is never closed']],
    [
      '{{#if a}}\n{{#each a}}\n{{/if}}',
      ['2:1 "{{#each a}}" {{#each}} is never closed | 3:1 {{/if}} comes before its end'],
    ],
    ['{{#if a}}\n{{/each}}', ['1:1 "{{#if a}}" {{#if}} is closed by {{/each}} | 2:1 {{/each}} stands here']],
    [
      '{{#if a}}{{#with a}}{{/if}}{{/with}}',
      ['1:10 "{{#with a}}" {{#with}} is never closed | 1:21 {{/if}} comes before its end'],
    ],
    ['{{#if a}}\n{{#if a}}\n{{/if}}', ['1:1 "{{#if a}}" {{#if}} is never closed']],
    ['x{{/if}}', ['1:2 "{{/if}}" this closes a block that is not open']],
    ['x{{else}}', ['1:2 "{{else}}" {{else}} outside of a block']],
    ['x{{else if a}}', ['1:2 "{{else if a}}" {{else}} outside of a block']],
    ['{{#if a}}{{else}}\n{{else}}{{/if}}', ['2:1 "{{else}}" a second {{else}} in {{#if}} | 1:10 the first one']],
    ['{{~#if a~}} b', ['1:1 "{{~#if a~}}" {{#if}} is never closed']],
    ['{{{{raw}}}} b', ['1:1 "{{{{" this raw block is never closed']],
  ])('%j', (text, expected) => expect(problems(text)).toEqual(expected))
})

describe('tags', () => {
  test.each([
    ['a {{', '1:3 "{{" this {{ is never closed'],
    ['a {{b\n{{a}}', '1:3 "{{" this {{ is never closed'],
    ['a {{! b', '1:3 "{{" this {{ is never closed'],
    ['{{}}', '1:1 "{{}}" there is no name in it (\\{{ prints {{ itself)'],
    ['{{a && b}}', '1:5 "&" unexpected `&` (write (and a b))'],
    ['{{a || b}}', '1:5 "|" unexpected `|` (write (or a b))'],
    ['{{#if a == 1}}{{/if}}', '1:9 "=" unexpected `=` (compare with (eq a b))'],
    ['{{#if !a}}{{/if}}', '1:7 "!" unexpected `!` (write (not a))'],
    ['{{a | json}}', '1:5 "|" unexpected `|` (a helper stands before its value: {{json value}})'],
    ['{{a + 1}}', '1:5 "+" unexpected `+` (there are no operators: compute it in config/<component>.mjs)'],
    ['{{a[0]}}', '1:3 "a" unexpected `a` (an item of a list is written list.[0])'],
    ['{{a["x"]}}', '1:3 "a" unexpected `a` (a member of a map is written map.x)'],
    ["{{a['x y']}}", '1:3 "a" unexpected `a` (a member of a map is written map.[x y])'],
    ['{{a..b}}', '1:4 ".." a path has one "." between two names: ".." only begins it'],
    ['{{json (eq a 1}}', '1:8 "(" this ( is never closed'],
    ['{{json a)}}', '1:9 ")" unexpected `)`'],
    ['{{json "a}}', '1:8 """ this quote is never closed'],
    ['{{json indent=1 a}}', '1:18 "}}" unexpected `}}` (name=value comes last)'],
    ['{{a b=}}', '1:7 "}}" unexpected `}}` (something is missing before it)'],
    ['{{{a}}', '1:5 "}}" unexpected `}}` ({{{ is closed by }}})'],
    ['{{a}}\0{{a}}', '1:6 "\0" a NUL character'],
    ['a\rb\r{{a &}}', '3:5 "&" unexpected `&`'],
    ['\ufeff{{a &}}', '1:5 " " unexpected `&`'],
  ])('%j', (text, expected) => expect(problems(text)[0]).toBe(expected))
})

test('all of a template come out together, in the order of the text', () => {
  expect(problems('{{#if a}}\n{{a &}}\n{{else}}\n{{@}}\n{{/fi}}\n{{/if}}\n{{json (a}}\n{{b')).toEqual([
    '1:1 "{{#if a}}" {{#if}} is closed by {{/fi}} | 5:1 {{/fi}} stands here',
    '2:5 "&" unexpected `&`',
    '4:4 "}}" unexpected `}}` (something is missing before it)',
    '7:8 "(" this ( is never closed',
    '8:1 "{{" this {{ is never closed',
  ])
})

test('what is no tag is no mistake', () => {
  expect(problems('\\{{#if a}} {{! {{#if }} {{!-- {{#if a}} }} --}} }} {{a}}')).toEqual([])
})

test('a thousand mistakes are twenty', () => expect(problems('{{a &}}'.repeat(1000))).toHaveLength(20))

test.each([
  ['braces', '{{'.repeat(250_000)],
  ['brackets', '{{['.repeat(160_000)],
  ['parentheses', `{{a ${'('.repeat(500_000)}`],
  ['a long word', `{{${'a'.repeat(500_000)}`],
  ['quotes', '{{a "'.repeat(100_000)],
  ['comments', '{{!--'.repeat(100_000)],
  ['else', `{{#if a}}${'{{else if a}}'.repeat(30_000)}{{/if}}`],
  ['blocks', '{{#a '.repeat(100_000)],
])('half a mebibyte of %s is refused in bounded time', (_, text) => {
  const before = performance.now()
  expect(problems(text).length).toBeGreaterThan(0)
  expect(performance.now() - before).toBeLessThan(10_000)
})
