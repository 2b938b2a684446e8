import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bringUp, probed, takeDown } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'

/** web -> api -> db, all running; web has a refresh-script and a rendered file. */
async function running(): Promise<TestProject> {
  const project = new TestProject()
  probed(project, 'db')
  probed(project, 'api', 'prerequisite: [db]\n')
  probed(project, 'web', 'prerequisite: [api]\n', { 'refresh.sh': '' })
  project.write('components/web/config/web.yaml', 'port: 80\nhost: "a"\n')
  project.write('components/web/deploy/port.template', '# where\n# it\n# listens\nport={{ config.port }}\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

const rows = (text: string): string[] => text.trimEnd().split('\n')

test('says of what needs nothing why, and runs nothing', async () => {
  const project = await running()
  await project.paictl('service', 'stop', 'web')
  project.forgetTrace()
  const all = await project.paictl('plan')
  expect(all.code).toBe(0)
  expect(rows(all.stdout)).toEqual([
    '  left     web  held: stopped by hand; paictl service start web',
    '',
    'Nothing to do: 2 up to date, 1 held',
  ])
  const named = await project.paictl('plan', 'db')
  expect(rows(named.stdout)[0]).toMatch(/^ {2}left +db {2}up to date: running since 20\d\d-\d\d-\d\d .*Z \(.*\)$/)
  expect(project.trace()).toEqual([])
})

test('says which values, files, inputs and descriptions changed, what took how long, and who runs on', async () => {
  const project = await running()
  project.write('components/web/config/web.yaml', 'port: 81\nnew: {a: [1]}\n')
  project.write('components/web/deploy/more.txt', 'more\n')
  project.write('components/db/deploy/service.yaml', 'start-script: start.sh\nstop-script: stop.sh\ninputs: "data/*"\n')
  project.write('components/db/data/x.csv', '1\n')
  const { stdout, code } = await project.paictl('plan')
  expect(code).toBe(0)
  expect(rows(stdout).map((line) => line.replace(/took \S+ last time/, 'took a while last time'))).toEqual([
    '  stop     db   service.yaml and inputs changed; api needs it and runs on',
    '                service.yaml',
    '                input data/x.csv (new)',
    '  start    db   service.yaml and inputs changed; after stop of db; took a while last time',
    '  refresh  web  configuration and files changed; after start of db',
    '                web.host: "a" (removed)',
    '                web.new: {"a":[1]} (new)',
    '                web.port: 80 → 81',
    '                more.txt (new)',
    '                port',
    '',
    '1 to restart, 1 to refresh, 1 up to date',
  ])
  expect(project.trace()).toEqual([])
})

test('edit a value, plan, apply: then there is nothing to do', async () => {
  const project = await running()
  project.write('cluster-config/services-configuration.yaml', 'web: {port: 81}\n')
  expect((await project.paictl('plan', '--exit-code')).code).toBe(3)
  expect((await project.paictl('plan')).code).toBe(0)
  const applied = await project.paictl('apply', '--yes')
  expect(applied.code).toBe(0)
  expect(applied.stdout).toContain('web.port: 80 → 81\n')
  expect(applied.stdout).toMatch(/^1 refreshed, 2 up to date in /m)
  expect(project.began()).toEqual(['refresh web'])
  expect(await project.paictl('plan', '--exit-code')).toMatchObject({
    code: 0,
    stdout: 'Nothing to do: 3 up to date\n',
  })
})

test('says what does not run, and why', async () => {
  const project = await running()
  takeDown(project, 'api')
  const { stdout } = await project.paictl('plan')
  expect(rows(stdout)[0]).toMatch(
    /^ {2}start +api {2}not running \(failed: it was running and is not any more: .*\); took .* last time; web needs it and runs on$/,
  )
})

test('believes the record of what cannot be asked, until the machine was restarted', async () => {
  const project = new TestProject()
  project.component('mute')
  await project.paictl('service', 'start', 'mute')
  expect((await project.paictl('plan')).stdout).toBe('Nothing to do: 1 up to date\n')
  const file = join(project.state, 'project/services/mute/state.json')
  writeFileSync(file, JSON.stringify({ ...project.record('mute'), boot: 'another' }))
  const { stdout } = await project.paictl('plan')
  expect(stdout).toContain('start    mute  not running (unknown: the machine was restarted since')
})

test('with --diff shows how files differ from the applied ones', async () => {
  const project = await running()
  project.write('components/web/config/web.yaml', 'port: 81\nhost: "a"\n')
  project.write('components/web/deploy/gone.txt', 'x\n')
  await project.paictl('apply', '--yes')
  project.write('components/web/config/web.yaml', 'port: 82\nhost: "a"\n')
  project.remove('components/web/deploy/gone.txt')
  writeFileSync(join(project.root, 'components/web/deploy/logo'), new Uint8Array([0, 1, 2]))
  const { stdout } = await project.paictl('plan', 'web', '--diff')
  expect(stdout.slice(stdout.indexOf('\n\n') + 2)).toBe(`--- web/gone.txt (applied)
+++ /dev/null
@@ -1,1 +0,0 @@
-x

binary file web/logo differs

--- web/port (applied)
+++ web/port (now)
@@ -1,4 +1,4 @@
 # where
 # it
 # listens
-port=81
+port=82

1 to refresh, 2 up to date
`)
})

test('a record without a manifest gives a cause all the same', async () => {
  const project = await running()
  const { applied, ...record } = project.record('web')
  const { manifestFile, configFile, ...rest } = applied as Record<string, string>
  const file = join(project.state, 'project/services/web/state.json')
  writeFileSync(file, JSON.stringify({ ...record, applied: { ...rest, configFile } }))
  project.write('components/web/config/web.yaml', 'port: 81\nhost: "a"\n')
  const known = await project.paictl('plan', 'web')
  expect(rows(known.stdout).slice(0, 2)).toEqual([
    expect.stringMatching(/^ {2}refresh {2}web {2}configuration changed/),
    '                web.port: 80 → 81',
  ])
  rmSync(String(manifestFile))
  rmSync(String(configFile))
  const unknown = await project.paictl('plan', 'web')
  expect(rows(unknown.stdout)[0]).toMatch(/^ {2}refresh {2}web {2}changed$/)
})

test('what an earlier command line gave is taken back, which is a cause of its own', async () => {
  const project = await running()
  project.write('over.yaml', 'web: {host: "b"}\n')
  await project.paictl('service', 'refresh', 'web', '--set', 'web.port=5', '--overlay', 'over.yaml')
  const kept = await project.paictl('plan', 'web', '--set', 'web.port=5', '--overlay', 'over.yaml')
  expect(kept.stdout).toContain('Nothing to do')
  const { stdout, stderr } = await project.paictl('plan', 'web')
  expect(stdout).toContain('web.host: "b" → "a" (--overlay over.yaml of an earlier command is taken back)\n')
  expect(stdout).toContain('web.port: 5 → 80 (--set of an earlier command is taken back)\n')
  expect(stderr).not.toContain('take')
})

test('what answers and was not started from here is refused, as by a start', async () => {
  const project = new TestProject()
  probed(project, 'web')
  bringUp(project, 'web')
  const { code, stderr } = await project.paictl('plan')
  expect(code).toBe(4)
  expect(stderr).toContain('PAI-foreign')
})

test('an orphan is listed, and can be asked about by name', async () => {
  const project = await running()
  project.remove('components/web')
  const { stdout } = await project.paictl('plan')
  expect(stdout).toContain('left     web  orphan: no longer in the project; paictl apply --prune\n')
  expect(stdout).toMatch(/\nNothing to do: 2 up to date, 1 orphan\n$/)
  expect((await project.paictl('plan', 'web', '--prune')).stdout).toContain(
    'stop     web  orphan: no longer in the project',
  )
  expect((await project.paictl('plan', 'wbe')).code).toBe(2)
})

test('at a terminal the lines of a plan go on below their text, and all that is left is counted', async () => {
  const project = new TestProject()
  const long = ['first', 'second', 'third'].map((name) => `${name}-of-the-services-that-need-it`)
  probed(project, 'db')
  probed(project, 'aside')
  for (const name of long) probed(project, name, 'prerequisite: [db]\n')
  await project.paictl('service', 'start', '--all')
  await project.paictl('service', 'stop', 'aside')
  project.write('components/db/deploy/more', 'more\n')
  const asked = project.terminal(['plan'])
  await asked.finished
  const lines = asked.output().split(/\r?\n/)
  expect(lines.every((line) => line.length <= 100)).toBe(true)
  const first = lines.findIndex((line) => line.includes('stop') && line.includes('db'))
  expect(lines[first + 1]).toMatch(/^ {18}\S/)
  expect(asked.output()).toContain('1 to restart, 3 up to date, 1 held')
})
