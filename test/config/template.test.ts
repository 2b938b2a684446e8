import { beforeAll, describe, expect, test } from 'vitest'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'
import { parseYaml } from '../../src/config/yaml/yaml-tree.ts'
import type { JsonObject } from '../../src/model/json.ts'
import { listing } from './listing.ts'

const CONTEXT: JsonObject = {
  cluster_cfg: { 'rest-server': { port: 9186 } },
  config: {
    port: 80,
    debug: true,
    off: false,
    zero: 0,
    nothing: null,
    name: "it's <b>",
    list: ['a', 'b'],
    map: { k: 'v', l: 1 },
    none: {},
  },
  layout: { machines: [{ host: 'h1' }, { host: 'h2' }] },
  service: { name: 'web' },
  outputs: {},
  env: {},
}

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

const render = (text: string) => renderer.renderTemplate({ file: 't', text, context: CONTEXT, service: 'web' })

/** The text of a template without problems. */
function text(template: string): string {
  const { text, diagnostics } = render(template)
  expect(listing(diagnostics)).toEqual([])
  return text
}

/** The problems of a template, without the names of file and service. */
const problems = (template: string): string[] =>
  listing(render(template).diagnostics).map((line) => line.replace(/^error (.*) t:(\S+) \[web\] /, '$1 $2 '))

describe('what Handlebars prints', () => {
  test.each([
    ['no expressions }} at all', 'no expressions }} at all'],
    ['{{config.port}} {{{config.name}}} {{config.name}}', "80 it's <b> it's <b>"],
    ['{{config.list.[1]}} {{config.list.length}} {{config.[map].k}}', 'b 2 v'],
    ['[{{config.nothing}}] {{config.off}} {{config.zero}}', '[] false 0'],
    ['{{! a comment }}{{!-- with }} in it --}}x', 'x'],
    ['a  {{~config.port~}}  b', 'a80b'],
    ['\\{{config.port}}', '{{config.port}}'],
    ['{{#if config.debug}}\nyes\n{{/if}}\nend\n', 'yes\nend\n'],
    ['{{#if config.debug}}\r\nyes\r\n{{/if}}\r\nend\r\n', 'yes\r\nend\r\n'],
    ['{{#if config.off}}1{{else if config.debug}}2{{else}}3{{/if}}', '2'],
    ['{{#if config.zero}}1{{else}}2{{/if}}{{#if config.zero includeZero=true}}3{{/if}}', '23'],
    ['{{#unless config.none.x}}none{{/unless}}', 'none'],
    ['{{#each config.list}}{{@index}}{{this}}{{#if @first}}!{{/if}}{{#unless @last}},{{/unless}}{{/each}}', '0a!,1b'],
    ['{{#each config.map}}{{@key}}={{.}} {{/each}}', 'k=v l=1 '],
    ['{{#each config.map as |value key|}}{{key}}={{value}} {{/each}}', 'k=v l=1 '],
    ['{{#each config.none}}x{{else}}empty{{/each}}', 'empty'],
    ['{{#each config.nothing}}x{{else}}empty{{/each}}', 'empty'],
    ['{{#each layout.machines}}{{host}}:{{../config.port}}:{{@root.service.name}} {{/each}}', 'h1:80:web h2:80:web '],
    ['{{#each config.list}}{{#each ../config.list}}{{@../index}}{{@index}} {{/each}}{{/each}}', '00 01 10 11 '],
    ['{{#each config.list}}{{#if ../config.debug}}{{this}}{{/if}}{{/each}}', 'ab'],
    ['{{#with config.map as |m|}}{{k}}{{this.k}}{{./k}}{{m.k}}{{/with}}', 'vvvv'],
    ['{{#with config.nothing}}x{{else}}y{{/with}}', 'y'],
    ['{{#config.map}}{{k}}{{/config.map}}{{#config.list}}{{this}}{{/config.list}}', 'vab'],
    ['{{#config.debug}}{{service.name}}{{/config.debug}}{{^config.off}}off{{/config.off}}', 'weboff'],
    ['{{cluster_cfg.rest-server.port}}', '9186'],
  ])('%s', (template, expected) => expect(text(template)).toBe(expected))
})

describe('helpers', () => {
  test.each([
    ['{{json config.map}} {{json config.name}} {{json config.nothing}}', '{"k":"v","l":1} "it\'s <b>" null'],
    ['{{json config.map indent=2}}', '{\n  "k": "v",\n  "l": 1\n}'],
    ['{{yaml config.map}}', 'k: v\nl: 1'],
    ['a:\n{{indent (yaml config.map) 2}}\n', 'a:\n  k: v\n  l: 1\n'],
    ['{{indent 2 "a\n\nb"}}', '  a\n\n  b'],
    [
      '{{sh config.name}} {{sh config.port}} {{sh config.nothing}} {{sh config.list}}',
      "'it'\\''s <b>' '80' '' 'a' 'b'",
    ],
    ['{{sh "$(rm -rf /) `x` \\ \n"}}', "'$(rm -rf /) `x` \\ \n'"],
    ['{{base64 "hé"}}', 'aMOp'],
    ['{{join config.list}} {{join config.list " + "}}', 'a,b a + b'],
    ['{{eq config.port 80}} {{eq config.port "80"}} {{ne config.port 80}}', 'true false false'],
    ['{{eq config.map (lookup config "map")}} {{eq config.map config.none}}', 'true false'],
    [
      '{{in "a" config.list}} {{in "z" config.list}} {{in "k" config.map}} {{in "t\'s" config.name}}',
      'true false true true',
    ],
    ['{{not config.off}} {{not config.list}}', 'true false'],
    ['{{or config.off config.port}} {{and config.debug config.port}}', '80 80'],
    ['{{default config.missing "d"}} {{default config.nothing "d"}} {{default config.off "d"}}', 'd d false'],
    ['{{default config.a config.b config.port}}', '80'],
    ['{{lookup config "port"}} {{lookup config.list 1}} [{{lookup config "missing"}}]', '80 b []'],
    ['{{#eq config.port 80}}yes{{else}}no{{/eq}}{{#in "z" config.list}}yes{{else}}no{{/in}}', 'yesno'],
    ['{{#if (and config.debug (not config.off))}}yes{{/if}}', 'yes'],
    ['{{sh (default config.missing config.name)}}', "'it'\\''s <b>'"],
  ])('%s', (template, expected) => expect(text(template)).toBe(expected))

  test.each([
    ['{{config.map}}', '1:3', 'config.map', 'is a map: print it with json or yaml'],
    ['{{config.list}}', '1:3', 'config.list', 'is a list: print it with json or yaml'],
    ['{{lookup config "map"}}', '1:3', 'lookup', 'is a map: print it with json or yaml'],
    ['{{sh config.map}}', '1:6', 'sh', 'takes a text, a number or a list of them, and this is a map'],
    ['{{sh "a" "b"}}', '1:10', 'sh', 'takes 1 value, and got 2: {{sh value}}'],
    ['{{json}}', '1:3', 'json', 'takes 1 value, and got none: {{json value}}'],
    ['x {{sh config.port quote=1}}', '1:20', 'sh', 'takes no quote=…'],
    ['{{join config.map}}', '1:8', 'join', 'takes a list, and this is a map'],
    ['{{in 1 2}}', '1:8', 'in', 'looks in a list, a map or a text, and this is a number'],
    ['{{indent "a" "b"}}', '1:14', 'indent', 'takes a count of spaces, and this is a text'],
    ['{{sh (lookup config "missing")}}', '1:6', 'sh', 'takes a text, a number or a list of them, and this is absent'],
    ['{{#each config.port}}{{/each}}', '1:9', 'each', 'takes a list or a map, and this is a number'],
    ['{{#if}}{{/if}}', '1:4', 'if', 'takes 1 value, and got none: {{#if value}}'],
    ['{{if config.port}}', '1:1', 'if', 'is a block: {{#if …}}…{{/if}}'],
    ['{{#json config.map}}{{/json}}', '1:4', 'json', 'does not head a block'],
  ])('misused: %s', (template, at, helper, message) => {
    expect(problems(template)).toEqual([`template-helper-misuse ${at} ${JSON.stringify({ helper, message })}`])
  })

  test('unknown ones, log among them', () => {
    expect(problems('{{jsn config.map}} {{log "x"}} {{config.map 1}} {{#foo 1}}{{/foo}}{{sh (bsae64 1)}}')).toEqual([
      'template-unknown-helper 1:3 {"name":"jsn","nearest":"json"}',
      'template-unknown-helper 1:22 {"name":"log","nearest":null}',
      'template-unknown-helper 1:34 {"name":"config.map","nearest":null}',
      'template-unknown-helper 1:52 {"name":"foo","nearest":null}',
      'template-unknown-helper 1:73 {"name":"bsae64","nearest":"base64"}',
    ])
  })
})

describe('unknown names', () => {
  test.each([
    ['{{config.prot}}', '1:10', 'config.prot', 'prot', 'config.port'],
    ['\n  {{confg.port}}', '2:5', 'confg.port', 'confg', 'config.port'],
    ['{{{config.prot}}}', '1:11', 'config.prot', 'prot', 'config.port'],
    ['{{sh config.prot}}', '1:13', 'config.prot', 'prot', 'config.port'],
    ['{{json (default config.a.b 1)}}', '1:24', 'config.a.b', 'a', null],
    ['{{#each config.lits}}{{x}}{{/each}}', '1:16', 'config.lits', 'lits', 'config.list'],
    ['{{#with config.mpa}}{{x}}{{/with}}', '1:16', 'config.mpa', 'mpa', 'config.map'],
    ['{{#config.mpa}}{{x}}{{/config.mpa}}', '1:11', 'config.mpa', 'mpa', 'config.map'],
    ['{{#if confg.port}}{{x}}{{/if}}', '1:7', 'confg.port', 'confg', 'config.port'],
    ['{{#if (eq config.prot 1)}}{{/if}}', '1:18', 'config.prot', 'prot', 'config.port'],
    ['{{#unless config.mpa.k}}{{/unless}}', '1:18', 'config.mpa.k', 'mpa', 'config.map.k'],
    ['{{lookup config.prot.x "a"}}', '1:17', 'config.prot.x', 'prot', 'config.port'],
    ['{{lookup config config.nmae}}', '1:24', 'config.nmae', 'nmae', 'config.name'],
    ['{{json config.map indent=config.prot}}', '1:33', 'config.prot', 'prot', 'config.port'],
    ['{{config.port.x}}', '1:15', 'config.port.x', 'x', null],
    ['{{config.nothing.x}}', '1:18', 'config.nothing.x', 'x', null],
    ['{{config.list.[2]}}', '1:15', 'config.list.2', '2', null],
    ['{{@root.config.prot}}', '1:16', '@root.config.prot', 'prot', '@root.config.port'],
    ['{{this.config.prot}}', '1:15', 'this.config.prot', 'prot', 'config.port'],
    ['{{#each config.list}}{{@idnex}}{{/each}}', '1:24', '@idnex', '@idnex', '@index'],
    ['{{#each layout.machines}}{{config.port}}{{/each}}', '1:28', 'config.port', 'config', '../config.port'],
    ['{{../config}}', '1:3', '../config', '..', null],
    ['{{port}}', '1:3', 'port', 'port', 'config.port'],
    ['{{#each config.list as |itme|}}{{item}}{{/each}}', '1:34', 'item', 'item', 'itme'],
    ['{{config.__proto__}}', '1:10', 'config.__proto__', '__proto__', null],
    ['{{config.constructor}}', '1:10', 'config.constructor', 'constructor', null],
    ['{{config.list.map}}', '1:15', 'config.list.map', 'map', null],
    ['a\r\nb {{config.prot}}', '2:12', 'config.prot', 'prot', 'config.port'],
  ])('%s', (template, at, name, missing, nearest) => {
    expect(problems(template)).toContain(`template-unknown-name ${at} ${JSON.stringify({ name, missing, nearest })}`)
    expect(problems(template)).toHaveLength(1)
  })

  test('all of one template, each once, and nothing that only follows', () => {
    const { text, diagnostics } = render(
      '{{a}}{{#each layout.machines}}{{hots}}{{/each}}{{sh (base64 config.b)}}{{#each c.d}}{{e}}{{/each}} rest',
    )
    expect(text).toBe(' rest')
    expect(diagnostics.map(({ span }) => span?.start.column)).toEqual([3, 33, 68, 80])
  })

  test('the known ones come along, sorted', () => {
    const [first] = render('{{config.map.x}}').diagnostics
    expect(first?.code === 'template-unknown-name' && first.data.available).toEqual(['k', 'l'])
  })

  test.each([
    '{{#if config.missing}}x{{/if}}',
    '{{#unless config.missing}}{{/unless}}',
    '{{#if (not config.missing)}}{{/if}}',
    '{{#if (and config.missing config.missing.deeper)}}x{{/if}}',
    '{{#if config.nothing.x}}x{{/if}}',
    '{{default config.missing ""}}',
    '{{lookup config.missing "x"}}',
    '{{#if config.off}}x{{else if config.missing}}x{{/if}}',
  ])('may be absent: %s', (template) => expect(text(template)).toBe(''))
})

describe('syntax', () => {
  test.each([
    ['a\nb {{#if config.off}}\n {{foo}}\n', '2:3', '{{#if}} is never closed'],
    ['{{#if a}}{{#each b}}{{/each}}', '1:1', '{{#if}} is never closed'],
    ['a\n {{foo bar', '2:2', 'this {{ is never closed'],
    ['a\n {{foo bar} b', '2:2', 'this {{ is never closed'],
    ['a\n {{#if x}}\n{{/each}}', '2:2', '{{#if}} is closed by {{/each}}'],
    ['\n{{/if}}', '2:1', 'this closes a block that is not open'],
    ['a\r\n {{.Names}}', '2:4', 'unexpected `.` (\\{{ prints {{ itself)'],
    ['{{config.list.0 }}', '1:15', 'unexpected `0` (an item of a list is written list.[0])'],
    ['{{config.port}}}', '1:14', 'unexpected `}}}` (put a space between `}}` and `}`)'],
    ['{{a/../b}}', '1:3', '".." and "this" only begin a path: a/..'],
    ['{{#*inline "a"}}{{/inline}}', '1:1', 'decorators and inline partials are not supported'],
    ['{{#if x}}'.repeat(300), '1:1801', 'nested more than 200 levels deep'],
    [`{{sh ${'(sh '.repeat(300)}1${')'.repeat(300)}}}`, '1:1', 'nested more than 200 levels deep'],
  ])('%j', (template, at, message) => {
    expect(problems(template)).toEqual([`template-syntax ${at} ${JSON.stringify({ message })}`])
  })

  test('a template that fails leaves the next one unharmed', () => {
    expect(problems('{{#if x}}')).toHaveLength(1)
    expect(text('{{config.port}}')).toBe('80')
  })
})

describe('values inside a YAML file', () => {
  /** Where the unknown name of the first value of a service.yaml stands: `line:column text`. */
  function place(fileText: string): string {
    const node = parseYaml('service.yaml', fileText).root
    const value = node?.kind === 'map' ? node.entries[0]?.value : undefined
    if (value?.kind !== 'scalar' || typeof value.value !== 'string') throw new Error('no text')
    const located = { value: value.value, span: value.span }
    const { diagnostics } = renderer.renderValue({ value: located, context: CONTEXT, service: 'web', fileText })
    const [{ start, end } = value.span] = diagnostics.map((one) => one.span ?? value.span)
    const line = fileText.split('\n')[start.line - 1] ?? ''
    return `${start.line}:${start.column} ${start.line === end.line ? line.slice(start.column - 1, end.column - 1) : '…'}`
  }

  test.each([
    ['plain', 'a: b {{config.prot}}\n', '1:15 prot'],
    ['in double quotes', 'a: "{{config.prot}}"\n', '1:14 prot'],
    ['behind an escape', 'a: "\\t\\u00e9 \\"{{config.prot}}\\""\n', '1:25 prot'],
    ['in single quotes', "a: 'it''s {{config.prot}}'\n", '1:20 prot'],
    ['over several lines', 'a: b\n  c\n  {{config.prot}} d\n', '3:12 prot'],
    ['over several lines, quoted', 'a: "b \\\n  c\n\n   {{config.prot}} d"\n', '4:13 prot'],
    ['in a block', 'a: |\n  b\n\n    {{config.prot}}\n  c\n', '4:14 prot'],
    ['in a folded block', 'a: >-\n  b\n  {{config.prot}}\n\n  c\n', '3:12 prot'],
    ['in a block that indents more', 'a: |2\n    b\n   {{config.prot}}\n', '3:13 prot'],
    ['with carriage returns', 'a: |\r\n  b\r\n  {{config.prot}}\r\n', '3:12 prot'],
  ])('%s: positions are those in the file', (_, fileText, expected) => {
    expect(place(fileText)).toBe(expected)
  })

  test('rendered, or taken as they are', () => {
    const span = { file: 'service.yaml', start: { line: 1, column: 1 }, end: { line: 1, column: 1 } }
    const rendered = (value: string) =>
      renderer.renderValue({ value: { value, span }, context: CONTEXT, service: 'web' }).text
    expect(rendered('http://x:{{config.port}}/')).toBe('http://x:80/')
    expect(rendered('<plain> & simple')).toBe('<plain> & simple')
  })
})

test('three thousand small templates are no wait, on a busy machine either', () => {
  const template = (index: number) => `#!/bin/bash
# ${index}
PORT={{sh config.port}}
{{#if config.debug}}
echo {{sh config.name}}
{{/if}}
{{#each layout.machines}}
ssh {{sh this.host}} {{@index}}
{{/each}}
exec server --port {{cluster_cfg.rest-server.port}}
`
  const before = performance.now()
  for (let index = 0; index < 3000; index += 1) render(template(index))
  expect(performance.now() - before).toBeLessThan(5000)
})
