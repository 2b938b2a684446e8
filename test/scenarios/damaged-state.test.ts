import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { isUp, probed } from '../rig/probed.ts'
import { type Finished, TestProject } from '../rig/project.ts'

/** Two services, both running, neither of which needs the other. */
async function running(): Promise<{ project: TestProject; cluster: string; run: string }> {
  const project = new TestProject()
  for (const name of ['one', 'two']) probed(project, name)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  const cluster = join(project.state, 'project')
  return { project, cluster, run: `runs/${readdirSync(join(cluster, 'runs'))[0]}` }
}

/** What may have become of a file that held `text`. */
const DAMAGES: Readonly<Record<string, (path: string, text: string) => void>> = {
  'cut short': (path, text) => writeFileSync(path, text.slice(0, text.length / 2)),
  empty: (path) => writeFileSync(path, ''),
  'no object': (path) => writeFileSync(path, '[1, 2]\n'),
  'without a version': (path, text) => writeFileSync(path, text.replace(/"v": ?2/, '"w":2')),
  'of version 0': (path, text) => writeFileSync(path, text.replace(/"v": ?2/, '"v":0')),
  'a directory': (path) => {
    rmSync(path)
    mkdirSync(path)
  },
  'a link': (path, text) => {
    const elsewhere = join(dirname(path), 'elsewhere')
    writeFileSync(elsewhere, text)
    rmSync(path)
    symlinkSync(elsewhere, path)
  },
}

/** For files that are read as records are. */
const SOME = Object.entries(DAMAGES).filter(([name]) => ['cut short', 'a directory', 'a link'].includes(name))

/** Only what a person can do something with: no trace of the program, and no "internal error". */
function expectPlain({ code, stdout, stderr }: Finished): void {
  expect(code).not.toBe(70)
  expect(stdout + stderr).not.toMatch(/^ +at |internal error/m)
}

let forms = 0

const asides = (directory: string): string[] => readdirSync(directory).filter((name) => name.includes('.corrupt-'))

test.each([
  ...Object.entries(DAMAGES),
  [
    'of another service',
    (path: string, text: string) => writeFileSync(path, text.replace('"name":"one"', '"name":"two"')),
  ],
  ['of no phase', (path: string, text: string) => writeFileSync(path, text.replace('"running"', '"flying"'))],
  [
    'with nothing applied as it should be',
    (path: string, text: string) => writeFileSync(path, text.replace('"scripts":{', '"scripts":7,"x":{')),
  ],
] as const)('a record that is %s is set aside, and the others go on', async (_, damage) => {
  const { project, cluster } = await running()
  const directory = join(cluster, 'services/one')
  const text = readFileSync(join(directory, 'state.json'), 'utf8')
  damage(join(directory, 'state.json'), text)
  // Whoever comes upon it first, says it: those who only look, too.
  const first = ['stop', 'status', 'list'][forms++ % 3] ?? ''
  const found = await project.paictl('service', first, ...(first === 'stop' ? ['two'] : []))
  expectPlain(found)
  expect([first, found.stderr]).toEqual([first, expect.stringContaining('warning[PAI-state-corrupt]')])
  expect(await project.paictl('service', 'stop', 'two')).toMatchObject({ code: 0 })
  expect([isUp(project, 'one'), isUp(project, 'two'), asides(directory).length]).toEqual([true, false, 1])
  const status = await project.paictl('service', 'status')
  expectPlain(status)
  // The record before it knows what it was started with.
  expect(status.stdout).toMatch(/^one +running .*its record was lost/m)
  expect(await project.paictl('service', 'stop', 'one')).toMatchObject({ code: 0 })
  expect(isUp(project, 'one')).toBe(false)
})

test.each(SOME)('a cluster.json that is %s is set aside, which is said once', async (_, damage) => {
  const { project, cluster } = await running()
  const path = join(cluster, 'cluster.json')
  damage(path, readFileSync(path, 'utf8'))
  const refused = await project.paictl('service', 'status')
  expectPlain(refused)
  expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('error[PAI-state-corrupt]')])
  expect(asides(cluster)).toHaveLength(1)
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  expect(await project.paictl('service', 'stop', '--all')).toMatchObject({ code: 0 })
  expect([isUp(project, 'one'), isUp(project, 'two')]).toEqual([false, false])
})

test.each(['plan.json', 'summary.json', 'journal.jsonl', 'lock.json'])(
  'whatever has become of %s, services are seen, started and stopped',
  async (file) => {
    const { project, cluster, run } = await running()
    const path = join(cluster, file === 'lock.json' ? file : join(run, file))
    const text = file === 'lock.json' ? '{"v":2}' : readFileSync(path, 'utf8')
    for (const [, damage] of SOME) {
      if (file === 'lock.json') writeFileSync(path, text)
      else rmSync(path, { recursive: true, force: true })
      writeFileSync(path, text)
      damage(path, text)
      for (const command of [['status'], ['stop', 'one'], ['start', 'one']]) {
        const finished = await project.paictl('service', ...command)
        expectPlain(finished)
        expect([command, finished.code]).toEqual([command, command[0] === 'status' ? expect.toBeOneOf([0, 3]) : 0])
      }
      for (const command of [['clusters'], ['runs'], ['resume']]) expectPlain(await project.paictl(...command))
    }
  },
)

test('what runs without a probe can be stopped though its record is damaged and the project gone', async () => {
  const project = new TestProject()
  project.component('db')
  project.component('web', 'prerequisite: [db]\n')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  writeFileSync(join(project.state, 'project', 'services', 'db', 'state.json'), 'x')
  project.remove('components')
  const refused = await project.paictl('service', 'stop', 'db', '--cluster', 'project')
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('"web" (orphan) needs it')])
  expect(await project.paictl('service', 'stop', '--all', '--cluster', 'project')).toMatchObject({ code: 0 })
  expect(project.began().slice(-2)).toEqual(['stop web', 'stop db'])
})
