import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** A project of one component, whose configuration has these files: `mjs`, `yaml`, `schema.json`. */
function projectWith(config: Readonly<Record<string, string>>): TestProject {
  const project = new TestProject()
  project.component('web')
  for (const [ending, text] of Object.entries(config)) project.write(`components/web/config/web.${ending}`, text)
  return project
}

test.each([
  ['derive', 'a loop', 'while (true) {}'],
  ['check', 'an expression that tries for ever', `/^(a+)+$/.test('a'.repeat(60) + '!')`],
  ['derive', 'a value that is a loop', 'return { get a() { while (true) {} } }'],
])('%s with %s is ended', async (name, _what, body) => {
  const project = projectWith({ mjs: `export function ${name}() {\n  ${body}\n}\n` })
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toContain(`error[PAI-module-failed]: ${name} failed: it was not done after 5 s`)
  expect(stderr).toContain('components/web/config/web.mjs:1:17')
})

test.each([
  ['a getter that throws', 'return { get a() { throw new Error("no luck") } }', 'no luck'],
  ['a proxy that throws', 'return new Proxy({}, { ownKeys() { throw new Error("no luck") } })', 'no luck'],
  ['a revoked proxy', 'const p = Proxy.revocable([], {}); p.revoke(); return p.proxy', 'revoked'],
  ['something without a text thrown', 'throw { toString() { throw 1 } }', 'it threw something that has no text'],
  [
    'an error that cannot be read thrown',
    'throw Object.defineProperty(new Error(), "message", { get() { throw 1 } })',
    'no text',
  ],
  ['nothing thrown', 'throw null', 'null'],
  ['a symbol thrown', 'throw Symbol("no luck")', 'Symbol(no luck)'],
])('a module with %s has failed', async (_what, body, message) => {
  for (const name of ['derive', 'check']) {
    const project = projectWith({ mjs: `export function ${name}() {\n  ${body}\n}\n` })
    const { code, stderr } = await project.paictl('validate')
    // That it has failed, or that what it returns is wrong: never that paictl is.
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(`${name} failed: `) })
    if (name === 'derive' || body.startsWith('throw')) expect(stderr).toContain(message)
    expect(stderr).toContain('components/web/config/web.mjs')
  }
})

test.each([
  ['a pattern', { pattern: '^(a+)+$' }, ':1:31'],
  ['doubled references', doubled(25), ''],
])('a schema that takes for ever by %s is given up', async (_what, schema, place) => {
  const project = projectWith({
    yaml: `a: "${'a'.repeat(60)}!"\n`,
    'schema.json': JSON.stringify({ properties: { a: schema } }),
  })
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  expect(stderr).toContain('this JSON Schema cannot be used: checking a configuration against it takes longer than 2 s')
  expect(stderr).toContain(`components/web/config/web.schema.json${place}\n`)
})

/** A schema that asks twice at each of so many levels. */
function doubled(levels: number): object {
  const $defs: Record<string, object> = { l0: { type: 'number' } }
  for (let level = 1; level <= levels; level += 1) {
    const below = { $ref: `#/properties/a/$defs/l${level - 1}` }
    $defs[`l${level}`] = { anyOf: [below, below] }
  }
  return { $ref: `#/properties/a/$defs/l${levels}`, $defs }
}

test.each(['{"$ref":"#"}', '{"allOf":[{"$ref":"#"}]}', '{"properties":{"c":{"default":{},"$ref":"#"}}}'])(
  'a schema that leads back to itself is refused: %s',
  async (schema) => {
    const project = projectWith({ yaml: 'a: 1\n', 'schema.json': schema })
    const { code, stderr } = await project.paictl('validate')
    expect(code).toBe(2)
    expect(stderr).toContain('this JSON Schema cannot be used: its references lead back to themselves')
  },
)

test('a log that is searched for ever holds up neither the deadline nor a signal', async () => {
  const project = new TestProject()
  project.component('web', `readiness: {log: '^(a+)+$', timeout: 2s}\n`, { 'start.sh': `echo ${'a'.repeat(60)}!` })
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/last answer: searching the log for \^\(a\+\)\+\$ takes longer than 1 s$/m)

  project.component('web', `readiness: {log: '^(a+)+$', timeout: 10m}\n`, { 'start.sh': `echo ${'a'.repeat(60)}!` })
  const run = project.spawn(['service', 'start', 'web', '--output', 'plain'])
  await until(() => run.output().includes('waiting'), 'the log to be searched')
  run.signal('SIGTERM')
  expect(await run.finished).toMatchObject({ code: 143 })
})
