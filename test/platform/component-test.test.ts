import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { processesOf } from '../rig/processes.ts'
import { TestProject } from '../rig/project.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** What ships, in a project of its own, with a component of every template beside it. */
class Shipped extends TestProject {
  readonly tmp = join(this.root, '..', 'tmp')
  /** What the stand-in for kubectl keeps. */
  readonly clusters = join(this.root, '..', 'clusters')

  constructor() {
    super()
    mkdirSync(this.tmp)
    mkdirSync(join(this.clusters, 'one'), { recursive: true })
    this.write('kubeconfig', '')
    for (const directory of ['components', 'cluster-config']) {
      const filter = (path: string): boolean => !/node_modules/.test(path)
      cpSync(join(ROOT, directory), join(this.root, directory), { recursive: true, filter })
    }
    for (const directory of ['.', 'components/model-store']) {
      const modules = join(ROOT, directory, 'node_modules')
      if (existsSync(modules)) symlinkSync(modules, join(this.root, directory, 'node_modules'))
    }
  }

  override env(): Record<string, string> {
    const env = super.env()
    const kubectl = fileURLToPath(new URL('../rig/kubectl', import.meta.url))
    return { ...env, PATH: `${kubectl}:${env.PATH}`, KUBECTL_CLUSTERS: this.clusters, TMPDIR: this.tmp }
  }
}

/** What has to be said for a component to be started at all. */
const GIVEN: Readonly<Record<string, readonly string[]>> = {
  'of-kubernetes': ['cluster.common.cluster-type=k8s', 'of-kubernetes.image=registry/of:1'],
}

test('what ships, and what is made of the templates, passes its test', { timeout: 180_000 }, async () => {
  const project = new Shipped()
  const templates = readdirSync(join(ROOT, 'templates')).filter((name) => name !== 'project')
  expect(templates).toEqual(expect.arrayContaining(['job', 'process']))
  for (const template of templates) {
    expect(await project.paictl('component', 'new', `of-${template}`, '--template', template)).toMatchObject({
      code: 0,
    })
  }
  const deployments = join(project.root, 'cluster-config/deployments')
  const declared = readdirSync(deployments).map((file) => file.replace(/\.yaml$/, ''))
  expect(declared).toContain('iris')
  const waiting = [...readdirSync(join(project.root, 'components')), ...declared].sort()
  expect(waiting.length).toBeGreaterThanOrEqual(9)
  const failures: string[] = []
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      const given = GIVEN[name] ?? []
      const options = given.flatMap((text) => ['--set', text])
      const tested = await project.paictl('component', 'test', name, '-c', 'kubeconfig', ...options)
      if (tested.code !== 0) failures.push(`${name}: ${tested.stdout}${tested.stderr}`)
    }
  }
  await Promise.all([worker(), worker(), worker()])
  expect(failures).toEqual([])
  expect(readdirSync(project.tmp)).toEqual([])
  const objects = readdirSync(join(project.clusters, 'one'), { recursive: true, withFileTypes: true })
  expect(objects.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([])
  expect(processesOf(project.tmp)).toEqual([])
})
