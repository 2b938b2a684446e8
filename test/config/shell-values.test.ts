import { beforeAll, describe, expect, test } from 'vitest'
import { checkShellValues, isShellScript } from '../../src/config/rendering/shell-values.ts'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'
import { Secrets } from '../../src/model/secrets.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

const CONTEXT = {
  config: { host: 'h', port: 80, on: true, none: null, token: 'very secret', list: ['a', 'b'], map: { k: 'v' } },
  service: { name: 'web', component: 'web', data_dir: '/d' },
}

/** `what column expression` for each value that is warned about. */
function found(text: string): string[] {
  const service = 'web'
  const secrets = new Secrets()
  secrets.add(['very secret'])
  const {
    text: content,
    diagnostics,
    trace,
  } = renderer.renderTemplate({
    file: 't',
    text,
    context: CONTEXT,
    service,
    isTraced: true,
  })
  expect(diagnostics).toEqual([])
  return checkShellValues({ target: 'a.sh', content, trace, service, secrets }).map(
    ({ code, data, severity, span }) => {
      if (code !== 'unquoted-value') throw new Error(code)
      return `${severity === 'error' ? 'error ' : ''}${data.problem} ${span?.start.line}:${span?.start.column} ${data.expression}`
    },
  )
}

describe('nothing is said of', () => {
  test.each([
    'a {{sh config.host}}',
    'A={{sh config.host}}{{sh config.host}}',
    'a {{config.port}} "{{config.on}}" {{config.none}} {{{"literal"}}}',
    '{{#each config.list}}{{@index}} {{@first}} {{sh this}}\n{{/each}}',
    'a {{eq config.host "h"}} {{in "a" config.list}} {{base64 config.host}} {{json config.port}}',
    'a {{default (sh config.host) "x"}}',
    'a {{service.name}} {{service.component}}',
    'a {{sh config.list}} {{sh (json config.map)}}',
    "cat <<'EOF'\n{{config.host}} {{json config.map}} it's\nEOF\n",
    'cat <<"EOF" # x\n{{config.host}}\nEOF\n',
    'cat <<\\EOF\n{{config.host}}\nEOF\n',
    "cat <<-'EOF'\n\t{{config.host}}\n\tEOF\n",
    "cat <<'A' <<'B'\n{{config.host}}\nA\n{{config.host}}\nB\n",
    "cat <<'EOF' | tee x\n{{config.host}}\nEOF\necho {{sh config.host}}",
    "# {{config.host}} it's\necho {{sh config.host}}",
    'a; # {{config.host}}',
    'a "$(b {{sh config.host}})"',
    'a "`b {{sh config.host}}`"',
    'a "$(b "c" {{sh config.host}} \'d\')" {{sh config.host}}',
    `a "it's" {{sh config.host}} 'say "' {{sh config.host}}`,
    'a \\" {{sh config.host}} \\\' {{sh config.host}}',
    "a $'it\\'s' {{sh config.host}}",
    "a ${b:-'c'} {{sh config.host}} \"${b:-it's}\" {{sh config.host}}",
    'a $((1 << (2 + 3))) {{sh config.host}}\n((b<<1))\necho {{sh config.host}}',
    "a <<<'x' {{sh config.host}}",
    'a b#c {{sh config.host}} $# ${#b} {{sh config.host}}',
  ])('%j', (text) => expect(found(text)).toEqual([]))
})

describe('a value without sh', () => {
  test.each([
    ['a {{config.host}}', 'unquoted 1:3 config.host'],
    ['a "{{config.host}}"', 'unquoted 1:4 config.host'],
    ["a '{{config.host}}'", 'unquoted 1:4 config.host'],
    ['a {{{config.host}}}', 'unquoted 1:3 config.host'],
    ['a {{~ config.host ~}}', 'unquoted 1:3 config.host'],
    ['a {{json config.map}}', 'unquoted 1:3 json config.map'],
    ['a {{join config.list}}', 'unquoted 1:3 join config.list'],
    ['a {{default config.x config.host}}', 'unquoted 1:3 default config.x config.host'],
    ['a {{service.data_dir}}', 'unquoted 1:3 service.data_dir'],
    ['{{#each config.map}}\n{{@key}} {{sh this}}{{/each}}', 'unquoted 2:1 @key'],
    ['a "$(b {{config.host}})"', 'unquoted 1:8 config.host'],
    ['a # b\nc {{config.host}}', 'unquoted 2:3 config.host'],
    ['a #{{config.host}}\nb c#{{config.host}}', 'unquoted 2:5 config.host'],
    ['cat <<EOF\n{{config.host}}\nEOF', 'here-document 2:1 config.host'],
    ['cat <<EOF\n{{json config.map}}\nEOF', 'here-document 2:1 json config.map'],
    ["cat <<'EOF'\nx\n EOF\n{{config.host}}\nEOF\na {{config.host}}", 'unquoted 6:3 config.host'],
    ['a {{config.token}}', 'error unquoted 1:3 config.token'],
  ])('%j', (text, expected) => expect(found(text)).toEqual([expected]))
})

describe('a value with sh inside of quotes', () => {
  test.each([
    ['a "{{sh config.host}}"', 'quoted-twice 1:4 sh config.host'],
    ["a '{{sh config.host}}'", 'quoted-twice 1:4 sh config.host'],
    ['a "${b:-{{sh config.host}} }"', 'quoted-twice 1:9 sh config.host'],
    ['a "$(b)" "{{sh config.host}}"', 'quoted-twice 1:11 sh config.host'],
    ['cat <<EOF\n{{sh config.host}}\nEOF', 'here-document 2:1 sh config.host'],
    ['a "{{sh config.token}}"', 'error quoted-twice 1:4 sh config.token'],
  ])('%j', (text, expected) => expect(found(text)).toEqual([expected]))
})

test('in a loop each place once, as an error where one of the values is a secret', () => {
  const text = '{{#each config}}{{#if (in @key "host token")}}a {{this}}\n{{/if}}{{/each}}'
  expect(found(text)).toEqual(['error unquoted 1:49 this'])
})

test('ten mebibytes take no time', () => {
  const before = performance.now()
  found(`${`a "$(b 'c')" <<EOF # d\n$e\nEOF\n`.repeat(350_000)}{{sh config.host}}`)
  expect(performance.now() - before).toBeLessThan(10_000)
})

test.each([
  ['start.sh', '', false, true],
  ['start.bash', '', false, true],
  ['start', '', true, true],
  ['start', '', false, false],
  ['start', '#!/bin/sh\n', false, true],
  ['start', '#!/usr/bin/env bash\n', false, true],
  ['start', '#! /bin/dash -e\n', false, true],
  ['start.sh', '#!/usr/bin/env python3\n', true, false],
  ['start', '#!/usr/bin/fish\n', true, false],
  ['start.py', 'x', false, false],
])('%s with the first line %j, a named script: %s: read by a shell: %s', (target, text, isNamed, expected) => {
  expect(isShellScript(target, text, isNamed)).toBe(expected)
})
