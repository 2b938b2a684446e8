import { describe, expect, test } from 'vitest'
import { readServiceFile, type ServiceFileReading } from '../../src/config/files/service-file.ts'
import { SERVICE_KEYS } from '../../src/config/shape/service-keys.ts'
import { listing } from './listing.ts'

const read = (text: string, component = 'web'): ServiceFileReading =>
  readServiceFile({ component, directory: `/c/${component}`, file: 'f', text })

const problems = (text: string): string[] => listing(read(text).diagnostics)

describe('a complete description', () => {
  const { service, diagnostics } = read(`# the web server
prerequisite:
  - db
  - {service: cache, optional: true}
template-list: [start.sh, ./conf//a.yaml]
start-script: ./start.sh
stop-script: stop.sh
delete-script: bin/../delete.sh
refresh-script: refresh.sh
status-script: status.sh
describe-script: describe.sh
readiness: {tcp: 8080, interval: 1s, timeout: 1h30m, success-threshold: 3}
timeout: {start: 1h30m, stop: 500ms}
strict-shell: true
restart-with-prerequisites: true
inputs: data/**
outputs: {url: "http://{{config.host}}", port: 8080}
cluster-type: k8s
description: Serves
tags: [front, public]
protected: true
`)

  test('reads without problems', () => expect(listing(diagnostics)).toEqual([]))

  test('is a service', () => {
    const values = JSON.parse(JSON.stringify(service, (key, value) => (key === 'span' ? undefined : value)))
    expect(values).toEqual({
      name: 'web',
      component: 'web',
      kind: 'service',
      directory: '/c/web',
      file: 'f',
      description: 'Serves',
      tags: ['front', 'public'],
      protected: true,
      clusterTypes: ['k8s'],
      clusterTypesSpan: expect.objectContaining({ start: { line: 18, column: 15 }, end: { line: 18, column: 18 } }),
      prerequisites: [
        { service: 'db', optional: false },
        { service: 'cache', optional: true },
      ],
      templateList: [{ value: 'start.sh' }, { value: 'conf/a.yaml' }],
      scripts: {
        start: { value: 'start.sh' },
        stop: { value: 'stop.sh' },
        delete: { value: 'delete.sh' },
        refresh: { value: 'refresh.sh' },
        status: { value: 'status.sh' },
        describe: { value: 'describe.sh' },
      },
      readiness: {
        kind: 'tcp',
        target: { value: '8080' },
        interval: { value: '1s' },
        timeout: { value: '1h30m' },
        successThreshold: { value: '3' },
      },
      retries: {},
      timeouts: { start: 5_400_000, stop: 500, delete: 300_000, refresh: 300_000 },
      strictShell: true,
      restartWithPrerequisites: true,
      follows: [],
      inputs: [{ value: 'data/**' }],
      outputs: { port: { value: '8080' }, url: { value: 'http://{{config.host}}' } },
    })
    expect(Object.keys(service.outputs)).toEqual(['port', 'url'])
  })

  test('knows where each value stands', () => {
    expect(service.prerequisites[1]?.span.start).toEqual({ line: 4, column: 15 })
    expect(service.scripts.start?.span.start).toEqual({ line: 6, column: 15 })
  })
})

test('the least: a node that only groups others', () => {
  const { service, diagnostics } = read('prerequisite: db\n')
  expect(diagnostics).toEqual([])
  expect(service.scripts).toEqual({})
  expect(service.templateList).toBeUndefined()
  expect(service.clusterTypes).toBeUndefined()
})

test('the start of a job has no limit of its own', () => {
  expect(read('kind: job\n').service.timeouts.start).toBeUndefined()
  expect(read('kind: job\ntimeout: {start: 1h}\n').service.timeouts.start).toBe(3_600_000)
})

test('lists whose items are commented out are as good as absent', () => {
  const { service, diagnostics } = read('prerequisite:\n  # - db\ntemplate-list:\ntags:\nstart-script: a.sh\n')
  expect(diagnostics).toEqual([])
  expect([service.prerequisites, service.templateList, service.tags]).toEqual([[], undefined, []])
})

describe('problems', () => {
  test('all at once, each at its place', () => {
    expect(
      problems(`prerequisite: [a, a, web, {optional: 3}, 7]
startScript: start.sh
start-script:
template-list: [../x]
stop-script: /etc/stop
kind: jub
timeout: {start: 300, stop: 5 m, strt: 5m, delete: 0s}
strict-shell: yes
outputs: {bad: [1]}
tags: {}
colour: red
`),
    ).toEqual([
      'error wrong-type f:1:38 [web] {"what":"prerequisite[3].optional","expected":"true or false","found":"a number"}',
      'error wrong-type f:1:27 [web] {"what":"prerequisite[3].service","expected":"a value","found":"nothing"}',
      'error wrong-type f:1:42 [web] {"what":"prerequisite[4]","expected":"a name","found":"a number"}',
      'error unknown-key f:2:1 [web] {"key":"startScript","where":"service.yaml","nearest":"start-script"}',
      'error wrong-type f:3:14 [web] {"what":"start-script","expected":"the path of a file","found":"nothing"}',
      'error escaping-path f:4:17 [web] {"what":"template-list[0]","path":"../x"}',
      'error escaping-path f:5:14 [web] {"what":"stop-script","path":"/etc/stop"}',
      'error bad-value f:6:7 [web] {"what":"kind","value":"jub","expected":"service or job","nearest":"job"}',
      'error wrong-type f:7:18 [web] {"what":"timeout.start","expected":"a duration such as 500ms, 10s, 5m or 1h30m","found":"a number"}',
      'error bad-value f:7:29 [web] {"what":"timeout.stop","value":"5 m","expected":"a duration such as 500ms, 10s, 5m or 1h30m: whole numbers, each followed by h, m, s or ms","nearest":null}',
      'error unknown-key f:7:34 [web] {"key":"strt","where":"timeout","nearest":"start"}',
      'error bad-value f:7:52 [web] {"what":"timeout.delete","value":"0s","expected":"a duration such as 500ms, 10s, 5m or 1h30m, above zero","nearest":null}',
      'error wrong-type f:8:15 [web] {"what":"strict-shell","expected":"true or false","found":"a string"}',
      'error wrong-type f:9:16 [web] {"what":"outputs.bad","expected":"a string","found":"a list"}',
      'error wrong-type f:10:7 [web] {"what":"tags","expected":"a label","found":"a map"}',
      'error unknown-key f:11:1 [web] {"key":"colour","where":"service.yaml","nearest":null}',
      'error duplicate-prerequisite f:1:19 [web] {"service":"web","prerequisite":"a"}',
      'error self-prerequisite f:1:22 [web] {"service":"web"}',
    ])
  })

  test('what is well is read in spite of them', () => {
    const { service } = read('prerequisite: [db, 7, web]\nkind: jub\nstart-script: ../x.sh\nstop-script: s.sh\n')
    expect(service.prerequisites.map((one) => one.service)).toEqual(['db'])
    expect(service.kind).toBe('service')
    expect(Object.keys(service.scripts)).toEqual(['stop'])
  })

  test.each([
    ['../x.sh', 'escaping-path'],
    ['a/../../x.sh', 'escaping-path'],
    ['/x.sh', 'escaping-path'],
    ['a\\..\\..\\x.sh', 'escaping-path'],
    ['C:\\x.sh', 'bad-value'],
    ['"x.sh\\0"', 'bad-value'],
    ['.', 'bad-value'],
    ['a/../b.sh', undefined],
    ['..x.sh', undefined],
  ])('a script at %s: %s', (path, code) => {
    expect(read(`start-script: ${path}\n`).diagnostics[0]?.code).toBe(code)
  })

  test.each([
    ['"x.sh\\0"', 'the path of a file: no name of a file can hold a NUL character'],
    ['C:\\x.sh', 'the path of a file relative to its directory, with "/" between names'],
  ])('a script at %s is told what was expected', (path, expected) => {
    const [problem] = read(`start-script: ${path}\n`).diagnostics
    expect(problem).toMatchObject({ code: 'bad-value', data: { what: 'start-script', expected } })
  })

  test.each([
    ['{http: "ftp://x"}', 'readiness.http', 'a URL that begins with http:// or https://'],
    ['{http: "http://"}', 'readiness.http', 'a host behind http://'],
    ['{http: "http://a b"}', 'readiness.http', 'a URL: what stands behind http:// is no host, port and path'],
    ['{tcp: 70000}', 'readiness.tcp', 'a port from 1 to 65535, or host:port'],
    ['{tcp: "a b:80"}', 'readiness.tcp', 'a port from 1 to 65535, or host:port'],
    ['{log: "("}', 'readiness.log', 'a regular expression (unterminated group)'],
    ['{tcp: 80, interval: soon}', 'readiness.interval', 'a duration such as 500ms, 10s, 5m or 1h30m'],
    ['{tcp: 80, success-threshold: 0}', 'readiness.success-threshold', 'a whole number above zero'],
    ['{tcp: 80, http: "http://x"}', 'readiness', 'a map with exactly one of script, http, tcp, log'],
    ['{timeout: 5s}', 'readiness', 'a map with exactly one of script, http, tcp, log'],
    ['{http: "http://x", tcp: null}', 'readiness.tcp', 'a port, or host:port'],
  ])('readiness: %s', (readiness, what, expected) => {
    const [first, ...others] = read(`readiness: ${readiness}\n`).diagnostics
    expect(others).toEqual([])
    expect(
      (first?.code === 'bad-value' || first?.code === 'wrong-type') && [first.data.what, first.data.expected],
    ).toEqual([what, expected])
  })

  test('a misspelt probe is said once', () => {
    expect(listing(read('readiness: {htpp: "http://x"}\n').diagnostics)).toEqual([
      expect.stringMatching(/^error unknown-key \S+ \[\S+\] \{"key":"htpp","where":"readiness","nearest":"http"/),
    ])
  })

  test('values with template expressions wait until they are rendered', () => {
    expect(problems('readiness: {tcp: "{{config.port}}", interval: "{{config.every}}", timeout: 5s}\n')).toEqual([])
  })

  test.each(['Web', 'a_b', '-a', 'a.b', '__proto__', 'a'.repeat(64)])('a component called %s', (name) => {
    expect(listing(read('tags: a\n', name).diagnostics)).toEqual([
      `error bad-name f:1:1 [${name}] ${JSON.stringify({ name })}`,
    ])
  })

  test('a component called like a section that is no service', () => {
    expect(read('tags: a\n', 'cluster').diagnostics[0]?.code).toBe('bad-value')
  })

  test('a file without anything, or that cannot be parsed, is still a node', () => {
    const expected = 'a description of the service, such as `start-script: start.sh`'
    for (const text of ['', '# nothing yet\n', '~\n']) {
      expect(problems(text)).toEqual([`error yaml-empty f:1:1 [web] ${JSON.stringify({ expected })}`])
    }
    const { service, diagnostics } = read('start-script: "a\nstop: [\n')
    expect(diagnostics.map(({ code, service: of }) => [code, of])).toContainEqual(['yaml-syntax', 'web'])
    expect(service.name).toBe('web')
    expect(problems('- a\n')).toEqual([
      'error wrong-type f:1:1 [web] {"what":"service.yaml","expected":"a map","found":"a list"}',
    ])
  })

  test('keys that name parts of a prototype are unknown keys', () => {
    expect(
      problems('__proto__: {kind: job}\nconstructor: 1\ntoString: 2\n').map((line) => line.split(' ', 2)[1]),
    ).toEqual(['unknown-key', 'unknown-key', 'unknown-key'])
    expect(read('__proto__: {kind: job}\n').service.kind).toBe('service')
    expect(Object.keys(read('outputs: {__proto__: x, a: y}\n').service.outputs)).toEqual(['__proto__', 'a'])
  })
})

test('each key of the table says in a sentence what it means', () => {
  expect(Object.values(SERVICE_KEYS).filter(({ doc }) => !/^[A-Z].*\.$/.test(doc))).toEqual([])
})

test('two thousand small files are no wait, on a busy machine either', () => {
  const text = 'prerequisite:\n  - db\nstart-script: start.sh\nstop-script: stop.sh\ndescription: one of many\n'
  const before = performance.now()
  for (let index = 0; index < 2000; index += 1) read(text, `web-${index}`)
  expect(performance.now() - before).toBeLessThan(5000)
})

test.each([
  ['startScript', 'start-script'],
  ['start_script', 'start-script'],
  ['depends_on', 'prerequisite'],
  ['dependsOn', 'prerequisite'],
  ['command', 'start-script'],
  ['healthcheck', 'readiness'],
  ['readinessProbe', 'readiness'],
  ['labels', 'tags'],
  ['constructor', null],
  ['__proto__', null],
])('the key %s is told as %s', (key, nearest) => {
  const [problem] = read(`tags: a\n${key}: x\n`).diagnostics
  expect(problem).toMatchObject({ code: 'unknown-key', data: { key, nearest } })
})

test('no key is known by a word of which another is, too', () => {
  const words = Object.entries(SERVICE_KEYS).flatMap(([key, { aliases = [] }]) => [key, ...aliases])
  expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([])
})

test('a regular expression that could end the process is not compiled', () => {
  const [problem] = read(`readiness: {log: '${'('.repeat(3000)}'}\n`).diagnostics
  expect(problem?.code).toBe('bad-value')
})

test('of a hundred unknown keys fifty are enough', () => {
  expect(problems(Array.from({ length: 100 }, (_, index) => `zz${index}: 1\n`).join(''))).toHaveLength(50)
})

test.each(['two words', '-a', 'a/b', 'a:b', 'x'.repeat(64)])('%j is no tag and no cluster type', (text) => {
  expect(read(`tags: [${JSON.stringify(text)}]\ncluster-type: [${JSON.stringify(text)}]\n`).diagnostics).toMatchObject([
    { code: 'bad-value', data: { what: 'tags[0]', value: text } },
    { code: 'bad-value', data: { what: 'cluster-type[0]', value: text } },
  ])
})

test('an output is named by a word, which a template can write', () => {
  const { diagnostics } = read('outputs: {url: a, "the url": b, a.b: c}\n')
  expect(listing(diagnostics).map((one) => one.replace(/ \{.*/, ''))).toEqual([
    expect.stringMatching(/^error bad-value \S+:1:19/),
    expect.stringMatching(/^error bad-value \S+:1:33/),
  ])
})

test('a map that is nothing like a prerequisite is one mistake', () => {
  const { diagnostics } = read('prerequisite: {store: true}\n')
  expect(diagnostics.map((one) => one.code)).toEqual(['wrong-type'])
})
