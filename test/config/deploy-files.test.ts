import { describe, expect, test } from 'vitest'
import { checkServiceFiles, templatesOf } from '../../src/config/files/deploy-files.ts'
import { readServiceFile } from '../../src/config/files/service-file.ts'
import type { Service } from '../../src/model/service.ts'
import { listing } from './listing.ts'

const service = (text: string): Service =>
  readServiceFile({ component: 'web', directory: '/c/web', file: '/c/web/deploy/service.yaml', text }).service

const check = (text: string, files: readonly string[]): string[] =>
  listing(checkServiceFiles(service(text), ['service.yaml', ...files]))

const QUIET = 'stop-script: stop.sh\nstatus-script: status.sh\n'

test('nothing to say of a component that is complete', () => {
  const files = ['start.sh.template', 'stop.sh', 'status.sh', 'conf/', 'conf/a.yaml.template']
  expect(check(`start-script: start.sh\n${QUIET}`, files)).toEqual([])
  expect(check(`start-script: start.sh\ntemplate-list: [start.sh, conf/a.yaml]\n${QUIET}`, files)).toEqual([])
})

test('scripts that are missing, or directories', () => {
  expect(
    check('start-script: starr.sh\nstop-script: bin\nstatus-script: check.sh\nreadiness: {script: ready.sh}\n', [
      'start.sh',
      'bin/',
      'bin/check.sh',
      'redy.sh.template',
    ]),
  ).toEqual([
    'error missing-file /c/web/deploy/service.yaml:1:15 [web] {"what":"start-script","path":"starr.sh","nearest":"start.sh"}',
    'error not-a-file /c/web/deploy/service.yaml:2:14 [web] {"what":"stop-script","path":"bin","found":"a directory"}',
    'error missing-file /c/web/deploy/service.yaml:3:16 [web] {"what":"status-script","path":"check.sh","nearest":"bin/check.sh"}',
    'error missing-file /c/web/deploy/service.yaml:4:21 [web] {"what":"readiness.script","path":"ready.sh","nearest":"redy.sh"}',
  ])
})

describe('templates', () => {
  test('listed without their file, unlisted, and listed by the wrong name', () => {
    expect(
      check('template-list: [a.yml, b.sh.template, c.sh]\n', [
        'a.yaml.template',
        'b.sh.template',
        'c.sh.template',
        'other.conf.template',
      ]),
    ).toEqual([
      'error missing-file /c/web/deploy/service.yaml:1:17 [web] {"what":"template-list","path":"a.yml.template","nearest":"a.yaml"}',
      'error missing-file /c/web/deploy/service.yaml:1:24 [web] {"what":"template-list","path":"b.sh.template.template","nearest":"b.sh"}',
      'warning unlisted-template /c/web/deploy/other.conf.template:1:1 [web] {"template":"other.conf.template"}',
    ])
  })

  test('listed twice, in whatever spelling', () => {
    expect(check('template-list: [a.conf, ./a.conf, b, d/../b]\n', ['a.conf.template', 'b.template'])).toEqual([
      'error duplicate-template /c/web/deploy/service.yaml:1:25 [web] {"target":"a.conf"}',
      'error duplicate-template /c/web/deploy/service.yaml:1:38 [web] {"target":"b"}',
    ])
  })

  test('listed twice and not there is missing once', () => {
    expect(check('template-list: [a.conf, b, a.conf]\n', ['b.template'])).toEqual([
      'error missing-file /c/web/deploy/service.yaml:1:17 [web] {"what":"template-list","path":"a.conf.template","nearest":null}',
    ])
  })

  test('whose target is there already', () => {
    const expected = '{"target":"a.sh","template":"a.sh.template"}'
    expect(check('tags: a\n', ['a.sh', 'a.sh.template'])).toEqual([
      `error template-target-exists /c/web/deploy/a.sh.template:1:1 [web] ${expected}`,
    ])
    expect(check('template-list: [a.sh]\n', ['a.sh', 'a.sh.template'])).toEqual([
      `error template-target-exists /c/web/deploy/service.yaml:1:17 [web] ${expected}`,
    ])
  })

  test('are all that are there, or those that are listed', () => {
    const files = ['b.template', 'a.yaml.template', 'd/c.template', 'x.template/', '.template', 'plain']
    const shown = (text: string) => templatesOf(service(text), files).map(({ template, target }) => [template, target])
    expect(shown('tags: a\n')).toEqual([
      ['a.yaml.template', 'a.yaml'],
      ['b.template', 'b'],
      ['d/c.template', 'd/c'],
    ])
    expect(shown('template-list: [d/c, d/c, nope]\n')).toEqual([['d/c.template', 'd/c']])
    expect(shown('template-list: []\n')).toEqual([])
  })
})

describe('warnings', () => {
  const warned = (text: string) =>
    checkServiceFiles(service(text), ['start.sh', 'status.sh', 'stop.sh']).map(({ severity, code }) => [severity, code])

  test('of a service that cannot be stopped or asked', () => {
    expect(warned('start-script: start.sh\n')).toEqual([
      ['warning', 'no-stop-script'],
      ['warning', 'no-probe'],
    ])
  })

  test('a log is only ever awaited', () => {
    const base = 'start-script: start.sh\nstop-script: stop.sh\n'
    expect(warned(`${base}readiness: {log: ready}\n`)).toEqual([['warning', 'no-probe']])
    expect(warned(`${base}readiness: {tcp: 80}\n`)).toEqual([])
  })

  test('not of jobs, nor of what only groups', () => {
    expect(warned('kind: job\nstart-script: start.sh\n')).toEqual([])
    expect(warned('prerequisite: db\n')).toEqual([])
  })
})
