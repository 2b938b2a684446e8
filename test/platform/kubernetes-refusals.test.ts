import { expect, test } from 'vitest'
import { KubernetesProject } from '../rig/kubernetes-project.ts'
import { type Manifest, schemaProblems } from '../rig/kubernetes-schemas.ts'
import { renderAll } from './support/kubernetes.ts'

const IMAGE = 'registry.example.com/team/bento:1.0.0'
const CONTAINER = 'Deployment.spec.template.spec.containers.0'
const PATH = 'Ingress.spec.rules.0.http.paths.0'

/** One of each kind, without a fault. */
const good = async () => {
  const pullSecret = { server: 'registry.example.com', username: 'me', password: 'secret' }
  const rendered = await renderAll({ bento: { image: IMAGE, 'pull-secret': pullSecret } })
  return rendered.get('bento')?.manifests ?? []
}

const CHANGES = [
  ['a field that is misspelt', `${CONTAINER}.imge`, 'x'],
  ['a field at the wrong level', 'Deployment.spec.containers', []],
  ['a text for a number', 'Deployment.spec.replicas', '3'],
  ['no selector', 'Deployment.spec.selector', undefined],
  ['a number in the environment', `${CONTAINER}.env`, [{ name: 'A', value: 1 }]],
  ['a variable without a name', `${CONTAINER}.env`, [{ value: 'x' }]],
  ['no quantity', `${CONTAINER}.resources`, { limits: { cpu: 'lots' } }],
  ['a probe of no kind', `${CONTAINER}.livenessProbe`, { http: {} }],
  ['a way to pull that there is not', `${CONTAINER}.imagePullPolicy`, 'Sometimes'],
  ['a label that is a number', 'Deployment.metadata.labels', { a: 1 }],
  ['ports that are no list', 'Service.spec.ports', {}],
  ['a type of service that there is not', 'Service.spec.type', 'Cluster'],
  ['a backend as in the first version', `${PATH}.backend`, { serviceName: 'x', servicePort: 80 }],
  ['no path type', `${PATH}.pathType`, undefined],
  ['a secret that is a list', 'Secret.stringData', ['x']],
  ['an old version', 'Deployment.apiVersion', 'extensions/v1beta1'],
] as const

test("Kubernetes' own schemas refuse what is wrong", async () => {
  const manifests = await good()
  expect(schemaProblems(manifests)).toEqual([])
  for (const [title, path, value] of CHANGES) {
    expect([title, schemaProblems(changed(manifests, path, value))]).not.toEqual([title, []])
  }
})

function changed(manifests: readonly Manifest[], path: string, value: unknown): Manifest[] {
  const copies = structuredClone(manifests) as Manifest[]
  const [kind, ...keys] = path.split('.')
  const last = keys.pop() ?? ''
  // biome-ignore lint/suspicious/noExplicitAny: of whatever form
  const parent = keys.reduce((at, key) => at[key], copies.find((manifest) => manifest.kind === kind) as any)
  if (value === undefined) delete parent[last]
  else parent[last] = value
  return copies
}

const CONFIGURATIONS = [
  ['no image', {}, 'lacks "image"'],
  ['an image with a space', { image: 'a b' }, 'image'],
  ['no replicas', { image: IMAGE, replicas: 0 }, 'replicas'],
  ['a number in the environment', { image: IMAGE, env: { A: 1 } }, 'env.A'],
  ['a character that kubectl refuses', { image: IMAGE, env: { A: 'x\u007f' } }, 'env.A'],
  ['a name that no variable can have', { image: IMAGE, env: { 'a b': 'x' } }, 'a b'],
  ['a path that leads up', { image: IMAGE, ingress: { path: '/a/../b' } }, 'ingress.path'],
  ['a path without a slash', { image: IMAGE, ingress: { path: 'a' } }, 'ingress.path'],
  ['a host in capitals', { image: IMAGE, ingress: { host: 'Models' } }, 'ingress.host'],
  ['root', { image: IMAGE, user: 0 }, 'user'],
  ['half a pull secret', { image: IMAGE, 'pull-secret': { password: 'hunter22' } }, 'pull-secret'],
  [
    'two pull secrets',
    { image: IMAGE, 'pull-secret': { name: 'x', server: 's', username: 'u', password: 'p' } },
    'pull-secret',
  ],
  ['a key that there is not', { image: IMAGE, replica: 1 }, 'replica'],
] as const

test('a configuration that cannot be is pointed at', async () => {
  const project = await KubernetesProject.create()
  for (const [index, [, config]] of CONFIGURATIONS.entries()) project.configure(config, `wrong-${index}`)
  const { code, stderr } = await project.paictl('validate')
  expect(code).toBe(2)
  const problems = stderr.split('\n\n').filter((problem) => problem.startsWith('error[PAI-schema-violation]'))
  for (const [index, [title, , said]] of CONFIGURATIONS.entries()) {
    const own = problems.filter((problem) => new RegExp(`wrong-${index}(?!\\d)`).test(problem)).join()
    expect([title, own]).toEqual([title, expect.stringContaining(said)])
  }
})
