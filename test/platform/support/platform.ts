import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { temporaryDirectory } from './clean-up.ts'
import { ROOT } from './load.ts'
import { type Deployment, freePort, type Stage, stage } from './stage.ts'

/** The whole platform on free ports, none of it started. */
export async function platform() {
  const directory = await temporaryDirectory()
  const outputs: Record<string, Record<string, string>> = {}

  async function add(component: string, { name = component, deployments, ...changes }: Added = {}): Promise<Stage> {
    const source = join(ROOT, 'components', component)
    const config = { ...parse(await readFile(join(source, 'config', `${component}.yaml`), 'utf8')), ...changes.config }
    return stage({ directory, name, component: source, config, outputs, ...(deployments && { deployments }) })
  }

  const ports = { store: await freePort(), server: await freePort(), ingress: await freePort() }
  const token = await add('cluster-configuration')
  outputs['cluster-configuration'] = { token_file: join(token.dataDirectory, 'write-token') }
  const store = await add('model-store', { config: { port: ports.store } })
  outputs['model-store'] = { url: `http://127.0.0.1:${ports.store}` }
  const training = await add('train-iris')
  const server = await add('model-server', { name: 'iris', config: { model: 'iris', port: ports.server } })
  const deployments = [{ name: 'iris', outputs: { url: `http://127.0.0.1:${ports.server}` } }]
  const ingress = await add('ingress', { config: { port: ports.ingress }, deployments })
  const url = `http://127.0.0.1:${ports.ingress}`
  return { token, store, training, server, ingress, deployments, outputs, ports, url }
}

interface Added {
  readonly name?: string
  readonly config?: Record<string, unknown>
  readonly deployments?: readonly Deployment[]
}

/** The body of that request. */
export const SETOSA = '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'

/** What the first request to a new platform is. */
export async function predict(url: string): Promise<{ status: number; body: string }> {
  const response = await fetch(`${url}/v1/models/iris:predict`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: SETOSA,
  })
  return { status: response.status, body: await response.text() }
}
