import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

/** A store, a job that needs it, and a server that needs both. */
function platform(): TestProject {
  const project = new TestProject()
  project.write('components/store/config/store.yaml', "port: 1\nname: it's\n")
  project.write('components/store/deploy/settings.json.template', '{ "port": {{config.port}} }\n')
  project.component('store', 'outputs: {url: "http://127.0.0.1:{{config.port}}"}\ntags: [data]\n', {
    'describe.sh': '',
  })
  project.write('components/store/deploy/describe.sh', '#!/bin/sh\necho \'{"models": 3}\'\n')
  project.component('train', 'kind: job\nprerequisite: [store]\ndescription: Trains\n')
  project.component('web', 'prerequisite: [train, {service: store, optional: true}]\n')
  return project
}

test('graph draws all services, or what some need, in four formats', async () => {
  const project = platform()
  expect(await project.paictl('graph')).toEqual({
    code: 0,
    stdout: 'web\n|-- store (optional)\n`-- train (job)\n    `-- store\n',
    stderr: '',
  })
  expect(await project.paictl('graph', 'train')).toMatchObject({ stdout: expect.not.stringContaining('web') })
  const dot = await project.paictl('graph', '--format', 'dot')
  expect(dot.stdout).toMatch(/^digraph paictl \{\n.*"train".*\}\n$/s)
  expect(dot.stdout.match(/->/g)).toHaveLength(3)
  const mermaid = await project.paictl('graph', '--format', 'mermaid')
  expect(mermaid.stdout).toMatch(/^flowchart LR\n/)
  const json = JSON.parse((await project.paictl('graph', '--format', 'json')).stdout)
  expect(json.services.map(({ name }: { name: string }) => name)).toEqual(['store', 'train', 'web'])
  expect(JSON.parse((await project.paictl('graph', '--output', 'json')).stdout)).toEqual(json)
})

test('config show prints what is resolved, of all or of one section', async () => {
  const project = platform()
  project.write(
    'cluster-config/services-configuration.yaml',
    'cluster: {common: {cluster-id: mine}}\nstore: {port: 2}\n',
  )
  const all = await project.paictl('config', 'show')
  expect(all).toMatchObject({ code: 0, stderr: '' })
  expect(all.stdout).toMatch(/^cluster:\n {2}common:\n {4}cluster-id: mine\n/)
  expect(await project.paictl('config', 'show', 'store')).toMatchObject({ code: 0, stdout: "port: 2\nname: it's\n" })
  expect(await project.paictl('config', 'show', 'web')).toMatchObject({ code: 0, stdout: '{}\n' })
  expect(JSON.parse((await project.paictl('config', 'show', 'cluster', '--output', 'json')).stdout)).toMatchObject({
    v: 1,
    configuration: { common: { 'cluster-id': 'mine', 'cluster-type': 'local' } },
  })
  const other = await project.paictl('-p', 'elsewhere', 'config', 'show')
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('elsewhere')])
})

test('validate exits with 2 for errors alone, and points at every one of them', async () => {
  const project = platform()
  const valid = await project.paictl('validate')
  expect([valid.code, valid.stdout]).toEqual([0, '3 services are valid\n'])
  expect(valid.stderr).toContain('warning[PAI-no-probe]')
  project.component('disks', 'cluster-type: [k8s]\nprerequisite: [web]\n', { 'status.sh': '' })
  const withOther = await project.paictl('validate')
  expect([withOther.code, withOther.stdout]).toEqual([
    0,
    '4 services are valid (1 of them is not on cluster type local)\n',
  ])
  project.write('components/web/deploy/service.yaml', 'prerequisite: [tain]\nstart-scrip: start.sh\n')
  project.write('components/store/deploy/settings.json.template', '{ "port": {{config.prt}} }\n')
  const { code, stdout, stderr } = await project.paictl('validate')
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/"web" needs "tain", which is not a service\n +--> components\/web\/deploy\/service.yaml:1:16/)
  expect(stderr).toMatch(/did you mean "train"\?/)
  expect(stderr).toMatch(/did you mean "start-script"\?/)
  expect(stderr).toMatch(/--> components\/store\/deploy\/settings.json.template:1:\d+/)
  expect(stderr).toMatch(/3 errors/)
  // What is not selected keeps nobody from starting, and is counted.
  project.write('components/store/deploy/settings.json.template', '{ "port": {{config.port}} }\n')
  const started = await project.paictl('service', 'start', 'train')
  expect([started.code, started.stderr]).toEqual([
    0,
    expect.stringMatching(/2 errors in services that are not selected/),
  ])
  expect(await project.paictl('service', 'status')).toMatchObject({ stdout: expect.stringMatching(/train +completed/) })
})

test('service render prints or writes what the next start would run, and starts nothing', async () => {
  const project = platform()
  const shown = await project.paictl('service', 'render', 'store')
  expect(shown.code).toBe(0)
  expect(shown.stdout).toContain('--- store/settings.json\n{ "port": 1 }\n')
  expect(await project.paictl('service', 'render')).toMatchObject({ code: 2 })
  expect(await project.paictl('service', 'render', '--all', '--to', '../out dir')).toMatchObject({
    code: 0,
    stdout: '',
  })
  const out = join(dirname(project.root), 'out dir')
  expect(readdirSync(out).sort()).toEqual(['store', 'train', 'web'])
  expect(readFileSync(join(out, 'store', 'settings.json'), 'utf8')).toBe('{ "port": 1 }\n')
  expect(lstatSync(join(out, 'store', 'start.sh')).mode & 0o100).toBe(0o100)
  expect(project.trace()).toEqual([])
  expect(readdirSync(dirname(project.state))).not.toContain('state')
})

test('service describe says all that is known of a service, before and after its start', async () => {
  const project = platform()
  const before = await project.paictl('service', 'describe', 'store')
  expect(before).toMatchObject({ code: 0, stdout: expect.stringMatching(/^store\nstate +never-started\n/) })
  await project.paictl('service', 'start', 'web')
  const { stdout } = await project.paictl('service', 'describe', 'store', 'train')
  expect(stdout).toMatch(/^store\nstate +running/)
  expect(stdout).toMatch(/dependents +train(, web)?\n/)
  expect(stdout).toMatch(/outputs:\n {2}url {2}http:\/\/127\.0\.0\.1:1\n/)
  expect(stdout).toMatch(/described by its describe-script:\n {2}\{\n? *"models": 3/)
  expect(stdout).toMatch(/\n\ntrain\n {2}Trains\nstate +completed/)
})

test('status exits with 3 only where something selected that should run does not', async () => {
  const project = platform()
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 3 })
  expect(await project.paictl('service', 'list')).toMatchObject({ code: 0 })
  await project.paictl('service', 'start', '--all')
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  await project.paictl('service', 'stop', 'web')
  // Held and completed are no reason.
  const { code, stdout } = await project.paictl('service', 'status')
  expect([code, stdout]).toEqual([0, expect.stringMatching(/web +held/)])
  expect(await project.paictl('service', 'status', 'state:held')).toMatchObject({
    code: 0,
    stdout: expect.not.stringContaining('store'),
  })
  expect(await project.paictl('service', 'status', 'tag:data', 'kind:job')).toMatchObject({ code: 0 })
})

test('clusters and --cluster know what runs when its project is gone', async () => {
  const project = platform()
  await project.paictl('service', 'start', '--all')
  project.remove('.')
  const away = (...args: string[]) => project.spawn(args, { cwd: dirname(project.root) }).finished
  const { stdout } = await away('clusters')
  expect(stdout).toMatch(/^project +2 of 3 +.* \(gone\)$/m)
  expect(await away('--cluster', 'project', 'service', 'status')).toMatchObject({
    stdout: expect.stringMatching(/store +orphan/),
  })
  project.forgetTrace()
  expect(await away('--cluster', 'project', 'service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['stop web', 'stop store'])
})

test('a stranger is seen in the place of what was never started, also where a template takes outputs of others', async () => {
  const project = new TestProject()
  project.component('db', 'outputs: {url: "tcp://db"}\n')
  project.component('web', 'prerequisite: db\n', { 'status.sh': 'echo "somebody is there"' })
  project.write('components/web/deploy/settings.txt.template', 'db={{outputs.db.url}}\n')
  const { stdout, code } = await project.paictl('service', 'status', 'web')
  expect(stdout).toMatch(/^web +foreign +not started from here, yet somebody is there$/m)
  expect(code).toBe(3)
})
