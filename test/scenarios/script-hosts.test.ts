import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { type Running, TestProject } from '../rig/project.ts'
import { until } from '../rig/until.ts'

/** From so many steps on, scripts are started by small processes of paictl's own. */
const MANY = 50

/** A project of many components; those that matter to a test are given by name, with their start scripts. */
function largeProject(starts: Readonly<Record<string, string>>, description = ''): TestProject {
  const project = new TestProject()
  for (const [name, start] of Object.entries(starts)) project.component(name, description, { 'start.sh': start })
  for (let index = Object.keys(starts).length; index < MANY; index++) {
    project.component(`filler-${index}`, `prerequisite: [${Object.keys(starts)[0]}]\n`)
  }
  return project
}

interface Process {
  readonly parent: number
  readonly command: string
}

/** `undefined` for what has ended, if its parent has taken note of that or not. */
function processOf(pid: number): Process | undefined {
  try {
    const [, state = 'Z', parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return state === 'Z' ? undefined : { parent: Number(parent), command }
  } catch {
    return undefined
  }
}

/** The helper processes of a running paictl. */
function hostsOf({ pid }: Running): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((one) => {
      const found = processOf(one)
      return found?.parent === pid && found.command.includes('script-host.js')
    })
}

const gone = (pids: readonly number[]): boolean => pids.every((pid) => processOf(pid) === undefined)

/** The process id that a script has written down after a word. */
async function pidAfter(project: TestProject, word: string): Promise<number> {
  const find = () => project.trace().find((line) => line.startsWith(`${word} `))
  await until(() => find() !== undefined, `"${word}" in the trace`)
  return Number(find()?.split(' ')[1])
}

test('helper processes start the scripts of a large plan, and are gone when paictl ends', async () => {
  const project = largeProject({
    web: `env > "$PAICTL_DATA_DIR/env"; echo "parent $PPID" >> "$TRACE"; echo "said by web"
      nohup sleep 600 & echo "daemon $!" >> "$TRACE"`,
  })
  const gate = project.gate('start filler-1')
  const run = project.spawn(['service', 'start', '--all'], { env: { OWN: 'a "value" of mine' } })
  await gate.reached
  const hosts = hostsOf(run)
  expect(hosts).toHaveLength(2)
  expect(hosts).toContain(await pidAfter(project, 'parent'))
  await gate.open()
  const { code, stdout } = await run.finished
  expect(code).toBe(0)
  expect(stdout).toContain(`${MANY} started in`)
  await until(() => gone(hosts), 'the helper processes to be gone')
  expect(processesOf(project.state)).toEqual([await pidAfter(project, 'daemon')])

  const env = readFileSync(`${project.state}/project/services/web/data/env`, 'utf8')
  expect(env).toContain('OWN=a "value" of mine\n')
  expect(env).toContain('PAICTL_SERVICE=web\n')
  expect(env).not.toMatch(/^NODE_CHANNEL/m)
  const { stdout: log } = await project.paictl('service', 'logs', 'web')
  expect(log).toBe('said by web\n')
})

test('exit codes, signals, timeouts and missing interpreters of a large plan are reported as ever', async () => {
  const project = largeProject(
    {
      first: '',
      exits: 'echo "its last words"; exit 7',
      killed: 'kill -KILL $$',
      slow: '(echo "grandchild $BASHPID" >> "$TRACE"; exec sleep 600) & echo "waits in vain"; sleep 600',
    },
    'timeout: {start: 500ms}\n',
  )
  project.component('nowhere')
  project.write('components/nowhere/deploy/start.sh', '#!/no/such/interpreter\n')
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +exits +start .*exit(ed with)? code 7/)
  expect(stdout).toMatch(/\| its last words/)
  expect(stdout).toMatch(/FAILED +killed +start .*SIGKILL/)
  expect(stdout).toMatch(/FAILED +slow +start .*500ms/)
  expect(stdout).toMatch(/FAILED +nowhere +start .*needs \/no\/such\/interpreter, which is not there/)
  expect(stdout).toMatch(/4 failed/)
  expect(processOf(await pidAfter(project, 'grandchild'))).toBeUndefined()
  expect(processesOf(project.state)).toEqual([])
})

test('an interruption ends the scripts of a large plan with their groups, and the helper processes', async () => {
  const project = largeProject({
    web: `trap 'echo "term" >> "$TRACE"; exit 1' TERM
      (echo "grandchild $BASHPID" >> "$TRACE"; exec sleep 600) & while :; do sleep 1; done`,
  })
  const run = project.spawn(['service', 'start', '--all'])
  const grandchild = await pidAfter(project, 'grandchild')
  const hosts = hostsOf(run)
  run.signal('SIGINT')
  const { code, stdout } = await run.finished
  expect(code).toBe(130)
  expect(stdout).toContain(`${MANY} cancelled in`)
  expect(project.trace().filter((line) => line === 'term')).toHaveLength(1)
  expect(processOf(grandchild)).toBeUndefined()
  await until(() => gone(hosts), 'the helper processes to be gone')
  expect(project.began()).toEqual(['start web'])
})

test('Ctrl-C at a terminal leaves the helper processes to paictl', async () => {
  const project = largeProject({
    web: `trap 'echo "term" >> "$TRACE"; exit 1' TERM; echo trapped >> "$TRACE"; while :; do sleep 1; done`,
  })
  const run = project.terminal(['service', 'start', '--all'])
  await project.traced('trapped')
  run.type('\u0003')
  expect(await run.finished).toMatchObject({ code: 130 })
  expect(project.trace().filter((line) => line === 'term')).toHaveLength(1)
})

test('after kill -9 of paictl the helper processes stay as long as their scripts, and the next start recovers', async () => {
  const project = largeProject({ web: 'echo "up" >> "$TRACE"; read -r _ <> "$GATES/mid-web"' })
  const middle = project.gate('mid web')
  const run = project.spawn(['service', 'start', '--all'])
  await project.traced('up')
  const hosts = hostsOf(run)
  expect(hosts).toHaveLength(2)
  run.signal('SIGKILL')
  await run.finished
  await middle.open()
  await project.traced('end start web')
  await until(() => gone(hosts), 'the helper processes to be gone')
  expect(project.record('web')).toMatchObject({ phase: 'starting' })
  project.component('web')
  const { code, stdout } = await project.paictl('service', 'start', '--all')
  expect(stdout).toContain(`${MANY} started in`)
  expect(code).toBe(0)
})

test('killing the helper processes fails what they had started, ends it, and hangs nothing', async () => {
  const project = largeProject({ web: '(echo "child $BASHPID" >> "$TRACE"; exec sleep 600) & sleep 600' })
  const run = project.spawn(['service', 'start', '--all'])
  const child = await pidAfter(project, 'child')
  for (const host of hostsOf(run)) process.kill(host, 'SIGKILL')
  const { code, stdout } = await run.finished
  expect(code).toBe(1)
  expect(stdout).toMatch(/FAILED +web +start .*the process that starts scripts was ended from outside/)
  expect(stdout).toMatch(/1 failed, 49 blocked by web/)
  expect(processOf(child)).toBeUndefined()
  expect(processesOf(project.state)).toEqual([])
})
