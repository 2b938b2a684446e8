import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { deploy, followed } from '../rig/followed.ts'
import { TestProject } from '../rig/project.ts'

const AS_NOBODY = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] as const

async function routed(): Promise<TestProject> {
  const project = new TestProject()
  followed(project)
  deploy(project, 'a', 1)
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.forgetTrace()
  return project
}

test('who is only told of a delete is not among what is to be deleted', async () => {
  const project = await routed()
  const { code, stderr } = await project.paictl('deployment', 'delete', 'a')
  expect([code, stderr]).toEqual([4, expect.stringContaining('cannot ask whether to delete "a": there is no terminal')])
  const declining = project.terminal(['deployment', 'delete', 'a'])
  declining.type('n\r')
  const declined = await declining.finished
  expect(declined.code).toBe(4)
  const said = stripVTControlCharacters(declined.stdout)
  expect(said).toContain('Delete a, its data and its file? [y/N]')
  expect(said).toContain('not confirmed: did not delete "a"\r\n')
  expect(project.began().filter((one) => !one.startsWith('status'))).toEqual([])
})

test.skipIf(process.getuid?.() !== 0).each([
  ['permission denied', 0o555],
  ['only its owner may remove it', 0o1777],
])('nothing is run where a file cannot be removed: %s (needs root and setpriv)', async (why, mode) => {
  const project = await routed()
  execFileSync('chown', ['-R', '65534:65534', dirname(project.root)])
  const directory = join(project.root, 'cluster-config/deployments')
  execFileSync('chown', ['-R', '0:0', directory])
  chmodSync(directory, mode)
  const run = project.spawn(['deployment', 'delete', 'a', '--yes'], { through: AS_NOBODY })
  const { code, stderr } = await run.finished
  expect([code, stderr]).toEqual([
    4,
    expect.stringContaining(`error[PAI-unremovable-file]: cannot remove "cluster-config/deployments/a.yaml": ${why}\n`),
  ])
  expect(project.began()).toEqual([])
  expect(existsSync(project.data('a'))).toBe(true)
  chmodSync(directory, 0o755)
  execFileSync('chown', ['-R', '65534:65534', directory])
  const again = await project.spawn(['deployment', 'delete', 'a', '--yes'], { through: AS_NOBODY }).finished
  expect(again).toMatchObject({ code: 0 })
  expect(existsSync(join(directory, 'a.yaml'))).toBe(false)
})

test('--force says which declarations name what is gone then', async () => {
  const project = await routed()
  deploy(project, 'b', 2, 'prerequisite: [a]\n')
  const { code, stderr } = await project.paictl('deployment', 'delete', 'a', '--yes', '--force')
  expect(code).toBe(0)
  expect(stderr).toContain(`warning[PAI-still-needed]: "b" is declared to need "a": without it, the project is invalid
  --> cluster-config/deployments/b.yaml:3:16
`)
  expect(stderr).toContain('= help: take it out of this prerequisite, too\n')
  expect(existsSync(join(project.root, 'cluster-config/deployments/a.yaml'))).toBe(false)
})
