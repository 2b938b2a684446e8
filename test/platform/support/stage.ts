import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { basename, join } from 'node:path'
import Handlebars from 'handlebars'
import { onTestFinished } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from './load.ts'

export interface Stage {
  /** Runs one of the component's scripts, as service.yaml names them. */
  run(operator: string): Promise<{ code: number; output: string }>
  /** Its configuration; what is changed here counts from the next run on. */
  readonly config: Record<string, unknown>
  readonly dataDirectory: string
  readonly runDirectory: string
}

interface StageOptions {
  /** The directory with all that belongs to the test. */
  readonly directory: string
  readonly name: string
  /** The component's directory. */
  readonly component: string
  readonly config: Record<string, unknown>
  readonly outputs?: Record<string, Record<string, string>>
  /** What it follows, where it follows anything. */
  readonly deployments?: readonly Deployment[]
}

/** As a follower's templates see it. */
export interface Deployment {
  readonly name: string
  readonly outputs: Readonly<Record<string, string>>
}

/** Runs a component's scripts as paictl does: from a rendered copy of deploy/ that is laid out like the project. */
export function stage({ directory, name, component, config, outputs = {}, deployments }: StageOptions): Stage {
  const dataDirectory = join(directory, 'state', name, 'data')
  const runDirectory = join(directory, 'state', name, 'run')
  const service = { name, component: basename(component), data_dir: dataDirectory, run_dir: runDirectory }
  const handlebars = Handlebars.create()
  handlebars.registerHelper('json', (value: unknown) => JSON.stringify(value))
  handlebars.registerHelper('not', (value: unknown) => !isTrue(value))
  handlebars.registerHelper('or', (...values: unknown[]) => values.slice(0, -1).some(isTrue))
  let copies = 0

  async function render(): Promise<string> {
    copies += 1
    const project = join(directory, `copy-${name}-${copies}`)
    const place = join(project, 'components', service.component)
    await mkdir(place, { recursive: true })
    for (const entry of readdirSync(component).filter((entry) => entry !== 'deploy')) {
      await symlink(join(component, entry), join(place, entry))
    }
    const deploy = join(place, 'deploy')
    await cp(join(component, 'deploy'), deploy, { recursive: true })
    for (const template of readdirSync(deploy).filter((file) => file.endsWith('.template'))) {
      const text = handlebars.compile(await readFile(join(deploy, template), 'utf8'), { noEscape: true, strict: true })
      await writeFile(
        join(deploy, template.slice(0, -'.template'.length)),
        text({ config, outputs, service, deployments }),
      )
    }
    return deploy
  }

  async function run(operator: string) {
    const deploy = await render()
    await mkdir(dataDirectory, { recursive: true })
    await mkdir(runDirectory, { recursive: true })
    const script = parse(await readFile(join(deploy, 'service.yaml'), 'utf8'))[`${operator}-script`]
    const log = join(deploy, '..', `${operator}.log`)
    const output = await open(log, 'w')
    const child = spawn('bash', ['-euo', 'pipefail', script], {
      cwd: deploy,
      detached: true,
      stdio: ['ignore', output.fd, output.fd],
      env: {
        ...process.env,
        PAICTL_SERVICE: name,
        PAICTL_COMPONENT: service.component,
        PAICTL_PROJECT: ROOT,
        PAICTL_DATA_DIR: dataDirectory,
        PAICTL_RUN_DIR: runDirectory,
      },
    })
    const ended = once(child, 'exit')
    await output.close()
    const [code] = await ended
    return { code, output: await readFile(log, 'utf8') }
  }

  onTestFinished(async () => {
    if (existsSync(join(component, 'deploy/process.sh'))) await run('stop')
  })
  return { run, config, dataDirectory, runDirectory }
}

const isTrue = (value: unknown): boolean => !Handlebars.Utils.isEmpty(value)

/** A port that nobody listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
