import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { TestProject } from './project.ts'

/** A project with the component "image" of the template `kubernetes`, and clusters behind the stand-in for kubectl. */
export class KubernetesProject extends TestProject {
  readonly clusters: string

  private constructor() {
    super()
    this.clusters = join(this.root, '..', 'clusters')
    for (const context of ['one', 'two']) mkdirSync(join(this.clusters, context), { recursive: true })
  }

  static async create(): Promise<KubernetesProject> {
    const project = new KubernetesProject()
    const { code, stderr } = await project.paictl('component', 'new', 'image', '--template', 'kubernetes')
    if (code !== 0) throw new Error(stderr)
    return project
  }

  /** Declares a deployment, or changes it. */
  configure(config: object, name = 'bento'): void {
    const common = { 'cluster-id': 'project' }
    this.write('cluster-config/services-configuration.yaml', stringify({ cluster: { common } }))
    this.write(`cluster-config/deployments/${name}.yaml`, stringify({ component: 'image', config }))
  }

  override env(): Record<string, string> {
    const env = super.env()
    const standIn = fileURLToPath(new URL('kubectl', import.meta.url))
    return { ...env, PATH: `${standIn}:${env.PATH}`, KUBECTL_CLUSTERS: this.clusters }
  }

  /** The objects of a cluster: "pods/default.bento-1a2b3c4d". */
  objects(context = 'one'): string[] {
    return readdirSync(join(this.clusters, context), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap(({ name }) =>
        readdirSync(join(this.clusters, context, name)).map((file) => `${name}/${file.replace(/\.json$/, '')}`),
      )
      .sort()
  }

  /** One of them as it is there. */
  // biome-ignore lint/suspicious/noExplicitAny: of whatever form
  object(path: string, context = 'one'): any {
    return JSON.parse(readFileSync(join(this.clusters, context, `${path}.json`), 'utf8'))
  }

  /** Has somebody else put one of them there, or remove it. */
  put(path: string, object: object | undefined, context = 'one'): void {
    const file = join(this.clusters, context, `${path}.json`)
    mkdirSync(join(file, '..'), { recursive: true })
    if (object === undefined) rmSync(file)
    else writeFileSync(file, JSON.stringify(object))
  }

  pods(): string[] {
    return this.objects().filter((path) => path.startsWith('pods/'))
  }

  /** Makes a cluster what the file says: unreachable, silent, never-ready. */
  mark(what: string, is: boolean, context = 'one'): void {
    const file = join(this.clusters, context, what)
    if (is) writeFileSync(file, '')
    else rmSync(file)
  }

  /** Turns to another context, as `kubectl config use-context` does. */
  use(context: string): void {
    writeFileSync(join(this.clusters, 'current'), context)
  }

  /** The arguments of all calls of kubectl so far, and forgets them. */
  calls(): string[] {
    const file = join(this.clusters, 'calls')
    if (!existsSync(file)) return []
    const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
    rmSync(file)
    return lines.map((line) => JSON.parse(line).join(' '))
  }
}
