import { once } from 'node:events'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import Ajv2020 from 'ajv/dist/2020.js'
import { expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { temporaryDirectory } from './support/clean-up.ts'
import { ROOT } from './support/load.ts'
import { freePort, stage } from './support/stage.ts'

const NAME = 'my-service'

/** Lays a template down as `paictl component new` does, in a project with nothing else in it. */
async function create(template: string, values: Record<string, string>): Promise<string> {
  const source = join(ROOT, 'templates', template)
  const target = join(await temporaryDirectory(), 'components', NAME)
  const fill = (text: string) =>
    Object.entries(values).reduce((done, [key, value]) => done.replaceAll(key, value), text)
  for (const path of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    const file = join(source, path)
    if (!statSync(file).isFile()) continue
    const created = join(target, fill(path))
    await mkdir(dirname(created), { recursive: true })
    await writeFile(created, fill(await readFile(file, 'utf8')), { mode: statSync(file).mode })
  }
  return target
}

async function createProcess() {
  const port = await freePort()
  const component = await create('process', { __NAME__: NAME, __PORT__: String(port), __SCHEMA__: 'x' })
  const config = parse(await readFile(join(component, 'config', `${NAME}.yaml`), 'utf8'))
  const service = stage({ directory: await temporaryDirectory(), name: NAME, component, config })
  return { component, config, service, port, url: `http://127.0.0.1:${port}` }
}

async function createJob() {
  const component = await create('job', { __NAME__: NAME, __SCHEMA__: 'x' })
  const config = parse(await readFile(join(component, 'config', `${NAME}.yaml`), 'utf8'))
  return { component, config, job: stage({ directory: await temporaryDirectory(), name: NAME, component, config }) }
}

/** What it runs has to be given. */
async function createKubernetes() {
  const component = await create('kubernetes', { __NAME__: NAME, __SCHEMA__: 'x' })
  const config = parse(await readFile(join(component, 'config', `${NAME}.yaml`), 'utf8'))
  return { component, config: { ...config, image: 'registry.example.com/image:1' } }
}

const CREATE = { process: createProcess, job: createJob, kubernetes: createKubernetes }
const TEMPLATES = ['process', 'job', 'kubernetes'] as const

test.each(TEMPLATES)('%s: no placeholder is left, and the defaults fit the schema', async (template) => {
  const { component, config } = await CREATE[template]()
  const schema = JSON.parse(await readFile(join(component, 'config', `${NAME}.schema.json`), 'utf8'))
  expect(new Ajv2020.default({ keywords: ['x-paictl-port-range'] }).validate(schema, config)).toBe(true)
  for (const path of readdirSync(component, { recursive: true, encoding: 'utf8' })) {
    const file = join(component, path)
    expect(path).not.toMatch(/__[A-Z]+__/)
    if (statSync(file).isFile()) expect(await readFile(file, 'utf8')).not.toMatch(/__[A-Z]+__/)
  }
})

test.each(TEMPLATES)('%s: names scripts that exist, and is strict', async (template) => {
  const { component } = await CREATE[template]()
  const declared = parse(await readFile(join(component, 'deploy/service.yaml'), 'utf8'))
  expect(declared['strict-shell']).toBe(true)
  for (const operator of ['start', 'stop', 'delete', 'refresh', 'status', 'describe']) {
    expect([operator, existsSync(join(component, 'deploy', declared[`${operator}-script`]))]).toEqual([operator, true])
  }
})

test('process: starts, greets, refreshes and stops', async () => {
  const { service, config, url } = await createProcess()
  expect(await service.run('status')).toMatchObject({ code: 3 })
  expect(await service.run('start')).toMatchObject({ code: 0 })
  expect(await (await fetch(url)).text()).toBe('Hello from my-service\n')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  const { pid, settings } = JSON.parse((await service.run('describe')).output)
  expect(settings.greeting).toBe('Hello from my-service')

  config.greeting = 'Good "morning" $(date)'
  expect(await service.run('refresh')).toMatchObject({ code: 0 })
  expect(await (await fetch(url)).text()).toBe('Good "morning" $(date)\n')
  expect(JSON.parse((await service.run('describe')).output).pid).toBe(pid)

  expect(await service.run('stop')).toMatchObject({ code: 0 })
  expect(await service.run('status')).toMatchObject({ code: 3 })
  expect(JSON.parse((await service.run('describe')).output).pid).toBeNull()
})

test('process: goes to another port, unless that is taken, and to another host by a restart', async () => {
  const { service, config, port, url } = await createProcess()
  await service.run('start')
  const pid = async () => JSON.parse((await service.run('describe')).output).pid
  const before = await pid()
  const holder = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void holder.close())
  await once(holder, 'listening')
  config.port = (holder.address() as AddressInfo).port
  expect(await service.run('refresh')).toEqual({ code: 1, output: expect.stringContaining('is already taken') })
  expect((await fetch(url)).status).toBe(200)

  config.port = await freePort()
  expect(await service.run('refresh')).toMatchObject({ code: 0 })
  expect((await fetch(`http://127.0.0.1:${config.port}`)).status).toBe(200)
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow()
  expect(await pid()).toBe(before)

  config.host = 'localhost'
  expect(await service.run('refresh')).toMatchObject({ code: 0, output: expect.stringContaining('restart: ') })
  expect(await pid()).not.toBe(before)
})

test('process: a taken port fails the start at once and is named', async () => {
  const { service, port } = await createProcess()
  const holder = createServer().listen(port, '127.0.0.1')
  await once(holder, 'listening')
  onTestFinished(() => {
    holder.close()
  })
  const { code, output } = await service.run('start')
  expect([code, output]).toEqual([1, expect.stringContaining(`port ${port} of 127.0.0.1 is already taken`)])
})

test('job: leaves a result that delete removes', async () => {
  const { job } = await createJob()
  expect(await job.run('status')).toMatchObject({ code: 3 })
  expect(await job.run('describe')).toEqual({ code: 0, output: 'null\n' })
  expect(await job.run('start')).toEqual({ code: 0, output: expect.stringContaining('Hello from my-service') })
  expect(await job.run('status')).toMatchObject({ code: 0 })
  expect(JSON.parse((await job.run('describe')).output)).toMatchObject({ message: 'Hello from my-service' })
  expect(await job.run('stop')).toMatchObject({ code: 0 })
  expect(await job.run('status')).toMatchObject({ code: 0 })
  expect(await job.run('delete')).toMatchObject({ code: 0 })
  expect(await job.run('status')).toMatchObject({ code: 3 })
})

test('project: its files are what they should be', async () => {
  const project = join(ROOT, 'templates/project')
  expect(readdirSync(project, { recursive: true }).toSorted()).toEqual([
    'README.md',
    '__DOT__gitignore',
    'cluster-config',
    'cluster-config/layout.yaml',
    'cluster-config/services-configuration.yaml',
    'paictl.yaml',
  ])
  const read = async (file: string) => parse(await readFile(join(project, file), 'utf8'))
  expect((await read('cluster-config/services-configuration.yaml')).cluster.common).toEqual({
    'cluster-id': '__PROJECT__',
    'cluster-type': 'local',
  })
  expect((await read('cluster-config/layout.yaml'))['machine-list'][0].hostname).toBe('localhost')
})
