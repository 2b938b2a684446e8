import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bootId } from '../../src/io/scripts/process-info.ts'
import { TestProject } from './project.ts'

/** What its configuration wants of the environment: part of what fingerprints were taken of. */
export const GOLDEN_ENV = { TOKEN: 'golden-token' }

/** The cluster of the golden states. */
export const GOLDEN = 'golden'

/** A project with the state that a paictl of format `version` has kept of it: test/state-v<version>/. */
export function goldenProject(version: number): TestProject {
  const project = new TestProject()
  const source = fileURLToPath(new URL(`../state-v${version}`, import.meta.url))
  cpSync(join(source, 'project'), project.root, { recursive: true })
  const values = { PROJECT: project.root, STATE: project.state, BOOT: bootId(), HOST: hostname() }
  unpack(join(source, 'state'), project.state, (text) =>
    text.replace(/@(PROJECT|STATE|BOOT|HOST)@/g, (_, name: keyof typeof values) => values[name]),
  )
  return project
}

/** Git keeps neither modes nor empty directories. */
function unpack(source: string, target: string, filled: (text: string) => string): void {
  mkdirSync(target, { mode: 0o700 })
  for (const name of readdirSync(source)) {
    const [from, to] = [join(source, name), join(target, name)]
    const stat = lstatSync(from)
    if (name === '.keep') continue
    if (stat.isDirectory()) unpack(from, to, filled)
    else if (stat.isSymbolicLink()) symlinkSync(filled(readlinkSync(from)), to)
    else {
      writeFileSync(to, filled(readFileSync(from, 'utf8')))
      chmodSync(to, stat.mode & 0o100 ? 0o700 : 0o600)
    }
  }
}
