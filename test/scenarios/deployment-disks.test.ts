import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

const HOOK = new URL('../rig/disk-hook.mjs', import.meta.url).href
const on = (disk: string) => ({ env: { DISK: disk, NODE_OPTIONS: `--import=${HOOK}` } })

function projectOf(): TestProject {
  const project = new TestProject()
  project.component('server', 'instances: many\n')
  return project
}

const directoryOf = (project: TestProject): string => join(project.root, 'cluster-config/deployments')

const create = (name: string, ...more: string[]): string[] =>
  ['deployment', 'create', name, '--component', 'server', '--no-start'].concat(more)

test('what a killed update leaves is for its owner alone, no deployment, and gone with the next update', async () => {
  const project = projectOf()
  const file = join(directoryOf(project), 'iris.yaml')
  await project.paictl(...create('iris', '--set', 'token=first'))
  chmodSync(file, 0o600)
  const update = ['deployment', 'update', 'iris', '--set', 'token=second']
  const killed = await project.spawn(update, on('dies')).finished
  expect(killed.code).not.toBe(0)
  const left = readdirSync(directoryOf(project)).filter((name) => name !== 'iris.yaml')
  expect(left).toHaveLength(1)
  const [half = ''] = left
  expect(readFileSync(join(directoryOf(project), half), 'utf8')).toContain('second')
  expect(statSync(join(directoryOf(project), half)).mode & 0o777).toBe(0o600)
  expect((await project.paictl('service', 'list')).stdout).not.toContain('.iris')
  expect(await project.paictl('validate')).toMatchObject({ code: 0, stdout: expect.stringContaining('1 service ') })

  // Somebody else's, whatever it is called, stays.
  writeFileSync(join(directoryOf(project), '.iris.yaml.swp'), '')
  expect(await project.paictl(...update)).toMatchObject({ code: 0 })
  expect(readdirSync(directoryOf(project)).sort()).toEqual(['.iris.yaml.swp', 'iris.yaml'])
  expect(readFileSync(file, 'utf8')).toContain('token: second')
  expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('where the file system has no hard links a deployment is created all the same, over nothing', async () => {
  const project = projectOf()
  const created = await project.spawn(create('iris', '--set', 'a=1'), on('no-links')).finished
  expect(created).toMatchObject({ code: 0 })
  const file = join(directoryOf(project), 'iris.yaml')
  expect(readFileSync(file, 'utf8')).toContain('config:\n  a: 1\n')
  expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask())
  const again = await project.spawn(create('iris', '--set', 'a=2'), on('no-links')).finished
  expect(again).toMatchObject({ code: 4 })
  expect(readFileSync(file, 'utf8')).toContain('a: 1')
  expect(readdirSync(directoryOf(project))).toEqual(['iris.yaml'])
})
