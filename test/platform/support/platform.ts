import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { temporaryDirectory } from './clean-up.ts'
import { ROOT } from './load.ts'
import { freePort, type Stage, stage } from './stage.ts'

/** The whole platform on free ports, none of it started. */
export async function platform() {
  const directory = await temporaryDirectory()
  const outputs: Record<string, Record<string, string>> = {}

  async function add(name: string, changes: Record<string, unknown> = {}): Promise<Stage> {
    const component = join(ROOT, 'components', name)
    const defaults = parse(await readFile(join(component, 'config', `${name}.yaml`), 'utf8'))
    return stage({ directory, name, component, config: { ...defaults, ...changes }, outputs })
  }

  const ports = { store: await freePort(), server: await freePort(), ingress: await freePort() }
  const token = await add('cluster-configuration')
  outputs['cluster-configuration'] = { token_file: join(token.dataDirectory, 'write-token') }
  const store = await add('model-store', { port: ports.store })
  outputs['model-store'] = { url: `http://127.0.0.1:${ports.store}` }
  const training = await add('train-iris')
  outputs['train-iris'] = { model: 'iris' }
  const server = await add('model-server', { port: ports.server })
  outputs['model-server'] = { url: `http://127.0.0.1:${ports.server}`, model: 'iris' }
  const ingress = await add('ingress', { port: ports.ingress })
  return { token, store, training, server, ingress, outputs, ports, url: `http://127.0.0.1:${ports.ingress}` }
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
