import { expect, test } from 'vitest'
import { TestProject } from '../rig/project.ts'

test('a module that never answers fails after its deadline, and keeps nothing from being stopped', async () => {
  const project = new TestProject()
  project.component('web')
  project.component('db')
  expect(await project.paictl('service', 'start', '--all')).toMatchObject({ code: 0 })
  project.write('components/web/config/web.mjs', 'export async function derive() { await new Promise(() => {}) }\n')
  project.forgetTrace()

  const begun = Date.now()
  const { code, stderr } = await project.paictl('validate')
  // Its deadline is 5 s; the rest is for a busy machine.
  expect(Date.now() - begun).toBeLessThan(20_000)
  expect(code).toBe(2)
  expect(stderr).toMatch(/^error\[PAI-module-failed\]: .*it was not done after 5 s/m)
  expect(stderr).toContain('components/web/config/web.mjs')

  const stopped = await project.paictl('service', 'stop', '--all')
  expect(stopped).toMatchObject({ code: 0, stdout: expect.stringMatching(/^2 stopped in /m) })
  expect(project.began().toSorted()).toEqual(['stop db', 'stop web'])
})

test('what a module prints does not get among what paictl prints', async () => {
  const project = new TestProject()
  project.component('web')
  const prints = ['log', 'info', 'debug', 'error'].map((method) => `console.${method}('from ${method}')`).join('\n')
  project.write(
    'components/web/config/web.mjs',
    `${prints}\nexport function derive(config) {\n${prints}\nreturn config\n}\nexport function check() {\n${prints}\n}\n`,
  )
  const { code, stdout, stderr } = await project.paictl('--output', 'json', 'service', 'list')
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ v: 1, services: [{ name: 'web' }] })
  expect(stdout).not.toContain('from ')
  expect(stderr.match(/^from log$/gm)).toHaveLength(3)
})
