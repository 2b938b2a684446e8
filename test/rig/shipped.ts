import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** A component as it ships: of the platform, or what `paictl component new` makes of a template. */
export interface ShippedComponent {
  readonly name: string
  /** Absolute, as are the keys of `deploy`. */
  readonly directory: string
  /** The files under deploy/ with their texts. */
  readonly deploy: ReadonlyMap<string, string>
  readonly description: string
  readonly defaults: string
  readonly schema: string
}

export const SERVICES_CONFIGURATION = read('cluster-config/services-configuration.yaml')
export const LAYOUT = read('cluster-config/layout.yaml')
export const SETTINGS = read('templates/project/paictl.yaml')

/** All that ship and are one service each, by name. */
export const SHIPPED: readonly ShippedComponent[] = [
  ...readdirSync(join(ROOT, 'components')).map((name) => component(`components/${name}`, name)),
  ...['job', 'process'].map((name) => component(`templates/${name}`, name)),
].sort((a, b) => (a.name < b.name ? -1 : 1))

function component(path: string, name: string): ShippedComponent {
  const own = existsSync(join(ROOT, path, 'config', `${name}.yaml`)) ? name : '__NAME__'
  const readOwn = (file: string): string => read(join(path, file)).replaceAll('__NAME__', name)
  const deploy = readdirSync(join(ROOT, path, 'deploy'))
  const directory = `/project/components/${name}`
  return {
    name,
    directory,
    deploy: new Map(deploy.map((file) => [`${directory}/deploy/${file}`, readOwn(`deploy/${file}`)])),
    description: readOwn('deploy/service.yaml'),
    defaults: readOwn(`config/${own}.yaml`),
    schema: readOwn(`config/${own}.schema.json`),
  }
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}
