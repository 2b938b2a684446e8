import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const ajv = new Ajv2020({ strict: false, validateFormats: false })

function validator(name: string): (value: unknown) => unknown {
  const file = new URL(`../../schemas/${name}.schema.json`, import.meta.url)
  const validate = ajv.compile(JSON.parse(readFileSync(file, 'utf8')))
  return (value) => (validate(value) ? 'valid' : { value, errors: validate.errors })
}

const event = validator('events')
const document = validator('services')

const lines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test('every event of a run keeps to the published schema', async () => {
  const project = new TestProject()
  project.component('store', 'outputs: {url: http://127.0.0.1:1}\n')
  project.component('broken', 'prerequisite: store\n', { 'start.sh': 'echo no; exit 3' })
  project.component('blocked', 'prerequisite: broken\n')
  project.component('job', 'kind: job\n')
  const started = lines((await project.paictl('service', 'start', '--all', '--output', 'json')).stdout)
  const again = lines((await project.paictl('service', 'start', '--all', '--output', 'json')).stdout)
  const stopped = lines((await project.paictl('service', 'stop', '--all', '--output', 'json')).stdout)
  const nothing = lines((await project.paictl('service', 'stop', '--all', '--output', 'json')).stdout)
  const all = [...started, ...again, ...stopped, ...nothing]
  expect(all.length).toBeGreaterThan(20)
  for (const one of all) expect(event(one)).toBe('valid')
  const types = new Set(all.map((one) => (one as { type: string }).type))
  expect([...types].sort()).toEqual(['run-ended', 'run-started', 'service-left', 'step-ended', 'step-started'])
})

test('the interruption of a run keeps to the published schema', async () => {
  const project = new TestProject()
  project.component('slow')
  const gate = project.gate('start slow')
  const run = project.spawn(['service', 'start', '--all', '--output', 'json'])
  await gate.reached
  run.signal('SIGINT')
  const events = lines((await run.finished).stdout)
  for (const one of events) expect(event(one)).toBe('valid')
  expect(events).toContainEqual(expect.objectContaining({ type: 'interrupted', count: 1, stillRunning: ['slow'] }))
})

test('status and list print documents that keep to the published schema', async () => {
  const project = new TestProject()
  project.component('store', 'outputs: {url: http://127.0.0.1:1}\ntags: [data]\n')
  project.component('never')
  await project.paictl('service', 'start', 'store')
  for (const verb of ['status', 'list']) {
    const { stdout } = await project.paictl('service', verb, '--output', 'json')
    expect(document(JSON.parse(stdout))).toBe('valid')
  }
})
