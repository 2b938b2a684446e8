import { execFileSync } from 'node:child_process'
import { symlinkSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** What would hang does so within this. */
const timeout = 30_000

test('what is no regular file is named, and never opened', { timeout }, async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/pipe/deploy/start.sh', '')
  execFileSync('mkfifo', [join(project.root, 'components/pipe/deploy/service.yaml')])
  project.write('cluster-config/.keep', '')
  execFileSync('mkfifo', [join(project.root, 'cluster-config/layout.yaml')])
  symlinkSync('/dev/zero', join(project.root, 'cluster-config/services-configuration.yaml'))
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toContain('"components/pipe/deploy/service.yaml" is a named pipe, where a file is needed')
  expect(stderr).toContain('"cluster-config/layout.yaml" is a named pipe, where a file is needed')
  expect(stderr).toContain('"cluster-config/services-configuration.yaml" is a device, where a file is needed')
})

test('a file larger than the limit is refused unread, and the limit can be set', { timeout }, async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/web/config/web.yaml', '')
  truncateSync(join(project.root, 'components/web/config/web.yaml'), 10 * 1024 ** 3)
  const large = await project.paictl('validate')
  expect(large.code).toBe(2)
  expect(large.stderr).toContain('the file is too large: 10240 MiB, where at most 512 KiB are read')
  project.write('components/web/config/web.yaml', `a: ${'x'.repeat(600 * 1024)}\n`)
  expect((await project.paictl('validate')).code).toBe(2)
  project.write('paictl.yaml', 'file-size-limit: 1MiB\n')
  expect(await project.paictl('validate')).toMatchObject({ code: 0 })
})

test.each([
  ['brackets', '['],
  ['braces', '{'],
  ['dashes', '- '],
  ['quotes', '"'],
  ['anchors', '&a '],
  ['aliases', '*a '],
  ['commas', 'x,'],
])('half a MiB of %s', { timeout }, async (_, part) => {
  const project = new TestProject()
  project.component('web')
  project.write('components/bad/deploy/service.yaml', part.repeat(Math.floor((512 * 1024) / part.length)))
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error\[PAI-(yaml-syntax|wrong-type)\]/)
  expect(stderr).not.toMatch(/internal error|FATAL|^ {4}at /m)
  expect(stderr.length).toBeLessThan(5000)
})

test('names that are parts of a prototype are names like any other', { timeout }, async () => {
  const project = new TestProject()
  project.component('constructor', 'outputs: {constructor: a, __proto__: b, hasOwnProperty: c}\n')
  project.component('web', 'prerequisite: [constructor]\n', {
    'x.txt.template': '{{outputs.constructor.constructor}}{{cluster_cfg.constructor.__proto__.polluted}}',
  })
  project.write(
    'cluster-config/services-configuration.yaml',
    'constructor:\n  __proto__: {polluted: yes}\n  toString: 1\n',
  )
  project.write('cluster-config/layout.yaml', '__proto__: {polluted: yes}\n')
  const validated = await project.paictl('validate')
  expect(validated.stderr).not.toMatch(/internal error/)
  expect([0, 2]).toContain(validated.code)
  const shown = await project.paictl('config', 'show', 'constructor', '--output', 'json')
  expect(shown.stdout).toContain('"__proto__"')
})

test('names with escapes are shown harmlessly', { timeout }, async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/\u001b[31mred\nline/deploy/service.yaml', 'tags: a\n')
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).not.toContain('\u001b')
  expect(stderr).toContain('\\x1b[31mred')
})

test('a deploy directory with 20,000 files is listed in bounded time', { timeout }, async () => {
  const project = new TestProject()
  project.component('web')
  for (let index = 0; index < 20_000; index += 1) project.write(`components/web/deploy/f/${index}`, '')
  expect((await project.paictl('validate')).code).toBe(0)
})

const LIST = (item: string, count: number): string => `[${Array.from({ length: count }, () => item).join(', ')}]`

test.each([
  ['expressions on one line', 'components/web/deploy/x.txt.template', '{{config.x}}'.repeat(40_000), 40_000],
  [
    'outputs',
    'components/web/deploy/service.yaml',
    `start-script: start.sh\nkind: job\noutputs:\n${Array.from({ length: 20_000 }, (_, index) => `  o${index}: "{{x}}"\n`).join('')}`,
    20_000,
  ],
  [
    'tags',
    'components/web/deploy/service.yaml',
    `start-script: start.sh\nkind: job\ntags: ${LIST('1', 170_000)}`,
    170_000,
  ],
  ['references', 'cluster-config/services-configuration.yaml', `web: {a: ${LIST('"${env:NOPE}"', 30_000)}}`, 30_000],
  [
    'needs of itself',
    'components/web/deploy/service.yaml',
    `start-script: start.sh\nkind: job\nprerequisite: ${LIST('web', 80_000)}`,
    80_000,
  ],
])('tens of thousands of mistakes in one file: %s', { timeout }, async (_, file, text, count) => {
  const project = new TestProject()
  project.component('web', 'kind: job\n')
  project.write(file, text)
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr.match(/^error\[/gm)).toHaveLength(200)
  const hidden = count - 200
  expect(stderr.split('\n').slice(-5, -2)).toEqual([
    `... and ${hidden} more problems: "--output json" lists all`,
    '',
    `${count} errors`,
  ])
  const json = await project.paictl('validate', '--output', 'json')
  expect(JSON.parse(json.stdout).diagnostics).toHaveLength(count)
})
