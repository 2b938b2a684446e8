import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isPortFree } from '../../src/io/scratch/free-port.ts'
import { claimPort } from '../../src/io/scratch/port-claim.ts'
import { freePort } from './free-port.ts'
import { TestProject } from './project.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What of the platform goes on running. */
export const SERVERS = ['ingress', 'iris', 'model-store'] as const

type Ports = Readonly<Record<(typeof SERVERS)[number], number>>

/** A port that is only bound later: of none that the system gives away, and of none that another test has chosen. */
async function claimedPort(): Promise<number> {
  for (let port = 26_000; port < 27_000; port++) {
    // By another number: who is to get the port may claim it itself.
    if ((await isPortFree(port)) && (await claimPort(port + 10_000))) return port
  }
  throw new Error('no port is left')
}

/** The platform that is shipped, in a checkout of its own and on ports of its own. */
export class Platform extends TestProject {
  readonly url: string
  readonly ports: Ports
  /** The port that the next model server gets. */
  readonly nextPort: number

  static async checkOut(): Promise<Platform> {
    const [ingress, iris, store] = [await freePort(), await freePort(), await freePort()]
    return new Platform({ ingress, iris, 'model-store': store }, await claimedPort())
  }

  private constructor(ports: Ports, nextPort: number) {
    super()
    this.ports = ports
    this.nextPort = nextPort
    this.url = `http://127.0.0.1:${ports.ingress}`
    for (const directory of ['components', 'cluster-config', '.gitignore']) {
      cpSync(join(ROOT, directory), join(this.root, directory), {
        recursive: true,
        filter: (path) => !/node_modules/.test(path),
      })
    }
    this.configure(ports)
    this.#edit('components/model-server/config/model-server.schema.json', [
      /\[9501, 9599\]/,
      `[${nextPort}, ${nextPort}]`,
    ])
    for (const directory of ['.', 'components/model-store']) {
      const modules = join(ROOT, directory, 'node_modules')
      if (existsSync(modules)) symlinkSync(modules, join(this.root, directory, 'node_modules'))
    }
    this.git('init', '--quiet')
    this.write('.git/info/exclude', 'node_modules\n')
    this.git('add', '.')
    this.git('-c', 'user.name=test', '-c', 'user.email=test@localhost', 'commit', '--quiet', '--message', 'shipped')
  }

  configure({ iris, ...ports }: Ports): void {
    const sections = Object.entries(ports).map(([name, port]) => `${name}: {port: ${port}}\n`)
    const shipped = readFileSync(join(ROOT, 'cluster-config/services-configuration.yaml'), 'utf8')
    this.write('cluster-config/services-configuration.yaml', shipped + sections.join(''))
    this.#edit('cluster-config/deployments/iris.yaml', [/(?<=\bport: )\d+/, String(iris)])
  }

  /** Makes it what it was before there were many model servers: one, whom the ingress needs. Resolves to its port. */
  async haveOneModelServer(): Promise<number> {
    const port = await freePort()
    this.remove('cluster-config/deployments')
    this.#edit('components/model-server/deploy/service.yaml', [/^instances: many$/m, ''])
    this.#edit('components/model-server/deploy/settings.json.template', [/service\.name/, 'config.model'])
    this.#edit('components/ingress/deploy/service.yaml', [
      /- cluster-configuration\n.*?(?=\ndescription)/s,
      '- model-server\n',
    ])
    this.#edit('components/ingress/deploy/service.yaml', [/ {2}# What the end of a start.*/s, ''])
    const route = '[{"prefix": "/v1/models/iris", "upstream": {{json outputs.model-server.url}} }]'
    this.write('components/ingress/deploy/routes.json.template', route)
    this.#edit('cluster-config/services-configuration.yaml', [/$/, `model-server: {port: ${port}, model: iris}\n`])
    return port
  }

  #edit(path: string, [pattern, text]: readonly [RegExp, string]): void {
    const before = readFileSync(join(this.root, path), 'utf8')
    if (!pattern.test(before)) throw new Error(`${path} has no ${pattern}`)
    this.write(path, before.replace(pattern, text))
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, encoding: 'utf8' })
  }

  async states(): Promise<Record<string, string>> {
    const { stdout } = await this.paictl('service', 'list', '--output', 'json')
    const { services } = JSON.parse(stdout) as { services: { name: string; state: string }[] }
    return Object.fromEntries(services.map(({ name, state }) => [name, state]))
  }

  /** The process of a server, as its scripts recorded it. */
  pid(service: string): number {
    return Number(
      readFileSync(join(this.state, 'iris/services', service, 'run', `${service}.pid`), 'utf8').split(' ')[0],
    )
  }

  pids(): number[] {
    return SERVERS.map((service) => this.pid(service))
  }

  /** The routes of the ingress. */
  async routes(): Promise<{ prefix: string; upstream: string }[]> {
    return ((await (await fetch(this.url)).json()) as { routes: { prefix: string; upstream: string }[] }).routes
  }

  /** The versions of a model that are served. */
  async versions(name = 'iris'): Promise<string[]> {
    const answer = await fetch(`${this.url}/v1/models/${name}`)
    const { model_version_status } = (await answer.json()) as { model_version_status: { version: string }[] }
    return model_version_status.map(({ version }) => version)
  }
}

/** Asks as a printed command does, also where there is no curl. */
export function asCurl(command: string): Promise<Response> {
  const [, url = '', body] = /^curl -s (\S+)(?: -d '([^']*)')?$/.exec(command) ?? []
  if (body === undefined) return fetch(url)
  return fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
}
