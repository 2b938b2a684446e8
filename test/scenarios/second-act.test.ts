import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { asCurl, Platform } from '../rig/platform.ts'
import { requestLoop, type TimedAnswer } from '../rig/request-loop.ts'
import { until } from '../rig/until.ts'

const README = readFileSync(join(fileURLToPath(new URL('../..', import.meta.url)), 'README.md'), 'utf8')
const SETOSA = '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'

/** What is asked after every command at least, beside what is asked while it runs. */
const MANY = 30

const [, SECTION = ''] = /^## Many of one kind$(.*?)^## /ms.exec(README) ?? []

/** What that section of the README has of a language. */
const blocks = (language: string): string[] =>
  [...SECTION.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, block = '']) => block)

/** The commands, as one types them; comments are for people. */
const COMMANDS = blocks('sh').flatMap((block) =>
  block
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +# .*$/, '')),
)

/** Asks a model again and again through the ingress; what came of it is kept in the order in which it came. */
function askFor(platform: Platform, name: string) {
  const answers: TimedAnswer[] = []
  const loop = requestLoop({
    url: `${platform.url}/v1/models/${name}:predict`,
    body: SETOSA,
    concurrency: 2,
    onAnswer: (answer) => void answers.push(answer),
  })
  onTestFinished(() => loop.end())
  return { loop, answers }
}

/** The time of the first answer from `start` on that had this status. */
function firstWith(status: number, answers: readonly TimedAnswer[], start = 0): number {
  const first = answers.find((answer) => answer.status === status && answer.ended > start)
  if (first === undefined) throw new Error(`no answer with ${status}`)
  return first.ended
}

test('the second act of the README fails no request on either route while it exists', {
  timeout: 120_000,
}, async () => {
  const platform = await Platform.checkOut()
  expect(COMMANDS.map((command) => command.replace(/^(paictl \S+ \S+|\S+).*/, '$1'))).toEqual([
    'paictl deployment create',
    'curl',
    'curl',
    'paictl apply train-iris',
    'paictl deployment update',
    'curl',
    'paictl deployment list',
    'paictl deployment delete',
    'curl',
  ])
  const [create, routes, call, train, update, look, list, remove, gone] = COMMANDS as [string, ...string[]] & string[]
  await platform.paictl('service', 'start', '--all')
  const pid = platform.pid('ingress')

  const iris = askFor(platform, 'iris')
  const next = askFor(platform, 'iris-next')
  /** Types a command, and has both loops go on after it; resolves to what it printed. */
  const type = async (command = ''): Promise<string> => {
    const run = platform.terminal(command.split(' ').slice(1))
    if (command === train || command === remove) {
      await until(() => run.output().includes('[y/N]'), 'the question')
      run.type('y\n')
    }
    const { code, stdout } = await run.finished
    expect([command, code, stdout]).toEqual([command, 0, expect.any(String)])
    await Promise.all([iris.loop.more(MANY), next.loop.more(MANY)])
    return stripVTControlCharacters(stdout)
  }
  const curl = async (command = '') => {
    const response = await asCurl(command.replace('http://127.0.0.1:9080', platform.url))
    return { status: response.status, body: JSON.parse(await response.text()) }
  }

  await iris.loop.more(MANY)
  await type(create)
  expect((await curl(routes)).body.routes.map(({ prefix }: { prefix: string }) => prefix)).toEqual([
    '/v1/models/iris-next',
    '/v1/models/iris',
  ])
  expect(await curl(call)).toMatchObject({ status: 200 })
  const oldModel = next.answers.at(-1)?.body

  const configuration = 'cluster-config/services-configuration.yaml'
  platform.write(configuration, readFileSync(join(platform.root, configuration), 'utf8') + blocks('yaml').join(''))
  await type(train)
  expect(next.answers.at(-1)?.body).toBe(oldModel)
  const server = platform.pid('iris-next')
  await type(update)
  expect(platform.pid('iris-next')).toBe(server)
  expect((await curl(look)).body.model_version_status[0].version).toBe('2')
  const newModel = next.answers.at(-1)?.body
  expect(newModel).not.toBe(oldModel)
  expect(await platform.versions('iris')).toEqual(['1'])

  expect(await type(list)).toMatch(/^iris-next +model-server +running/m)
  const beforeRemoval = next.answers.at(-1)?.ended ?? 0
  await type(remove)
  expect(await curl(gone)).toMatchObject({ status: 404, body: { routes: [{ prefix: '/v1/models/iris' }] } })
  await Promise.all([iris.loop.end(), next.loop.end()])

  expect(iris.loop.failures).toEqual([])
  expect(new Set(iris.answers.map(({ body }) => body))).toEqual(new Set([oldModel]))
  // Its route comes once and goes once: before and after it is not there, and in between everything is answered.
  const came = firstWith(200, next.answers)
  const went = firstWith(404, next.answers, beforeRemoval)
  for (const answer of next.answers) {
    const { began, ended, status } = answer
    if (ended < came || began > went)
      expect(answer).toMatchObject({ status: 404, body: expect.stringContaining('no route') })
    else if (began > came && ended < went) expect(answer).toMatchObject({ status: 200 })
    else expect([200, 404]).toContain(status)
  }
  const updated = next.answers.find(({ body }) => body === newModel)?.ended ?? 0
  const old = next.answers.filter(({ body }) => body === oldModel)
  expect(old.filter(({ began }) => began > updated)).toEqual([])
  expect(platform.pid('ingress')).toBe(pid)
})
