import { existsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** web -> db, with a template and a configuration, all running. */
async function running(): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'web', 'prerequisite: [db]\n', { 'stop.sh': '. ./port; echo "port $port" >> "$TRACE"' })
  project.write('components/web/config/web.yaml', 'port: 80\n')
  project.write('components/web/deploy/port.template', 'port={{ config.port }}\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

const STOPPED = ['begin stop web', 'port 80', 'end stop web', 'begin stop db', 'end stop db']

test.each([
  ['a template is broken', 'components/web/deploy/port.template', 'port={{ config.port\n'],
  ['a template names what is not there', 'components/web/deploy/port.template', '{{ config.prot }}\n'],
  ['its description is broken', 'components/web/deploy/service.yaml', 'start-script: [\n'],
  ['the configuration is broken', 'cluster-config/services-configuration.yaml', 'web: {port: 1\n'],
  ['the configuration has changed', 'cluster-config/services-configuration.yaml', 'web: {port: 81}\n'],
  ['the graph has a cycle', 'components/db/deploy/service.yaml', 'start-script: start.sh\nprerequisite: [web]\n'],
  ['a prerequisite is gone', 'components/web/deploy/service.yaml', 'start-script: a.sh\nprerequisite: [no]\n'],
])('what was started is stopped with what it was started with, where %s', async (_, file, text) => {
  const project = await running()
  project.write(file, text)
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(STOPPED)
})

test.each([
  ['an unset secret', { 'cluster-config/services-configuration.yaml': 'web: {port: "${env:NOT_SET}"}\n' }],
  [
    'a secret in a file that is gone',
    { 'cluster-config/services-configuration.yaml': 'db: {x: "${file:/no/such}"}\n' },
  ],
  ['a module that throws', { 'components/web/config/web.mjs': 'throw new Error("broken")\n' }],
  ['a module that ends the process', { 'components/db/config/db.mjs': 'process.exit(7)\n' }],
  ['a schema that is none', { 'components/web/config/web.schema.json': '{"type": 7}\n' }],
  [
    'a tree of which nothing is right',
    { 'components/web/deploy/service.yaml': '[', 'components/db/deploy/service.yaml': '&' },
  ],
  ['no component left', { components: undefined, 'components/.keep': '' }],
  ['no configuration and no descriptions', { components: undefined, 'cluster-config': undefined, 'paictl.yaml': '' }],
])(
  'with %s, what runs is stopped, and what it keeps is deleted',
  async (_, broken: Record<string, string | undefined>) => {
    const project = await running()
    writeFileSync(project.data('web', 'kept'), '')
    for (const [path, text] of Object.entries(broken)) {
      if (text === undefined) project.remove(path)
      else project.write(path, text)
    }
    expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
    expect(project.trace()).toEqual(STOPPED)
    expect([isUp(project, 'web'), isUp(project, 'db')]).toEqual([false, false])
    expect(existsSync(project.data('web', 'kept'))).toBe(true)
    expect(await project.paictl('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
    expect([existsSync(project.data('web')), existsSync(project.data('db'))]).toEqual([false, false])
  },
)

test('a stop script that was edited since is said, and is run only --from-tree', async () => {
  const project = await running()
  project.write('components/web/deploy/stop.sh', '#!/bin/sh\necho "new stop" >> "$TRACE"\nrm -f "$GATES/../up-web"\n')
  const { code, stderr } = await project.paictl('service', 'stop', 'web')
  expect(code).toBe(0)
  expect(stderr).toContain(
    '"web" is ended with the stop.sh that it was started with; the one in the project is another',
  )
  expect(stderr).toContain('--from-tree')
  expect(project.trace()).toEqual(STOPPED.slice(0, 3))

  await project.paictl('service', 'start', 'web')
  project.write('components/web/deploy/stop.sh', '#!/bin/sh\necho "newer stop" >> "$TRACE"\nrm -f "$GATES/../up-web"\n')
  project.forgetTrace()
  const fromTree = await project.paictl('service', 'stop', 'web', '--from-tree')
  expect(fromTree.code).toBe(0)
  expect(fromTree.stderr).not.toContain('is ended with')
  expect(project.trace()).toEqual(['newer stop'])
})

test('--from-tree wants a valid project', async () => {
  const project = await running()
  project.write('components/web/deploy/port.template', '{{ config.prot }}\n')
  const { code, stderr } = await project.paictl('service', 'stop', 'web', '--from-tree')
  expect(code).toBe(2)
  expect(stderr).toContain('components/web/deploy/port.template:1:')
  expect(project.trace()).toEqual([])
})

test('a component that is gone stays listed as an orphan until it is deleted with what it was started with', async () => {
  const project = await running()
  project.remove('components/web')
  const status = await project.paictl('service', 'status')
  expect(status.stdout).toMatch(/^web +orphan .*no longer in the project/m)
  const refused = await project.paictl('service', 'stop', 'db')
  expect(refused.code).toBe(4)
  expect(refused.stderr).toContain('"web" (orphan) needs it')

  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(STOPPED)
  expect(await project.paictl('service', 'delete', 'web', '--yes')).toMatchObject({ code: 0 })
  expect((await project.paictl('service', 'list')).stdout).not.toContain('web')
  expect(() => project.record('web')).toThrow('ENOENT')
})

test('a cluster whose project is gone is stopped and deleted from anywhere by its id', async () => {
  const project = await running()
  project.remove('.')
  const elsewhere = (...args: string[]) => project.spawn([...args, '--cluster', 'project'], { cwd: tmpdir() }).finished
  const list = await project.spawn(['clusters'], { cwd: tmpdir() }).finished
  expect(list.stdout).toMatch(/^project /m)
  expect((await elsewhere('service', 'status')).stdout).toMatch(/^web +orphan/m)
  const stop = await elsewhere('service', 'stop', '--all')
  expect(stop).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(STOPPED)
  expect([isUp(project, 'web'), isUp(project, 'db')]).toEqual([false, false])
  expect(await elsewhere('service', 'delete', '--all', '--yes')).toMatchObject({ code: 0 })
  expect((await elsewhere('service', 'list')).stdout).not.toMatch(/web|db/)
  const unknown = await project.spawn(['service', 'stop', '--all', '--cluster', 'other'], { cwd: tmpdir() }).finished
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('no cluster "other" is known here')
})

test('the order of a stop is that of the start, whatever the project says by now', async () => {
  const project = await running()
  project.write('components/web/deploy/service.yaml', 'start-script: start.sh\nstop-script: stop.sh\n')
  expect(await project.paictl('service', 'stop', 'db')).toMatchObject({ code: 4 })
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect(project.trace()).toEqual(STOPPED)
})

test('a delete of what is stopped already compares no stop script, since it runs none', async () => {
  const project = new TestProject()
  project.component('web')
  await project.paictl('service', 'start', 'web')
  await project.paictl('service', 'stop', 'web')
  project.component('web', '', { 'stop.sh': 'echo other' })
  const { code, stderr } = await project.paictl('service', 'delete', 'web', '--yes')
  expect([code, stderr.includes('applied-differs')]).toEqual([0, false])
  expect(project.began()).toEqual(['start web', 'stop web'])
})
