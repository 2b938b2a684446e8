import { beforeAll, describe, expect, test } from 'vitest'
import { readServiceFile } from '../../src/config/files/service-file.ts'
import {
  type DeployFileSource,
  environmentOf,
  renderService,
  templateContext,
} from '../../src/config/rendering/render-service.ts'
import { createRenderer, type Renderer } from '../../src/config/template/renderer.ts'
import { Secrets } from '../../src/model/secrets.ts'
import { listing } from './listing.ts'

let renderer: Renderer
beforeAll(async () => {
  renderer = await createRenderer()
})

const CONFIG = {
  port: 80,
  every: '2s',
  bad: 'no port',
  count: 2,
  quoted: 'say "hi"',
  colon: 'b: c',
  list: [1, 2],
  token: 'very secret',
}

const source = (path: string, text?: string, executable = false): DeployFileSource => ({
  path,
  executable,
  source: `/c/web/deploy/${path}`,
  ...(text !== undefined && { text }),
})

function render(text: string, deployFiles: readonly DeployFileSource[] = [], secrets?: Secrets) {
  const { service } = readServiceFile({ component: 'web', directory: '/c/web', file: 'service.yaml', text })
  const context = templateContext({
    clusterCfg: { cluster: { 'cluster-id': 'demo' }, web: CONFIG },
    layout: { machines: [] },
    service,
    config: CONFIG,
    dataDirectory: '/s/data',
    runDirectory: '/s/run',
    outputs: { db: { url: 'db:5432' } },
    env: environmentOf({ HOME: '/root', UNSET: undefined }),
  })
  return renderService({
    service,
    clusterType: 'local',
    config: CONFIG,
    context,
    renderer,
    deployFiles,
    description: text,
    secrets,
  })
}

describe('files', () => {
  test('templates become their targets, all else passes as it is', () => {
    const { files, diagnostics } = render('start-script: start.sh\n', [
      source('service.yaml'),
      source('start.sh.template', 'echo {{sh service.name}} {{sh service.data_dir}} {{sh service.run_dir}}\n'),
      source('run.template', '#!/bin/sh\n', true),
      source('conf/a.json.template', '{"db": {{json outputs.db.url}}, "home": {{json env.HOME}} }'),
      source('bin/tool', undefined, true),
    ])
    expect(diagnostics).toEqual([])
    expect(files).toEqual([
      { path: 'bin/tool', source: '/c/web/deploy/bin/tool', executable: true },
      { path: 'conf/a.json', content: '{"db": "db:5432", "home": "/root" }', executable: false },
      { path: 'run', content: '#!/bin/sh\n', executable: true },
      { path: 'service.yaml', source: '/c/web/deploy/service.yaml', executable: false },
      { path: 'start.sh', content: "echo 'web' '/s/data' '/s/run'\n", executable: true },
    ])
  })

  test('a template that is not listed passes as it is, and a target wins over a file', () => {
    const { files } = render('template-list: [a]\n', [
      source('a'),
      source('a.template', 'x'),
      source('b.template', 'y'),
    ])
    expect(files).toEqual([
      { path: 'a', content: 'x', executable: false },
      { path: 'b.template', source: '/c/web/deploy/b.template', executable: false },
    ])
  })

  test('all problems of all templates', () => {
    const { diagnostics } = render('tags: a\n', [
      source('a.template', '{{config.prot}}\n{{cluster_cfg.wbe.port}}'),
      source('b.template', '{{#if config.port}}'),
    ])
    expect(listing(diagnostics)).toEqual([
      'error template-unknown-name /c/web/deploy/a.template:1:10 [web] {"name":"config.prot","missing":"prot","nearest":"config.port"}',
      'error template-unknown-name /c/web/deploy/a.template:2:15 [web] {"name":"cluster_cfg.wbe.port","missing":"wbe","nearest":"cluster_cfg.web.port"}',
      'error template-syntax /c/web/deploy/b.template:1:1 [web] {"message":"{{#if}} is never closed"}',
    ])
  })

  test.each([
    ['m.yaml', 'a: 1\n---\nb: !Ref x\n', undefined],
    [
      'm.yml',
      'a: {{config.port}}\nb: "x\n',
      'm.yml.template:2:4 [web] {"target":"m.yml","format":"yaml","line":2,"column":4,"text":"b: \\"x"',
    ],
    [
      'm.yaml',
      'name: x\n  port: {{config.port}}\n',
      '"line":2,"column":3,"text":"  port: 80","textStart":1,"message":"this is indented below a key that has a value already',
    ],
    [
      'm.json',
      '{"a": 1,\n "b": {{config.bad}} }',
      'm.json.template:2:7 [web] {"target":"m.json","format":"json","line":2,"column":7,"text":" \\"b\\": no port }"',
    ],
    ['m.json', '{"a": 1', '"format":"json","line":1'],
    ['m.txt', '{{config.bad}}: : :', undefined],
    ['m.yaml', '{{config.prot}}: : :', 'template-unknown-name'],
  ])('%s rendered from %j', (target, text, expected) => {
    const lines = listing(render('tags: a\n', [source(`${target}.template`, text)]).diagnostics)
    expect(lines).toHaveLength(expected === undefined ? 0 : 1)
    expect(lines.join()).toContain(expected ?? '')
  })
})

describe('a rendered file that does not parse is shown where it came from', () => {
  test.each([
    // Inside of what a mustache printed.
    ['m.json', '{\n  "a": "{{config.quoted}}"\n}', '2:9-26', '2:14 of   "a": "say "hi""'],
    ['m.json', '{{#if config.port}}\n{"a": 1,\n "b" 2}\n{{/if}}', '3:6-7', '2:6 of  "b" 2}'],
    ['m.json', '[{{#each config.list}}{{json this}},{{/each}}]', '1:46-47', '1:6 of [1,2,]'],
    ['m.json', '{"a": {{json config.port}}\n', '1:7-27', '1:9 of {"a": 80'],
    ['m.json', '', '1:1-1', '1:1 of '],
    ['m.yaml', 'a: {{config.colon}}\n', '1:4-20', '1:4 of a: b: c'],
    ['m.yaml', 'x: 1\na: [1, {{config.port}}\nb: 2\n', '2:4-5', '2:4 of a: [1, 80'],
  ])('%s: %j', (target, text, place, rendered) => {
    const [problem] = render('tags: a\n', [source(`${target}.template`, text)]).diagnostics
    if (problem?.code !== 'rendered-invalid') throw new Error(problem?.code)
    const { start, end } = problem.span ?? { start: { line: 0, column: 0 }, end: { column: 0 } }
    expect(`${start.line}:${start.column}-${end.column}`).toBe(place)
    expect(`${problem.data.line}:${problem.data.column} of ${problem.data.text}`).toBe(rendered)
  })

  test('of a long line only the part around it is kept', () => {
    const text = `{"a": "${'x'.repeat(5000)}" "b": "${'y'.repeat(5000)}"}`
    const [problem] = render('tags: a\n', [source('m.json.template', text)]).diagnostics
    if (problem?.code !== 'rendered-invalid') throw new Error(problem?.code)
    const { column, textStart, text: shown } = problem.data
    expect([column, shown.length, shown.slice(column - textStart).slice(0, 4)]).toEqual([5010, 1000, '"b":'])
  })

  test('one whose template could not be read, or has other mistakes, is not', () => {
    const files = [source('m.json.template'), source('n.json.template', '{{config.prot}} no')]
    expect(render('tags: a\n', files).diagnostics.map((one) => one.code)).toEqual(['template-unknown-name'])
  })
})

describe('shell scripts', () => {
  test('by their name, first line, or place in service.yaml', () => {
    const { diagnostics } = render('start-script: run\nstop-script: stop\n', [
      source('a.sh.template', '{{config.bad}}'),
      source('b.template', '#!/bin/sh\n{{config.bad}}'),
      source('run.template', '{{config.bad}}'),
      source('stop.template', '#!/usr/bin/env node\n{{config.bad}}'),
      source('c.txt.template', '{{config.bad}}'),
    ])
    expect(listing(diagnostics).map((line) => line.split(' {')[0])).toEqual([
      'warning unquoted-value /c/web/deploy/a.sh.template:1:1 [web]',
      'warning unquoted-value /c/web/deploy/b.template:2:1 [web]',
      'warning unquoted-value /c/web/deploy/run.template:1:1 [web]',
    ])
  })
})

describe('outputs', () => {
  test('are evaluated, seen by its own templates, and sorted', () => {
    const { outputs, files, diagnostics } = render(
      'outputs: {url: "http://{{outputs.db.url}}/{{config.port}}", port: "{{config.port}}"}\n',
      [source('a.template', '{{outputs.web.url}}')],
    )
    expect(diagnostics).toEqual([])
    expect(JSON.stringify(outputs)).toBe('{"port":"80","url":"http://db:5432/80"}')
    expect(files).toMatchObject([{ path: 'a', content: 'http://db:5432/80' }])
  })

  test('their problems stand in service.yaml', () => {
    expect(listing(render('outputs:\n  url: "http://{{config.prot}}"\n').diagnostics)).toEqual([
      'error template-unknown-name service.yaml:2:25 [web] {"name":"config.prot","missing":"prot","nearest":"config.port"}',
    ])
  })
})

describe('readiness', () => {
  const defaults = { intervalMs: 1000, timeoutMs: 120_000, successThreshold: 1 }

  test.each([
    ['{tcp: "{{config.port}}"}', { probe: { kind: 'tcp', host: '127.0.0.1', port: 80 }, ...defaults }],
    ['{tcp: "[::1]:80"}', { probe: { kind: 'tcp', host: '::1', port: 80 }, ...defaults }],
    ['{http: "http://x:{{config.port}}/"}', { probe: { kind: 'http', url: 'http://x:80/' }, ...defaults }],
    ['{script: ./a.sh}', { probe: { kind: 'script', script: 'a.sh' }, ...defaults }],
    ['{log: "ready|up"}', { probe: { kind: 'log', pattern: 'ready|up' }, ...defaults }],
    [
      '{tcp: db:1, interval: "{{config.every}}", timeout: 1m, success-threshold: "{{config.count}}"}',
      { probe: { kind: 'tcp', host: 'db', port: 1 }, intervalMs: 2000, timeoutMs: 60_000, successThreshold: 2 },
    ],
  ])('%s', (readiness, expected) => {
    const rendering = render(`readiness: ${readiness}\n`)
    expect(listing(rendering.diagnostics)).toEqual([])
    expect(rendering.readiness).toEqual(expected)
  })

  test('a secret in it is an error', () => {
    const secrets = new Secrets()
    secrets.add(['very secret'])
    const text = 'readiness:\n  http: "http://x/{{config.token}}"\noutputs:\n  a: "{{config.token}}"\n'
    const { readiness, diagnostics } = render(text, [], secrets)
    expect(readiness).toBeUndefined()
    expect(listing(diagnostics)).toEqual(['error secret-exposed service.yaml:2:9 [web] {"what":"readiness.http"}'])
  })

  test('none', () => expect(render('tags: a\n').readiness).toBeUndefined())

  test('what is wrong only once it is rendered', () => {
    const { readiness, diagnostics } = render('readiness: {tcp: "{{config.bad}}", timeout: "{{config.port}}"}\n')
    expect(readiness).toBeUndefined()
    expect(listing(diagnostics)).toEqual([
      'error bad-value service.yaml:1:18 [web] {"what":"readiness.tcp","value":"no port","expected":"a port from 1 to 65535, or host:port","nearest":null}',
      'error bad-value service.yaml:1:45 [web] {"what":"readiness.timeout","value":"80","expected":"a unit behind the number: 80s, 80m or 80h","nearest":null}',
    ])
  })

  test('what service.yaml says wrongly was said when it was read', () => {
    const { readiness, diagnostics } = render('readiness: {tcp: 99999}\n')
    expect([readiness, diagnostics]).toEqual([undefined, []])
  })
})
