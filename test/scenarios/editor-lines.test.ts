import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { BINARY, TestProject } from '../rig/project.ts'

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))
const NEW = 'components/hello/deploy/service.yaml'

/** The schema that the first line of a file names, as it stands there. */
function schemaOf(file: string): string | undefined {
  return /^# yaml-language-server: \$schema=(\S+)\n/.exec(readFileSync(file, 'utf8'))?.[1]
}

const schemaPathOf = (file: string): string => resolve(dirname(file), schemaOf(file) ?? '')

test('every component that ships begins with a line that leads to the schema', () => {
  const names = readdirSync(join(PACKAGE, 'components'))
  expect(names.length).toBeGreaterThan(3)
  for (const name of names) {
    const file = join(PACKAGE, 'components', name, 'deploy/service.yaml')
    expect(schemaPathOf(file)).toBe(join(PACKAGE, 'schemas/service.schema.json'))
  }
  expect(existsSync(join(PACKAGE, 'schemas/service.schema.json'))).toBe(true)
})

test.each(['process', 'job', 'kubernetes'])(
  'a new %s names the schema where paictl would be installed',
  async (template) => {
    const project = new TestProject()
    expect(await project.paictl('component', 'new', 'hello', '--template', template)).toMatchObject({ code: 0 })
    expect(schemaOf(join(project.root, NEW))).toBe('../../../node_modules/paictl/schemas/service.schema.json')
  },
)

test('a new project names both schemas', async () => {
  const project = new TestProject()
  const directory = join(dirname(project.root), 'mine')
  expect(await project.paictl('init', directory)).toMatchObject({ code: 0 })
  expect(schemaOf(join(directory, 'paictl.yaml'))).toBe('node_modules/paictl/schemas/paictl.schema.json')
  expect(schemaOf(join(directory, NEW))).toBe('../../../node_modules/paictl/schemas/service.schema.json')
})

test('the paictl that is installed in the project, or above it, is nearer', async () => {
  const project = new TestProject()
  const install = (directory: string): string => {
    const schemas = join(directory, 'node_modules/paictl/schemas')
    mkdirSync(schemas, { recursive: true })
    return join(schemas, 'service.schema.json')
  }
  const above = install(dirname(project.root))
  await project.paictl('component', 'new', 'hello')
  expect(schemaPathOf(join(project.root, NEW))).toBe(above)
  const inside = install(project.root)
  project.write('paictl.yaml', 'components: parts/all\n')
  await project.paictl('component', 'new', 'hello')
  expect(schemaPathOf(join(project.root, 'parts/all/hello/deploy/service.yaml'))).toBe(inside)
})

test('a paictl that is a part of the project is named itself', () => {
  const project = new TestProject()
  const own = join(project.root, 'tools/paictl')
  for (const part of ['dist', 'schemas', 'templates']) cpSync(join(PACKAGE, part), join(own, part), { recursive: true })
  const main = join(own, 'dist', BINARY.slice(dirname(BINARY).length))
  execFileSync(process.execPath, [main, 'component', 'new', 'hello'], { cwd: project.root, env: project.env() })
  expect(schemaOf(join(project.root, NEW))).toBe('../../../tools/paictl/schemas/service.schema.json')
  expect(existsSync(schemaPathOf(join(project.root, NEW)))).toBe(true)
})
