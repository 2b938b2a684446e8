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

test.each([
  ['a rejection', 'Promise.reject(new Error(config.token))', ':2:18'],
  ['an error in a timer', 'setInterval(() => { throw new Error(config.token) }, 1)', ':2:29'],
  ['a rejection with a text', 'Promise.reject(config.token)', ''],
  ['a rejection of Node', 'import("node:fs/promises").then((fs) => fs.readFile("/" + config.token))', ''],
])('%s that a module leaves behind is a masked warning', async (_what, statement, place) => {
  const project = new TestProject()
  project.component('web')
  const wait = 'await new Promise((done) => setTimeout(done, 50))'
  project.write('components/web/config/web.yaml', `token: "\${env:TOKEN}"\n`)
  project.write(
    'components/web/config/web.mjs',
    `export async function derive(config) {\n  ${statement}\n  ${wait}\n  return config\n}\n`,
  )
  const env = { TOKEN: 'very-secret' }
  const { code, stdout, stderr } = await project.spawn(['service', 'start', 'web'], { env }).finished
  expect({ code, stdout, stderr }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 started in /m) })
  expect(
    stderr.match(/^warning\[PAI-module-failed\]: what a configuration module left running failed: .*\*\*\*/gm),
  ).toHaveLength(1)
  if (place !== '') expect(stderr).toContain(`components/web/config/web.mjs${place}`)
  expect(stdout + stderr).not.toMatch(/very-secret|^ +at /m)
})

test('a timer of a module does not keep a command from ending', async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/web/config/web.mjs', 'setInterval(() => {}, 1000)\nexport function check() {}\n')
  expect(await project.paictl('validate')).toMatchObject({ code: 0, stdout: '1 service is valid\n' })
})

test('a warning that a module emits is a masked line', async () => {
  const project = new TestProject()
  project.component('web')
  project.write('components/web/config/web.yaml', `token: "\${env:TOKEN}"\n`)
  project.write(
    'components/web/config/web.mjs',
    'export function derive(c) { process.emitWarning(`old\\n${c.token}`) }\n',
  )
  const { code, stderr } = await project.spawn(['validate'], { env: { TOKEN: 'very-secret' } }).finished
  expect(code).toBe(0)
  expect(stderr).toMatch(/^warning: Warning: old \*\*\*$/m)
})
