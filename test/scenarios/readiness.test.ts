import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { bringUp } from '../rig/probed.ts'
import { TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

const READY = '#!/bin/sh\n[ -e "$GATES/../up-$PAICTL_SERVICE" ] && exit 0\necho "still loading"\nexit 1\n'

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts db and web, which needs it, until db is asked whether it is ready. */
async function startUntilAsked(project: TestProject, readiness: string, start = '') {
  project.component('db', `readiness: {${readiness}, interval: 20ms}\n`, { 'start.sh': start })
  project.component('web', 'prerequisite: [db]\n')
  const run = project.spawn(['service', 'start', 'web', '--output', 'plain'])
  await until(() => run.output().includes('waiting'), 'the readiness to be awaited')
  expect(project.trace()).toEqual(['begin start db', 'end start db'])
  return run
}

test('what needs a service begins only when its readiness script says yes', async () => {
  const project = new TestProject()
  project.write('components/db/deploy/ready.sh', READY)
  const run = await startUntilAsked(project, 'script: ready.sh')
  bringUp(project, 'db')
  const { code, stdout } = await run.finished
  expect(code).toBe(0)
  expect(stdout).toMatch(/done +db +start .*ready$/m)
  expect(project.began()).toEqual(['start db', 'start web'])
})

test('what needs a service begins only when its port accepts connections', async () => {
  const project = new TestProject()
  const port = await freePort()
  const run = await startUntilAsked(project, `tcp: ${port}`)
  await listen(createServer(), port)
  expect(await run.finished).toMatchObject({ code: 0 })
  expect(project.began()).toEqual(['start db', 'start web'])
})

test('what needs a service begins only when its URL answers well', async () => {
  const project = new TestProject()
  let status = 503
  const server = createHttpServer((_, response) => void response.writeHead(status).end())
  const port = await freePort()
  const run = await startUntilAsked(project, `http: "http://127.0.0.1:${port}/healthz"`)
  await listen(server, port)
  let asked = 0
  server.on('request', () => {
    asked += 1
  })
  await until(() => asked >= 2, 'two questions that are answered with 503')
  expect(project.began()).toEqual(['start db'])
  status = 204
  expect(await run.finished).toMatchObject({ code: 0 })
})

test('what needs a service begins only when a line of its log matches', async () => {
  const project = new TestProject()
  const start = '(while [ ! -e "$GATES/../up-db" ]; do sleep 0.02; done; echo "listening on 80") &'
  const run = await startUntilAsked(project, 'log: "^listening on \\\\d+"', start)
  bringUp(project, 'db')
  expect(await run.finished).toMatchObject({ code: 0 })
})

test.each([
  ['script', 'script: ready.sh', 'still loading'],
  ['tcp', 'tcp: PORT', '127.0.0.1:PORT refused the connection'],
  ['http', 'http: "http://127.0.0.1:PORT/"', 'http://127.0.0.1:PORT/ refused the connection'],
  ['log', 'log: "^never$"', 'never'],
])('a deadline for a %s probe ends the waiting with its last answer', async (kind, readiness, answer) => {
  const project = new TestProject()
  const port = String(await freePort())
  project.component('db', `readiness: {${readiness.replace('PORT', port)}, interval: 50ms, timeout: 500ms}\n`, {
    'start.sh': 'echo "some words"',
  })
  project.write('components/db/deploy/ready.sh', READY)
  project.component('web', 'prerequisite: [db]\n')
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(project.began()).toEqual(['start db'])
  expect(stdout).toMatch(/FAILED +db +start .*not ready after \d+ms$/m)
  const awaited = new RegExp(`^ +awaited +its readiness probe \\(${kind}\\) for \\d+ms; last answer: (.*)$`, 'm')
  expect(awaited.exec(stdout)?.[1]).toContain(answer.replace('PORT', port))
  expect(stdout).toMatch(/^ +\| some words$/m)
  expect(stdout).toMatch(/^ +log +\S+start\.log$/m)
  expect(stdout).toMatch(/^ {2}blocked +web +start +by db$/m)
  const status = await project.paictl('service', 'status')
  expect(status.code).toBe(3)
})

test('a threshold asks for that many good answers in a row', async () => {
  const project = new TestProject()
  project.component('web', 'readiness: {script: ready.sh, interval: 10ms, success-threshold: 3}\n')
  // Not before its start; then yes, yes, no, and yes for good.
  project.write(
    'components/web/deploy/ready.sh',
    '#!/bin/sh\ngrep -q end "$TRACE" || exit 1\necho asked >> "$TRACE"\n[ "$(grep -c asked "$TRACE")" != 3 ]\n',
  )
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(project.trace().filter((line) => line === 'asked')).toHaveLength(6)
})

test.each([1, 2])('a status-script that exits with %i ends the waiting at once', async (exitCode) => {
  const project = new TestProject()
  project.component('web', 'status-script: status.sh\nreadiness: {log: "^never$", timeout: 10m}\n')
  project.write('components/web/deploy/status.sh', `#!/bin/sh\necho "pid 7 is gone"\nexit ${exitCode}\n`)
  const { code, stdout } = await project.paictl('service', 'start', 'web')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +web +start .*died while its readiness was awaited: pid 7 is gone$/m)
})

test('a status-script that says "not running" is asked again, and is no answer of the service', async () => {
  const project = new TestProject()
  const port = await listen(createServer())
  project.component('web', 'status-script: status.sh\n')
  project.write('components/web/deploy/status.sh', '#!/bin/sh\n[ -e "$GATES/../up-web" ] && exit 0\nexit 3\n')
  const run = project.spawn(['service', 'start', 'web', '--output', 'plain'])
  await until(() => run.output().includes('waiting'), 'the status-script to be awaited')
  bringUp(project, 'web')
  expect(await run.finished).toMatchObject({ code: 0 })

  // A stranger holds the port that it is asked for, and its own process never came up.
  project.component('late', `status-script: status.sh\nreadiness: {tcp: ${port}, timeout: 500ms, interval: 50ms}\n`)
  project.write('components/late/deploy/status.sh', '#!/bin/sh\necho "no process"\nexit 3\n')
  const late = await project.paictl('service', 'start', 'late')
  expect(late.code).toBe(1)
  expect(late.stdout).toMatch(/^ +awaited .*last answer: no process$/m)
})

test('what was not ready in time may come up later, and then it runs', async () => {
  const project = new TestProject()
  project.component('web', 'readiness: {script: ready.sh, interval: 20ms, timeout: 300ms}\n')
  project.write('components/web/deploy/ready.sh', READY)
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 1 })
  bringUp(project, 'web')
  expect(await project.paictl('service', 'status')).toMatchObject({ code: 0 })
  project.forgetTrace()
  expect(await project.paictl('service', 'start', 'web')).toMatchObject({ code: 0 })
  expect(project.began()).toEqual([])
})
